# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groupnets, subnets, pools, and the loop that brings a changed configuration to the nodes a moment later."""

from __future__ import annotations

import copy
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .allocation import Assignment, Document, addresses_of, allocate_all
from .faults import FaultList
from .ports import NodePort

LOG = logging.getLogger("onefs_sim.network")

POOL_DEFAULTS: Document = {
    "access_zone": "System",
    "aggregation_mode": "loadbalance",
    "alloc_method": "static",
    "description": "",
    "external_manager": "",
    "firewall_policy": "default_pools_policy",
    "ifaces": [],
    "ipv6_perform_dad": False,
    "linklayer": "ethernet",
    "nfs_rroce_only": False,
    "ranges": [],
    "rebalance_policy": "auto",
    "rules": [],
    "sc_connect_policy": "round_robin",
    "sc_dns_zone": "",
    "sc_dns_zone_aliases": [],
    "sc_failover_policy": "round_robin",
    "sc_subnet": "",
    "sc_suspended_nodes": [],
    "sc_ttl": 0,
    "static_routes": [],
}


@dataclass(frozen=True)
class SmartConnectService:
    """An address on which SmartConnect answers, and the subnet that it belongs to."""

    address: str
    prefixlen: int
    subnet_id: str
    interface: str
    lnn: int


@dataclass(frozen=True)
class AppliedNetwork:
    """What the nodes have been told: the state that clients meet."""

    assignments: tuple[Assignment, ...] = ()
    pools: Mapping[str, Document] = field(default_factory=dict)


class Network:
    """The network configuration of one cluster. Documents are what PAPI shows."""

    def __init__(
        self,
        nodes: Sequence[NodePort],
        groupnets: Sequence[Document],
        subnets: Sequence[Document],
        pools: Sequence[Document],
        services: Sequence[SmartConnectService],
        apply_delay_seconds: float,
        faults: FaultList,
    ) -> None:
        self.lock = threading.RLock()
        self.nodes = {node.lnn: node for node in nodes}
        self.groupnets = {document["id"]: document for document in groupnets}
        self.subnets = {document["id"]: document for document in subnets}
        self.pools = {document["id"]: document for document in pools}
        self.services = tuple(services)
        self.applied = AppliedNetwork()
        self.apply_delay_seconds = apply_delay_seconds
        #: TTL of NS and SOA records.
        self.server_ttl_seconds = 900
        self._faults = faults
        self.smb_runs: Callable[[], bool] = lambda: True
        self._queue: deque[tuple[float, AppliedNetwork]] = deque()
        self._wake = threading.Condition(self.lock)
        self._applying = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._apply_loop, name="network-apply", daemon=True)

    def ask_smb_service(self, smb_runs: Callable[[], bool]) -> None:
        """Let the network know whether the SMB service is on: without it no address serves a zone."""
        self.smb_runs = smb_runs

    def start(self) -> None:
        for service in self.services:
            self.nodes[service.lnn].add_address(service.interface, service.address, service.prefixlen)
        self._apply(self._desired())
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        with self._wake:
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def planned(self) -> list[Assignment]:
        """Return where each address should be by the configuration as it stands."""
        with self.lock:
            prefixlens = {subnet_id: subnet["prefixlen"] for subnet_id, subnet in self.subnets.items()}
            return allocate_all(list(self.pools.values()), prefixlens)

    def changed(self) -> None:
        """Note that the configuration changed: it reaches the nodes after the delay."""
        with self._wake:
            self._queue.append((time.monotonic() + self.apply_delay_seconds, self._desired()))
            self._wake.notify_all()

    def is_settled(self) -> bool:
        with self.lock:
            return not self._queue and not self._applying.locked()

    def serve_again(self) -> None:
        """Tell the nodes anew which zone each address serves: the SMB service was switched."""
        with self._applying:
            for assignment in self.applied.assignments:
                self._serve(assignment)

    def _desired(self) -> AppliedNetwork:
        with self.lock:
            return AppliedNetwork(tuple(self.planned()), copy.deepcopy(self.pools))

    def _apply_loop(self) -> None:
        while not self._stopping.is_set():
            with self._wake:
                if not self._queue:
                    self._wake.wait()
                    continue
                due, desired = self._queue[0]
                wait_seconds = due - time.monotonic()
                if wait_seconds > 0:
                    self._wake.wait(wait_seconds)
                    continue
            fault = self._faults.meet("APPLY", "/network/apply")
            if fault is not None and fault.hang_seconds:
                self._stopping.wait(fault.hang_seconds)
            # A change that fails is lost until the next one, as when a node's network daemon gives up.
            if fault is None or fault.status is None:
                try:
                    self._apply(desired)
                except OSError:
                    LOG.exception("the nodes refused a network change; the configuration is ahead of them")
            with self._wake:
                self._queue.popleft()

    def _serve(self, assignment: Assignment) -> None:
        zone = assignment.zone if self.smb_runs() else None
        self.nodes[assignment.lnn].serve_zone(assignment.address, zone)

    def _apply(self, desired: AppliedNetwork) -> None:
        """Take down first, then change zones, then bring up: an address never is on two interfaces."""
        with self._applying:
            before = {assignment.place: assignment for assignment in self.applied.assignments}
            after = {assignment.place: assignment for assignment in desired.assignments}
            for place, old in before.items():
                if place not in after:
                    node = self.nodes[old.lnn]
                    node.remove_address(old.interface, old.address, old.prefixlen)
                    # Sockets outlive their address: a client that comes back must not find the old shares.
                    node.serve_zone(old.address, None)
            for place, new in after.items():
                if place in before and before[place].zone != new.zone:
                    self._serve(new)
            for place, new in after.items():
                if place not in before:
                    self._serve(new)
                    self.nodes[new.lnn].add_address(new.interface, new.address, new.prefixlen)
            with self.lock:
                self.applied = desired

    def configuration(self) -> Document:
        with self.lock:
            return {
                "groupnets": copy.deepcopy(list(self.groupnets.values())),
                "subnets": copy.deepcopy(list(self.subnets.values())),
                "pools": copy.deepcopy([self.pools[pool_id] for pool_id in sorted(self.pools)]),
            }


def service_addresses(subnet: Document) -> list[str]:
    return list(addresses_of(subnet["sc_service_addrs"]))
