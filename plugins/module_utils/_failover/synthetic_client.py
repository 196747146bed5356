# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A synthetic SMB client that visits shares as a person at work would, and says how long each thing took.

Private to the collection. It opens, reads, writes, renames and deletes a file of its own, and reads files that were replicated; what
it reads over SMB is held against what the cluster's platform API says is in the snapshot.
"""

from __future__ import annotations

import hashlib
import time
import typing as t
import uuid

from .._onefs.connection import Connection
from .._onefs.errors import OnefsError
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .._onefs.smb_files import FileTrouble, ShareFiles
from .facts import target_argument_spec
from .sandbox_plan import PREFIX

# Enough to take several messages.
PROBE = b"seamless.smb_failover " * 8192

ARGUMENT_SPEC: dict[str, t.Any] = {
    **target_argument_spec(),
    "addresses": {"type": "list", "elements": "str", "required": True},
    "shares": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {"name": {"type": "str", "required": True}, "frozen_path": {"type": "str", "required": True}},
    },
    "user": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
    "files_limit": {"type": "int", "default": 20},
    "file_bytes_limit": {"type": "int", "default": 16 << 20},
}


class VisitFailed(OnefsError):
    """The synthetic client could not do something, or read something else than was replicated."""


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Visit every share at every address; changes nothing that stays."""
    result: dict[str, t.Any] = {"changed": False, "operations": [], "files_compared": 0, "files_left_out": 0}
    if check_mode:
        return result
    with PapiSession(Connection.from_params(params["target"])) as papi:
        for share in params["shares"]:
            files, left_out = replicated_files(
                papi, share["frozen_path"], int(params["files_limit"]), int(params["file_bytes_limit"])
            )
            result["files_left_out"] += left_out
            for address in params["addresses"]:
                visit = Visit(address, share["name"])
                try:
                    visit.all(
                        params["user"], params["password"], {name: _api_content(papi, share, name) for name in files}
                    )
                except OnefsError as error:
                    result["operations"] += visit.operations
                    raise VisitFailed(
                        f"The synthetic client failed: {error.message.rstrip('. ')}. Look at that share on the node with this address, and "
                        "run the rehearsal again.",
                        result,
                    ) from error
                result["operations"] += visit.operations
                result["files_compared"] += len(files)
                progress(
                    f"{address}: share {share['name']}: {len(visit.operations)} operations, {len(files)} files read and equal"
                )
    return result


class Visit:
    """What was done on one share at one address."""

    def __init__(self, address: str, share: str) -> None:
        """Nothing is sent yet."""
        self.address, self.share = address, share
        self.operations: list[dict[str, t.Any]] = []

    def all(self, user: str, password: str, replicated: t.Mapping[str, str]) -> None:
        """Do everything once; ``replicated`` has the hash of each file that is to be read."""
        files = self._timed("connect", ShareFiles(self.address, self.share, user, password).__enter__)
        try:
            name = f"{PREFIX}-{uuid.uuid4().hex[:12]}"
            first, second = f"{name}.new", f"{name}.renamed"
            self._timed("create_and_write", lambda: files.write(first, PROBE, create=True))
            self._same("read", first, self._timed("read", lambda: files.read(first)), PROBE)
            self._timed("overwrite", lambda: files.write(first, b"X", 1))
            self._timed("rename", lambda: files.rename(first, second))
            content = self._timed("read", lambda: files.read(second))
            self._same("reading after the rename", second, content, PROBE[:1] + b"X" + PROBE[2:])
            self._timed("delete", lambda: files.delete(second))
            if files.exists(first) or files.exists(second):
                raise FileTrouble(f"deleting '{second}' on share '{self.share}' at {self.address}: it is still there")
            for path, digest in replicated.items():
                read = self._timed("read_replica", lambda path=path: files.read(path))  # type: ignore[misc]
                if hashlib.sha256(read).hexdigest() != digest:
                    raise FileTrouble(
                        f"reading '{path}' on share '{self.share}' at {self.address}: {len(read)} bytes came back that are not what the "
                        "snapshot of the replica has. Look at the policy's last report"
                    )
        finally:
            files.__exit__()

    def _same(self, doing: str, name: str, found: bytes, wanted: bytes) -> None:
        if found != wanted:
            raise FileTrouble(
                f"{doing} '{name}' on share '{self.share}' at {self.address}: {len(found)} bytes came back that are not the {len(wanted)} "
                "that were written"
            )

    def _timed(self, name: str, operation: t.Callable[[], t.Any]) -> t.Any:
        clock = time.monotonic()
        result = operation()
        self.operations.append(
            {
                "address": self.address,
                "share": self.share,
                "operation": name,
                "seconds": round(time.monotonic() - clock, 4),
            }
        )
        return result


def replicated_files(papi: PapiSession, folder: str, limit: int, bytes_limit: int) -> tuple[list[str], int]:
    """Return files below a folder, by their paths below it, breadth first; and how many were met and left out as too large."""
    found: list[str] = []
    left_out = 0
    folders = [""]
    while folders and len(found) < limit:
        below = folders.pop(0)
        for entry in papi.list_details(f"{folder}/{below}".rstrip("/")):
            path = f"{below}/{entry['name']}".lstrip("/")
            if entry.get("type") == "container":
                folders.append(path)
            elif entry.get("type") == "object" and len(found) < limit:
                if int(entry.get("size") or 0) <= bytes_limit:
                    found.append(path)
                else:
                    left_out += 1
    return found, left_out


def _api_content(papi: PapiSession, share: t.Mapping[str, t.Any], path: str) -> str:
    return hashlib.sha256(papi.read_file(f"{share['frozen_path']}/{path}")).hexdigest()
