# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loop that brings a changed network configuration to the nodes a moment later, and moves what fails at once."""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .allocation import Assignment, Document, Place, assignments_of, members
from .faults import FaultList
from .network_choices import NetworkChoices
from .network_configuration import NetworkConfiguration, names_of
from .node_loads import NodeLoads
from .ports import NodePort
from .service_addresses import SmartConnectService, place_services
from .work_record import WorkRecord

LOG = logging.getLogger("onefs_sim.network")

#: How soon a dead node or a dropped link is noticed.
WATCH_SECONDS = 0.2


@dataclass(frozen=True)
class AppliedNetwork:
    """What the nodes have been told: the state that clients meet."""

    by_pool: Mapping[str, tuple[Assignment, ...]] = field(default_factory=dict)
    groupnets: Mapping[str, Document] = field(default_factory=dict)
    subnets: Mapping[str, Document] = field(default_factory=dict)
    pools: Mapping[str, Document] = field(default_factory=dict)
    services: tuple[SmartConnectService, ...] = ()
    #: Interfaces that could not be used.
    down: frozenset[Place] = frozenset()

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        return tuple(one for assigned in self.by_pool.values() for one in assigned)

    @functools.cached_property
    def pool_by_name(self) -> Mapping[str, str]:
        """Pool id by SmartConnect name, lower case."""
        return {name: pool["id"] for pool in self.pools.values() for name in names_of(pool)}


@dataclass(frozen=True)
class _Change:
    #: When it is to reach the nodes; the work of it began earlier by the delay.
    due: float
    groupnets: Mapping[str, Document]
    subnets: Mapping[str, Document]
    pools: Mapping[str, Document]
    #: Pools whose addresses are to be spread anew, and the old ids of those that were renamed.
    rebalance: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)


