# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the light pair: one network namespace, one root file system, one sshd and one PAPI listener for each cluster."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from .. import pki, world
from ..cluster import Cluster
from ..cluster_faults import ClusterFaults
from ..description import PAPI_PORT
from ..fault_switchboard import FaultSwitchboard
from ..node_servers import ANCHORS, SSHD
from ..site import DATA, MANAGEMENT, ClusterSite
from ..sudoers_sync import SudoersSync
from ..supervisor import Supervisor
from .light_site import ENTRANCE, block
from .recorded_node import RecordedFiles, RecordedNode
from .recorded_state import record_clients, record_first_syncs
from .size import LightSize


class LightSupervisor(Supervisor):
    """Owns every part of one light pair."""

    cluster_options = {"one_listener": True, "job_visible_after_seconds": 0.0, "job_minimum_seconds": 0.0}

    def __init__(self, size: LightSize, linger: bool, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._size = size
        self._linger = linger
        self._sshd: dict[str, subprocess.Popen[bytes]] = {}

    def _host_keys(self) -> dict[str, str]:
        """One server, one key, at the addresses of all nodes."""
        found = {}
        for cluster in self.site.clusters:
            public = pki.make_ssh_key(self.state / f"host_key_{cluster.name}")
            found |= {node.management_address: public for node in cluster.nodes}
        return found

    def _hosts(self) -> None:
        world.prepare()
        world.add_switch()
        near = (self.site.dns, self.site.controller, *self.site.clients)
        for cluster in self.site.clusters:
            last = ENTRANCE[cluster.name]
            world.add_host(cluster.name, ("ext-1", "mgmt-1"))
            for interface, (base, prefixlen) in (("mgmt-1", MANAGEMENT), ("ext-1", DATA)):
                world.add_address(cluster.name, interface, f"{base}{last}", prefixlen)
            # The kernel holds none of the nodes' addresses, and answers at all of them.
            for local in (
                f"{cluster.subnets[0].base_address}/{cluster.subnets[0].prefixlen}",
                *cluster.service_addresses,
            ):
                world.run(["ip", "-n", cluster.name, "route", "add", "local", local, "dev", "lo"])
        for host in near:
            world.add_host(host.name, list(host.addresses))
            for interface, address in host.addresses.items():
                world.add_address(host.name, interface, address, (MANAGEMENT if interface == "mgmt-1" else DATA)[1])
            self._add_routes(host.name, (MANAGEMENT if "mgmt-1" in host.addresses else DATA)[0], self.site.clusters)
        for cluster in self.site.clusters:
            others = tuple(other for other in self.site.clusters if other is not cluster)
            self._add_routes(cluster.name, MANAGEMENT[0], others)

    @staticmethod
    def _add_routes(host: str, base: str, clusters: tuple[ClusterSite, ...]) -> None:
        for cluster in clusters:
            way = ["via", f"{base}{ENTRANCE[cluster.name]}"]
            world.run(["ip", "-n", host, "route", "add", str(block(cluster.name)), *way])

    def _root_file_systems(self) -> None:
        base = self._root_folder()
        for cluster in self.site.clusters:
            ifs = self.state / "clusters" / cluster.name / "ifs"
            ifs.mkdir(parents=True)
            world.name_host(cluster.name)
            root = self.roots[cluster.name] = world.add_root(base, cluster.name, {"/ifs": ifs})
            names = {node.name: node.management_address for node in cluster.nodes}
            # sudo asks where the host is that it runs on.
            names[cluster.name] = cluster.nodes[0].management_address
            self._install_ssh(cluster, root, "0.0.0.0", names, self.state / f"host_key_{cluster.name}")
            self.files[cluster.name] = RecordedFiles(ifs)
        for client in self.site.clients:
            (self.state / "clients" / client.name).mkdir(parents=True)

    def _servers(self) -> None:
        for cluster in self.site.clusters:
            root = self.roots[cluster.name]
            self.nodes[cluster.name] = [RecordedNode(node, cluster.name, root, self._linger) for node in cluster.nodes]
            self._write_anchors(cluster.name)
            log = self.state / "logs" / f"{cluster.name}.sshd.log"
            self._sshd[cluster.name] = world.start(cluster.name, root, SSHD, log)
            sync = SudoersSync([root])
            sync.start()
            self._sync.append(sync)
        for cluster in self.site.clusters:
            self._wait_port(cluster.name, cluster.nodes[0].management_address, 22)
        self._wait_port("dns", self.site.dns.addresses["mgmt-1"], 53)

    def _write_anchors(self, cluster: str) -> None:
        """Tell isi_for_array of the nodes; one that is down has no programs, and no process either."""
        anchors = [
            {"lnn": node.lnn, "name": node.name, **({"commands": node.commands} if node.powered else {"pid": 0})}
            for node in self.nodes[cluster]
        ]
        world.write(self.roots[cluster], ANCHORS, json.dumps(anchors))

    def _before_start(self) -> None:
        for cluster in self.clusters.values():
            record_clients(self.nodes[cluster.name], cluster.network.planned(), cluster.site, self._size)
            for node in self.nodes[cluster.name]:
                node.install()
        one, other = self.clusters.values()
        record_first_syncs(one.sync, other.sync)

    def _open_local_sockets(self, cluster: Cluster) -> None:
        """Programs on the nodes are on the first one: that is whose root file system it is."""
        cluster.open_local_sockets({1: self.roots[cluster.name]})

    def _wait_for_papi(self) -> None:
        for cluster in self.site.clusters:
            self._wait_port(cluster.name, cluster.nodes[0].management_address, PAPI_PORT)

    @staticmethod
    def _reaches(one: Cluster, other: Cluster) -> bool:
        return any(node.powered for node in one.nodes) and any(node.powered for node in other.nodes)

    def _faults(self) -> None:
        beginnings = ClusterFaults(self.clusters, self._stale_certificate).beginnings()
        self.faults = FaultSwitchboard(list(self.clusters), beginnings)

    def _power(self, question: dict[str, Any]) -> None:
        node = self._node(question)
        node.powered = question["state"] == "on"
        self._write_anchors(node.namespace)

    def _link(self, question: dict[str, Any]) -> None:
        raise ValueError("recorded nodes have no links that could drop")
