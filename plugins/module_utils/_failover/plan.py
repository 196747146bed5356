# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failover will do, decided from facts and from nothing else.

Private to the collection. :func:`make_plan` is pure: it gets what was read from both clusters and answers with a plan, or
raises :class:`PlanRefused` with every reason at once, so that an operator mends them in one go.
"""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass, field

from .._onefs.errors import Refused
from .._onefs.synciq import Policy, TargetPolicy
from .interface_plan import TAKEOVER
from .plan_management import require_management_outside
from .plan_without_source import has_taken_over, require_recoverable
from .pool_pairing import HINT_PREFIX, begins_with, pair_up

if t.TYPE_CHECKING:
    from .._onefs.cluster import ClusterIdentity
    from .._onefs.pools import Pool
    from .._onefs.spns import MachineAccount
    from .spn_plan import SpnPlan

# The zone that carries OneFS's own management. It is never moved.
SYSTEM_ZONE = "System"


class PlanRefused(Refused):
    """The request does not fit what the clusters hold; nothing was changed."""

    what = "failover"


@dataclass(frozen=True)
class Request:
    """What the operator asked for. Exactly one of ``access_zone`` and ``pools`` is given."""

    source: str
    target: str
    access_zone: str = ""
    pools: tuple[str, ...] = ()
    method: str = "smartconnect"
    pool_map: t.Mapping[str, str] = field(default_factory=dict)
    hint_prefix: str = HINT_PREFIX
    target_members: t.Mapping[str, t.Sequence[str]] = field(default_factory=dict)
    # The source is dead: what is known of it was written down while it lived.
    without_source: bool = False


@dataclass(frozen=True)
class Share:
    """An SMB share of a zone."""

    name: str
    path: str


@dataclass(frozen=True)
class ClusterFacts:
    """What was read from one cluster, at one time."""

    identity: ClusterIdentity
    zones: t.Mapping[str, str]  # name -> path
    pools: tuple[Pool, ...]
    shares: t.Mapping[str, tuple[Share, ...]]  # zone -> shares
    policies: tuple[Policy, ...]
    target_policies: tuple[TargetPolicy, ...]
    interfaces_by_node: t.Mapping[int, tuple[str, ...]]  # LNN -> names of external interfaces
    management_addresses: tuple[str, ...]  # where this run reaches the cluster
    accounts: tuple[MachineAccount, ...] = ()  # one for each domain that the cluster is in


@dataclass(frozen=True)
class Names:
    """The DNS names that a pool answers to: those that move, and the hints for pairs, which stay with it."""

    zone: str
    aliases: tuple[str, ...]
    hints: tuple[str, ...] = ()

    @classmethod
    def of(cls, pool: Pool, hint_prefix: str) -> Names:
        """Return the names of a pool."""
        hints = tuple(alias for alias in pool.sc_dns_zone_aliases if begins_with(alias, hint_prefix))
        return cls(pool.sc_dns_zone, tuple(alias for alias in pool.sc_dns_zone_aliases if alias not in hints), hints)


@dataclass(frozen=True)
class PoolPair:
    """A pool of the source and the pool of the target that takes over."""

    source: str
    target: str
    source_members: tuple[str, ...]
    target_members: tuple[str, ...]
    source_names: Names
    target_names: Names
    source_addresses: tuple[str, ...]
    target_addresses: tuple[str, ...]
    ranges: tuple[str, ...]
    source_ttl_seconds: int
    target_ttl_seconds: int
    paired_by: str = ""  # why these two, in words


@dataclass(frozen=True)
class PolicyPlan:
    """A SyncIQ policy that goes along, with what is changed on it and restored on a rollback."""

    name: str
    source_path: str
    target_path: str
    schedule: str
    enabled: bool


@dataclass(frozen=True)
class Plan:
    """The whole failover, before its first change."""

    source: str
    target: str
    access_zone: str
    pairs: tuple[PoolPair, ...]
    policies: tuple[PolicyPlan, ...]
    shares: tuple[Share, ...]
    needed: bool
    warnings: tuple[str, ...]
    spns: tuple[SpnPlan, ...] = ()
    # Names and addresses may lead to another cluster later; these do not.
    source_guid: str = ""
    target_guid: str = ""

    def as_dict(self) -> dict[str, t.Any]:
        """Return plain lists and dicts, as they go into results and into the journal."""
        return t.cast("dict[str, t.Any]", _plain(asdict(self)))


def make_plan(request: Request, source: ClusterFacts, target: ClusterFacts) -> Plan:
    """Decide which pools, names and policies move, or raise :class:`PlanRefused` with all reasons."""
    reasons: list[str] = []
    warnings: list[str] = []
    if source.identity.guid == target.identity.guid:
        reasons.append(
            f"Source '{request.source}' and target '{request.target}' are the same cluster "
            f"('{source.identity.name}'); name two clusters."
        )
    zone, source_pools = find_scope(request, source, reasons)
    if not zone:
        raise PlanRefused(reasons)
    require_target_zone(zone, request, source, target, reasons)
    pairs = pair_pools(request, zone, source_pools, source, target, reasons)
    if request.without_source:
        done = bool(pairs) and all(has_taken_over(pair, target) for pair in pairs)
    else:
        done = bool(pairs) and all(is_served_by_target(pair) for pair in pairs)
    # After a failback the policies that replicated back may be gone.
    policies = policies_of(zone, request, source, [] if done else reasons)
    if not done:
        require_ready_pools(pairs, request, reasons)
        if request.without_source:
            require_recoverable(policies, request, target, reasons, warnings)
        else:
            require_ready_policies(policies, request, reasons)
            require_read_only_targets(policies, request, target, reasons)
        require_management_outside(pairs, source, target, policies, reasons)
    require_own_policies(zone, policies, request, source, reasons)
    require_shares(zone, policies, request, source, target, reasons)
    if not request.without_source:
        _require_nodes(request, source, target, reasons)
    for pool in source_pools:
        if pool.sc_ttl > 0 and not done and not request.without_source:
            warnings.append(
                f"Pool '{pool.id}' of {request.source} hands out DNS answers that live {pool.sc_ttl} s (sc_ttl); "
                "the failover lowers that and waits for as long before it begins to move anything."
            )
    if reasons:
        raise PlanRefused(reasons)
    return Plan(
        source=request.source,
        target=request.target,
        access_zone=zone,
        pairs=tuple(pairs),
        policies=tuple(PolicyPlan(p.name, p.source_root_path, p.target_path, p.schedule, p.enabled) for p in policies),
        shares=source.shares.get(zone, ()),
        needed=not done,
        warnings=tuple(warnings),
        source_guid=source.identity.guid,
        target_guid=target.identity.guid,
    )


def is_below(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def find_scope(request: Request, source: ClusterFacts, reasons: list[str]) -> tuple[str, list[Pool]]:
    """Return the access zone and the pools of the source that are asked for; no zone where the request can not be followed."""
    if bool(request.access_zone) == bool(request.pools):
        reasons.append(
            "Give either an access zone (failover_access_zone) or a list of IP pools (failover_pools), not both and not none."
        )
        return "", []
    by_id = {pool.id: pool for pool in source.pools}
    if request.access_zone:
        zone = request.access_zone
        if zone not in source.zones:
            reasons.append(f"Cluster {request.source} has no access zone '{zone}'; it has: {_listed(source.zones)}.")
            return "", []
        pools = [pool for pool in source.pools if pool.access_zone == zone]
        if not pools:
            reasons.append(
                f"Access zone '{zone}' of {request.source} has no IP pool, so nothing is served there that could move."
            )
            return "", []
    else:
        unknown = [pool for pool in request.pools if pool not in by_id]
        if unknown:
            reasons.append(f"Cluster {request.source} has no IP pool {_quoted(unknown)}; it has: {_listed(by_id)}.")
            return "", []
        pools = [by_id[pool] for pool in request.pools]
        zones = sorted({pool.access_zone for pool in pools})
        if len(zones) > 1:
            reasons.append(
                "The IP pools belong to more than one access zone: "
                + ", ".join(f"'{pool.id}' to '{pool.access_zone}'" for pool in pools)
                + ". Run one failover for each zone."
            )
            return "", []
        zone = zones[0]
        # Every pool of a zone serves every share of it: a pool left behind would be a way around the fence.
        left_out = [p.id for p in source.pools if p.access_zone == zone and p.id not in request.pools and p.interfaces]
        if left_out:
            reasons.append(
                f"IP pool {_quoted(left_out)} of {request.source} also serves the shares of access zone '{zone}'; "
                "clients could go on writing through it. Add it to failover_pools, or name the access zone."
            )
    if zone == SYSTEM_ZONE:
        reasons.append(f"Access zone '{SYSTEM_ZONE}' carries the management of {request.source} and is never moved.")
        return "", []
    return zone, pools


def require_target_zone(
    zone: str, request: Request, source: ClusterFacts, target: ClusterFacts, reasons: list[str]
) -> None:
    """Name what differs in the access zone of the two clusters."""
    if zone not in target.zones:
        reasons.append(
            f"Cluster {request.target} has no access zone '{zone}'; it has: {_listed(target.zones)}. "
            "Create it there with the same path and authentication providers."
        )
    elif target.zones[zone] != source.zones[zone]:
        reasons.append(
            f"Access zone '{zone}' starts at '{source.zones[zone]}' on {request.source} "
            f"but at '{target.zones[zone]}' on {request.target}; they must be equal."
        )


def pair_pools(
    request: Request,
    zone: str,
    pools: t.Sequence[Pool],
    source: ClusterFacts,
    target: ClusterFacts,
    reasons: list[str],
) -> list[PoolPair]:
    """Find the pool of the target that takes over each pool, and what it will hold."""
    here, there = {pool.id: pool for pool in pools}, {pool.id: pool for pool in target.pools}
    pairings, problems = pair_up(
        pools, target.pools, zone, (request.source, request.target), request.pool_map, request.hint_prefix
    )
    reasons += problems
    pairs: list[PoolPair] = []
    for pairing in pairings:
        pool, partner = here[pairing.source], there[pairing.target]
        if partner.access_zone != zone:
            reasons.append(
                f"IP pool '{partner.id}' of {request.target} belongs to access zone '{partner.access_zone}', "
                f"not to '{zone}' as its partner '{pool.id}' of {request.source}."
            )
            continue
        # In a takeover the addresses that clients use go along, until the target serves on them.
        taken = request.method == TAKEOVER and not partner.interfaces
        addresses = tuple((pool if taken else partner).addresses())
        pairs.append(
            PoolPair(
                source=pool.id,
                target=partner.id,
                source_members=tuple(pool.interfaces),
                target_members=_target_members(request, pool, partner, target, len(addresses)),
                source_names=Names.of(pool, request.hint_prefix),
                target_names=Names.of(partner, request.hint_prefix),
                source_addresses=tuple(pool.addresses()),
                target_addresses=addresses,
                ranges=tuple(f"{one.low}-{one.high}" for one in pool.ranges),
                source_ttl_seconds=pool.sc_ttl,
                target_ttl_seconds=partner.sc_ttl,
                paired_by=pairing.reason,
            )
        )
    return pairs


def _target_members(
    request: Request, pool: Pool, partner: Pool, target: ClusterFacts, addresses: int
) -> tuple[str, ...]:
    """Choose the interfaces that join the target pool: told, already there, or those named as the source's."""
    if partner.id in request.target_members:
        return tuple(request.target_members[partner.id])
    if partner.interfaces:
        return tuple(partner.interfaces)
    names = list(dict.fromkeys(member.split(":", 1)[1] for member in pool.interfaces))
    up = [node.lnn for node in target.identity.nodes if node.is_up]
    members = [f"{lnn}:{name}" for lnn in up for name in names if name in target.interfaces_by_node.get(lnn, ())]
    # A static pool gives one address to each member: more members than addresses would stay without one.
    return tuple(members[:addresses])


