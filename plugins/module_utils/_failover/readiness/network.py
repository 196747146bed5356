# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of pools, interfaces, addresses and the ways that this run and SyncIQ take. Private to the collection; pure."""

from __future__ import annotations

import ipaddress
import typing as t

from ..interface_plan import TAKEOVER
from ..plan import SYSTEM_ZONE, is_below
from ..plan_management import require_management_outside
from .check import BLOCK, WARN, Check, Finding, Unread, judge, known
from .facts import Facts
from .scope import both_plans

if t.TYPE_CHECKING:
    from ..plan import PoolPair

UP = frozenset({"up", "active"})


def pools_paired(facts: Facts) -> Finding:
    """Each pool has one partner, and the target's interfaces have links and addresses enough."""
    scope = known(facts.scope)
    problems = list(scope.pair_problems)
    seen: list[str] = []
    by_member = {one.member: one for one in known(facts.target.interfaces)}
    states = known(facts.target.identity).up_nodes()
    for pair in scope.pairs:
        seen.append(f"{pair.source} of {facts.source.name} -> {pair.target} of {facts.target.name} ({pair.paired_by})")
        usable = 0
        for member in pair.target_members:
            interface = by_member.get(member)
            status = interface.status if interface else "no such interface"
            if int(member.split(":", 1)[0]) not in states:
                status = "node is down"
            elif not status or status in UP:
                usable += 1
                seen.append(f"{facts.target.name} interface {member}: {status or 'up'}")
                continue
            problems.append(
                f"Interface {member}, which is to join {pair.target} of {facts.target.name}, has no link: {status}"
            )
        seen.append(
            f"{pair.target}: {usable} of {len(pair.target_members)} interfaces usable, {len(pair.target_addresses)} addresses"
        )
    problems += _unhealthy(facts, scope.pairs)
    return judge(problems, seen)


def _unhealthy(facts: Facts, pairs: t.Sequence[PoolPair]) -> list[str]:
    """Name nodes that SmartConnect would not lead to, and those that leave the cluster, where the release tells.

    A pool without members says of no node that it is suspended, yet a node that comes back into it is.
    """
    problems = []
    suspended = {pool.id: set(pool.suspended_nodes) for pool in known(facts.target.pools)}
    health = {} if isinstance(facts.target.pool_health, Unread) else facts.target.pool_health
    for pair in pairs:
        joining = {int(member.split(":", 1)[0]) for member in pair.target_members}
        found = (suspended.get(pair.target, set()) & joining) | set(
            health[pair.target].suspended if pair.target in health else ()
        )
        if found:
            numbers = ", ".join(str(lnn) for lnn in sorted(found))
            problems.append(
                f"{pair.target} of {facts.target.name}: SmartConnect hands out no address of node {numbers}: suspended"
            )
        states = health[pair.target].node_states if pair.target in health else {}
        leaving = {lnn: state for lnn, state in states.items() if state not in {"up", "down", ""}}
        problems += [f"{pair.target} of {facts.target.name}: node {lnn} is {state}" for lnn, state in leaving.items()]
    return problems


