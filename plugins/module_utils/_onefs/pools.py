# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IP pools: what they are, and how they are changed.

Private to the collection. Which addresses a cluster really holds is another question, see :mod:`interfaces`.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .addresses import HAS_NETADDR, AddressRange, count, expand, normalised
from .errors import BadOption, PapiError
from .interfaces import INTERFACES, addresses_of_pools, read_interfaces

if t.TYPE_CHECKING:
    from .papi import PapiSession

__all__ = [
    "HAS_NETADDR",
    "INTERFACES",
    "Pool",
    "addresses_of",
    "addresses_up",
    "as_ifaces",
    "member_as_iface",
    "normalised",
    "pool_path",
    "read_pool",
    "read_pools",
    "read_some_pools",
    "read_subnet",
    "split_pool_id",
    "update_pool",
]

# The oldest versions that know all fields used here; newer clusters go on serving them.
POOLS = "/platform/3/network/pools"
POOL = "/platform/12/network/groupnets/{}/subnets/{}/pools/{}"
SUBNET = "/platform/7/network/groupnets/{}/subnets/{}"

# A call for each of these is quicker than the list, which holds a thousand pools a page; clients may wait for either.
MOST_ONE_BY_ONE = 4


@dataclass(frozen=True)
class Pool:
    """An IP pool of a cluster. ``interfaces`` are its members, as ``1:ext-1``."""

    id: str
    groupnet: str
    subnet: str
    name: str
    access_zone: str
    ranges: tuple[AddressRange, ...]
    interfaces: tuple[str, ...]
    sc_dns_zone: str = ""
    sc_dns_zone_aliases: tuple[str, ...] = ()
    sc_subnet: str = ""
    sc_ttl: int = 0
    alloc_method: str = "static"
    suspended_nodes: tuple[int, ...] = ()
    raw: t.Mapping[str, t.Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_answer(cls, answer: t.Mapping[str, t.Any]) -> Pool:
        """Build a pool from one element of a PAPI answer; real clusters send ``null`` for empty lists."""
        return cls(
            id=str(answer.get("id") or "{groupnet}.{subnet}.{name}".format(**answer)),
            groupnet=str(answer.get("groupnet") or ""),
            subnet=str(answer.get("subnet") or ""),
            name=str(answer.get("name") or ""),
            access_zone=str(answer.get("access_zone") or ""),
            ranges=tuple(AddressRange(str(one["low"]), str(one["high"])) for one in answer.get("ranges") or []),
            interfaces=tuple(f"{int(member['lnn'])}:{member['iface']}" for member in answer.get("ifaces") or []),
            sc_dns_zone=str(answer.get("sc_dns_zone") or ""),
            sc_dns_zone_aliases=tuple(str(alias) for alias in answer.get("sc_dns_zone_aliases") or []),
            sc_subnet=str(answer.get("sc_subnet") or ""),
            sc_ttl=int(answer.get("sc_ttl") or 0),
            alloc_method=str(answer.get("alloc_method") or "static"),
            suspended_nodes=tuple(int(lnn) for lnn in answer.get("sc_suspended_nodes") or []),
            raw=dict(answer),
        )

    def addresses(self) -> list[str]:
        """List the addresses of the pool's ranges, in their order."""
        return expand(self.ranges)

    def expected_addresses(self, members: t.Sequence[str] | None = None) -> int:
        """Return how many addresses are up when all is well.

        A static pool gives one address to each member, a dynamic pool hands out all that it has.
        """
        held = self.interfaces if members is None else members
        if not held:
            return 0
        available = count(self.ranges)
        return available if self.alloc_method == "dynamic" else min(len(held), available)


def split_pool_id(pool_id: str) -> tuple[str, str, str]:
    """Take ``groupnet0.subnet0.pool0`` (or with colons, as the CLI also prints it) apart."""
    parts = pool_id.replace(":", ".").split(".")
    if len(parts) != 3 or not all(part.replace("-", "").replace("_", "").isalnum() for part in parts):
        raise BadOption(
            f"Reading the name of IP pool {pool_id!r}: a pool's id has three parts. "
            "Write it as groupnet.subnet.pool, such as groupnet0.subnet1.sales."
        )
    return parts[0], parts[1], parts[2]


def pool_path(pool_id: str) -> str:
    """Return the URI of a pool: OneFS addresses it by its three names."""
    return POOL.format(*split_pool_id(pool_id))


def member_as_iface(member: str) -> dict[str, t.Any]:
    """Turn ``1:ext-1`` into what a PUT takes."""
    lnn, _colon, name = member.partition(":")
    if not lnn.isdigit() or not name:
        raise BadOption(f"Reading the name of interface {member!r}: it is none. Write it as LNN:name, such as 1:ext-1.")
    return {"lnn": int(lnn), "iface": name}


def as_ifaces(members: t.Iterable[str]) -> list[dict[str, t.Any]]:
    """Turn members into the list that a PUT takes."""
    return [member_as_iface(member) for member in members]


def read_pools(papi: PapiSession, access_zone: str | None = None) -> list[Pool]:
    """Return all pools of a cluster, or those of one access zone."""
    answers = papi.list(POOLS, "pools", access_zone=access_zone)
    return [Pool.from_answer(answer) for answer in answers]


def read_pool(papi: PapiSession, pool_id: str) -> Pool:
    """Return one pool, or raise with the names of those that there are."""
    try:
        answers = papi.get(pool_path(pool_id)).get("pools") or []
    except PapiError as error:
        if error.status != 404:
            raise
        answers = []
    if not answers:
        known = ", ".join(pool.id for pool in read_pools(papi)) or "none"
        raise BadOption(
            f"Reading IP pool '{pool_id}' of {papi.connection.host}: there is no such pool; it has: {known}. "
            "Name one of them."
        )
    return Pool.from_answer(answers[0])


def read_some_pools(papi: PapiSession, pool_ids: t.Iterable[str]) -> dict[str, Pool]:
    """Return pools by the ids that they were asked for by: a few one by one, many out of the list of all."""
    wanted = list(dict.fromkeys(pool_ids))
    if len(wanted) <= MOST_ONE_BY_ONE:
        return {pool_id: read_pool(papi, pool_id) for pool_id in wanted}
    known = {pool.id: pool for pool in read_pools(papi)}
    return {pool_id: known.get(".".join(split_pool_id(pool_id))) or read_pool(papi, pool_id) for pool_id in wanted}


def update_pool(papi: PapiSession, pool_id: str, **fields: t.Any) -> None:
    """Change the given fields of a pool; lists are replaced whole. The answer does not say that the network follows."""
    papi.put(pool_path(pool_id), fields, repeatable=True)


def read_subnet(papi: PapiSession, pool: Pool) -> tuple[str, int]:
    """Return base address and prefix length of the subnet that a pool belongs to."""
    answer = (papi.get(SUBNET.format(pool.groupnet, pool.subnet)).get("subnets") or [{}])[0]
    return str(answer.get("base_addr") or "0.0.0.0"), int(answer.get("prefixlen") or 0)


def addresses_up(papi: PapiSession, pool_ids: t.Sequence[str]) -> dict[str, dict[str, str]]:
    """Return, for each pool, the addresses that the nodes really hold now and the interface that holds each."""
    return addresses_of(papi, read_some_pools(papi, pool_ids))


def addresses_of(papi: PapiSession, pools: t.Mapping[str, Pool]) -> dict[str, dict[str, str]]:
    """Do the same as :func:`addresses_up` with pools that were read before."""
    found = addresses_of_pools(read_interfaces(papi), {pool.id: pool.ranges for pool in pools.values()})
    return {pool_id: found[pool.id] for pool_id, pool in pools.items()}