def is_served_by_target(pair: PoolPair) -> bool:
    """Whether a pool has been carried over already."""
    return (
        not pair.source_members
        and bool(pair.target_members)
        and bool(pair.target_names.zone)
        and not pair.source_names.zone
    )


def policies_of(zone: str, request: Request, source: ClusterFacts, reasons: list[str]) -> list[Policy]:
    """Return the policies that replicate what lies in the zone."""
    root = source.zones[zone]
    policies = [p for p in source.policies if is_below(p.source_root_path, root)]
    above = [p for p in source.policies if p.source_root_path != root and is_below(root, p.source_root_path)]
    if not policies and above:
        reasons.append(
            f"SyncIQ policy {_quoted(p.name for p in above)} of {request.source} begins above access zone '{zone}' ('{root}') and carries more "
            "than that zone. Create a policy for the zone at or below its path, and let it run once."
        )
    elif not policies:
        reasons.append(
            f"No SyncIQ policy of {request.source} covers access zone '{zone}' (path '{root}'); the data would not be on the target. "
            "Create a policy at or below that path and let it run once."
        )
    return policies


def require_ready_pools(pairs: t.Sequence[PoolPair], request: Request, reasons: list[str]) -> None:
    """Name what keeps a pool from leaving the source, or from being served by the target."""
    for pair in pairs:
        if not pair.source_members:
            reasons.append(
                f"IP pool '{pair.source}' of {request.source} has no interface, so {request.source} does not serve it now. "
                f"If {request.target} serves it, start the failover in the other direction."
            )
        if not pair.source_names.zone:
            reasons.append(
                f"IP pool '{pair.source}' of {request.source} has no SmartConnect zone name (sc_dns_zone); "
                "clients that mounted by name could not be carried over."
            )
        if not pair.target_members:
            reasons.append(
                f"No interface was found for IP pool '{pair.target}' of {request.target}: none of its nodes has one named as "
                f"{_quoted(pair.source_members)}. Name them in failover_target_members."
            )
        if len(pair.target_addresses) < len(pair.target_members):
            reasons.append(
                f"IP pool '{pair.target}' of {request.target} has {len(pair.target_addresses)} addresses "
                f"for {len(pair.target_members)} interfaces; add addresses to its ranges."
            )


