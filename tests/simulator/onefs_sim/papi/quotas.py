# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/quota: quotas with the real usage of their folders. They limit nobody."""

from __future__ import annotations

import copy
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence

from ..allocation import Document
from ..licensing import Licenses
from ..ports import FilesPort
from ..quotas import BASIS, thresholds, usage_of
from .answers import NO_CONTENT, Answer, Refusal, Request
from .licenses import require_license
from .paging import list_answer
from .routing import Route
from .validation import check_body, check_path

QUOTAS = "/quota/quotas"
_FILTERS = ("enforced", "include_snapshots", "path", "recurse_path_children", "recurse_path_parents", "type", "zone")
_SWITCHES = ("force", "ignore_limit_checks", "thresholds_include_overhead")


class QuotasApi:
    """Handlers of quotas."""

    def __init__(self, files: FilesPort, licenses: Licenses, zones: Callable[[], Mapping[str, Document]]) -> None:
        self._files = files
        self._licenses = licenses
        self._zones = zones
        self._lock = threading.RLock()
        self._quotas: dict[str, Document] = {}

    def routes(self) -> list[Route]:
        return [
            Route("GET", QUOTAS, self.list_quotas, (*_FILTERS, "limit", "resume", "exceeded", "resolve_names")),
            Route("POST", QUOTAS, self.create, ("zone",)),
            Route("DELETE", QUOTAS, self.delete_matching, _FILTERS),
            Route("GET", QUOTAS + "/{quota}", self.get, ("resolve_names", "zone")),
            Route("PUT", QUOTAS + "/{quota}", self.update),
            Route("DELETE", QUOTAS + "/{quota}", self.delete),
            Route("GET", "/quota/quotas-summary", self.summary),
        ]

    def _shown(self, quota: Document) -> Document:
        usage = usage_of(self._files.path(quota["path"])).document()
        used = usage[BASIS[quota["thresholds_on"]]]
        return {**copy.deepcopy(quota), "thresholds": thresholds(quota["thresholds"], used), "usage": usage}

    def _quota(self, request: Request) -> Document:
        quota_id = request.names["quota"]
        if quota_id not in self._quotas:
            raise Refusal("AEC_NOT_FOUND", f"Quota '{quota_id}' not found.", "id")
        return self._quotas[quota_id]

    def _matching(self, query: Mapping[str, list[str]]) -> list[Document]:
        first = {name: values[0] for name, values in query.items() if values}
        found = list(self._quotas.values())
        if "zone" in first:
            zone = self._zones().get(first["zone"])
            if zone is None:
                raise Refusal("AEC_NOT_FOUND", f"Access zone '{first['zone']}' not found.", "zone")
            found = [one for one in found if _is_below(one["path"], zone["path"])]
        if "path" in first:
            path = first["path"]
            children = first.get("recurse_path_children") == "true"
            parents = first.get("recurse_path_parents") == "true"
            found = [
                one
                for one in found
                if one["path"] == path
                or (children and _is_below(one["path"], path))
                or (parents and _is_below(path, one["path"]))
            ]
        for name in ("enforced", "include_snapshots"):
            if name in first:
                found = [one for one in found if one[name] == (first[name] == "true")]
        return [one for one in found if first.get("type") in (None, one["type"])]

    def list_quotas(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            with self._lock:
                shown = [self._shown(one) for one in self._matching(query)]
            if query.get("exceeded", [""])[0] != "true":
                return shown
            return [
                one
                for one in shown
                if any(one["thresholds"][f"{name}_exceeded"] for name in ("advisory", "hard", "soft"))
            ]

        return list_answer(request, "quotas", listing)

    def create(self, request: Request) -> Answer:
        require_license(self._licenses, "SmartQuotas")
        body = request.json_body()
        check_body(body, "quota_create")
        body["path"] = check_path(body["path"], "path")
        if not self._files.path(body["path"]).is_dir():
            raise Refusal("AEC_BAD_REQUEST", f"Path '{body['path']}' does not exist.", "path")
        kind = ("path", "type", "include_snapshots", "persona")
        with self._lock:
            if any(all(one.get(name) == body.get(name) for name in kind) for one in self._quotas.values()):
                raise Refusal("AEC_CONFLICT", f"A quota of this type exists for '{body['path']}'.", "path")
            quota: Document = {
                "container": False,
                "description": "",
                "enforced": False,
                "labels": "",
                "linked": None,
                "notifications": "default",
                "persona": None,
                "ready": True,
                "thresholds": {},
                "thresholds_on": "fslogicalsize",
                **{name: value for name, value in body.items() if name not in _SWITCHES},
                "id": uuid.uuid4().hex,
            }
            self._quotas[quota["id"]] = quota
        return Answer.of({"id": quota["id"]}, status=201)

    def get(self, request: Request) -> Answer:
        with self._lock:
            return Answer.of({"quotas": [self._shown(self._quota(request))]})

    def update(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "quota_update")
        with self._lock:
            self._quota(request).update({name: value for name, value in body.items() if name not in _SWITCHES})
        return NO_CONTENT

    def delete(self, request: Request) -> Answer:
        with self._lock:
            del self._quotas[self._quota(request)["id"]]
        return NO_CONTENT

    def delete_matching(self, request: Request) -> Answer:
        with self._lock:
            for quota in self._matching(request.query):
                del self._quotas[quota["id"]]
        return NO_CONTENT

    def summary(self, request: Request) -> Answer:
        with self._lock:
            types = [one["type"] for one in self._quotas.values()]
        counts = {
            f"{name.replace('-', '_')}_quotas_count": types.count(name)
            for name in ("default-group", "default-user", "directory", "group", "user")
        }
        return Answer.of({"summary": {"count": len(types), "linked_quotas_count": 0, **counts}})


def _is_below(path: str, parent: str) -> bool:
    return (path.rstrip("/") + "/").startswith(parent.rstrip("/") + "/")
