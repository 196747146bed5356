# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/snapshot/writable: copies of snapshots that may be written, made, listed and deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..allocation import Document
from ..licensing import Licenses
from ..snapshots import Snapshots
from ..writable_snapshots import Refused, WritableSnapshot, WritableSnapshots
from .answers import NO_CONTENT, Answer, Refusal, Request
from .licenses import require_license
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route
from .validation import check_body, check_path

WRITABLE = "/snapshot/writable"
#: OneFS 9.3 brought them.
SINCE = 14


class WritableSnapshotsApi:
    """Handlers of writable snapshots; the path that names one is percent-encoded as a whole."""

    def __init__(self, writable: WritableSnapshots, snapshots: Snapshots, licenses: Licenses) -> None:
        self._writable = writable
        self._snapshots = snapshots
        self._licenses = licenses

    def routes(self) -> list[Route]:
        return [
            Route("GET", WRITABLE, self.list_writable, (*LIST_ARGUMENTS, "state"), since=SINCE),
            Route("POST", WRITABLE, self.create, since=SINCE),
            Route("GET", WRITABLE + "/{path}", self.get, since=SINCE),
            Route("DELETE", WRITABLE + "/{path}", self.delete, since=SINCE),
            Route("GET", "/snapshot/writable-snapshot-summary", self.summary, since=SINCE),
        ]

    def _one(self, request: Request) -> WritableSnapshot:
        found = self._writable.find(request.names["path"])
        if found is None:
            raise Refusal("AEC_NOT_FOUND", f"Writable snapshot '{request.names['path']}' not found.", "id")
        return found

    def list_writable(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            wanted = query.get("state", ["all"])[0]
            shown = [self._document(one) for one in self._writable.all()]
            return [one for one in shown if wanted in ("all", one["state"])]

        return list_answer(request, "writable", listing)

    def get(self, request: Request) -> Answer:
        return Answer.of({"writable": [self._document(self._one(request))]})

    def create(self, request: Request) -> Answer:
        require_license(self._licenses, "SnapshotIQ")
        body = request.json_body()
        check_body(body, "writable_snapshot_create")
        path = check_path(body["dst_path"], "dst_path")
        source = self._snapshots.find(body["src_snap"])
        if source is None:
            raise Refusal("AEC_NOT_FOUND", f"Snapshot '{body['src_snap']}' not found.", "src_snap")
        try:
            made = self._writable.make(source, path)
        except Refused as error:
            raise Refusal("AEC_BAD_REQUEST", f"{error}: Invalid argument", "dst_path") from error
        return Answer.of(self._document(made), status=201)

    def delete(self, request: Request) -> Answer:
        self._writable.delete(self._one(request))
        return NO_CONTENT

    def summary(self, request: Request) -> Answer:
        found = [self._document(one) for one in self._writable.all()]
        by_state = {state: [one for one in found if one["state"] == state] for state in ("active", "deleting")}
        summary: Document = {"count": len(found), "phys_size": sum(one["phys_size"] for one in found)}
        for state, ones in by_state.items():
            summary[f"{state}_count"] = len(ones)
            summary[f"{state}_phys_size"] = sum(one["phys_size"] for one in ones)
        return Answer.of({"summary": summary})

    def _document(self, one: WritableSnapshot) -> Document:
        active = one.deleted_at is None
        size = self._writable.size_bytes(one)
        return {
            "created": one.created,
            "dst_path": one.path,
            "id": one.number,
            "log_size": size,
            "phys_size": size,
            "src_id": one.source.number,
            "src_path": one.source.path if active else None,
            "src_snap": one.source.name if active else None,
            "state": "active" if active else "deleting",
        }
