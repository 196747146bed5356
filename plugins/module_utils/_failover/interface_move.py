# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Move interface members of IP pools between two clusters.

Private to the collection. The order never varies: what must not serve is taken off, the nodes' own interfaces are read
until the addresses are really gone, and only then is the other side brought up. Several pairs go together: all are taken
off, then one wait, so that the pause does not grow with their number.
"""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from .._onefs.addresses import count, network_contains
from .._onefs.cluster import ClusterIdentity, read_cluster
from .._onefs.interfaces import Interface, addresses_of_pools, read_interfaces
from .._onefs.node_hosts import resolve
from .._onefs.papi import PapiSession, sessions_of
from .._onefs.pools import Pool, read_some_pools, read_subnet
from .._onefs.progress import Progress
from .facts import connections_of, pair_argument_spec, without_source_argument_spec
from .interface_plan import (
    TAKEOVER,
    Change,
    Known,
    MoveRefused,
    Pair,
    PoolState,
    decide,
    describe,
    expected_addresses,
    home_of,
    members_alike,
    require_members,
    require_ranges,
    require_way_in,
    unsettled,
    worth_remembering,
)
from .interface_switch import Applied, put_on, require_off, take_off
from .memory import Holding, recall, remember

SIDES = ("source", "target")

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    **without_source_argument_spec(),
    "pairs": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "source": {"type": "str", "required": True},
            "target": {"type": "str", "required": True},
            "source_members": {"type": "list", "elements": "str", "default": []},
            "target_members": {"type": "list", "elements": "str", "default": []},
            "ranges": {"type": "list", "elements": "str", "default": []},
        },
    },
    "serving": {"type": "str", "required": True, "choices": ["source", "target", "none"]},
    "method": {"type": "str", "choices": ["smartconnect", "ip_takeover"], "default": "smartconnect"},
    "disconnect": {"type": "str", "choices": ["close_sessions", "silent"], "default": "close_sessions"},
    "deadline_seconds": {"type": "int", "default": 60},
}


@dataclass(frozen=True)
class Side:
    """One cluster of the move, as it was found."""

    name: str
    papi: PapiSession
    identity: ClusterIdentity
    pools: t.Mapping[str, Pool]
    interfaces: t.Sequence[Interface] = field(repr=False)

    @property
    def host(self) -> str:
        """Return where the cluster is reached."""
        return self.papi.connection.host

    def held(self) -> dict[str, dict[str, str]]:
        """Return the addresses that each pool held when this was read, and the interface of each."""
        return addresses_of_pools(self.interfaces, {pool_id: pool.ranges for pool_id, pool in self.pools.items()})


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Make the pools be served by the side that ``serving`` says, or by none."""
    with sessions_of(connections_of(params)) as sessions:
        sides = _read(sessions, params["pairs"])
        pairs = [_states(pair, params, sides) for pair in params["pairs"]]
        hosts = {name: side.host for name, side in sides.items()}
        require_members([one for pair in pairs for one in pair.states() if one.side in sides], params["serving"], hosts)
        changes = [one for one in decide(params["serving"], params["method"], pairs) if one.side in sides]
        changes += unsettled(params["serving"], pairs, changes, _silent(sides))
        require_ranges(changes, hosts)
        for side in sides.values():
            require_way_in(changes, side.name, side.host, resolve(side.host) | resolve(side.papi.connection.ssh_host))
        _require_subnets(changes, sides)
        applied = Applied()
        if not check_mode and changes:
            homes = {state.key: state.home for pair in pairs for state in pair.states()}
            applied = _apply(changes, homes, sides, params, progress)
    return _result(changes, sides, applied)


def _read(sessions: t.Mapping[str, PapiSession], pairs: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, Side]:
    def read(name: str, papi: PapiSession) -> Side:
        pools = read_some_pools(papi, [pair[name] for pair in pairs])
        return Side(name, papi, read_cluster(papi), pools, read_interfaces(papi))

    with ThreadPoolExecutor(max_workers=2) as workers:
        sides = list(workers.map(read, sessions, sessions.values()))
    first, last = sides[0], sides[-1]
    if first is not last and first.identity.guid and first.identity.guid == last.identity.guid:
        raise MoveRefused(
            f"Moving interfaces from {first.host} to {last.host}: both are the cluster '{first.identity.name}'. Name two clusters."
        )
    return {side.name: side for side in sides}


def _states(pair: t.Mapping[str, t.Any], params: t.Mapping[str, t.Any], sides: t.Mapping[str, Side]) -> Pair:
    """Find for each pool of a pair what it holds now and at home."""
    clusters = [side.papi for side in sides.values()]
    now = {name: _holding(side.pools[pair[name]]) for name, side in sides.items()}
    if "source" not in now:
        return _states_without_source(pair, params, sides["target"], now["target"])
    serving = params["serving"]
    # Records are read only where something of them is needed.
    needed = (
        params["method"] == TAKEOVER
        or not all(holding.ranges for holding in now.values())
        or (serving in now and not now[serving].members and not pair[f"{serving}_members"])
    )
    known = {
        name: Known(now[name], recall(clusters, side.identity.name, side.pools[pair[name]].id) if needed else None)
        for name, side in sides.items()
    }
    found = {
        name: PoolState(
            name,
            sides[name].pools[pair[name]].id,
            known[name].now,
            home_of(known[name], known[other], pair[f"{name}_members"] or ()),
        )
        for name, other in (SIDES, SIDES[::-1])
    }
    for name, other in (SIDES, SIDES[::-1]):
        state, side = found[name], sides[name]
        if params["serving"] == name and not state.home.members:
            members = members_alike(
                found[other].now.members or found[other].home.members,
                side.interfaces,
                side.identity.up_nodes(),
                count(state.home.address_ranges() or found[other].home.address_ranges()),
            )
            found[name] = PoolState(name, state.pool, state.now, Holding(members, state.home.ranges))
    return Pair(found["source"], found["target"], tuple(_range(text) for text in pair["ranges"] or ()))


