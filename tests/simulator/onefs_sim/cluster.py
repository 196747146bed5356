# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One simulated OneFS cluster: network, zones, SyncIQ, API servers, SmartConnect."""

from __future__ import annotations

import hashlib
import os
import pathlib
import ssl
from collections.abc import Mapping, Sequence
from typing import Any

from . import cluster_documents
from .access_zones import AccessZones
from .accounts import Accounts
from .allocation import Document
from .clock import ClusterClock
from .command_listener import CommandListener
from .disk_space import DiskSpace
from .domain import Domain
from .domain_membership import DomainMembership
from .faults import Fault, FaultInForce, FaultList
from .licensing import Licenses
from .network import Network
from .papi.ads_providers import AdsProvidersApi
from .papi.cluster_identity import ClusterIdentity, ClusterIdentityApi
from .papi.cluster_nodes import ClusterNodesApi
from .papi.cluster_server import ClusterPapiServer
from .papi.licenses import LicensesApi
from .papi.namespace import NamespaceApi
from .papi.network import network_routes
from .papi.other_services import OtherServices, OtherServicesApi
from .papi.privileges import Gate
from .papi.quotas import QuotasApi
from .papi.roles import RolesApi
from .papi.routing import Router
from .papi.server import Front, PapiServer, tls_context
from .papi.session import SessionStore
from .papi.smb_sessions import SmbSessionsApi
from .papi.smb_settings import SmbSettingsApi
from .papi.smb_shares import SmbSharesApi
from .papi.snapshots import SnapshotsApi
from .papi.socket_server import SocketServer
from .papi.statistics import StatisticsApi
from .papi.synciq import SyncIqApi
from .papi.synciq_jobs import SyncIqJobsApi
from .papi.synciq_reports import SyncIqReportsApi
from .papi.synciq_settings import SyncIqSettingsApi
from .papi.writable_snapshots import WritableSnapshotsApi
from .papi.zones import ZonesApi
from .ports import FilesPort, NodePort
from .release import DEFAULT, Release
from .site import DOMAIN, DOMAIN_ADMINISTRATOR, ClusterSite
from .smartconnect import SmartConnect
from .snapshots import Snapshots
from .synciq import SyncIq
from .synciq_jobs import sync_work
from .synciq_scheduler import Scheduler
from .work_record import WorkRecord
from .writable_snapshots import WritableSnapshots

#: Not listed by `configuration`: SyncIQ's own state, and the journal of the failover under test.
HIDDEN_FOLDERS = ("/ifs/.ifsvar", "/ifs/.seamless_smb_failover", "/ifs/.snapshot")


