# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which address belongs on which interface: OneFS's allocation rules, pure."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: LNN and interface.
Place = tuple[int, str]


@dataclass(frozen=True, order=True)
class Assignment:
    """One address of a pool on one interface."""

    lnn: int
    interface: str
    address: str
    prefixlen: int
    pool_id: str
    zone: str

    @property
    def place(self) -> tuple[int, str, str, int]:
        """What the kernel sees of it."""
        return (self.lnn, self.interface, self.address, self.prefixlen)


@functools.lru_cache(maxsize=65536)
def _bounds(low: str, high: str) -> tuple[Address, Address]:
    return ipaddress.ip_address(low), ipaddress.ip_address(high)


def range_bounds(bounds: Mapping[str, str]) -> tuple[Address, Address]:
    return _bounds(bounds["low"], bounds["high"])


def addresses_of(ranges: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Yield every address of the ranges, lowest first."""
    for low, high in sorted((range_bounds(bounds) for bounds in ranges), key=lambda pair: int(pair[0])):
        current = low
        while int(current) <= int(high):
            yield str(current)
            current = current + 1


def in_ranges(address: str, ranges: Iterable[Mapping[str, str]]) -> bool:
    value = ipaddress.ip_address(address)
    for bounds in ranges:
        low, high = range_bounds(bounds)
        if value.version == low.version and int(low) <= int(value) <= int(high):
            return True
    return False


def overlap(ranges: Iterable[Mapping[str, str]], others: Iterable[Mapping[str, str]]) -> tuple[str, str] | None:
    """Return the first pair of lower bounds whose ranges share an address."""
    rest = [range_bounds(bounds) for bounds in others]
    for low, high in (range_bounds(bounds) for bounds in ranges):
        for other_low, other_high in rest:
            if low.version == other_low.version and int(low) <= int(other_high) and int(other_low) <= int(high):
                return str(low), str(other_low)
    return None


def members(pool: Document) -> list[Place]:
    return sorted((int(member["lnn"]), str(member["iface"])) for member in pool["ifaces"])


def deal_static(ranges: list[dict[str, str]], places: list[Place], held: Mapping[str, Place]) -> dict[str, Place]:
    """One address an interface, the lowest to the lowest LNN, the surplus to nobody.

    Who has an address keeps it, and a newcomer gets the lowest that is free. A member that is down is a member.
    """
    kept = {address: place for address, place in held.items() if place in set(places) and in_ranges(address, ranges)}
    waiting = [place for place in places if place not in set(kept.values())]
    dealt = dict(kept)
    free = (address for address in addresses_of(ranges) if address not in kept)
    for place, address in zip(waiting, free, strict=False):
        dealt[address] = place
    return dealt


def deal_dynamic(
    ranges: list[dict[str, str]],
    usable: list[Place],
    held: Mapping[str, Place],
    load_of: Callable[[int], float] = lambda _lnn: 0.0,
    rebalance: bool = False,
) -> dict[str, Place]:
    """All addresses over the usable members, as evenly as possible.

    Without `rebalance`, only an address whose holder is gone moves: to the node with the least load (`load_of`, by LNN;
    all the same for round robin), of equal ones to the one with the fewest addresses.
    """
    if not usable:
        return {}
    every = list(addresses_of(ranges))
    known = set(usable)
    dealt = {address: held[address] for address in every if held.get(address) in known}
    count = dict.fromkeys(usable, 0)
    for place in dealt.values():
        count[place] += 1
    expected = {lnn: load_of(lnn) for lnn, _ in usable}
    # An address brings its clients along: a whole pool must not end up on the node that was the idlest a moment ago.
    share = sum(expected.values()) / max(1, len(every))
    for address in every:
        if address not in dealt:
            place = min(usable, key=lambda one: (expected[one[0]], count[one], one))
            dealt[address] = place
            count[place] += 1
            expected[place[0]] += share
    if rebalance:
        _level(every, dealt, count)
    return {address: dealt[address] for address in every}


def _level(every: list[str], dealt: dict[str, Place], count: dict[Place, int]) -> None:
    """Move addresses from those with the most to those with the fewest until no two differ by more than one."""
    for address in reversed(every):
        fullest = dealt[address]
        emptiest = min(count, key=lambda one: (count[one], one))
        if count[fullest] - count[emptiest] > 1:
            dealt[address] = emptiest
            count[fullest] -= 1
            count[emptiest] += 1


def assignments_of(
    pool: Document,
    prefixlen: int,
    held: Mapping[str, Place],
    down: Collection[Place],
    load_of: Callable[[int], float] = lambda _lnn: 0.0,
    rebalance: bool = False,
) -> tuple[Assignment, ...]:
    """Return where a pool's addresses belong. `down`: interfaces without link, or of a node without power."""
    places = members(pool)
    if pool["alloc_method"] == "static":
        dealt = deal_static(pool["ranges"], places, held)
    else:
        suspended = set(pool["sc_suspended_nodes"])
        usable = [place for place in places if place not in down and place[0] not in suspended]
        dealt = deal_dynamic(pool["ranges"], usable, held, load_of, rebalance)
    return tuple(
        Assignment(lnn, interface, address, prefixlen, pool["id"], pool["access_zone"])
        for address, (lnn, interface) in sorted(dealt.items(), key=lambda item: int(ipaddress.ip_address(item[0])))
    )