class Network(NetworkConfiguration):
    """The network of one cluster: what is configured, and what the nodes have."""

    def __init__(
        self,
        nodes: Sequence[NodePort],
        groupnets: Sequence[Document],
        subnets: Sequence[Document],
        pools: Sequence[Document],
        interfaces: Mapping[int, Sequence[str]],
        apply_delay_seconds: float,
        faults: FaultList,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(groupnets, subnets, pools)
        self.nodes = {node.lnn: node for node in nodes}
        self.interfaces = interfaces
        self.choices = NetworkChoices()
        self.loads = NodeLoads(self.nodes, clock)
        self.applied = AppliedNetwork()
        self.apply_delay_seconds = apply_delay_seconds
        self.work = WorkRecord()
        self.clock = clock
        #: Called with the service addresses whenever they moved.
        self.services_moved: Callable[[tuple[SmartConnectService, ...]], None] = lambda _services: None
        self.smb_runs: Callable[[], bool] = lambda: True
        self._faults = faults
        self._down: frozenset[Place] = frozenset()
        self._powered = {lnn: True for lnn in self.nodes}
        self._returned_at: dict[int, float] = {}
        self._rebalance_due: dict[str, float] = {}
        self._queue: deque[_Change] = deque()
        self._renamed: dict[str, str] = {}
        self._wake = threading.Condition(self.lock)
        self._applying = threading.RLock()
        self._busy = False
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=work, name=name, daemon=True)
            for work, name in ((self._apply_loop, "network-apply"), (self._watch_loop, "network-watch"))
        ]

    def ask_smb_service(self, smb_runs: Callable[[], bool]) -> None:
        """Let the network know whether the SMB service is on: without it no address serves a zone."""
        self.smb_runs = smb_runs

    def start(self) -> None:
        self._apply(self._change_now())
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        with self._wake:
            self._wake.notify_all()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    # What clients may count on

    @property
    def down(self) -> frozenset[Place]:
        """Interfaces without link, and all of nodes without power."""
        return self._down

    def is_out(self, lnn: int, interface: str) -> bool:
        """Whether nobody is reached by an interface; of a node that died this instant, too."""
        return (lnn, interface) in self._down or not self.nodes[lnn].powered

    def rests(self, pool: Document, lnn: int) -> bool:
        """Whether a node gets no new clients of a pool: suspended, or back for less than the pool's delay."""
        if lnn in pool["sc_suspended_nodes"]:
            return True
        returned_at = self._returned_at.get(lnn)
        return returned_at is not None and self.clock() < returned_at + int(pool["sc_auto_unsuspend_delay"])

    def usable(self, pool: Document) -> list[Assignment]:
        """Return a pool's addresses that new clients may be sent to."""
        if not self.smb_runs():
            return []
        return [
            one
            for one in self.applied.by_pool.get(pool["id"], ())
            if not self.is_out(one.lnn, one.interface) and not self.rests(pool, one.lnn)
        ]

    def planned(self) -> list[Assignment]:
        """Return where each address should be by the configuration as it stands."""
        with self.lock:
            plan = self._plan(self._change_now())
        return list(plan.assignments)

    # Changes

    def changed(self, rebalance: Iterable[str] = ()) -> None:
        """Note that the configuration changed: it reaches the nodes after the delay."""
        with self._wake:
            change = self._change_now(self.clock_now() + self.apply_delay_seconds, frozenset(rebalance))
            self._renamed = {}
            self._queue.append(change)
            self._wake.notify_all()

    @staticmethod
    def clock_now() -> float:
        """The time of the loop, which waits for real."""
        return time.monotonic()

    def renamed(self, old_id: str, new_id: str) -> None:
        """Note that a pool got another id: its addresses stay where they are."""
        self._renamed[new_id] = old_id

    def is_settled(self) -> bool:
        if not self._applying.acquire(blocking=False):
            return False
        try:
            with self.lock:
                return not self._queue and not self._busy
        finally:
            self._applying.release()

    def serve_again(self) -> None:
        """Tell the nodes anew which zone each address serves: the SMB service was switched."""
        with self._applying:
            for assignment in self.applied.assignments:
                self._serve(assignment)

    def observe(self) -> None:
        """Look which nodes and links are up; what was on one that is not moves at once, where it may."""
        down = frozenset(
            (lnn, name)
            for lnn, node in self.nodes.items()
            for name, up in node.links().items()
            if not up or not node.powered
        )
        with self._applying:
            if down == self._down and self._powered == {lnn: node.powered for lnn, node in self.nodes.items()}:
                return
            for lnn, node in self.nodes.items():
                if node.powered and not self._powered[lnn]:
                    self._returned_at[lnn] = self.clock()
                self._powered[lnn] = node.powered
            self._down = down
            applied = self.applied
            self._apply(_Change(0.0, applied.groupnets, applied.subnets, applied.pools))

    def _change_now(self, due: float = 0.0, rebalance: frozenset[str] = frozenset()) -> _Change:
        with self.lock:
            return _Change(
                due, dict(self.groupnets), dict(self.subnets), dict(self.pools), rebalance, dict(self._renamed)
            )

    # The loops

    def _watch_loop(self) -> None:
        while not self._stopping.wait(WATCH_SECONDS):
            try:
                self.observe()
            except (OSError, RuntimeError):
                LOG.exception("the nodes' links could not be read, or a change was refused")

    def _apply_loop(self) -> None:
        while not self._stopping.is_set():
            with self._wake:
                self._busy = False
                wait_seconds = self._seconds_to_next()
                if wait_seconds is None or wait_seconds > 0:
                    self._wake.wait(wait_seconds)
                    continue
                self._busy = True
                change = self._next_change()
            met = self._faults.meet("APPLY", "/network/apply")
            if met is not None:
                met.wait(met.fault.hang_seconds, self._stopping)
            # A change that is lost stays so until the next one, as when a node's network daemon gives up.
            if met is None or met.fault.outcome != "lost":
                try:
                    self._apply(change)
                except (OSError, RuntimeError):
                    LOG.exception("the nodes refused a network change; the configuration is ahead of them")
            self.work.note("network", "apply", change.due - self.apply_delay_seconds)

    def _seconds_to_next(self) -> float | None:
        dues = [self._queue[0].due] if self._queue else []
        dues += self._rebalance_due.values()
        return min(dues) - self.clock_now() if dues else None

    def _next_change(self) -> _Change:
        """Take the change that is due out of the queue, or else make one of the rebalancing that is."""
        now = self.clock_now()
        if self._queue and self._queue[0].due <= now:
            return self._queue.popleft()
        due = frozenset(pool_id for pool_id, at in self._rebalance_due.items() if at <= now)
        for pool_id in due:
            del self._rebalance_due[pool_id]
        applied = self.applied
        return _Change(now, applied.groupnets, applied.subnets, applied.pools, due)

    # What a change comes to

    def _plan(self, change: _Change) -> AppliedNetwork:
        """Return what the nodes will have; what does not change is the same object."""
        before, down = self.applied, self._down
        by_pool: dict[str, tuple[Assignment, ...]] = {}
        for pool_id, pool in change.pools.items():
            subnet_id = f"{pool['groupnet']}.{pool['subnet']}"
            prefixlen = int(change.subnets[subnet_id]["prefixlen"])
            old_id = pool_id if pool_id in before.by_pool else change.renamed.get(pool_id, pool_id)
            assigned = before.by_pool.get(old_id, ())
            same = before.pools.get(pool_id) is pool and prefixlen == int(before.subnets[subnet_id]["prefixlen"])
            # Static addresses stay on a node that is down.
            calm = down == before.down or pool["alloc_method"] == "static"
            if same and calm and pool_id not in change.rebalance:
                by_pool[pool_id] = assigned
                continue
            held = {one.address: (one.lnn, one.interface) for one in assigned}
            load_of = functools.partial(self.loads.of, pool["sc_failover_policy"])
            spread = pool_id in change.rebalance or (self._spreads(pool) and not self._rebalance_delay())
            by_pool[pool_id] = assignments_of(pool, prefixlen, held, down, load_of, spread)
        services = place_services(
            change.subnets.values(),
            lambda subnet_id: [change.pools[f"{subnet_id}.{name}"] for name in change.subnets[subnet_id]["pools"]],
            self.interfaces,
            down,
            before.services,
        )
        return AppliedNetwork(by_pool, change.groupnets, change.subnets, change.pools, services, down)

    def _rebalance_delay(self) -> float:
        return float(self.external["sc_rebalance_delay"])

    def _spreads(self, pool: Document) -> bool:
        """Whether a pool is to be spread by itself: it may be, and it has an interface that it had not before."""
        if pool["alloc_method"] != "dynamic" or pool["rebalance_policy"] != "auto":
            return False
        before = self.applied.pools.get(pool["id"])
        return before is None or bool(_active(pool, self._down) - _active(before, self.applied.down))

    def _serve(self, assignment: Assignment) -> None:
        zone = assignment.zone if self.smb_runs() else None
        self.nodes[assignment.lnn].serve_zone(assignment.address, zone)

    def _apply(self, change: _Change) -> None:
        """Take down first, then change zones, then bring up: an address never is on two interfaces."""
        with self._applying:
            desired = self._plan(change)
            self._schedule_rebalance(desired)
            before = self._different(self.applied, desired)
            after = self._different(desired, self.applied)
            old_services = {one.place: one for one in self.applied.services}
            new_services = {one.place: one for one in desired.services}
            for place in old_services.keys() - new_services.keys():
                self._take_down(place)
            for place, old in before.items():
                if place not in after:
                    self._take_down(place)
                    # Sockets outlive their address: a client that comes back must not find the old shares.
                    self.nodes[old.lnn].serve_zone(old.address, None)
            for place, new in after.items():
                if place in before and before[place].zone != new.zone:
                    self._serve(new)
            for place, new in after.items():
                if place not in before:
                    self._serve(new)
                    self.nodes[new.lnn].add_address(new.interface, new.address, new.prefixlen)
            for place, service in new_services.items():
                if place not in old_services:
                    self.nodes[service.lnn].add_address(service.interface, service.address, service.prefixlen)
            with self.lock:
                self.applied = desired
            if old_services.keys() != new_services.keys():
                self.services_moved(desired.services)

    def _take_down(self, place: tuple[int, str, str, int]) -> None:
        lnn, interface, address, prefixlen = place
        self.nodes[lnn].remove_address(interface, address, prefixlen)

    @staticmethod
    def _different(one: AppliedNetwork, other: AppliedNetwork) -> dict[tuple[int, str, str, int], Assignment]:
        """Return the assignments by place of the pools that are not the same in both."""
        return {
            assignment.place: assignment
            for pool_id, assigned in one.by_pool.items()
            if other.by_pool.get(pool_id) is not assigned
            for assignment in assigned
        }

    def _schedule_rebalance(self, desired: AppliedNetwork) -> None:
        delay_seconds = self._rebalance_delay()
        if not delay_seconds:
            return
        with self._wake:
            for pool_id, pool in desired.pools.items():
                if desired.by_pool[pool_id] is not self.applied.by_pool.get(pool_id) and self._spreads(pool):
                    self._rebalance_due[pool_id] = self.clock_now() + delay_seconds
            self._wake.notify_all()


def _active(pool: Document, down: frozenset[Place]) -> set[Place]:
    suspended = set(pool["sc_suspended_nodes"])
    return {place for place in members(pool) if place not in down and place[0] not in suspended}
