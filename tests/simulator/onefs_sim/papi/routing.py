# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From method and path to the function that answers. Paths are written without version: `/network/pools`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from .answers import Answer, Refusal, Request
from .describe import describe

Handler = Callable[[Request], Answer]

#: OneFS takes and ignores these on any URI.
ALWAYS_ALLOWED = frozenset({"describe", "list", "json", "select", "scope"})


@dataclass(frozen=True)
class Route:
    """One method of one URI. `since`: PAPI version in which the URI appeared. `arguments`: query names it knows."""

    method: str
    template: str
    handler: Handler
    arguments: tuple[str, ...] = ()
    since: int = 1

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template) + "$")


class Router:
    """All routes of the platform API."""

    def __init__(self, routes: Iterable[Route], permit: Callable[[str, str, str], None]) -> None:
        """`permit` gets user, method and path without version; it raises a Refusal for who may not."""
        self._permit = permit
        self._routes = [(route, route.pattern) for route in routes]

    def directory(self) -> list[str]:
        """List the URIs as OneFS does: /3/network/groupnets/<GROUPNET>."""
        templates = {f"/{route.since}{route.template}" for route, _ in self._routes}
        return sorted(re.sub(r"\{(\w+)\}", lambda found: f"<{found[1].upper()}>", one) for one in templates)

    def answer(self, request: Request) -> Answer:
        """Answer the request; its `path` is what follows the version, still percent-encoded."""
        if request.method == "GET" and "describe" in request.query:
            return self._describe(request)
        allowed: set[str] = set()
        for route, pattern in self._routes:
            match = pattern.match(request.path)
            if match is None or request.version < route.since:
                continue
            allowed.add(route.method)
            if route.method != request.method:
                continue
            self._permit(request.user, request.method, request.path)
            known = ALWAYS_ALLOWED.union(route.arguments)
            for name in request.query:
                if name not in known:
                    raise Refusal("AEC_BAD_REQUEST", f"Unsupported query argument '{name}'", name)
            names = {name: unquote(text) for name, text in match.groupdict().items()}
            return route.handler(dataclasses.replace(request, names=names))
        if allowed:
            raise Refusal("AEC_METHOD_NOT_ALLOWED", f"Method {request.method} is not supported for {request.path}")
        raise Refusal("AEC_NOT_FOUND", f"Path not found: /platform/{request.version}{request.path}")

    def _describe(self, request: Request) -> Answer:
        """Say what the URI takes and answers; every user may ask."""
        found = [
            (route.method, route.template, route.arguments)
            for route, pattern in self._routes
            if pattern.match(request.path) and request.version >= route.since
        ]
        if not found:
            raise Refusal("AEC_NOT_FOUND", f"Path not found: /platform/{request.version}{request.path}")
        # The first template that fits is the URI's own; a later one is a parameter that could have the same text.
        own = [one for one in found if one[1] == found[0][1]]
        return Answer.of(describe(own))
