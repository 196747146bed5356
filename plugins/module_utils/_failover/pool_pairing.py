# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which pool of the target takes over which of the source, and why: told by a map, else by hints, else by equal names.

Private to the collection; pure. A hint is a SmartConnect alias such as ``igls-sales-boston``: what stands between the prefix and the
last hyphen names the pair, what follows keeps the alias unlike its partner's, so that each can have a service principal name.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .._onefs.printable import printable

if t.TYPE_CHECKING:
    from .._onefs.pools import Pool

HINT_PREFIX = "igls-"
LONGEST_NAME = 253
LONGEST_SHOWN = 80
# What the commercial tool marks a pool with: out of its scope, and the name that the passive side has meanwhile.
MARKS = ("ignore", "original")
BY_MAP = "told by the pool map"
BY_MAP_BACKWARDS = "told by the pool map, which is written for the other way"
BY_NAME = "same name in the same zone"

_DNS_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")


@dataclass(frozen=True)
class Pairing:
    """A pool of the source, its partner, and the reason in words."""

    source: str
    target: str
    reason: str


def begins_with(alias: str, prefix: str) -> bool:
    """Whether an alias belongs to its pool and not to clients: it stays where it is when names move."""
    return bool(prefix) and alias.lower().startswith(prefix.lower())


def is_mark(alias: str, prefix: str) -> bool:
    """Whether an alias is one of the commercial tool's marks, which names no pair."""
    return begins_with(alias, prefix) and _label(alias, prefix).partition("-")[0] in MARKS


def hints_of(pool: Pool, prefix: str) -> tuple[str, ...]:
    """Return the aliases of a pool that name its pair, well-formed or not."""
    return tuple(a for a in pool.sc_dns_zone_aliases if begins_with(a, prefix) and not is_mark(a, prefix))


def shown(text: str) -> str:
    """Show text of a cluster on one line, without what a terminal would obey, and not for ever."""
    safe = printable(text)
    return safe if len(safe) <= LONGEST_SHOWN else f"{safe[:LONGEST_SHOWN]}..."


def pair_up(
    pools: t.Sequence[Pool],
    there: t.Sequence[Pool],
    zone: str,
    clusters: tuple[str, str],
    pool_map: t.Mapping[str, str],
    prefix: str = HINT_PREFIX,
) -> tuple[list[Pairing], list[str]]:
    """Return the pairs that are beyond doubt, and for each pool without one the reason, with the candidates."""
    source, target = clusters
    problems: list[str] = []
    found: list[Pairing] = []
    in_zone = [pool for pool in there if pool.access_zone == zone]
    pool_map, by_map = _directed(pools, there, pool_map, problems)
    for pool in pools:
        pairing = _told(pool, there, clusters, pool_map, by_map, problems)
        if pool.id not in pool_map:
            malformed = [
                hint for one in (pool, *in_zone) for hint in hints_of(one, prefix) if not _is_name(hint, prefix)
            ]
            if malformed:
                problems.append(
                    f"SmartConnect alias {_listed(malformed)} begins as a hint for pairs and is no DNS name, so IP pool '{shown(pool.id)}' "
                    f"of {source} was not paired. Mend the alias, or name the partner in failover_pool_map."
                )
            elif hints_of(pool, prefix):
                pairing = _hinted(pool, in_zone, zone, clusters, prefix, problems)
            else:
                pairing = _named(pool, in_zone, zone, clusters, prefix, problems)
        if pairing is not None:
            found.append(pairing)
    taken: dict[str, list[Pairing]] = {}
    for pairing in found:
        taken.setdefault(pairing.target, []).append(pairing)
    doubled = {partner: rivals for partner, rivals in taken.items() if len(rivals) > 1}
    problems += [
        f"IP pool '{shown(partner)}' of {target} would take over more than one pool of {source}: "
        + ", ".join(f"'{shown(one.source)}' ({one.reason})" for one in rivals)
        + ". Give each a partner of its own in failover_pool_map."
        for partner, rivals in doubled.items()
    ]
    return [pairing for pairing in found if pairing.target not in doubled], problems


def _directed(
    pools: t.Sequence[Pool], there: t.Sequence[Pool], pool_map: t.Mapping[str, str], problems: list[str]
) -> tuple[t.Mapping[str, str], str]:
    """Return the map as it is to be read here, and the reason: one that an inventory holds serves for both ways."""
    ours, theirs = {pool.id for pool in pools}, {pool.id for pool in there}
    # YAML may have made anything of what stands there.
    pool_map = {str(first): str(second) for first, second in pool_map.items()}
    backwards: dict[str, str] = {}
    for first, second in pool_map.items():
        if second in backwards and second in ours and first in theirs:
            problems.append(
                f"failover_pool_map pairs more than one pool with '{shown(second)}', so its partner is not clear."
            )
        backwards[second] = first
    onward = {first: second for first, second in pool_map.items() if first in ours and second in theirs}
    back = {first: second for first, second in backwards.items() if first in ours and second in theirs}
    if not back or back == onward:
        return pool_map, BY_MAP
    if not onward:
        return backwards, BY_MAP_BACKWARDS
    problems.append(
        f"failover_pool_map can be read in both directions ({_shown_map(onward)}; or backwards: {_shown_map(back)}). "
        "Set it for this run alone, with the pools of the source on the left."
    )
    return pool_map, BY_MAP