def addresses_free(facts: Facts) -> Finding:
    """The addresses that clients will use are held by nobody else, and in a takeover fit the target's subnet."""
    scope = known(facts.scope)
    held = {a: i.member for i in known(facts.target.interfaces) for a in i.addresses}
    subnets_here, subnets_there = known(facts.source.subnets), known(facts.target.subnets)
    here = {pool.id: pool for pool in known(facts.source.pools)}
    there = {pool.id: pool for pool in known(facts.target.pools)}
    takeover = facts.request.method == TAKEOVER
    pools_with: dict[str, list[str]] = {}
    for pool in there.values():
        for address in pool.addresses():
            pools_with.setdefault(address, []).append(pool.id)
    problems: list[str] = []
    seen: list[str] = []
    for pair in scope.pairs:
        moving = set(pair.source_addresses if takeover else pair.target_addresses)
        problems += [
            f"{address} is held by interface {held[address]} of {facts.target.name} already"
            for address in sorted(moving & set(held))
        ]
        also_in: dict[str, list[str]] = {}
        for address in sorted(moving):
            for pool_id in pools_with.get(address, ()):
                also_in.setdefault(pool_id, []).append(address)
        problems += [
            f"{', '.join(both)} also belong to pool {pool_id} of {facts.target.name}"
            for pool_id, both in also_in.items()
            if pool_id != pair.target
        ]
        seen.append(
            f"{pair.target} will serve on {', '.join(sorted(moving))}; no interface of {facts.target.name} holds one of these"
        )
        if takeover:
            one = subnets_here.get(f"{here[pair.source].groupnet}.{here[pair.source].subnet}")
            other = subnets_there.get(f"{there[pair.target].groupnet}.{there[pair.target].subnet}")
            if one is None or other is None:
                problems.append(f"The subnet of {pair.source} or {pair.target} is not listed")
                continue
            seen.append(
                f"{facts.source.name}: {one.base_address}/{one.prefixlen} VLAN {one.vlan}, "
                f"{facts.target.name}: {other.base_address}/{other.prefixlen} VLAN {other.vlan}"
            )
            if (one.prefixlen, one.vlan) != (other.prefixlen, other.vlan) or not _all_inside(
                moving, other.base_address, other.prefixlen
            ):
                problems.append(f"The addresses of {pair.source} do not fit the subnet of {pair.target}")
    seen.append("Whether a host that is no cluster holds one of them can not be seen without ARP on that network.")
    return judge(problems, seen)


def _all_inside(addresses: t.Iterable[str], base: str, prefixlen: int) -> bool:
    network = ipaddress.ip_network(f"{base}/{prefixlen}", strict=False)
    return all(ipaddress.ip_address(address) in network for address in addresses)


def ports_open(facts: Facts) -> Finding:
    """The ports that clients and this run use answer, and the two pools have the same firewall policy."""
    problems: list[str] = []
    seen: list[str] = []
    for (cluster, address, port), answers in sorted(known(facts.site.ports).items()):
        line = f"{cluster}: {address} port {port} {'answers' if answers else 'does not answer'}"
        (seen if answers else problems).append(line)
    here = {pool.id: str(pool.raw.get("firewall_policy") or "") for pool in known(facts.source.pools)}
    there = {pool.id: str(pool.raw.get("firewall_policy") or "") for pool in known(facts.target.pools)}
    for pair in known(facts.scope).pairs:
        policies = (here.get(pair.source, ""), there.get(pair.target, ""))
        words = f"firewall policy of {pair.source}: '{policies[0]}', of {pair.target} on the target: '{policies[1]}'"
        (seen if policies[0] == policies[1] else problems).append(words)
    seen.append(
        "Kerberos (port 88) of the domain controllers can not be seen from here; the target's pool has no address yet."
    )
    return judge(problems, seen)


def management_stays(facts: Facts) -> Finding:
    """This run does not reach a cluster at an address that moves."""
    scope = known(facts.scope)
    problems: list[str] = []
    require_management_outside(scope.pairs, *both_plans(facts.source, facts.target), (), problems)
    seen = [f"{cluster.name} is reached at {', '.join(cluster.contacts)}" for cluster in facts.clusters()]
    return judge(problems, seen)


def replication_path_stays(facts: Facts) -> Finding:
    """SyncIQ neither reaches the target at what moves, nor leaves the source through a pool that is fenced."""
    scope = known(facts.scope)
    problems: list[str] = []
    require_management_outside(scope.pairs, *both_plans(facts.source, facts.target), scope.policies, problems)
    # The ways of this run are another check's.
    problems = [problem for problem in problems if problem.startswith("SyncIQ")]
    names = {name.lower() for name in scope.names()}
    fenced = {".".join(pair.source.split(".")[1:]) for pair in scope.pairs}
    details, everywhere = known(facts.source.sync_details), known(facts.source.sync_network)
    seen = []
    for policy in scope.policies:
        if policy.target_host.lower().rstrip(".") in names:
            problems.append(f"'{policy.name}' replicates to {policy.target_host}, a name that moves")
        network = details[policy.name].source_network or everywhere
        if network in fenced:
            problems.append(f"'{policy.name}' leaves {facts.source.name} through {network}, a pool that is fenced")
        seen.append(f"'{policy.name}' replicates to {policy.target_host} through {network or 'any pool'}")
    return judge(problems, seen)


