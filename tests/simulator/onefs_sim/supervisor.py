# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""First process of a pair: builds the world, starts the servers, answers the command line. When it ends, all is gone."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import os
import pathlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from . import pki, samba, site_dns, ssh_server, stale_certificates, world
from .cluster import Cluster
from .cluster_faults import ClusterFaults
from .description import PAPI_PORT, describe
from .fault_switchboard import FaultSwitchboard
from .login_rules import CHOICES, LoginRules
from .network_choices import NAMES, NetworkChoices
from .node import Files, Node
from .node_faults import NodeFaults
from .node_servers import NodeServers
from .release import Release, releases_of
from .site import DATA, MANAGEMENT, ClusterSite, PairSite
from .site_faults import SiteFaults
from .sudoers_sync import SudoersSync

READY_SECONDS = 30.0
# A node that does not answer so soon is not there.
REACH_SECONDS = 1.0
SSH_USERS = ("root", "svc-failover", "eyeglass")
NARROW_RULE = "svc-failover ALL=(root) NOPASSWD: /usr/bin/isi_for_array netstat -anW -p tcp\n"


class Supervisor:
    """Owns every part of one pair."""

    #: Arguments of a cluster beside the usual ones.
    cluster_options: Mapping[str, Any] = {}

    def __init__(
        self,
        name: str,
        state: pathlib.Path,
        apply_delay_seconds: float,
        prerequisites: bool,
        site: PairSite,
        releases: list[str],
        login_rules: LoginRules,
        choices: NetworkChoices,
        latency_seconds: float = 0.0,
        job_seconds: float | None = None,
    ) -> None:
        self.name = name
        self.latency_seconds = latency_seconds
        #: The least time that a SyncIQ job takes; nothing: as the kind of pair has it.
        self.job_seconds = job_seconds
        self.choices = choices
        self.state = state
        self.site = site
        self.apply_delay_seconds = apply_delay_seconds
        self.prerequisites = prerequisites
        self.login_rules = login_rules
        self.releases: dict[str, Release] = releases_of(releases, tuple(one.name for one in self.site.clusters))
        self.roots: dict[str, pathlib.Path] = {}
        self.nodes: dict[str, list[Node]] = {}
        self.files: dict[str, Files] = {}
        self.clusters: dict[str, Cluster] = {}
        self.servers: dict[str, NodeServers] = {}
        self._sync: list[SudoersSync] = []
        self._began = time.monotonic()
        (state / "logs").mkdir(exist_ok=True)

    def build(self) -> None:
        """Bring everything up, part by part."""
        for title, part in (
            ("keys and certificates", self._keys),
            ("switch and hosts", self._hosts),
            ("root file systems", self._root_file_systems),
            ("site DNS (BIND)", self._dns),
            ("SMB (Samba) and SSH (OpenSSH, sudo) on every node", self._servers),
            ("clusters: platform API, SmartConnect, SyncIQ", self._start_clusters),
            ("faults", self._faults),
        ):
            started = time.monotonic()
            part()
            print(f"{title}: {time.monotonic() - started:.1f} s", flush=True)
        (self.state / "status.json.new").write_text(json.dumps(self.status(), indent=2), encoding="utf-8")
        os.replace(self.state / "status.json.new", self.state / "status.json")
        print(f"up after {time.monotonic() - self._began:.1f} s", flush=True)

    def _keys(self) -> None:
        self._ca = pki.make_ca(self.state)
        self._tls = {
            cluster.name: pki.make_server(self.state, self._ca, *_certified(cluster)) for cluster in self.site.clusters
        }
        self._ssh_keys = {user: self.state / f"id_{user.split('-')[0]}" for user in SSH_USERS}
        for path in self._ssh_keys.values():
            pki.make_ssh_key(path)
        known = [f"{address} {public}\n" for address, public in self._host_keys().items()]
        (self.state / "known_hosts").write_text("".join(known), encoding="ascii")
        (self.state / "resolv.conf").write_text(
            f"nameserver {self.site.dns.addresses['mgmt-1']}\noptions timeout:1 attempts:2\n", encoding="ascii"
        )
        (self.state / "resolv.client.conf").write_text(
            f"nameserver {self.site.dns.addresses['ext-1']}\noptions timeout:1 attempts:2\n", encoding="ascii"
        )

    def _host_keys(self) -> dict[str, str]:
        """Make the key of every SSH server; return the public ones by address."""
        return {
            node.management_address: pki.make_ssh_key(self.state / f"host_key_{node.name}")
            for cluster in self.site.clusters
            for node in cluster.nodes
        }

    def _hosts(self) -> None:
        world.prepare()
        world.add_switch()
        for cluster in self.site.clusters:
            for node in cluster.nodes:
                world.add_host(node.name, node.interfaces)
                world.add_address(node.name, "mgmt-1", node.management_address, MANAGEMENT[1])
        for host in (self.site.dns, self.site.controller, *self.site.clients):
            world.add_host(host.name, list(host.addresses))
            for interface, address in host.addresses.items():
                world.add_address(host.name, interface, address, (MANAGEMENT if interface == "mgmt-1" else DATA)[1])
            for interface, address, prefixlen in host.more_addresses:
                world.add_address(host.name, interface, address, prefixlen)
        # The client with a kernel of its own reads raw frames from this link; see tests/ledger.
        world.add_link("client2", "uml0")
        world.turn_offload_off("client2", "uml0")
        world.turn_offload_off(world.SWITCH, "client2.uml0")

    def _root_folder(self) -> pathlib.Path:
        """Make the folder of the root file systems, with that of the DNS server."""
        base = self.state / "world"
        base.mkdir(exist_ok=True)
        world.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(base)])
        world.name_host("dns")
        self.roots["dns"] = world.add_root(base, "dns", {})
        return base

    def _install_ssh(
        self, cluster: ClusterSite, root: pathlib.Path, address: str, names: dict[str, str], host_key: pathlib.Path
    ) -> None:
        """Write what a node needs for SSH, sudo and its commands."""
        passwords = {user: self.site.credentials[user] for user in ("svc-failover", "root")}
        ssh_server.install(root, address, names, host_key, self._ssh_keys, passwords)
        release = self.releases[cluster.name]
        version = f"Isilon OneFS {release.number} (Release, Build {release.build})\n"
        world.write(root, "/etc/onefs-sim-version", version)
        if self.prerequisites:
            for path in (ssh_server.OVERRIDE, ssh_server.RENDERED):
                world.write(root, path, ssh_server.SUDOERS + NARROW_RULE, 0o440)

    def _root_file_systems(self) -> None:
        base = self._root_folder()
        for cluster in self.site.clusters:
            ifs = self.state / "clusters" / cluster.name / "ifs"
            for zone in cluster.zones:
                folder = ifs / zone.path.removeprefix("/ifs").lstrip("/")
                folder.mkdir(parents=True, exist_ok=True)
                if zone.name != "System":
                    os.chown(folder, ssh_server.ACCOUNTS[self.site.smb_user], 100)
            for node in cluster.nodes:
                world.name_host(node.name)
                self.roots[node.name] = world.add_root(base, node.name, {"/ifs": ifs})
                self._install_ssh(
                    cluster,
                    self.roots[node.name],
                    node.management_address,
                    {each.name: each.management_address for each in cluster.nodes},
                    self.state / f"host_key_{node.name}",
                )
            self.files[cluster.name] = Files(ifs, [self.roots[node.name] for node in cluster.nodes])
            for zone in cluster.zones:
                if zone.name != "System":
                    self.files[cluster.name].separate(zone.path)
        for client in self.site.clients:
            (self.state / "clients" / client.name).mkdir(parents=True)

    def _dns(self) -> None:
        site_dns.install(self.roots["dns"], self.site)
        address = self.site.dns.addresses["mgmt-1"]
        self.dns = site_dns.SiteDns(
            self.roots["dns"],
            self.site,
            self.state / "logs" / "dns.named.log",
            lambda: self._wait_port("dns", address, 53),
        )
        self.dns.start()

    def _servers(self) -> None:
        first: pathlib.Path | None = None
        for cluster in self.site.clusters:
            self.nodes[cluster.name] = [Node(node, self.roots[node.name]) for node in cluster.nodes]
            servers = NodeServers(self.nodes[cluster.name], self.state / "logs")
            for node in self.nodes[cluster.name]:
                samba.configure(node.root, cluster.name)
                for zone in cluster.zones:
                    samba.write_zone(node.root, zone.name, [])
                if first is None:
                    samba.add_account(node.root, self.site.smb_user, self.site.smb_password)
                    first = node.root
                else:
                    samba.copy_accounts(first, node.root)
                servers.start(node)
                self.servers[node.name] = servers
            sync = SudoersSync([node.root for node in self.nodes[cluster.name]])
            sync.start()
            self._sync.append(sync)
        for nodes in self.nodes.values():
            for node in nodes:
                self._wait_until_up(node)
        self._wait_port("dns", self.site.dns.addresses["mgmt-1"], 53)

    def _start_clusters(self) -> None:
        for cluster in self.site.clusters:
            nodes = self.nodes[cluster.name]
            self.clusters[cluster.name] = Cluster(
                cluster,
                nodes,
                self.files[cluster.name],
                *self._tls[cluster.name],
                self.site.credentials,
                self.apply_delay_seconds,
                release=self.releases[cluster.name],
                latency_seconds=self.latency_seconds,
                **self.cluster_options
                | ({} if self.job_seconds is None else {"job_minimum_seconds": self.job_seconds}),
            )
            self.clusters[cluster.name].network.choices = self.choices
        for built in self.clusters.values():
            built.sessions.rules = self.login_rules
        one, other = self.clusters.values()
        one.connect_peer(other)
        one.sync.peer_reachable = lambda: self._reaches(one, other)
        other.sync.peer_reachable = lambda: self._reaches(other, one)
        self._before_start()
        for started in self.clusters.values():
            started.start()
            self._open_local_sockets(started)
        self._wait_for_papi()

    def _before_start(self) -> None:
        """Prepare clusters that are made and not started; here they begin empty."""

    def _open_local_sockets(self, cluster: Cluster) -> None:
        cluster.open_local_sockets({node.lnn: node.root for node in self.nodes[cluster.name]})

    def _wait_for_papi(self) -> None:
        for site in self.site.clusters:
            for node in site.nodes:
                self._wait_port(node.name, node.management_address, PAPI_PORT)

    @staticmethod
    def _reaches(one: Cluster, other: Cluster) -> bool:
        """Whether any node of a cluster reaches any of another."""
        pairs = [(near.name, far.management_address) for near in one.nodes if near.powered for far in other.site.nodes]
        with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, len(pairs))) as pool:
            return any(pool.map(lambda pair: world.answers(*pair, PAPI_PORT, REACH_SECONDS), pairs))

    def _stale_certificate(self, name: str, variant: str) -> tuple[pathlib.Path, pathlib.Path]:
        site = next(one for one in self.site.clusters if one.name == name)
        return stale_certificates.make(self.state / "stale" / variant, self._ca, variant, *_certified(site))

    def _faults(self) -> None:
        of_clusters = ClusterFaults(self.clusters, self._stale_certificate).beginnings()
        of_nodes = NodeFaults(self.nodes, self.servers, self._wait_until_up).beginnings()
        site = SiteFaults(self.site, self.clusters, self.dns, of_clusters)
        self.faults = FaultSwitchboard(site.places(), {**of_clusters, **of_nodes, **site.beginnings()})

    def _wait_until_up(self, node: Node) -> None:
        self._wait_port(node.name, node.site.management_address, 22)
        self._wait_port(node.name, "127.0.0.1", 445)

    def _wait_port(self, host: str, address: str, port: int) -> None:
        """Wait until a server answers, seen from its own host."""
        deadline = time.monotonic() + READY_SECONDS
        while not world.answers(host, address, port, 1.0):
            if time.monotonic() > deadline:
                raise world.WorldError(f"{host}: nothing answers at {address} port {port}; see {self.state / 'logs'}")
            time.sleep(0.02)

    def status(self) -> dict[str, Any]:
        """Return all that another program needs to use the pair."""
        return describe(self.name, self.state, self.site, self.nodes, self._ssh_keys)

    def _cluster(self, question: dict[str, Any]) -> Cluster:
        name = str(question["cluster"])
        if name not in self.clusters:
            raise ValueError(f"the pair '{self.name}' has no cluster '{name}'; it has: {', '.join(self.clusters)}")
        return self.clusters[name]

    def _node(self, question: dict[str, Any]) -> Node:
        name = str(question["node"])
        found = {node.name: node for nodes in self.nodes.values() for node in nodes}
        if name not in found:
            raise ValueError(f"the pair '{self.name}' has no node '{name}'; it has: {', '.join(found)}")
        return found[name]

    def _power(self, question: dict[str, Any]) -> None:
        node = self._node(question)
        on = question["state"] == "on"
        if node.powered == on:
            return
        if not on:
            self.servers[node.name].power_off(node)
            return
        self.servers[node.name].power_on(node)
        self._wait_until_up(node)

    def _link(self, question: dict[str, Any]) -> None:
        world.set_link(str(question["host"]), str(question["interface"]), question["state"] == "up")

    def _login_rules(self, question: dict[str, Any]) -> dict[str, Any]:
        sessions = self._cluster(question).sessions
        sessions.rules = sessions.rules.with_changes({name: question.get(name) for name in CHOICES})
        if question["expire_sessions"]:
            sessions.expire_all()
        return dataclasses.asdict(sessions.rules)

    def answer(self, question: dict[str, Any]) -> Any:
        """Answer one question of the command line."""
        verbs: dict[str, Callable[[], Any]] = {
            "status": self.status,
            "config": lambda: self._cluster(question).configuration(),
            "calls": lambda: self._cluster(question).calls(question.get("since") or 0.0),
            "work": lambda: self._cluster(question).work.since(question.get("since") or 0.0),
            "serving": lambda: {name: cluster.serving() for name, cluster in self.clusters.items()},
            "inject": lambda: self.faults.inject(question["place"], question["fault"], question["options"]),
            "faults": lambda: self.faults.listing(question["place"]),
            "clear": lambda: self.faults.clear(question["place"]),
            "node": lambda: self._power(question),
            "link": lambda: self._link(question),
            "login-rules": lambda: self._login_rules(question),
            "license": lambda: self._cluster(question).licenses.set_status(question["license"], question["status"]),
            "smartconnect": lambda: self._cluster(question).choose({name: question.get(name) for name in NAMES}),
        }
        return verbs[question["verb"]]()


def _certified(cluster: ClusterSite) -> tuple[str, list[str], list[str]]:
    """Return what a cluster's certificate says: its name, its addresses and the names that it goes by."""
    return (
        cluster.name,
        [node.management_address for node in cluster.nodes],
        [f"{cluster.name}.example.com", *(node.name for node in cluster.nodes)],
    )