def _told(
    pool: Pool,
    there: t.Sequence[Pool],
    clusters: tuple[str, str],
    pool_map: t.Mapping[str, str],
    by_map: str,
    problems: list[str],
) -> Pairing | None:
    wanted = pool_map.get(pool.id)
    if wanted is None:
        return None
    if wanted in {other.id for other in there}:
        return Pairing(pool.id, wanted, by_map)
    problems.append(
        f"failover_pool_map pairs '{shown(pool.id)}' with '{shown(str(wanted))}', but {clusters[1]} has no such IP pool; "
        f"it has: {_listed(p.id for p in there)}."
    )
    return None


def _hinted(
    pool: Pool,
    in_zone: t.Sequence[Pool],
    zone: str,
    clusters: tuple[str, str],
    prefix: str,
    problems: list[str],
) -> Pairing | None:
    """Find the partner whose hint is the same, else whose hint names the same pair."""
    own = hints_of(pool, prefix)
    for agree in (_label, _pair_name):
        matches = [
            (other, mine, theirs)
            for other in in_zone
            for mine in own
            for theirs in hints_of(other, prefix)
            if agree(mine, prefix) == agree(theirs, prefix)
        ]
        partners = {other.id for other, _mine, _theirs in matches}
        if len(partners) == 1:
            other, mine, theirs = matches[0]
            words = f"hint {shown(mine)}" if mine == theirs else f"hints {shown(mine)} and {shown(theirs)}"
            return Pairing(pool.id, other.id, words)
        if partners:
            problems.append(
                f"The hint {_listed(own)} of IP pool '{shown(pool.id)}' of {clusters[0]} is ambiguous: on {clusters[1]} it fits "
                f"{_listed(partners)}. Take it off all but one, or name the partner in failover_pool_map."
            )
            return None
    problems.append(
        f"The hint {_listed(own)} of IP pool '{shown(pool.id)}' of {clusters[0]} names no pool in access zone '{shown(zone)}' on "
        f"{clusters[1]} (pools there: {_candidates(in_zone, prefix)}). Give the partner an alias with the same hint, or name it in "
        "failover_pool_map."
    )
    return None


def _named(
    pool: Pool,
    in_zone: t.Sequence[Pool],
    zone: str,
    clusters: tuple[str, str],
    prefix: str,
    problems: list[str],
) -> Pairing | None:
    """Find the partner of the same name; one that a hint gives to another pool is none."""
    candidates = [other for other in in_zone if other.name == pool.name]
    if len(candidates) == 1:
        theirs = hints_of(candidates[0], prefix)
        if not theirs:
            return Pairing(pool.id, candidates[0].id, BY_NAME)
        problems.append(
            f"IP pool '{shown(pool.id)}' of {clusters[0]} has no hint, and the pool of its name on {clusters[1]}, "
            f"'{shown(candidates[0].id)}', has {_listed(theirs)}. Give both the same hint, or none, or name the partner in failover_pool_map."
        )
        return None
    problems.append(
        f"IP pool '{shown(pool.id)}' of {clusters[0]} has {'no' if not candidates else 'more than one'} pool of its name in access zone "
        f"'{shown(zone)}' on {clusters[1]} (pools there: {_candidates(in_zone, prefix)}). Name its partner in failover_pool_map, or give "
        f"both an alias with the same hint, such as {shown(prefix or HINT_PREFIX)}{shown(pool.name)}."
    )
    return None


def _shown_map(pool_map: t.Mapping[str, str]) -> str:
    return ", ".join(f"'{shown(first)}' -> '{shown(second)}'" for first, second in sorted(pool_map.items()))


def _label(alias: str, prefix: str) -> str:
    """Return what follows the prefix in the first label of an alias."""
    return alias.lower()[len(prefix) :].partition(".")[0]


def _pair_name(alias: str, prefix: str) -> str:
    """Return what names the pair: all before the last hyphen."""
    label = _label(alias, prefix)
    return label.rpartition("-")[0] or label


def _is_name(alias: str, prefix: str) -> bool:
    return bool(_label(alias, prefix)) and len(alias) <= LONGEST_NAME and _DNS_NAME.fullmatch(alias.lower()) is not None


def _candidates(pools: t.Iterable[Pool], prefix: str) -> str:
    found = []
    for pool in pools:
        hints = hints_of(pool, prefix)
        found.append(f"'{shown(pool.id)}'" + (f" with {_listed(hints)}" if hints else ""))
    return ", ".join(found) or "none"


def _listed(names: t.Iterable[str]) -> str:
    return ", ".join(f"'{shown(name)}'" for name in sorted(set(names))) or "none"
