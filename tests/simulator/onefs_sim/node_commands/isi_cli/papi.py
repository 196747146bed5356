# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform API as a program on the node reaches it: by a local socket, without log-in."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

SOCKET = "/var/run/papi.sock"
TIMEOUT_SECONDS = 120.0


class Refused(Exception):
    """The command cannot be carried out; the text is for whoever gave it."""


class _LocalConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(SOCKET)


class Papi:
    """One program's calls; paths are written without version."""

    def __init__(self) -> None:
        self._connection = _LocalConnection("localhost", timeout=TIMEOUT_SECONDS)
        self._latest = 0

    @property
    def latest(self) -> int:
        """The newest version of the API: what the command line of a release speaks."""
        if not self._latest:
            self._latest = int(self._answer("GET", "/platform/latest", None)["latest"])
        return self._latest

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, str] | None = None,
        version: int = 0,
    ) -> Any:
        """Call; raises Refused with the words of the API. `version` 0: the newest."""
        target = f"/platform/{version or self.latest}{path}"
        return self._answer(method, f"{target}?{urlencode(query)}" if query else target, body)

    def listed(self, path: str, key: str, query: Mapping[str, str], limit: int = 0, version: int = 0) -> list[Any]:
        """Return the elements of a list, page by page; `limit` 0: all."""
        found: list[Any] = []
        question = dict(query)
        if limit:
            question["limit"] = str(limit)
        while True:
            page = self.call("GET", path, None, question, version)
            found += page[key]
            if not page.get("resume") or (limit and len(found) >= limit):
                return found
            question = {"resume": page["resume"]}

    def _answer(self, method: str, target: str, body: Any) -> Any:
        content = None if body is None else json.dumps(body).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            self._connection.request(method, target, content, headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Refused(f"The platform API does not answer at {SOCKET}: {error}") from error
        if answer.status >= 400:
            raise Refused(_words(answer.status, text))
        return json.loads(text) if text else None


def _words(status: int, text: bytes) -> str:
    """Return the message of a refusal, whatever it looks like."""
    try:
        return "\n".join(str(error["message"]) for error in json.loads(text)["errors"])
    except (ValueError, KeyError, TypeError):
        return f"The platform API answered with status {status}"


def item(path: str, *names: str) -> str:
    """Join names to a path, whatever characters they have."""
    return "/".join([path, *(quote(name, safe="") for name in names)])
