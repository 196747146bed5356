# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take pools off the network, prove it, and put pools on it.

Private to the collection. The ``204`` of a change says nothing: the nodes' interfaces are read until they follow.
"""

from __future__ import annotations

import contextlib
import time
import typing as t
from dataclasses import dataclass, field

from .._onefs.addresses import contains
from .._onefs.interfaces import addresses_of_pools, read_interfaces, require_nodes
from .._onefs.node_hosts import find_node_hosts
from .._onefs.pools import as_ifaces, read_some_pools, update_pool
from .._onefs.shell import Shell
from .._onefs.smb import NodeSessions
from .._onefs.waiting import wait_until
from .disconnect import close_leftovers, close_sessions, look_around
from .interface_plan import Change, MoveRefused, expected_addresses

if t.TYPE_CHECKING:
    from .._onefs.addresses import AddressRange
    from .._onefs.cluster import ClusterIdentity
    from .._onefs.papi import PapiSession
    from .._onefs.pools import Pool
    from .._onefs.progress import Progress

POLL_SECONDS = 0.05


@dataclass
class Applied:
    """What was really done, by ``side pool``; filled while it is done."""

    addresses: dict[str, dict[str, str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    sessions_closed: int = 0


def take_off(
    papi: PapiSession,
    changes: t.Sequence[Change],
    cluster: ClusterIdentity,
    close: bool,
    deadline_seconds: float,
    applied: Applied,
    progress: Progress,
) -> None:
    """Empty pools, all at once, and wait until no node holds an address of theirs."""
    host = papi.connection.host
    ranges = {change.pool: change.before.address_ranges() for change in changes}
    held = addresses_of_pools(read_interfaces(papi), ranges)
    addresses = {address for found in held.values() for address in found}
    serving = {int(member.split(":", 1)[0]) for change in changes for member in change.before.members}
    serving |= {int(member.split(":", 1)[0]) for found in held.values() for member in found.values()}
    names = ", ".join(change.pool for change in changes)
    still: dict[str, dict[str, str]] = {}
    with contextlib.ExitStack() as stack:
        if addresses:
            # Nothing may fail for want of a login once the first change is made.
            shell = stack.enter_context(Shell(papi.connection))
            nodes = stack.enter_context(NodeSessions(papi, find_node_hosts(papi, avoid=addresses)))
            for lnn in serving & set(nodes.nodes()):
                nodes.of(lnn).open()
            bystanders = look_around(shell, addresses, cluster)
        started = time.monotonic()
        for change in changes:
            update_pool(papi, change.pool, **fields(change))

        def gone() -> bool:
            if close and addresses:
                applied.sessions_closed += close_sessions(papi, nodes, bystanders, serving)
            interfaces = read_interfaces(papi)
            require_nodes(interfaces, cluster.up_nodes(), host)
            still.clear()
            still.update(addresses_of_pools(interfaces, ranges))
            return not any(still.values())

        wait_until(
            gone,
            deadline_seconds,
            POLL_SECONDS,
            progress,
            lambda: f"{host} to let go of {', '.join(_spoken(still)) or 'the addresses'} of {names}",
        )
        took = round(time.monotonic() - started, 3)
        if addresses:
            # With the addresses gone no client hears of this; the cluster lets go of their files.
            applied.sessions_closed += close_leftovers(papi, nodes, bystanders, serving, deadline_seconds, progress)
    for change in changes:
        applied.addresses[change.key] = held[change.pool]
        applied.seconds[change.key] = took
    progress(
        f"{host}: {', '.join(sorted(addresses)) or 'no address'} of {names} gone after {took:.2f} s, "
        f"{applied.sessions_closed} sessions closed"
    )


def require_off(
    papi: PapiSession,
    pools: t.Mapping[str, Pool],
    wanted: t.Sequence[AddressRange],
    nodes_up: t.Collection[int],
    bringing_up: str,
) -> None:
    """Never two sides: read from the other cluster that its pools have no member, and no node an address of either."""
    host = papi.connection.host
    interfaces = read_interfaces(papi)
    require_nodes(interfaces, nodes_up, host)
    held = addresses_of_pools(interfaces, {pool_id: pool.ranges for pool_id, pool in pools.items()})
    taken = {a: i.member for i in interfaces for a in i.addresses if contains(wanted, a)}
    now = read_some_pools(papi, sorted(pools))
    for pool_id in sorted(pools):
        members = now[pool_id].interfaces
        if members or held[pool_id] or taken:
            addresses = sorted({*held[pool_id], *taken})
            raise MoveRefused(
                f"Bringing the pools of {bringing_up} up: pool '{pool_id}' of {host} still has {', '.join(members) or 'no interface'} "
                f"and its nodes hold {', '.join(addresses) or 'no address'}. Two sides must never serve at once; somebody may "
                "have put it back. Look at that pool and run again."
            )


def put_on(
    papi: PapiSession,
    changes: t.Sequence[Change],
    pools: t.Mapping[str, Pool],
    nodes_up: t.Container[int],
    deadline_seconds: float,
    applied: Applied,
    progress: Progress,
) -> None:
    """Give pools their members, all at once, and wait until their addresses are up."""
    host = papi.connection.host
    ranges = {change.pool: change.after.address_ranges() for change in changes}
    expected = {change.pool: expected_addresses(pools[change.pool], change.after, nodes_up) for change in changes}
    up: dict[str, dict[str, str]] = {}
    started = time.monotonic()
    for change in changes:
        update_pool(papi, change.pool, **fields(change))

    def all_up() -> bool:
        up.update(addresses_of_pools(read_interfaces(papi), ranges))
        return all(len(up[pool]) >= number for pool, number in expected.items())

    wait_until(
        all_up,
        deadline_seconds,
        POLL_SECONDS,
        progress,
        lambda: (
            f"{host} to bring up addresses: "
            + ", ".join(f"{len(up[pool])} of {number} of {pool}" for pool, number in expected.items())
        ),
    )
    took = round(time.monotonic() - started, 3)
    for change in changes:
        applied.addresses[change.key] = up[change.pool]
        applied.seconds[change.key] = took
    progress(f"{host}: {', '.join(_spoken(up))} up after {took:.2f} s")


def fields(change: Change) -> dict[str, t.Any]:
    """Return what a PUT of this change carries: lists are replaced whole, so only those that change are sent.

    A change that changes nothing is one that the cluster lost: its members are sent once more.
    """
    found: dict[str, t.Any] = {}
    if sorted(change.after.members) != sorted(change.before.members) or change.after == change.before:
        found["ifaces"] = as_ifaces(change.after.members)
    if sorted(change.after.ranges) != sorted(change.before.ranges):
        found["ranges"] = [{"low": low, "high": high} for low, high in change.after.ranges]
    return found


def _spoken(by_pool: t.Mapping[str, t.Mapping[str, str]]) -> list[str]:
    return [f"{address} on {member}" for found in by_pool.values() for address, member in sorted(found.items())]
