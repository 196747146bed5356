# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one does to a pool, and how it is: suspend and resume nodes, spread its addresses anew, status."""

from __future__ import annotations

from ..allocation import Document, members
from ..network import Network
from .answers import Answer, Refusal, Request
from .network_parents import POOL, NetworkParents
from .routing import Route
from .validation import check_body


class PoolActionsApi:
    """Handlers of pool actions and of pool status."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._parents = NetworkParents(network)

    def routes(self) -> list[Route]:
        return [
            Route("GET", POOL + "/status", self.status, ("show_all",), 15),
            Route("POST", POOL + "/sc-suspend-nodes", self.suspend, (), 3),
            Route("POST", POOL + "/sc-resume-nodes", self.resume, (), 3),
            Route("POST", POOL + "/rebalance-ips", self.rebalance, (), 3),
        ]

    def suspend(self, request: Request) -> Answer:
        return self._set_suspended(request, suspended=True)

    def resume(self, request: Request) -> Answer:
        return self._set_suspended(request, suspended=False)

    def _set_suspended(self, request: Request, suspended: bool) -> Answer:
        body = request.json_body()
        check_body(body, "sc_nodes_action")
        with self._network.lock:
            pool = self._parents.pool(request)
            unknown = [lnn for lnn in body["lnn"] if lnn not in {member["lnn"] for member in pool["ifaces"]}]
            if unknown and suspended:
                raise Refusal("AEC_BAD_REQUEST", f"Node {unknown[0]} is not a member of pool {pool['id']}", "lnn")
            before, named = set(pool["sc_suspended_nodes"]), set(body["lnn"])
            nodes = sorted(before | named if suspended else before - named)
            self._network.store_pool({**pool, "sc_suspended_nodes": nodes}, replaces=pool["id"])
            self._network.changed()
        return Answer.of({})

    def rebalance(self, request: Request) -> Answer:
        for name in request.json_body():
            raise Refusal("AEC_BAD_REQUEST", f"Unknown field '{name}'", name)
        with self._network.lock:
            pool = self._parents.pool(request)
            # A static pool has nothing to spread: its addresses stay with their interfaces.
            self._network.changed(rebalance=[pool["id"]] if pool["alloc_method"] == "dynamic" else [])
        return Answer.of({})

    def status(self, request: Request) -> Answer:
        with self._network.lock:
            pool = self._parents.pool(request)
            nodes = [self._node_status(pool, lnn) for lnn in sorted({lnn for lnn, _ in members(pool)})]
        troubled = [node for node in nodes if not node["sc_dns_resolvable"]]
        status = {
            "id": pool["id"],
            # By default only nodes with a problem are listed.
            "nodes": nodes if request.flag("show_all") else troubled,
            "sc_dns_overview": {
                "needs_attention": len(troubled),
                "resolvable": len(nodes) - len(troubled),
                "sc_subnet": f"{pool['groupnet']}.{pool['sc_subnet']}" if pool["sc_subnet"] else None,
            },
            "total_configured_nodes": len(nodes),
        }
        return Answer.of({"status": status})

    def _node_status(self, pool: Document, lnn: int) -> Document:
        places = [place for place in members(pool) if place[0] == lnn]
        held = [one for one in self._network.applied.by_pool.get(pool["id"], ()) if one.lnn == lnn]
        usable = [one for one in held if not self._network.is_out(lnn, one.interface)]
        rests, running = self._network.rests(pool, lnn), self._network.smb_runs()
        powered = self._network.nodes[lnn].powered
        none = "none_usable" if held else "none_configured"
        return {
            "devid": lnn,
            "interface_status": {
                "total": len(places),
                "usable": sum(1 for place in places if not self._network.is_out(*place)),
            },
            "ip_status": "usable" if usable else none,
            "lnn": lnn,
            "node_state": "up" if powered else "down",
            "protocols_running": running and powered,
            "sc_dns_resolvable": bool(usable and powered and not rests and pool["sc_subnet"] and running),
            "suspended": rests,
        }
