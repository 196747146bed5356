# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network: groupnets, subnets, pools and their actions."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..allocation import Document, members
from ..network import POOL_DEFAULTS, Network
from .answers import NO_CONTENT, Answer, Refusal, Request
from .network_rules import check_pool, for_older_version, from_older_version, merged
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route
from .validation import check_body

POOLS = "/network/groupnets/{groupnet}/subnets/{subnet}/pools"
POOL = POOLS + "/{pool}"


class NetworkApi:
    """Handlers of groupnets, subnets and pools."""

    def __init__(
        self, network: Network, zones: Callable[[], Mapping[str, Document]], interfaces: Mapping[int, Sequence[str]]
    ) -> None:
        self._network = network
        self._zones = zones
        self._interfaces = interfaces

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/network/pools", self.list_pools, (*LIST_ARGUMENTS, *_POOL_FILTERS), 3),
            Route("GET", POOLS, self.list_pools, (*LIST_ARGUMENTS, "access_zone", "alloc_method"), 3),
            Route("POST", POOLS, self.create_pool, ("force",), 3),
            Route("GET", POOL, self.get_pool, (), 3),
            Route("PUT", POOL, self.update_pool, ("force",), 3),
            Route("DELETE", POOL, self.delete_pool, (), 3),
            Route("GET", POOL + "/status", self.pool_status, ("show_all",), 15),
            Route("POST", POOL + "/sc-suspend-nodes", self.suspend, (), 3),
            Route("POST", POOL + "/sc-resume-nodes", self.resume, (), 3),
            Route("POST", POOL + "/rebalance-ips", self.rebalance, (), 3),
            Route("GET", POOL + "/rules", self.list_rules, LIST_ARGUMENTS, 3),
            Route("GET", "/network/subnets", self.list_subnets, (*LIST_ARGUMENTS, "groupnet"), 3),
            Route("GET", "/network/groupnets/{groupnet}/subnets", self.list_subnets, LIST_ARGUMENTS, 3),
            Route("GET", "/network/groupnets/{groupnet}/subnets/{subnet}", self.get_subnet, (), 3),
            Route("GET", "/network/groupnets", self.list_groupnets, LIST_ARGUMENTS, 3),
            Route("GET", "/network/groupnets/{groupnet}", self.get_groupnet, (), 3),
            Route("GET", "/network/external", self.external, (), 3),
        ]

    # Parents

    def _groupnet(self, request: Request) -> Document:
        name = request.names["groupnet"]
        if name not in self._network.groupnets:
            raise Refusal("AEC_NOT_FOUND", f"Groupnet '{name}' does not exist", "groupnet")
        return self._network.groupnets[name]

    def _subnet(self, request: Request) -> Document:
        subnet_id = f"{self._groupnet(request)['id']}.{request.names['subnet']}"
        if subnet_id not in self._network.subnets:
            raise Refusal("AEC_NOT_FOUND", f"Subnet '{subnet_id}' does not exist", "subnet")
        return self._network.subnets[subnet_id]

    def _pool(self, request: Request) -> Document:
        pool_id = f"{self._subnet(request)['id']}.{request.names['pool']}"
        if pool_id not in self._network.pools:
            raise Refusal("AEC_NOT_FOUND", f"Pool '{pool_id}' does not exist", "pool")
        return self._network.pools[pool_id]

    # Pools

    def list_pools(self, request: Request) -> Answer:
        parents = {name: request.names[name] for name in ("groupnet", "subnet") if name in request.names}
        if parents:
            self._subnet(request)

        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            wanted = {name: query[name][0] for name in _POOL_FILTERS if name in query} | parents
            with self._network.lock:
                pools = [self._network.pools[pool_id] for pool_id in sorted(self._network.pools)]
                found = [pool for pool in pools if all(pool[name] == value for name, value in wanted.items())]
                return [for_older_version(pool, request.version) for pool in found]

        return list_answer(request, "pools", listing)

    def get_pool(self, request: Request) -> Answer:
        with self._network.lock:
            return Answer.of({"pools": [for_older_version(self._pool(request), request.version)]})

    def create_pool(self, request: Request) -> Answer:
        fields = from_older_version(request.json_body(), request.version)
        check_body(fields, "pool_create")
        with self._network.lock:
            subnet = self._subnet(request)
            pool_id = f"{subnet['id']}.{fields['name']}"
            if pool_id in self._network.pools:
                raise Refusal("AEC_CONFLICT", f"Pool '{pool_id}' already exists", "name")
            base = new_pool(subnet, {"name": fields["name"]})
            self._store(merged(base, fields), subnet)
        return Answer.of({"id": pool_id}, status=201)

    def update_pool(self, request: Request) -> Answer:
        fields = from_older_version(request.json_body(), request.version)
        check_body(fields, "pool_update")
        with self._network.lock:
            old = self._pool(request)
            subnet = self._subnet(request)
            pool = merged(old, fields)
            pool["id"] = f"{subnet['id']}.{pool['name']}"
            if pool["id"] != old["id"] and pool["id"] in self._network.pools:
                raise Refusal("AEC_CONFLICT", f"Pool '{pool['id']}' already exists", "name")
            self._store(pool, subnet, replaces=old["id"])
        return NO_CONTENT

    def _store(self, pool: Document, subnet: Document, replaces: str = "") -> None:
        others = [other for other in self._network.pools.values() if other["id"] not in (pool["id"], replaces)]
        check_pool(pool, subnet, others, self._zones(), self._interfaces)
        if replaces and replaces != pool["id"]:
            del self._network.pools[replaces]
            subnet["pools"].remove(replaces.rsplit(".", 1)[1])
        self._network.pools[pool["id"]] = pool
        if pool["name"] not in subnet["pools"]:
            subnet["pools"].append(pool["name"])
        self._network.changed()

    def delete_pool(self, request: Request) -> Answer:
        with self._network.lock:
            pool = self._pool(request)
            del self._network.pools[pool["id"]]
            self._subnet(request)["pools"].remove(pool["name"])
            self._network.changed()
        return NO_CONTENT

    # Actions

    def suspend(self, request: Request) -> Answer:
        return self._set_suspended(request, suspended=True)

    def resume(self, request: Request) -> Answer:
        return self._set_suspended(request, suspended=False)

    def _set_suspended(self, request: Request, suspended: bool) -> Answer:
        body = request.json_body()
        check_body(body, "sc_nodes_action")
        with self._network.lock:
            pool = self._pool(request)
            unknown = [lnn for lnn in body["lnn"] if lnn not in {member["lnn"] for member in pool["ifaces"]}]
            if unknown and suspended:
                raise Refusal("AEC_BAD_REQUEST", f"Node {unknown[0]} is not a member of pool {pool['id']}", "lnn")
            before = set(pool["sc_suspended_nodes"])
            pool["sc_suspended_nodes"] = sorted(before | set(body["lnn"]) if suspended else before - set(body["lnn"]))
            self._network.changed()
        return Answer.of({})

    def rebalance(self, request: Request) -> Answer:
        with self._network.lock:
            self._pool(request)
            self._network.changed()
        return Answer.of({})

    def list_rules(self, request: Request) -> Answer:
        self._pool(request)
        return list_answer(request, "rules", lambda query: [])

    def pool_status(self, request: Request) -> Answer:
        with self._network.lock:
            pool = self._pool(request)
            nodes = [self._node_status(pool, lnn) for lnn in sorted({lnn for lnn, _ in members(pool)})]
        resolvable = sum(1 for node in nodes if node["sc_dns_resolvable"])
        troubled = [node for node in nodes if not node["sc_dns_resolvable"]]
        status = {
            "id": pool["id"],
            # By default only nodes with a problem are listed.
            "nodes": nodes if request.flag("show_all") else troubled,
            "sc_dns_overview": {
                "needs_attention": len(troubled),
                "resolvable": resolvable,
                "sc_subnet": f"{pool['groupnet']}.{pool['sc_subnet']}" if pool["sc_subnet"] else "",
            },
            "total_configured_nodes": len(nodes),
        }
        return Answer.of({"status": status})

    def _node_status(self, pool: Document, lnn: int) -> Document:
        applied = self._network.applied
        total = sum(1 for member_lnn, _ in members(pool) if member_lnn == lnn)
        usable = sum(1 for one in applied.assignments if one.pool_id == pool["id"] and one.lnn == lnn)
        suspended = lnn in pool["sc_suspended_nodes"]
        running = self._network.smb_runs()
        return {
            "devid": lnn,
            "interface_status": {"total": total, "usable": usable},
            "ip_status": "usable" if usable else "none_configured",
            "lnn": lnn,
            "node_state": "up",
            "protocols_running": running,
            "sc_dns_resolvable": bool(usable and not suspended and pool["sc_subnet"] and running),
            "suspended": suspended,
        }

    # Subnets and groupnets

    def list_subnets(self, request: Request) -> Answer:
        if "groupnet" in request.names:
            self._groupnet(request)

        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            groupnet = request.names.get("groupnet") or query.get("groupnet", [""])[0]
            with self._network.lock:
                found = [one for one in self._network.subnets.values() if groupnet in ("", one["groupnet"])]
                return [_subnet_for(one, request.version) for one in found]

        return list_answer(request, "subnets", listing)

    def get_subnet(self, request: Request) -> Answer:
        with self._network.lock:
            return Answer.of({"subnets": [_subnet_for(self._subnet(request), request.version)]})

    def list_groupnets(self, request: Request) -> Answer:
        return list_answer(
            request, "groupnets", lambda query: [copy.deepcopy(one) for one in self._network.groupnets.values()]
        )

    def get_groupnet(self, request: Request) -> Answer:
        return Answer.of({"groupnets": [self._groupnet(request)]})

    def external(self, request: Request) -> Answer:
        settings: dict[str, Any] = {
            "default_groupnet": next(iter(self._network.groupnets)),
            "sbr": True,
            "sc_rebalance_delay": 0,
            "tcp_ports": [20, 21, 80, 445, 2049],
        }
        if request.version >= 16:
            settings["sc_server_ttl"] = self._network.server_ttl_seconds
        return Answer.of({"settings": settings})


_POOL_FILTERS = ("access_zone", "alloc_method", "groupnet", "subnet")


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


def _subnet_for(subnet: Document, version: int) -> Document:
    shown = copy.deepcopy(subnet)
    if version < 21:
        shown.pop("linklayer", None)
    if version < 16:
        shown.pop("firewall_policy", None)
    if version < 7:
        addresses = shown.pop("sc_service_addrs")
        shown["sc_service_addr"] = addresses[0]["low"] if addresses else ""
    return shown