class Cluster:
    """A cluster; `start` brings its addresses and services up on its nodes."""

    def __init__(
        self,
        site: ClusterSite,
        nodes: Sequence[NodePort],
        files: FilesPort,
        tls_cert: pathlib.Path,
        tls_key: pathlib.Path,
        credentials: Mapping[str, str],
        apply_delay_seconds: float,
        *,
        release: Release = DEFAULT,
        papi_port: int = 8080,
        dns_port: int = 53,
        job_visible_after_seconds: float = 0.1,
        job_minimum_seconds: float = 0.3,
        one_listener: bool = False,
        latency_seconds: float = 0.0,
    ) -> None:
        """`one_listener`: the nodes share a network namespace, and one server answers at the addresses of all."""
        self.site = site
        self.name = site.name
        self.release = release
        self.nodes = tuple(nodes)
        self.files = files
        self.faults = FaultList()
        self.space = DiskSpace()
        self.clock = ClusterClock()
        #: What it was busy with, from when to when.
        self.work = WorkRecord()
        self.licenses = Licenses(self.clock)
        self.accounts = Accounts(credentials)
        self.gate = Gate(self.accounts)
        self.sessions = SessionStore(self.accounts, site.name, self.clock)
        self.tls = tls_context(str(tls_cert), str(tls_key))
        self._papi_port = papi_port
        self.network = Network(
            nodes,
            cluster_documents.groupnets(site),
            cluster_documents.subnets(site),
            cluster_documents.pools(site),
            {node.lnn: node.interfaces for node in site.nodes},
            apply_delay_seconds,
            self.faults,
        )
        self.zones = AccessZones(nodes, cluster_documents.zones(site), cluster_documents.shares(site))
        self.network.ask_smb_service(self.zones.smb_runs)
        self.network.work = self.work
        self.sync = SyncIq(
            site.name,
            site.guid,
            site.nodes[0].management_address,
            files,
            cluster_documents.policies(site),
            self.faults,
            job_visible_after_seconds,
            job_minimum_seconds,
            self.clock,
        )
        self.sync.work = self.work
        self.scheduler = Scheduler(self.sync)
        self.sync.demand_space = self.space.demand
        self.membership = DomainMembership(
            site.name, Domain(DOMAIN.upper(), *DOMAIN_ADMINISTRATOR), lambda: list(self.network.pools.values())
        )
        self.snapshots = Snapshots(files, self.clock)
        self.other_services = OtherServices()
        self.writable = WritableSnapshots(files, self.clock, self.snapshots, self.sync.protects)
        self._front = Front(
            self.sessions,
            self._router(),
            NamespaceApi(files, self.sync.protects, self.space.demand).answer,
            self.faults,
            release.papi,
            self.clock,
            self.gate,
            self.work,
        )
        self._front.latency_seconds = latency_seconds
        self._one_listener = one_listener
        self._papi_servers: list[PapiServer] = []
        self._local_servers: list[SocketServer | CommandListener] = []
        self.smartconnect = SmartConnect(self.network, dns_port)
        self.network.services_moved = self.smartconnect.follow

    def _router(self) -> Router:
        identity = ClusterIdentity(self.site.name, self.site.guid, self.release)
        return Router(
            [
                *ClusterIdentityApi(identity, self.nodes, self.clock, self._external_addresses).routes(),
                *ClusterNodesApi(identity, self.nodes, self.files).routes(),
                *LicensesApi(self.licenses, self.site.guid).routes(),
                *network_routes(self.network, lambda: self.zones.zones),
                *ZonesApi(self.zones, self.network, self.files, self.network.changed).routes(),
                *SmbSharesApi(self.zones, self.files).routes(),
                *SmbSettingsApi(self.zones, self._smb_service_switched).routes(),
                *SmbSessionsApi(self.network.nodes, lambda: self.zones.smb_choices).routes(),
                *SyncIqApi(self.sync).routes(),
                *SyncIqJobsApi(self.sync).routes(),
                *SyncIqReportsApi(self.sync).routes(),
                *SyncIqSettingsApi(self.sync).routes(),
                *RolesApi(self.accounts).routes(),
                *AdsProvidersApi(self.membership).routes(),
                *OtherServicesApi(self.other_services, lambda: self.zones.zones).routes(),
                *QuotasApi(self.files, self.licenses, lambda: self.zones.zones).routes(),
                *SnapshotsApi(self.snapshots, self.files, self.licenses).routes(),
                *WritableSnapshotsApi(self.writable, self.snapshots, self.licenses).routes(),
                *StatisticsApi(self.nodes, self.files, self.clock).routes(),
            ],
            self.gate.platform,
        )

    def _external_addresses(self) -> list[str]:
        return sorted(assignment.address for assignment in self.network.applied.assignments)

    def _smb_service_switched(self) -> None:
        """Off: no address serves anything, and every session ends, on all nodes, in all zones."""
        self.network.serve_again()
        if self.zones.smb_runs():
            return
        for node in self.nodes:
            for session in node.smb_sessions():
                try:
                    node.close_smb_session(session.session_id)
                except LookupError:
                    continue

    def connect_peer(self, other: Cluster) -> None:
        """Let SyncIQ of the two clusters know each other; both directions at once, before either starts."""
        self.sync.peer, other.sync.peer = other.sync, self.sync
        # One lock for the pair: a job writes down its end on both sides, in either direction.
        other.sync.lock = self.sync.lock
        other.membership.domain = self.membership.domain

    def start(self) -> None:
        """Bring addresses, shares and services up. The cluster of a pair that starts last does the first syncs."""
        for zone in self.zones.zones.values():
            self.files.path(zone["path"]).mkdir(parents=True, exist_ok=True)
        self.zones.tell_nodes()
        self.membership.join()
        self.network.start()
        self._papi_servers += self._listeners()
        for server in self._papi_servers:
            server.start()
        peer = self.sync.peer
        if peer is not None and peer.is_running:
            self.sync.is_running = True
            for sync in (self.sync, peer):
                _first_syncs(sync)
        self.sync.is_running = True
        self.scheduler.start()

    def _listeners(self) -> list[PapiServer]:
        if self._one_listener:
            addresses = {node.management_address: node.lnn for node in self.site.nodes}
            return [ClusterPapiServer(self.nodes, addresses, self._papi_port, self.tls, self._front)]
        return [
            PapiServer(node, node_site.management_address, self._papi_port, self.tls, self._front)
            for node, node_site in zip(self.nodes, self.site.nodes, strict=True)
        ]

    def open_local_sockets(self, roots: Mapping[int, pathlib.Path]) -> None:
        """Let programs on a node, whose root file system is given by its LNN, call the API without log-in, and tell of their work."""
        for lnn, root in roots.items():
            for server in (SocketServer(root, lnn, self._front), CommandListener(root, self.work)):
                self._local_servers.append(server)
                server.start()

    def stop(self) -> None:
        """End the services; addresses stay as they are, as on nodes that lost power."""
        self._front.stopping.set()
        self.scheduler.stop()
        self.sync.stop()
        for papi_server in (*self._papi_servers, *self._local_servers):
            papi_server.stop()
        self.network.stop()
        self.smartconnect.stop()

    def serving(self) -> Document:
        """Return by access zone at which addresses its shares are served now, and whether clients may write there."""
        found: Document = {
            name: {"addresses": [], "writable": self.zones.smb_runs() and not self.sync.protects(zone["path"])}
            for name, zone in self.zones.zones.items()
        }
        links = {lnn: node.links() for lnn, node in self.network.nodes.items() if node.powered}
        for assignment in self.network.applied.assignments:
            # A node that was cut off at the switch believes that it serves; no client reaches it.
            linked = links.get(assignment.lnn, {assignment.interface: False}).get(assignment.interface, True)
            if linked and assignment.zone in found:
                found[assignment.zone]["addresses"].append(assignment.address)
        return found

    def choose(self, words: Mapping[str, Any]) -> dict[str, Any]:
        """Change what a tester may choose of the network; return all of it."""
        self.network.choices = self.network.choices.changed(words)
        return self.network.choices.to_dict()

    def present(self, tls: ssl.SSLContext) -> None:
        """Let every node's API present another certificate."""
        self.tls = tls
        for server in self._papi_servers:
            server.present(tls)

    def inject(self, fault: Fault) -> FaultInForce:
        return self.faults.add(fault)

    def calls(self, moment: float) -> list[dict[str, Any]]:
        """Return the calls of the API since a moment, in their order."""
        return self._front.calls.since(moment)

    def configuration(self) -> Document:
        """Return what an administrator configured, and the files: equal before and after means nothing was left."""
        return {
            "cluster": self.name,
            "domain": self.membership.configuration(),
            "roles": self.accounts.configuration(),
            "network": self.network.configuration(),
            **self.zones.configuration(),
            "synciq": self.sync.configuration(),
            "snapshots": self.snapshots.configuration(),
            "writable_snapshots": sorted(one.path for one in self.writable.active()),
            "files": self._file_digests(),
        }

    def _file_digests(self) -> dict[str, str]:
        root = self.files.path("/ifs")
        hidden = {str(self.files.path(folder)) for folder in HIDDEN_FOLDERS}
        digests: dict[str, str] = {}
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(one for one in folders if str(pathlib.Path(folder, one)) not in hidden)
            for name in sorted(names):
                path = pathlib.Path(folder, name)
                shown = "/ifs/" + str(path.relative_to(root))
                if path.is_symlink():
                    digests[shown] = f"link to {os.readlink(path)}"
                elif path.is_file():
                    digests[shown] = hashlib.sha256(path.read_bytes()).hexdigest()
        return digests


def _first_syncs(sync: SyncIq) -> None:
    for policy in list(sync.policies.values()):
        if not policy["has_sync_state"]:
            sync.run_now(policy, "run", sync_work(sync, policy))
