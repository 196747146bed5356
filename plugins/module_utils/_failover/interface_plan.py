# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a move of interfaces between two clusters has to change, decided from facts and from nothing else.

Private to the collection; pure. A pool's *home* is what it holds while its own cluster serves it and nothing was taken over.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._onefs.addresses import contains, count
from .._onefs.errors import OnefsError
from .memory import Holding

if t.TYPE_CHECKING:
    from .._onefs.interfaces import Interface
    from .._onefs.pools import Pool

TAKEOVER = "ip_takeover"


class MoveRefused(OnefsError):
    """The move does not fit what the clusters hold; nothing was changed by it."""


@dataclass(frozen=True)
class PoolState:
    """One pool of a pair: what it holds now, and what it holds at home."""

    side: str
    pool: str
    now: Holding
    home: Holding

    @property
    def key(self) -> str:
        """Return how the pool is named in a difference."""
        return f"{self.side} {self.pool}"


@dataclass(frozen=True)
class Change:
    """What one pool holds and what it will hold."""

    side: str
    pool: str
    before: Holding
    after: Holding

    @property
    def key(self) -> str:
        """Return how the pool is named in a difference."""
        return f"{self.side} {self.pool}"


@dataclass(frozen=True)
class Pair:
    """A pool of the source and one of the target. ``ranges``: what clients use in a takeover, the source's own by default."""

    source: PoolState
    target: PoolState
    ranges: tuple[tuple[str, str], ...] = ()

    def states(self) -> tuple[PoolState, PoolState]:
        """Return both pools."""
        return self.source, self.target

    def wanted_ranges(self, serving: str, method: str) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return the ranges that each side's pool is to have.

        In ``smartconnect`` a pool keeps its ranges. In ``ip_takeover`` those that clients use go to the side that serves; the
        other pool has those of its home, or none where just these went away. While nobody serves, whoever has them keeps them.
        """
        if method != TAKEOVER or serving == "none":
            return {"source": self.source.now.ranges, "target": self.target.now.ranges}
        used = self.ranges or self.source.home.ranges
        return {
            state.side: used if state.side == serving else () if state.home.ranges == used else state.home.ranges
            for state in self.states()
        }


def decide(serving: str, method: str, pairs: t.Sequence[Pair]) -> list[Change]:
    """List the pools that must change, those that are emptied first."""
    changes = []
    for pair in pairs:
        ranges = pair.wanted_ranges(serving, method)
        for state in pair.states():
            members = state.home.members if state.side == serving else ()
            wanted = Holding(members, ranges[state.side])
            if not same(state.now, wanted):
                changes.append(Change(state.side, state.pool, state.now, wanted))
    return sorted(changes, key=lambda change: (bool(change.after.members), len(change.after.ranges)))


def same(one: Holding, other: Holding) -> bool:
    """Whether two holdings are equal; order means nothing in a pool's lists."""
    return sorted(one.members) == sorted(other.members) and sorted(one.ranges) == sorted(other.ranges)


@dataclass(frozen=True)
class Known:
    """What a pool holds now, and what was last written down of it."""

    now: Holding
    recorded: Holding | None


def home_of(own: Known, partner: Known, named_members: t.Sequence[str]) -> Holding:
    """Return what a pool holds at home: as told, as it is, or as it was written down; its members may still be unknown.

    Its ranges are away where it has none, and are not its own where it has those that its partner gave away.
    """
    if own.recorded is None:
        return Holding(tuple(named_members) or own.now.members, own.now.ranges)
    has_partners_ranges = (
        partner.recorded is not None and not partner.now.ranges and own.now.ranges == partner.recorded.ranges
    )
    ranges = own.recorded.ranges if has_partners_ranges or not own.now.ranges else own.now.ranges
    return Holding(tuple(named_members) or own.now.members or own.recorded.members, ranges)


def worth_remembering(change: Change, home: Holding) -> Holding | None:
    """Return what must be written down before a change, or None where it takes nothing away."""
    loses_members = set(change.before.members) - set(change.after.members)
    loses_ranges = set(change.before.ranges) - set(change.after.ranges)
    if not (loses_members or loses_ranges):
        return None
    return Holding(change.before.members or home.members, home.ranges)


def members_alike(
    partner_members: t.Iterable[str], interfaces: t.Iterable[Interface], nodes_up: t.Container[int], addresses: int
) -> tuple[str, ...]:
    """Choose interfaces named as the partner's, on as many nodes that are up as there are addresses."""
    names = list(dict.fromkeys(member.split(":", 1)[1] for member in partner_members))
    found = sorted(
        (interface.lnn, interface.name)
        for interface in interfaces
        if interface.name in names and interface.lnn in nodes_up
    )
    return tuple(f"{lnn}:{name}" for lnn, name in found[:addresses])


def require_members(states: t.Iterable[PoolState], serving: str, hosts: t.Mapping[str, str]) -> None:
    """Refuse to bring up a pool whose members nobody knows."""
    for state in states:
        if state.side != serving:
            continue
        if not state.home.members:
            raise MoveRefused(
                f"Bringing pool '{state.pool}' of {hosts[state.side]} up: it has no interface, none was named, no record of earlier ones "
                f"is on either cluster, and no node has one named as its partner's. Name them in the pair's {state.side}_members."
            )


def require_ranges(changes: t.Iterable[Change], hosts: t.Mapping[str, str]) -> None:
    """Refuse to bring up a pool that would have no address."""
    for change in changes:
        if change.after.members and not change.after.ranges:
            raise MoveRefused(
                f"Bringing pool '{change.pool}' of {hosts[change.side]} up: it has no address range, and no record of earlier ones is on "
                "either cluster. Give the pool a range there."
            )


def require_way_in(changes: t.Iterable[Change], side: str, host: str, contacts: t.Iterable[str]) -> None:
    """Refuse to take off the addresses over which this run reaches the cluster: nobody could put them back."""
    for change in changes:
        if change.side != side or not set(change.before.members) - set(change.after.members):
            continue
        inside = sorted(address for address in contacts if contains(change.before.address_ranges(), address))
        if inside:
            raise MoveRefused(
                f"Taking pool '{change.pool}' of {host} off the network: this run reaches the cluster at {', '.join(inside)}, an address of "
                "that pool, and could not go on. Nothing was changed. Set onefs_host and onefs_ssh_host to a pool that stays."
            )


def expected_addresses(pool: Pool, wanted: Holding, nodes_up: t.Container[int]) -> int:
    """Return how many addresses are up when a pool holds what is wanted; a static address stays with its dead node."""
    members = [member for member in wanted.members if int(member.split(":", 1)[0]) in nodes_up]
    if not members:
        return 0
    available = count(wanted.address_ranges())
    return available if pool.alloc_method == "dynamic" else min(len(members), available)


def unsettled(
    serving: str, pairs: t.Iterable[Pair], changes: t.Collection[Change], silent: t.Container[str]
) -> list[Change]:
    """List the pools that are configured as they should be and of which no address is up: OneFS lost the change.

    ``silent`` has the keys of the pools without any address. The change is made once more, with the same content.
    """
    known = {change.key for change in changes}
    return [
        Change(state.side, state.pool, state.now, state.now)
        for pair in pairs
        for state in pair.states()
        if state.side == serving and state.now.members and state.key in silent and state.key not in known
    ]


def describe(holding: Holding) -> dict[str, t.Any]:
    """Return a holding as it goes into results and differences."""
    return {"members": list(holding.members), "ranges": [f"{low}-{high}" for low, high in holding.ranges]}
