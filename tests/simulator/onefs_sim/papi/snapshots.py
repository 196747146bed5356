# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/snapshot: snapshots taken, listed, renamed and deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..allocation import Document
from ..licensing import Licenses
from ..ports import FilesPort
from ..snapshots import Snapshot, SnapshotExists, SnapshotLocked, Snapshots
from .answers import NO_CONTENT, Answer, Refusal, Request
from .licenses import require_license
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route
from .validation import check_body, check_path

SNAPSHOTS = "/snapshot/snapshots"


class SnapshotsApi:
    """Handlers of snapshots."""

    def __init__(self, snapshots: Snapshots, files: FilesPort, licenses: Licenses) -> None:
        self._snapshots = snapshots
        self._files = files
        self._licenses = licenses

    def routes(self) -> list[Route]:
        return [
            Route("GET", SNAPSHOTS, self.list_snapshots, (*LIST_ARGUMENTS, "schedule", "state", "type")),
            Route("POST", SNAPSHOTS, self.create),
            Route("GET", SNAPSHOTS + "/{snapshot}", self.get),
            Route("PUT", SNAPSHOTS + "/{snapshot}", self.update),
            Route("DELETE", SNAPSHOTS + "/{snapshot}", self.delete),
            Route("GET", "/snapshot/snapshots-summary", self.summary),
        ]

    def _snapshot(self, request: Request) -> Snapshot:
        found = self._snapshots.find(request.names["snapshot"])
        if found is None:
            raise Refusal("AEC_NOT_FOUND", f"Snapshot '{request.names['snapshot']}' not found.", "id")
        return found

    def list_snapshots(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            # All that there are: real ones in the state active, made by hand.
            wanted = [query.get(name, [default])[0] for name, default in (("state", "active"), ("type", "real"))]
            if query.get("schedule") or wanted[0] not in ("active", "all") or wanted[1] not in ("real", "all"):
                return []
            return [self._document(one) for one in self._snapshots.all()]

        return list_answer(request, "snapshots", listing)

    def get(self, request: Request) -> Answer:
        return Answer.of({"snapshots": [self._document(self._snapshot(request))]})

    def create(self, request: Request) -> Answer:
        require_license(self._licenses, "SnapshotIQ")
        body = request.json_body()
        check_body(body, "snapshot_create")
        path = check_path(body["path"], "path")
        self._check_fields(body)
        if not self._files.path(path).is_dir():
            raise Refusal("AEC_NOT_FOUND", f"Path '{path}' does not exist.", "path")
        try:
            taken = self._snapshots.take(path, body.get("name", ""), body.get("expires"), body.get("alias"))
        except SnapshotExists as error:
            raise Refusal("AEC_CONFLICT", f"Snapshot '{error}' already exists.", "name") from error
        return Answer.of(self._document(taken), status=201)

    def _check_fields(self, body: Mapping[str, Any]) -> None:
        name = body.get("name")
        if name is not None and (not re.fullmatch(r"[^/\0]{1,255}", name) or name in (".", "..")):
            raise Refusal("AEC_BAD_REQUEST", f"Invalid snapshot name '{name}'", "name")
        expires = body.get("expires")
        if expires is not None and self._snapshots.is_past(expires):
            raise Refusal("AEC_BAD_REQUEST", "The expiration is in the past", "expires")

    def update(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "snapshot_update")
        self._check_fields(body)
        with self._snapshots.lock:
            snapshot = self._snapshot(request)
            try:
                self._snapshots.rename(snapshot, body.get("name", snapshot.name))
            except SnapshotExists as error:
                raise Refusal("AEC_CONFLICT", f"Snapshot '{error}' already exists.", "name") from error
            snapshot.expires = body.get("expires", snapshot.expires)
            snapshot.alias = body.get("alias", snapshot.alias)
        return NO_CONTENT

    def delete(self, request: Request) -> Answer:
        with self._snapshots.lock:
            try:
                self._snapshots.delete(self._snapshot(request))
            except SnapshotLocked as error:
                raise Refusal("AEC_CONFLICT", f"Snapshot '{error}' can't be deleted because it is locked.") from error
        return NO_CONTENT

    def summary(self, request: Request) -> Answer:
        found = self._snapshots.all()
        size = sum(one.size_bytes for one in found)
        summary = {
            "active_count": len(found),
            "active_size": size,
            "aliases_count": sum(1 for one in found if one.alias),
            "count": len(found),
            "deleting_count": 0,
            "deleting_size": 0,
            "shadow_bytes": 0,
            "size": size,
        }
        return Answer.of({"summary": summary})

    def _document(self, snapshot: Snapshot) -> Document:
        return {
            "alias": snapshot.alias,
            "created": snapshot.created,
            "expires": snapshot.expires,
            "has_locks": self._snapshots.holds(snapshot),
            "id": snapshot.number,
            "name": snapshot.name,
            "path": snapshot.path,
            "pct_filesystem": 0.0,
            "pct_reserve": 0.0,
            "schedule": None,
            "shadow_bytes": 0,
            "size": snapshot.size_bytes,
            "state": "active",
            "target_id": None,
            "target_name": None,
        }
