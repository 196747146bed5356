# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/.../pools: IP pools, listed, made, changed and deleted."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..allocation import Document
from ..network import Network
from ..network_configuration import POOL_DEFAULTS
from .answers import NO_CONTENT, Answer, Refusal, Request
from .network_parents import POOL, POOLS, NetworkParents
from .network_rules import check_pool
from .paging import LIST_ARGUMENTS, list_answer
from .pool_versions import OF_OLDER_VERSIONS, for_older_version, from_older_version
from .resetting import with_defaults
from .routing import Route
from .validation import check_body

FILTERS = ("access_zone", "alloc_method", "groupnet", "subnet")
#: Fields that the word "@DEFAULT" resets.
RESETTABLE = (
    "access_zone",
    "aggregation_mode",
    "alloc_method",
    "rebalance_policy",
    "sc_auto_unsuspend_delay",
    "sc_connect_policy",
    "sc_failover_policy",
    "sc_ttl",
)


class PoolsApi:
    """Handlers of pools."""

    def __init__(self, network: Network, zones: Callable[[], Mapping[str, Document]]) -> None:
        self._network = network
        self._zones = zones
        self._parents = NetworkParents(network)

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/network/pools", self.list_pools, (*LIST_ARGUMENTS, *FILTERS), 3),
            Route("GET", POOLS, self.list_pools, (*LIST_ARGUMENTS, "access_zone", "alloc_method"), 3),
            Route("POST", POOLS, self.create, ("force",), 3),
            Route("GET", POOL, self.get, (), 3),
            Route("PUT", POOL, self.update, ("force",), 3),
            Route("DELETE", POOL, self.delete, (), 3),
        ]

    def list_pools(self, request: Request) -> Answer:
        parents = {name: request.names[name] for name in ("groupnet", "subnet") if name in request.names}
        if parents:
            self._parents.subnet(request)

        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            wanted = {name: query[name][0] for name in FILTERS if name in query} | parents
            if wanted.get("alloc_method", "static") not in ("static", "dynamic", "externally_managed"):
                value = wanted["alloc_method"]
                raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{value}' for argument 'alloc_method'", "alloc_method")
            with self._network.lock:
                pools = [self._network.pools[pool_id] for pool_id in sorted(self._network.pools)]
            found = [pool for pool in pools if all(pool[name] == value for name, value in wanted.items())]
            return [for_older_version(pool, request.version) for pool in found]

        return list_answer(request, "pools", listing)

    def get(self, request: Request) -> Answer:
        return Answer.of({"pools": [for_older_version(self._parents.pool(request), request.version)]})

    def create(self, request: Request) -> Answer:
        fields = from_older_version(request.json_body(), request.version)
        check_body(fields, "pool_create", OF_OLDER_VERSIONS)
        with self._network.lock:
            subnet = self._parents.subnet(request)
            pool = new_pool(subnet, with_defaults(fields, {}))
            if pool["id"] in self._network.pools:
                raise Refusal("AEC_CONFLICT", f"Pool '{pool['id']}' already exists", "name")
            self._check(pool, subnet, request)
            self._network.store_pool(pool)
            self._network.changed()
        return Answer.of({"id": pool["id"]}, status=201)

    def update(self, request: Request) -> Answer:
        body = from_older_version(request.json_body(), request.version)
        check_body(body, "pool_update", OF_OLDER_VERSIONS)
        fields = with_defaults(body, {name: POOL_DEFAULTS[name] for name in RESETTABLE})
        with self._network.lock:
            old, subnet = self._parents.pool(request), self._parents.subnet(request)
            # A list is replaced whole, an absent field is kept.
            pool = {**old, **fields}
            pool["id"] = f"{subnet['id']}.{pool['name']}"
            if pool["id"] != old["id"]:
                self._rename(old, pool)
            self._check(pool, subnet, request, replaces=old["id"])
            self._network.store_pool(pool, replaces=old["id"])
            self._network.changed()
        return NO_CONTENT

    def _rename(self, old: Document, pool: Document) -> None:
        if pool["id"] in self._network.pools:
            raise Refusal("AEC_CONFLICT", f"Pool '{pool['id']}' already exists", "name")
        if old["rules"]:
            raise Refusal("AEC_CONFLICT", f"Pool '{old['id']}' has provisioning rules and cannot be renamed", "name")
        self._network.renamed(old["id"], pool["id"])

    def _check(self, pool: Document, subnet: Document, request: Request, replaces: str = "") -> None:
        check_pool(self._network, pool, subnet, self._zones(), replaces, force=request.flag("force"))

    def delete(self, request: Request) -> Answer:
        with self._network.lock:
            pool = self._parents.pool(request)
            self._network.forget_rules(self._network.rules_of(pool["id"]))
            self._network.forget_pool(pool["id"])
            self._network.changed()
        return NO_CONTENT


def new_pool(subnet: Document, fields: Mapping[str, Any]) -> Document:
    """Make a pool of a subnet with OneFS's defaults for what `fields` does not say."""
    return {
        **copy.deepcopy(POOL_DEFAULTS),
        "addr_family": subnet["addr_family"],
        "groupnet": subnet["groupnet"],
        "subnet": subnet["name"],
        "id": f"{subnet['id']}.{fields['name']}",
        **copy.deepcopy(dict(fields)),
    }
