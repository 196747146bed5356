# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which address belongs on which interface: OneFS's allocation rules, pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


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


def range_bounds(bounds: Mapping[str, str]) -> tuple[Address, Address]:
    return ipaddress.ip_address(bounds["low"]), ipaddress.ip_address(bounds["high"])


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


def members(pool: Document) -> list[tuple[int, str]]:
    return sorted((int(member["lnn"]), str(member["iface"])) for member in pool["ifaces"])


def allocate(pool: Document, prefixlen: int) -> list[Assignment]:
    """Static: lowest address to lowest LNN, one an interface, surplus unassigned. Dynamic: all, spread evenly."""
    places = members(pool)
    if not places:
        return []
    addresses = list(addresses_of(pool["ranges"]))
    if pool["alloc_method"] == "static":
        pairs = list(zip(addresses, places, strict=False))
    else:
        pairs = [(address, places[index % len(places)]) for index, address in enumerate(addresses)]
    return [
        Assignment(lnn, interface, address, prefixlen, pool["id"], pool["access_zone"])
        for address, (lnn, interface) in pairs
    ]


def allocate_all(pools: Sequence[Document], prefixlens: Mapping[str, int]) -> list[Assignment]:
    """Allocate every pool; `prefixlens` is by subnet id."""
    plan: list[Assignment] = []
    for pool in pools:
        plan += allocate(pool, prefixlens[f"{pool['groupnet']}.{pool['subnet']}"])
    return plan
