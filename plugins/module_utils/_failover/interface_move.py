# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Move interface members of IP pools between two clusters.

Private to the collection. The order never varies: what must not serve is taken off, the cluster's own interfaces are read
until the addresses are really gone, and only then is the other side brought up. Several pairs go together: all are taken
off, then one wait, so that the pause does not grow with their number.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass

from .._onefs.cluster import read_cluster
from .._onefs.connection import Connection
from .._onefs.errors import MissingLibrary, OnefsError
from .._onefs.papi import PapiSession
from .._onefs.pools import HAS_NETADDR, Pool, as_ifaces, held_addresses, read_pool, update_pool
from .._onefs.progress import Progress
from .._onefs.shell import Shell
from .._onefs.waiting import wait_until
from . import disconnect
from .facts import both_connections, pair_argument_spec
from .memory import Holding, recall, remember

if HAS_NETADDR:
    import netaddr

POLL_SECONDS = 0.05

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "pairs": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "source": {"type": "str", "required": True},
            "target": {"type": "str", "required": True},
            "source_members": {"type": "list", "elements": "str", "default": []},
            "target_members": {"type": "list", "elements": "str", "default": []},
        },
    },
    "serving": {"type": "str", "required": True, "choices": ["source", "target", "none"]},
    "method": {"type": "str", "choices": ["smartconnect", "ip_takeover"], "default": "smartconnect"},
    "disconnect": {"type": "str", "choices": ["close_sessions", "silent"], "default": "close_sessions"},
    "deadline_seconds": {"type": "int", "default": 60},
}


class MoveRefused(OnefsError):
    """The move does not fit what the clusters hold; nothing was changed by it."""


@dataclass(frozen=True)
class Change:
    """What one pool holds and what it will hold."""

    side: str
    pool: str
    before: Holding
    after: Holding


@dataclass(frozen=True)
class Side:
    """One cluster of the move."""

    name: str
    papi: PapiSession
    connection: Connection


NOTHING = Holding((), ())


def holding_of(pool: Pool) -> Holding:
    """Return what a pool holds by its configuration."""
    return Holding(pool.interfaces, pool.ranges)