def _states_without_source(
    pair: t.Mapping[str, t.Any], params: t.Mapping[str, t.Any], target: Side, now: Holding
) -> Pair:
    """The source's pool holds nothing that counts, and had at home what the pair says of it."""
    ranges = tuple(_range(text) for text in pair["ranges"] or ())
    gone, away = Holding((), ()), Holding(tuple(pair["source_members"] or ()), ranges)
    pool_id = target.pools[pair["target"]].id
    recorded = (
        recall([target.papi], target.identity.name, pool_id) if params["method"] == TAKEOVER or not now.ranges else None
    )
    home = home_of(Known(now, recorded), Known(gone, away), pair["target_members"] or ())
    if params["serving"] == "target" and not home.members:
        addresses = count(home.address_ranges() or away.address_ranges())
        home = Holding(
            members_alike(away.members, target.interfaces, target.identity.up_nodes(), addresses), home.ranges
        )
    return Pair(PoolState("source", pair["source"], gone, away), PoolState("target", pool_id, now, home), ranges)


def _range(text: str) -> tuple[str, str]:
    """Read a range as the results of this module and of the plan write it."""
    low, dash, high = text.partition("-")
    if not dash:
        raise MoveRefused(
            f"Reading the range '{text}': it has no hyphen. Write it as two addresses with one, lowest first. Nothing was changed."
        )
    return low.strip(), high.strip()


def _silent(sides: t.Mapping[str, Side]) -> set[str]:
    """Return the pools that have members on nodes that are up, and no address at all."""
    found = set()
    for side in sides.values():
        held = side.held()
        for pool_id, pool in side.pools.items():
            if not held.get(pool_id) and expected_addresses(pool, _holding(pool), side.identity.up_nodes()):
                found.add(f"{side.name} {pool_id}")
    return found


def _holding(pool: Pool) -> Holding:
    return Holding(pool.interfaces, tuple((one.low, one.high) for one in pool.ranges))


def _require_subnets(changes: t.Sequence[Change], sides: t.Mapping[str, Side]) -> None:
    """Refuse ranges that the pool's subnet does not contain, before anything is taken off."""
    for change in changes:
        if not change.after.ranges or change.after.ranges == change.before.ranges:
            continue
        side = sides[change.side]
        base, prefixlen = read_subnet(side.papi, side.pools[change.pool])
        if not network_contains(base, prefixlen, change.after.address_ranges()):
            raise MoveRefused(
                f"Moving the ranges {', '.join(describe(change.after)['ranges'])} to pool '{change.pool}' of {side.host}: its subnet is "
                f"{base}/{prefixlen}, which does not contain them. Nothing was changed. The method ip_takeover needs one subnet that "
                "reaches both clusters; use smartconnect, or another pool."
            )


def _apply(
    changes: t.Sequence[Change],
    homes: t.Mapping[str, Holding],
    sides: t.Mapping[str, Side],
    params: t.Mapping[str, t.Any],
    progress: Progress,
) -> Applied:
    applied = Applied()
    deadline = float(params["deadline_seconds"])
    clusters = [side.papi for side in sides.values()]
    for change in changes:
        # Whatever a change takes away is written down before it, so that a rollback of another run can find it.
        holding = worth_remembering(change, homes[change.key])
        if holding is not None:
            remember(clusters, sides[change.side].identity.name, change.pool, holding)
    for side in sides.values():
        off = [change for change in changes if change.side == side.name and not change.after.members]
        if off:
            take_off(
                side.papi,
                off,
                side.identity,
                params["disconnect"] == "close_sessions",
                deadline,
                applied,
                progress,
            )
    for side in sides.values():
        on = [change for change in changes if change.side == side.name and change.after.members]
        if on:
            ranges = [one for change in on for one in change.after.address_ranges()]
            for other in sides.values():
                if other is not side:
                    require_off(other.papi, other.pools, ranges, other.identity.up_nodes(), side.host)
            put_on(side.papi, on, side.pools, side.identity.up_nodes(), deadline, applied, progress)
    return applied


def _result(changes: t.Sequence[Change], sides: t.Mapping[str, Side], applied: Applied) -> dict[str, t.Any]:
    held = {name: side.held() for name, side in sides.items()}
    configured = [
        f"{pool.id} ({', '.join(pool.interfaces)})" for pool in sides["target"].pools.values() if pool.interfaces
    ]
    return {
        "changed": bool(changes),
        "source_up": sorted(address for pool in held.get("source", {}).values() for address in pool),
        "target_up": sorted(address for pool in held["target"].values() for address in pool) or configured,
        "pairs": [
            {
                "side": change.side,
                "pool": change.pool,
                "before": describe(change.before),
                "after": describe(change.after),
                "addresses": applied.addresses.get(change.key, held[change.side].get(change.pool, {})),
                "seconds": applied.seconds.get(change.key),
            }
            for change in changes
        ],
        "sessions_closed": applied.sessions_closed,
        "diff": {
            "before": {change.key: describe(change.before) for change in changes},
            "after": {change.key: describe(change.after) for change in changes},
        },
    }
