# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Move SmartConnect zone names and aliases between the pools of two clusters.

Private to the collection. The names of a pair are swapped: the pool that serves gets the names that clients mount, the
other one what its partner had. Aliases that are hints for pairs stay with their own pool. Names are taken off one side
before they are given to the other, so that at no time two clusters answer for one name.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t
from dataclasses import dataclass

from .._onefs.errors import OnefsError
from .._onefs.papi import PapiSession, on_each, sessions_of
from .._onefs.pools import Pool, read_some_pools, update_pool
from .._onefs.progress import Progress
from .facts import connections_of, pair_argument_spec, without_source_argument_spec
from .plan import Names

NAMES_SPEC: dict[str, t.Any] = {
    "type": "dict",
    "required": True,
    "options": {
        "zone": {"type": "str", "default": ""},
        "aliases": {"type": "list", "elements": "str", "default": []},
        "hints": {"type": "list", "elements": "str", "default": []},
    },
}

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
            "source_names": NAMES_SPEC,
            "target_names": NAMES_SPEC,
        },
    },
    "owner": {"type": "str", "required": True, "choices": ["source", "target"]},
}


class NamesNotMoved(OnefsError):
    """A pool does not have the names that it was given, or names that nobody planned for."""


@dataclass(frozen=True)
class NamePair:
    """Two pools, and the names that each has while the source serves."""

    source: str
    target: str
    source_names: Names
    target_names: Names


@dataclass(frozen=True)
class NameChange:
    """The names of one pool, before and after."""

    side: str
    pool: str
    before: Names
    after: Names


def names_of(pool: Pool, hints: t.Container[str] = ()) -> Names:
    """Return the names that a pool answers to now; ``hints`` are its aliases that stay, as far as it has them."""
    aliases = pool.sc_dns_zone_aliases
    return Names(pool.sc_dns_zone, tuple(a for a in aliases if a not in hints), tuple(a for a in aliases if a in hints))


def decide(
    owner: str, pairs: t.Sequence[NamePair], source: t.Mapping[str, Names] | None, target: t.Mapping[str, Names]
) -> list[NameChange]:
    """List what must change, first what is taken off, then what is given; an empty list means that all is as wanted.

    Without a ``source`` only the target's pools are looked at.
    """
    given_side = owner
    changes: list[NameChange] = []
    for pair in pairs:
        swapped = owner == "target"
        wanted_source = pair.target_names if swapped else pair.source_names
        wanted_target = pair.source_names if swapped else pair.target_names
        for side, pool, now, wanted in (
            ("source", pair.source, None if source is None else source[pair.source], wanted_source),
            ("target", pair.target, target[pair.target], wanted_target),
        ):
            if now is not None and not same_names(now, wanted):
                changes.append(NameChange(side, pool, now, dataclasses.replace(wanted, hints=now.hints)))
    return sorted(changes, key=lambda change: change.side == given_side)


def same_names(one: Names, other: Names) -> bool:
    """Whether two sets of names are equal; the order of aliases does not matter, and hints don't move."""
    return one.zone == other.zone and sorted(one.aliases) == sorted(other.aliases)


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Give the names to the side that ``owner`` says."""
    pairs = [
        NamePair(pair["source"], pair["target"], _names(pair["source_names"]), _names(pair["target_names"]))
        for pair in params["pairs"]
    ]
    connections = connections_of(params)
    with sessions_of(connections) as sessions:
        sides = {papi: side for side, papi in sessions.items()}
        now = on_each(sessions, lambda papi: _read(papi, sides[papi], pairs))
        changes = decide(params["owner"], pairs, now.get("source"), now["target"])
        if not check_mode:
            # What is taken off comes first, and is seen to be off before any of it is given.
            for side, group in itertools.groupby(changes, key=lambda change: change.side):
                _give(sessions[side], list(group), progress)
    return {
        "changed": bool(changes),
        "moved": [
            {
                "side": change.side,
                "pool": change.pool,
                "before": _as_dict(change.before),
                "after": _as_dict(change.after),
            }
            for change in changes
        ],
        "diff": {
            "before": {f"{change.side} {change.pool}": _as_dict(change.before) for change in changes},
            "after": {f"{change.side} {change.pool}": _as_dict(change.after) for change in changes},
        },
    }


def _read(papi: PapiSession, side: str, pairs: t.Sequence[NamePair]) -> dict[str, Names]:
    """Return the names that each pool of a side has now."""
    hints = {getattr(pair, side): getattr(pair, f"{side}_names").hints for pair in pairs}
    return {pool_id: names_of(pool, hints[pool_id]) for pool_id, pool in read_some_pools(papi, hints).items()}


def _give(papi: PapiSession, changes: t.Sequence[NameChange], progress: Progress) -> None:
    """Give pools of one cluster their names, and see that they have them."""
    host = papi.connection.host
    for change in changes:
        progress(f"{host}: pool {change.pool} answers to {_spoken(change.after)}")
        aliases = [*change.after.aliases, *change.after.hints]
        update_pool(papi, change.pool, sc_dns_zone=change.after.zone, sc_dns_zone_aliases=aliases)
    found = read_some_pools(papi, [change.pool for change in changes])
    for change in changes:
        now = names_of(found[change.pool], change.after.hints)
        if not same_names(now, change.after):
            raise NamesNotMoved(
                f"Giving pool '{change.pool}' of {host} the names {_spoken(change.after)}: it answers to "
                f"{_spoken(now)} afterwards. Somebody else may be changing it; look at "
                f"'isi network pools view {change.pool}' and run again."
            )


def _names(option: t.Mapping[str, t.Any]) -> Names:
    return Names(option["zone"] or "", tuple(option["aliases"] or ()), tuple(option["hints"] or ()))


def _as_dict(names: Names) -> dict[str, t.Any]:
    return {"zone": names.zone, "aliases": list(names.aliases)}


def _spoken(names: Names) -> str:
    every = [name for name in (names.zone, *names.aliases) if name]
    return ", ".join(every) or "no name"