def decide(serving: str, method: str, pools: t.Sequence[tuple[str, str, Holding, Holding]]) -> list[Change]:
    """List the pools that must change, those that are emptied first.

    ``pools`` has for each pool its side, id, what it holds, and what it holds while its side serves. In ``smartconnect`` a
    pool keeps its ranges; in ``ip_takeover`` they go with the members.
    """
    changes = []
    for side, pool, now, full in pools:
        if side == serving:
            wanted = full if method == "ip_takeover" else Holding(full.members, now.ranges)
        else:
            wanted = Holding((), () if method == "ip_takeover" and serving != "none" else now.ranges)
        if sorted(now.members) != sorted(wanted.members) or sorted(now.ranges) != sorted(wanted.ranges):
            changes.append(Change(side, pool, now, wanted))
    return sorted(changes, key=lambda change: bool(change.after.members))


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Make the pools be served by the side that ``serving`` says, or by none."""
    if not HAS_NETADDR:
        raise MissingLibrary("Moving interfaces needs the Python package 'netaddr'; install it with 'pip install netaddr'.")
    connections = both_connections(params)
    with PapiSession(connections[0]) as source_papi, PapiSession(connections[1]) as target_papi:
        source = Side("source", source_papi, connections[0])
        target = Side("target", target_papi, connections[1])
        pools = {
            (side.name, pair[side.name]): read_pool(side.papi, pair[side.name])
            for pair in params["pairs"]
            for side in (source, target)
        }
        wanted = _wanted(params, source, target, pools)
        changes = decide(params["serving"], params["method"], wanted)
        up = _addresses_up((source, target), pools)
        if not check_mode and changes:
            _check_ranges(changes, (source, target))
            _apply(changes, pools, (source, target), params, progress)
    return {
        "changed": bool(changes),
        "source_up": sorted(up["source"]),
        "target_up": sorted(up["target"])
        or [f"{pool}: {', '.join(p.interfaces)}" for (side, pool), p in pools.items() if side == "target" and p.interfaces],
        "pairs": [
            {"side": c.side, "pool": c.pool, "before": _as_dict(c.before), "after": _as_dict(c.after)} for c in changes
        ],
        "diff": {
            "before": {f"{c.side} {c.pool}": _as_dict(c.before) for c in changes},
            "after": {f"{c.side} {c.pool}": _as_dict(c.after) for c in changes},
        },
    }


def _wanted(
    params: t.Mapping[str, t.Any], source: Side, target: Side, pools: t.Mapping[tuple[str, str], Pool]
) -> list[tuple[str, str, Holding, Holding]]:
    """Find for each pool what it holds while its side serves: as told, as it is, or as it was written down."""
    clusters = (source.papi, target.papi)
    found = []
    for pair in params["pairs"]:
        now = {side.name: holding_of(pools[side.name, pair[side.name]]) for side in (source, target)}
        for side in (source, target):
            pool = pair[side.name]
            full = now[side.name]
            if pair[f"{side.name}_members"]:
                full = Holding(tuple(pair[f"{side.name}_members"]), full.ranges)
            elif not full.members and params["serving"] == side.name:
                remembered = recall(clusters, read_cluster(side.papi).name, pool)
                if remembered is None:
                    raise MoveRefused(
                        f"Bringing pool '{pool}' of {side.connection.host} up: it has no interface, none was named, and no record of "
                        f"earlier ones was found on either cluster. Name them in the pair's {side.name}_members."
                    )
                full = remembered
            if params["method"] == "ip_takeover" and params["serving"] == side.name:
                full = Holding(full.members, _moving_ranges(pair, now, side.name, source, target))
            found.append((side.name, pool, now[side.name], full))
    return found


def _moving_ranges(
    pair: t.Mapping[str, t.Any], now: t.Mapping[str, Holding], serving: str, source: Side, target: Side
) -> tuple[tuple[str, str], ...]:
    """In ip_takeover both sides serve on the same ranges: those of the side that has them now, or that were written down."""
    other = "target" if serving == "source" else "source"
    if now[other].members or (now[other].ranges and not now[serving].ranges):
        return now[other].ranges
    if now[serving].members and now[serving].ranges:
        return now[serving].ranges
    owner = source if other == "source" else target
    remembered = recall((source.papi, target.papi), read_cluster(owner.papi).name, pair[other])
    return now[other].ranges or (remembered.ranges if remembered else ()) or now[serving].ranges


def _check_ranges(changes: t.Sequence[Change], sides: t.Sequence[Side]) -> None:
    """Refuse ranges that the pool's subnet does not contain, before anything is taken off."""
    papi = {side.name: side for side in sides}
    for change in changes:
        if not change.after.members or change.after.ranges == change.before.ranges:
            continue
        side = papi[change.side]
        groupnet, subnet, _pool = change.pool.split(".")
        answer = side.papi.get(f"/platform/12/network/groupnets/{groupnet}/subnets/{subnet}")
        described = (answer.get("subnets") or [{}])[0]
        network = netaddr.IPNetwork(f"{described.get('base_addr')}/{described.get('prefixlen')}")
        outside = [f"{low}-{high}" for low, high in change.after.ranges if low not in network or high not in network]
        if outside:
            raise MoveRefused(
                f"Moving the ranges {', '.join(outside)} to pool '{change.pool}' of {side.connection.host}: its subnet is {network}, "
                "which does not contain them. The method ip_takeover needs one subnet that reaches both clusters."
            )


def _apply(
    changes: t.Sequence[Change],
    pools: t.Mapping[tuple[str, str], Pool],
    sides: t.Sequence[Side],
    params: t.Mapping[str, t.Any],
    progress: Progress,
) -> None:
    by_name = {side.name: side for side in sides}
    deadline = float(params["deadline_seconds"])
    for change in changes:
        if change.before.members and not change.after.members:
            side = by_name[change.side]
            remember([s.papi for s in sides], read_cluster(side.papi).name, change.pool, change.before)
    for side in sides:
        off = [c for c in changes if c.side == side.name and not c.after.members]
        if off:
            addresses = {a for c in off for a in pools[side.name, c.pool].addresses()}
            _take_off(side, off, addresses, params["disconnect"] == "close_sessions", deadline, progress)
    for side in sides:
        on = [c for c in changes if c.side == side.name and c.after.members]
        if on:
            other = next(s for s in sides if s is not side)
            _require_other_off(side, other, pools)
            _put_on(side, on, deadline, progress)


