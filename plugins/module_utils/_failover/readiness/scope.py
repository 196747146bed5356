# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of the source is to move, by the rules of the plan. Private to the collection; pure."""

from __future__ import annotations

from ..plan import ClusterFacts, PlanRefused, Request, Share, find_scope, pair_pools, policies_of, require_ready_pools
from .check import Fact, NotSeen, Unread, known
from .facts import Cluster, Scope


def plan_facts(cluster: Cluster) -> ClusterFacts:
    """Return what a plan is made of."""
    shares: dict[str, list[Share]] = {}
    for share in known(cluster.shares):
        shares.setdefault(share.zone, []).append(Share(share.name, share.path))
    names: dict[int, list[str]] = {}
    for interface in known(cluster.interfaces):
        names.setdefault(interface.lnn, []).append(interface.name)
    return ClusterFacts(
        identity=known(cluster.identity),
        zones={zone.name: zone.path for zone in known(cluster.zones).values()},
        pools=known(cluster.pools),
        shares={zone: tuple(found) for zone, found in shares.items()},
        policies=known(cluster.policies),
        target_policies=known(cluster.target_policies),
        interfaces_by_node={lnn: tuple(found) for lnn, found in names.items()},
        management_addresses=cluster.contacts,
    )


def scope_of(request: Request, source: Cluster, target: Cluster) -> Fact[Scope]:
    """Return the scope, or why it is not known; what was asked for and can't be is refused, as the plan would."""
    try:
        here, there = plan_facts(source), plan_facts(target)
    except NotSeen as missing:
        return Unread(str(missing))
    problems: list[str] = []
    zone, pools = find_scope(request, here, problems)
    if not zone:
        raise PlanRefused(problems)
    pairs = pair_pools(request, zone, pools, here, there, problems)
    require_ready_pools(pairs, request, problems)
    without: list[str] = []
    policies = policies_of(zone, request, here, without)
    return Scope(zone, tuple(pools), tuple(pairs), tuple(policies), tuple(problems), tuple(without))


def both_plans(source: Cluster, target: Cluster) -> tuple[ClusterFacts, ClusterFacts]:
    """Return what the rules of the plan look at."""
    return plan_facts(source), plan_facts(target)


def service_addresses(cluster: Cluster, scope: Scope, side: str) -> tuple[str, ...]:
    """Return where SmartConnect of a cluster answers for the pools of a side."""
    if isinstance(cluster.subnets, Unread) or isinstance(cluster.pools, Unread):
        return ()
    mine = {getattr(pair, side) for pair in scope.pairs}
    found: list[str] = []
    for pool in cluster.pools:
        if pool.id in mine:
            subnet = cluster.subnets.get(f"{pool.groupnet}.{pool.sc_subnet or pool.subnet}")
            found += subnet.service_addresses if subnet else ()
    return tuple(dict.fromkeys(found))


def held_by_source(source: Cluster, scope: Scope) -> tuple[str, ...]:
    """Return the addresses of the pools that move which the source holds now."""
    if isinstance(source.interfaces, Unread):
        return ()
    ranges = {address for pair in scope.pairs for address in pair.source_addresses}
    return tuple(sorted({a for interface in source.interfaces for a in interface.addresses if a in ranges}))
