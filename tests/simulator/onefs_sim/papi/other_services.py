# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/event, /protocols/nfs and /protocols/s3 as far as an auditor reads them: what a tester put there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..allocation import Document
from .answers import Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route

EXPORTS = "/protocols/nfs/exports"
BUCKETS = "/protocols/s3/buckets"
EVENTS = "/event/eventgroup-occurrences"


@dataclass
class OtherServices:
    """NFS exports and S3 buckets by access zone, and the events of the cluster. Nothing serves them."""

    exports: dict[str, list[Document]] = field(default_factory=dict)
    buckets: dict[str, list[Document]] = field(default_factory=dict)
    events: list[Document] = field(default_factory=list)


class OtherServicesApi:
    """Handlers of what is only listed."""

    def __init__(self, services: OtherServices, zones: Callable[[], Mapping[str, Document]]) -> None:
        self._services = services
        self._zones = zones

    def routes(self) -> list[Route]:
        return [
            Route("GET", EXPORTS, self.list_exports, (*LIST_ARGUMENTS, "zone", "path", "check", "offset")),
            Route("GET", BUCKETS, self.list_buckets, (*LIST_ARGUMENTS, "zone", "owner"), 10),
            Route("GET", EVENTS, self.list_events, (*LIST_ARGUMENTS, "resolved", "ignore", "cause", "severity"), 3),
        ]

    def list_exports(self, request: Request) -> Answer:
        return list_answer(request, "exports", lambda query: self._of_zone(self._services.exports, query))

    def list_buckets(self, request: Request) -> Answer:
        return list_answer(request, "buckets", lambda query: self._of_zone(self._services.buckets, query))

    def _of_zone(self, listed: Mapping[str, Sequence[Document]], query: Mapping[str, list[str]]) -> Sequence[Document]:
        zone = query.get("zone", ["System"])[0]
        if zone not in self._zones():
            raise Refusal("AEC_BAD_REQUEST", f"Access zone '{zone}' not found", "zone")
        return listed.get(zone, ())

    def list_events(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            wanted = query.get("resolved", [""])[0].lower()
            return [one for one in self._services.events if not wanted or str(one["resolved"]).lower() == wanted]

        return list_answer(request, "eventgroups", listing)
