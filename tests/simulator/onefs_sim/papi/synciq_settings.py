# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/sync/settings and /sync/rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..allocation import Document
from ..synciq import SyncIq
from ..synciq_documents import SETTINGS_DEFAULTS, SETTINGS_SINCE
from ..synciq_rules import PREFIXES
from .answers import NO_CONTENT, Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route
from .validation import check_body

RULES = "/sync/rules"


class SyncIqSettingsApi:
    """Handlers of SyncIQ's settings and performance rules."""

    def __init__(self, sync: SyncIq) -> None:
        self._sync = sync

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/sync/settings", self.get_settings),
            Route("PUT", "/sync/settings", self.update_settings),
            Route("GET", RULES, self.list_rules, (*LIST_ARGUMENTS, "type")),
            Route("POST", RULES, self.create_rule),
            Route("DELETE", RULES, self.delete_rules, ("type",)),
            Route("GET", RULES + "/{rule}", self.get_rule),
            Route("PUT", RULES + "/{rule}", self.update_rule),
            Route("DELETE", RULES + "/{rule}", self.delete_rule),
        ]

    def get_settings(self, request: Request) -> Answer:
        with self._sync.lock:
            chosen = SETTINGS_DEFAULTS if request.first("scope") == "default" else self._sync.settings
            known = {name: one for name, one in chosen.items() if SETTINGS_SINCE.get(name, 1) <= request.version}
        return Answer.of({"settings": known})

    def update_settings(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "sync_settings_update")
        for name in body:
            if SETTINGS_SINCE.get(name, 1) > request.version:
                raise Refusal("AEC_BAD_REQUEST", f"Unknown field '{name}'", name)
        with self._sync.lock:
            if "password" in body:
                self._sync.settings["password_set"] = bool(body.pop("password"))
            for name, value in body.items():
                self._sync.settings[name] = SETTINGS_DEFAULTS[name] if value == "@DEFAULT" else value
        return NO_CONTENT

    def _rule(self, request: Request) -> Document:
        rule = self._sync.rules.by_id.get(request.names["rule"])
        if rule is None:
            raise Refusal("AEC_NOT_FOUND", f"Rule '{request.names['rule']}' not found.", "id")
        return rule

    def list_rules(self, request: Request) -> Answer:
        _check_type(request)

        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            wanted = query.get("type", [""])[0]
            with self._sync.lock:
                return [dict(one) for one in self._sync.rules.by_id.values() if wanted in ("", one["type"])]

        return list_answer(request, "rules", listing)

    def get_rule(self, request: Request) -> Answer:
        with self._sync.lock:
            return Answer.of({"rules": [self._rule(request)]})

    def create_rule(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "sync_rule_create")
        with self._sync.lock:
            return Answer.of({"id": self._sync.rules.add(body)["id"]}, status=201)

    def update_rule(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "sync_rule_update")
        with self._sync.lock:
            self._sync.rules.change(self._rule(request), body)
        return NO_CONTENT

    def delete_rule(self, request: Request) -> Answer:
        with self._sync.lock:
            del self._sync.rules.by_id[self._rule(request)["id"]]
        return NO_CONTENT

    def delete_rules(self, request: Request) -> Answer:
        """Delete every rule, of one type or of all."""
        _check_type(request)
        wanted = request.first("type")
        with self._sync.lock:
            for rule in list(self._sync.rules.by_id.values()):
                if wanted in ("", rule["type"]):
                    del self._sync.rules.by_id[rule["id"]]
        return NO_CONTENT


def _check_type(request: Request) -> None:
    wanted = request.first("type")
    if wanted and wanted not in PREFIXES:
        raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{wanted}' for argument 'type'", "type")