def require_own_policies(
    zone: str, policies: t.Sequence[Policy], request: Request, source: ClusterFacts, reasons: list[str]
) -> None:
    """Name the policies that carry files of another access zone too: its clients would be cut off, or go on writing."""
    for policy in policies:
        others = [
            f"'{name}' ({path})"
            for name, path in sorted(source.zones.items())
            if name not in {zone, SYSTEM_ZONE}
            and (is_below(path, policy.source_root_path) or is_below(policy.source_root_path, path))
        ]
        if others:
            reasons.append(
                f"SyncIQ policy '{policy.name}' of {request.source} ({policy.source_root_path}) also carries files of access zone "
                f"{', '.join(others)}, which would become read-only with those of '{zone}'. Give each zone a policy of its own."
            )


def require_ready_policies(policies: t.Sequence[Policy], request: Request, reasons: list[str]) -> None:
    """Name what keeps a policy from replicating everything, or from failing back."""
    for policy in policies:
        where = f"SyncIQ policy '{policy.name}' of {request.source}"
        if not policy.enabled:
            reasons.append(f"{where} is disabled; enable it and let it run once.")
        if policy.conflicted:
            reasons.append(f"{where} is in an error state (conflicted); resolve it and let it run once.")
        if policy.action != "sync":
            reasons.append(f"{where} has the action '{policy.action}'; only 'sync' can fail back.")
        if policy.has_filters:
            reasons.append(
                f"{where} includes or excludes folders or files; what it leaves out would be missing on the target."
            )