def ways_in_fenced(facts: Facts) -> Finding:
    """Every way to the replicated files is inside the fence: no share of another zone, and no other pool, leads there."""
    scope = known(facts.scope)
    paths = [policy.source_root_path for policy in scope.policies]
    moving = {pool.id for pool in scope.pools}
    problems: list[str] = []
    inside = 0
    pools = known(facts.source.pools)
    for share in known(facts.source.shares):
        overlaps = [path for path in paths if is_below(share.path, path) or is_below(path, share.path)]
        if not overlaps:
            continue
        if share.zone == scope.zone:
            inside += 1
            continue
        through = [pool.id for pool in pools if pool.access_zone == share.zone and pool.interfaces]
        if through:
            problems.append(
                f"Share '{share.name}' of access zone '{share.zone}' ({share.path}) reaches {overlaps[0]} through {', '.join(through)}"
            )
    for zone in known(facts.source.zones).values():
        if zone.name not in {scope.zone, SYSTEM_ZONE} and any(
            is_below(zone.path, p) or is_below(p, zone.path) for p in paths
        ):
            problems.append(f"Access zone '{zone.name}' starts at {zone.path}, which overlaps what is replicated")
    outside = [
        pool.id for pool in pools if pool.access_zone == scope.zone and pool.interfaces and pool.id not in moving
    ]
    problems += [
        f"Pool {pool} also serves access zone '{scope.zone}' and is not among those that move" for pool in outside
    ]
    return judge(
        problems,
        [
            f"{inside} shares of access zone '{scope.zone}' lead to {', '.join(paths)}, all through {', '.join(sorted(moving))}"
        ],
    )


CHECKS = (
    Check(
        12,
        "pools_paired",
        "Has each pool a partner whose interfaces are up?",
        BLOCK,
        pools_paired,
        "Give each pool and its partner an alias with the same hint, or name partners in failover_pool_map, and interfaces in "
        "failover_target_members; mend the link (isi network interfaces list); resume nodes (isi network pools sc-resume-nodes).",
    ),
    Check(
        13,
        "addresses_free",
        "Are the addresses that the target will serve on free, and do they fit its network?",
        BLOCK,
        addresses_free,
        "Take the address off whoever holds it; for ip_takeover both pools need one stretched subnet with the same prefix and VLAN.",
    ),
    Check(
        35,
        "ports_open",
        "Do the ports that clients use answer, under the same firewall policy?",
        WARN,
        ports_open,
        "Open TCP 445 on the pools and 53 on the service addresses; give both pools one policy: isi network firewall policies list.",
    ),
    Check(
        41,
        "management_stays",
        "Does this run reach the clusters outside of the pools that move?",
        BLOCK,
        management_stays,
        "Set onefs_host and onefs_ssh_host to an address of a pool that stays.",
    ),
    Check(
        42,
        "replication_path_stays",
        "Does SyncIQ stay clear of what moves and what is fenced?",
        BLOCK,
        replication_path_stays,
        "isi sync policies modify POLICY --target-host NAME-THAT-STAYS --source-subnet SUBNET --source-pool POOL-THAT-STAYS.",
    ),
    Check(
        43,
        "ways_in_fenced",
        "Is every way to the replicated files inside the fence?",
        BLOCK,
        ways_in_fenced,
        "Remove or move the share that is named, add the pool to failover_pools, or waive this where nobody writes that way.",
    ),
)