def _take_off(
    side: Side, changes: t.Sequence[Change], addresses: set[str], close: bool, deadline_seconds: float, progress: Progress
) -> None:
    named = ", ".join(change.pool for change in changes)
    host = side.connection.host
    members = any(change.before.members for change in changes)
    with Shell(side.connection) as shell:
        clients = disconnect.clients_of(shell, addresses) if close and members else set()
        started = time.monotonic()
        for change in changes:
            update_pool(side.papi, change.pool, **_fields(change))

        def gone() -> bool:
            if clients:
                disconnect.close_sessions(side.papi, clients)
            return not addresses & set(held_addresses(side.papi))

        wait_until(gone, deadline_seconds, POLL_SECONDS, progress, lambda: f"{host}: the addresses of {named} to go")
        progress(f"{host}: the addresses of {named} are gone after {time.monotonic() - started:.1f} s")
        if close and members:
            disconnect.close_leftovers(side.papi, shell, addresses, deadline_seconds, progress)


def _require_other_off(side: Side, other: Side, pools: t.Mapping[tuple[str, str], Pool]) -> None:
    """Never two sides: read from the other cluster that it holds none of the addresses and no member."""
    own = {pool for name, pool in pools if name == other.name}
    held = held_addresses(other.papi)
    for pool in sorted(own):
        now = read_pool(other.papi, pool)
        still = sorted(set(now.addresses()) & set(held))
        if now.interfaces or still:
            raise MoveRefused(
                f"Bringing the pools of {side.connection.host} up: pool '{pool}' of {other.connection.host} still holds "
                f"{', '.join(now.interfaces) or 'no interface'} and {', '.join(still) or 'no address'}. "
                "Two sides must never serve at once; somebody may have put it back. Look at that pool and run again."
            )


def _put_on(side: Side, changes: t.Sequence[Change], deadline_seconds: float, progress: Progress) -> None:
    started = time.monotonic()
    for change in changes:
        update_pool(side.papi, change.pool, **_fields(change))
    expected = {change.pool: _expected(read_pool(side.papi, change.pool)) for change in changes}
    seen: dict[str, int] = {}

    def up() -> bool:
        held = set(held_addresses(side.papi))
        for change in changes:
            seen[change.pool] = len(held & expected[change.pool][1])
        return all(seen[pool] >= number for pool, (number, _addresses) in expected.items())

    wait_until(
        up,
        deadline_seconds,
        POLL_SECONDS,
        progress,
        lambda: f"{side.connection.host}: "
        + ", ".join(f"{seen.get(pool, 0)} of {number} addresses of {pool} are up" for pool, (number, _a) in expected.items()),
    )
    progress(f"{side.connection.host}: {', '.join(expected)} up after {time.monotonic() - started:.1f} s")


def _expected(pool: Pool) -> tuple[int, set[str]]:
    """Return how many addresses must be up, and out of which: a static pool gives one to each member."""
    addresses = set(pool.addresses())
    number = len(addresses) if pool.alloc_method == "dynamic" else min(len(pool.interfaces), len(addresses))
    return number, addresses


def _addresses_up(sides: t.Sequence[Side], pools: t.Mapping[tuple[str, str], Pool]) -> dict[str, set[str]]:
    return {
        side.name: set(held_addresses(side.papi))
        & {address for (name, _id), pool in pools.items() if name == side.name for address in pool.addresses()}
        for side in sides
    }


def _fields(change: Change) -> dict[str, t.Any]:
    fields: dict[str, t.Any] = {"ifaces": as_ifaces(change.after.members)}
    if change.after.ranges != change.before.ranges:
        fields["ranges"] = [{"low": low, "high": high} for low, high in change.after.ranges]
    return fields


def _as_dict(holding: Holding) -> dict[str, t.Any]:
    return {"members": list(holding.members), "ranges": [f"{low}-{high}" for low, high in holding.ranges]}
