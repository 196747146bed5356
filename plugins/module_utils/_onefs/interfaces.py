# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the nodes' network interfaces really hold, which is not what the configuration says.

Private to the collection. OneFS applies a change of a pool a moment after its ``204``; only the interfaces, asked past the
cache, tell when.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .addresses import AddressRange, contains, normalise
from .errors import NodesMissing

if t.TYPE_CHECKING:
    from .papi import PapiSession

# Version 14 (OneFS 9.4) tells which pool owns which address, and can be asked past the cache.
INTERFACES = "/platform/14/network/interfaces"


@dataclass(frozen=True)
class Owner:
    """A pool that an interface is a member of, with the addresses that it gave to the interface."""

    pool_id: str
    access_zone: str
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Interface:
    """A network interface of a node, with the addresses on it now."""

    lnn: int
    name: str
    addresses: tuple[str, ...]
    owners: tuple[Owner, ...]
    status: str = field(default="", compare=False)  # a word of OneFS's: up, no_carrier, not_available, ...

    @property
    def member(self) -> str:
        """Return how a pool names it."""
        return f"{self.lnn}:{self.name}"


def read_interfaces(papi: PapiSession) -> list[Interface]:
    """Ask the nodes themselves; one that cannot be reached is missing from the answer."""
    return [from_answer(answer) for answer in papi.list(INTERFACES, "interfaces", cache="no-cache")]


def from_answer(answer: t.Mapping[str, t.Any]) -> Interface:
    """Build an interface from one element of a PAPI answer."""
    owners = []
    for owner in answer.get("owners") or []:
        names = [str(owner.get(key) or "") for key in ("groupnet", "subnet", "pool")]
        # The SmartConnect service address belongs to a subnet, not to a pool.
        if owner.get("pool") and owner.get("type") != "smartconnect_service":
            owners.append(
                Owner(".".join(names), str(owner.get("access_zone") or ""), _addresses(owner.get("ip_addrs")))
            )
    return Interface(
        int(answer.get("lnn") or str(answer.get("id")).split(":", 1)[0]),
        str(answer.get("name") or ""),
        _addresses(answer.get("ip_addrs")),
        tuple(owners),
        str(answer.get("status") or ""),
    )


def addresses_of_pools(
    interfaces: t.Iterable[Interface], ranges_by_pool: t.Mapping[str, t.Sequence[AddressRange]]
) -> dict[str, dict[str, str]]:
    """Return ``{pool: {address: member}}`` for the given pools.

    An address counts for the pool that owns it, and, where no pool is said to own it (a pool that has just lost its
    members), for the pool whose ranges hold it.
    """
    found: dict[str, dict[str, str]] = {pool: {} for pool in ranges_by_pool}
    for interface in interfaces:
        owner_of = {address: owner.pool_id for owner in interface.owners for address in owner.addresses}
        for address in {*interface.addresses, *owner_of}:
            for pool, ranges in ranges_by_pool.items():
                owner = owner_of.get(address)
                if owner == pool or (owner is None and contains(ranges, address)):
                    found[pool][address] = interface.member
    return found


def require_nodes(interfaces: t.Iterable[Interface], expected: t.Iterable[int], host: str) -> None:
    """Raise where a node that is up did not answer: its addresses are unknown, which is not the same as gone."""
    missing = sorted(set(expected) - {interface.lnn for interface in interfaces})
    if missing:
        raise NodesMissing(
            f"Reading the network interfaces of {host}: node {', '.join(map(str, missing))} did not answer, so it is not known "
            "which addresses it holds. Look at 'isi status' there; if the node is down for good, remove it from the cluster."
        )


def _addresses(values: t.Iterable[t.Any] | None) -> tuple[str, ...]:
    normalised = (normalise(str(value)) for value in values or ())
    return tuple(address for address in normalised if address)
