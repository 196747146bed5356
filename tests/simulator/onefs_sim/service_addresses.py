# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where SmartConnect's service addresses are: on which node, on which interface; pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .allocation import Document, Place, addresses_of, members


@dataclass(frozen=True)
class SmartConnectService:
    """An address on which SmartConnect answers, and the subnet that it belongs to."""

    address: str
    prefixlen: int
    subnet_id: str
    interface: str
    lnn: int

    @property
    def place(self) -> tuple[int, str, str, int]:
        """What the kernel sees of it."""
        return (self.lnn, self.interface, self.address, self.prefixlen)


def place_services(
    subnets: Iterable[Document],
    pools_of: Callable[[str], Iterable[Document]],
    interfaces: Mapping[int, Sequence[str]],
    down: Collection[Place],
    held: Iterable[SmartConnectService],
) -> tuple[SmartConnectService, ...]:
    """Return the place of each service address: where it is as long as that is up, else on the lowest node that is.

    Several addresses of a subnet go to different nodes as long as there are some.
    """
    before = {(one.subnet_id, one.address): (one.lnn, one.interface) for one in held}
    placed: list[SmartConnectService] = []
    for subnet in subnets:
        wanted = list(addresses_of(subnet["sc_service_addrs"]))
        kept = {address: before[subnet["id"], address] for address in wanted if (subnet["id"], address) in before}
        kept = {address: place for address, place in kept.items() if place not in down}
        if len(kept) < len(wanted):
            candidates = _candidates(pools_of(subnet["id"]), interfaces, down)
            for address in wanted:
                if address not in kept and candidates:
                    taken = [lnn for lnn, _ in kept.values()]
                    kept[address] = min(candidates, key=lambda place: (taken.count(place[0]), place))
        placed += [
            SmartConnectService(address, subnet["prefixlen"], subnet["id"], kept[address][1], kept[address][0])
            for address in wanted
            if address in kept
        ]
    return tuple(placed)


def _candidates(
    pools: Iterable[Document], interfaces: Mapping[int, Sequence[str]], down: Collection[Place]
) -> list[Place]:
    """Return an interface of each node: one that the subnet's pools use, or else, when they use none, an external one."""
    used: dict[int, str] = {}
    for pool in pools:
        for lnn, name in members(pool):
            if (lnn, name) not in down and lnn not in used:
                used[lnn] = name
    if not used:
        for lnn, names in interfaces.items():
            free = [name for name in names if not name.startswith("mgmt") and (lnn, name) not in down]
            if free:
                used[lnn] = free[0]
    return sorted(used.items())
