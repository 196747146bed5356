# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of zone, shares, quotas and what keeps clients out. Private to the collection; pure."""

from __future__ import annotations

from ..plan import is_below, require_shares, require_target_zone
from .check import BLOCK, INFO, WARN, Check, Finding, judge, known
from .facts import Cluster, Facts, ShareSettings
from .scope import both_plans

EVERYONE = "SID:S-1-1-0"


def zone_equal(facts: Facts) -> Finding:
    """The zone is on both clusters, at one path, with the same providers in the same order."""
    scope = known(facts.scope)
    problems: list[str] = []
    require_target_zone(scope.zone, facts.request, *both_plans(facts.source, facts.target), problems)
    here, there = known(facts.source.zones)[scope.zone], known(facts.target.zones).get(scope.zone)
    if there is not None and here.providers != there.providers:
        problems.append(
            f"Providers of access zone '{scope.zone}', in their order: {', '.join(here.providers) or 'none'} on {facts.source.name}, "
            f"{', '.join(there.providers) or 'none'} on {facts.target.name}"
        )
    return judge(problems, [f"{facts.source.name}: {here.path}, asks {', '.join(here.providers) or 'no provider'}"])


def shares_equal(facts: Facts) -> Finding:
    """The target has the same shares at the same paths, and lets in the same people."""
    scope = known(facts.scope)
    problems: list[str] = []
    require_shares(scope.zone, scope.policies, facts.request, *both_plans(facts.source, facts.target), problems)
    here, there = _shares(facts.source, scope.zone), _shares(facts.target, scope.zone)
    if problems:
        return judge(problems, [f"{len(here)} shares on {facts.source.name}, {len(there)} on {facts.target.name}"])
    differing = [
        f"Share '{name}': {facts.source.name} allows {_allowed(share)}; {facts.target.name} allows {_allowed(there[name])}"
        for name, share in sorted(here.items())
        if _allowed(share) != _allowed(there[name])
    ]
    extra = sorted(set(there) - set(here))
    differing += [f"Share '{name}' is on {facts.target.name} alone" for name in extra]
    return judge(differing, [f"{len(here)} shares compared by name, path and access list"], WARN)


def _shares(cluster: Cluster, zone: str) -> dict[str, ShareSettings]:
    return {share.name: share for share in known(cluster.shares) if share.zone == zone}


def _allowed(share: ShareSettings) -> str:
    """Say whom a share lets in; entries that keep somebody out are another check's."""
    entries = sorted(
        f"{one.trustee_id} ({one.trustee}) {one.permission}" for one in share.permissions if one.kind == "allow"
    )
    return ", ".join(entries) or "nobody"


def quotas_equal(facts: Facts) -> Finding:
    """Quotas, which SyncIQ does not replicate, are the same on both clusters; so are the snapshots that users go back to."""
    paths = [policy.source_root_path for policy in known(facts.scope).policies]
    problems: list[str] = []
    seen: list[str] = []
    for what, here, there in (
        ("quota", known(facts.source.quotas), known(facts.target.quotas)),
        ("snapshot", known(facts.source.snapshots), known(facts.target.snapshots)),
    ):
        mine = {one for one in here if any(is_below(one[0], path) for path in paths)}
        theirs = {one for one in there if any(is_below(one[0], path) for path in paths)}
        problems += [
            f"{what} '{rule}' of {path} is on {facts.source.name} alone" for path, rule in sorted(mine - theirs)
        ]
        if what == "quota":
            problems += [
                f"quota '{rule}' of {path} is on {facts.target.name} alone" for path, rule in sorted(theirs - mine)
            ]
        seen.append(f"{len(mine)} {what}s on {facts.source.name}, {len(theirs)} on {facts.target.name}")
    return judge(problems, seen)


def deny_is_quick(facts: Facts) -> Finding:
    """How long it would take to keep clients out share by share: OneFS takes one change of a share at a time."""
    shares = _shares(facts.source, known(facts.scope).zone)
    seconds = len(shares) * facts.limits.share_write_seconds
    line = f"{len(shares)} shares, {seconds:.0f} s at {facts.limits.share_write_seconds} s a change"
    return judge([line]) if seconds > facts.limits.deny_seconds else judge([], [line])


def no_deny_entries(facts: Facts) -> Finding:
    """No share keeps everybody out, as a failover that was broken off may have left it."""
    zone = known(facts.scope).zone
    everybody: list[str] = []
    somebody: list[str] = []
    count = 0
    for cluster in facts.clusters():
        for share in _shares(cluster, zone).values():
            count += 1
            for entry in share.permissions:
                if entry.kind == "deny":
                    line = f"Share '{share.name}' of {cluster.name} denies {entry.trustee} {entry.permission}"
                    (everybody if entry.trustee_id == EVERYONE else somebody).append(line)
    if everybody:
        return judge([*everybody, *somebody], (), BLOCK)
    return judge(somebody, [f"{count} shares on both clusters"], WARN)


CHECKS = (
    Check(
        5,
        "zone_equal",
        "Is the access zone the same on both clusters?",
        BLOCK,
        zone_equal,
        "isi zone zones modify ZONE on the target: same path, same --auth-providers in the same order.",
    ),
    Check(
        20,
        "shares_equal",
        "Has the target the same shares, with the same access lists?",
        BLOCK,
        shares_equal,
        "isi smb shares create SHARE --zone ZONE --path PATH on the target; isi smb shares permission modify SHARE to make the lists equal.",
    ),
    Check(
        21,
        "quotas_equal",
        "Are quotas and users' snapshots the same on both clusters?",
        WARN,
        quotas_equal,
        "isi quota quotas create PATH TYPE on the target; snapshots are not replicated: tell users, or take them on both clusters.",
    ),
    Check(
        22,
        "deny_is_quick",
        "Would keeping clients out share by share be quick?",
        INFO,
        deny_is_quick,
        "Nothing to do: the fence takes the network away, whatever the number of shares. A guard by share would take as long as said.",
    ),
    Check(
        23,
        "no_deny_entries",
        "Is no share closed by an entry that denies?",
        BLOCK,
        no_deny_entries,
        "isi smb shares permission delete SHARE --zone ZONE with the trustee that is named, where no failover is under way.",
    ),
)