def require_read_only_targets(
    policies: t.Sequence[Policy], request: Request, target: ClusterFacts, reasons: list[str]
) -> None:
    """Name the policies whose last job failed, and those whose target path is not what a failover starts from."""
    states = {policy.name: policy for policy in target.target_policies}
    for policy in policies:
        where = f"SyncIQ policy '{policy.name}' of {request.source}"
        if policy.last_job_state not in {"finished", "running", "success w/ prior failures"}:
            reasons.append(
                f"{where}: its last job ended with state '{policy.last_job_state}'; let it run once with success."
            )
        partner = states.get(policy.name)
        if partner is None:
            reasons.append(
                f"{where} is not known on {request.target} as a target policy; let it run once with success."
            )
        elif partner.failover_failback_state != "writes_disabled":
            reasons.append(
                f"{where}: its target path '{partner.target_path}' on {request.target} has the state "
                f"'{partner.failover_failback_state}', not 'writes_disabled'; an earlier failover was not finished."
            )


def require_shares(
    zone: str,
    policies: t.Sequence[Policy],
    request: Request,
    source: ClusterFacts,
    target: ClusterFacts,
    reasons: list[str],
) -> None:
    """Name the shares that the target would not serve as the source does."""
    shares = source.shares.get(zone, ())
    if not shares:
        reasons.append(
            f"Access zone '{zone}' of {request.source} has no SMB share, so no client could be carried over."
        )
    on_target = {share.name: share.path for share in target.shares.get(zone, ())}
    for share in shares:
        if policies and not any(is_below(share.path, policy.source_root_path) for policy in policies):
            reasons.append(
                f"SMB share '{share.name}' of zone '{zone}' ({share.path}) lies outside the SyncIQ policies "
                f"{_quoted(p.name for p in policies)}; its data would not be on {request.target}."
            )
        if share.name not in on_target:
            reasons.append(
                f"SMB share '{share.name}' of zone '{zone}' does not exist on {request.target}; create it there with path '{share.path}'."
            )
        elif on_target[share.name] != share.path:
            reasons.append(
                f"SMB share '{share.name}' of zone '{zone}' has the path '{share.path}' on {request.source} "
                f"but '{on_target[share.name]}' on {request.target}; they must be equal."
            )


def _require_nodes(request: Request, source: ClusterFacts, target: ClusterFacts, reasons: list[str]) -> None:
    for name, facts in ((request.source, source), (request.target, target)):
        down = [str(node.lnn) for node in facts.identity.nodes if not node.is_up]
        if down:
            reasons.append(
                f"Node {', '.join(down)} of {name} is down; what its clients do cannot be seen. Bring it back, or remove it from the cluster."
            )


def _quoted(names: t.Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


def _listed(names: t.Iterable[str]) -> str:
    return _quoted(names) or "none"


def _plain(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
