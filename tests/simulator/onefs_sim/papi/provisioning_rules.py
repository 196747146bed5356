# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/rules and /network/.../rules: which interfaces of a new node join a pool by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..allocation import Document
from ..network import Network
from .answers import NO_CONTENT, Answer, Refusal, Request
from .network_parents import POOL, NetworkParents
from .paging import LIST_ARGUMENTS, list_answer
from .resetting import with_defaults
from .routing import Route
from .validation import check_body

RULES = POOL + "/rules"
RULE = RULES + "/{rule}"
_DEFAULTS = {"description": "", "node_type": "any"}
_NODE_TYPES = ("any", "storage", "accelerator", "storage-i", "accelerator-i", "backup-accelerator")
_FILTERS = ("groupnet", "subnet", "pool")


class ProvisioningRulesApi:
    """Handlers of provisioning rules."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._parents = NetworkParents(network)

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/network/rules", self.list_rules, (*LIST_ARGUMENTS, *_FILTERS), 3),
            Route("GET", RULES, self.list_rules, LIST_ARGUMENTS, 3),
            Route("POST", RULES, self.create, (), 3),
            Route("GET", RULE, self.get, (), 3),
            Route("PUT", RULE, self.update, (), 3),
            Route("DELETE", RULE, self.delete, (), 3),
        ]

    def list_rules(self, request: Request) -> Answer:
        parents = {name: request.names[name] for name in _FILTERS if name in request.names}
        if parents:
            self._parents.pool(request)

        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            wanted = {name: query[name][0] for name in _FILTERS if name in query} | parents
            with self._network.lock:
                rules = [self._network.rules[rule_id] for rule_id in sorted(self._network.rules)]
            return [
                _shown(rule, request.version)
                for rule in rules
                if all(rule[name] == value for name, value in wanted.items())
            ]

        return list_answer(request, "rules", listing)

    def _rule(self, request: Request) -> Document:
        rule_id = f"{self._parents.pool(request)['id']}.{request.names['rule']}"
        if rule_id not in self._network.rules:
            raise Refusal("AEC_NOT_FOUND", f"Rule '{rule_id}' does not exist", "rule")
        return self._network.rules[rule_id]

    def get(self, request: Request) -> Answer:
        return Answer.of({"rules": [_shown(self._rule(request), request.version)]})

    def create(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "pool_rule_create")
        fields = with_defaults(body, {})
        with self._network.lock:
            pool = self._parents.pool(request)
            rule = {
                **_DEFAULTS,
                "groupnet": pool["groupnet"],
                "id": f"{pool['id']}.{fields['name']}",
                "linklayer": pool["linklayer"],
                "pool": pool["name"],
                "subnet": pool["subnet"],
                **fields,
            }
            if rule["id"] in self._network.rules:
                raise Refusal("AEC_CONFLICT", f"Rule '{rule['id']}' already exists", "name")
            self._check(rule)
            self._network.store_rule(rule)
        return Answer.of({"id": rule["id"]}, status=201)

    def update(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "pool_rule_update")
        fields = with_defaults(body, {"node_type": _DEFAULTS["node_type"]})
        with self._network.lock:
            old = self._rule(request)
            rule = {**old, **fields}
            rule["id"] = f"{old['id'].rpartition('.')[0]}.{rule['name']}"
            if rule["id"] != old["id"] and rule["id"] in self._network.rules:
                raise Refusal("AEC_CONFLICT", f"Rule '{rule['id']}' already exists", "name")
            self._check(rule)
            self._network.store_rule(rule, replaces=old["id"])
        return NO_CONTENT

    def delete(self, request: Request) -> Answer:
        with self._network.lock:
            self._network.forget_rules([self._rule(request)["id"]])
        return NO_CONTENT

    def _check(self, rule: Document) -> None:
        """The nodes that are there stay as they are: a rule is for those that are added."""
        if rule["node_type"] not in _NODE_TYPES:
            raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{rule['node_type']}' for field 'node_type'", "node_type")
        if not any(rule["iface"] in names for names in self._network.interfaces.values()):
            raise Refusal("AEC_BAD_REQUEST", f"Interface '{rule['iface']}' does not exist", "iface")


def _shown(rule: Document, version: int) -> Document:
    return {name: value for name, value in rule.items() if name != "linklayer" or version >= 21}
