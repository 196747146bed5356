# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IP addresses as text, in one form each, and ranges of them.

Private to the collection.
"""

from __future__ import annotations

import functools
import itertools
import typing as t

from .errors import BadOption, MissingLibrary

try:
    import netaddr

    HAS_NETADDR = True
except ImportError:
    HAS_NETADDR = False


class AddressRange(t.NamedTuple):
    """The addresses from ``low`` to ``high``, both included, as an IP pool has them."""

    low: str
    high: str


def normalise(text: str) -> str | None:
    """Return an address in its shortest form, or None where the text is none.

    A scope (``%em0``) is dropped. An IPv4 client on a dual-stack socket shows as ``::ffff:192.0.2.1``: it is that IPv4 client.
    """
    _require_netaddr()
    bare = text.strip().split("%", 1)[0]
    try:
        address = netaddr.IPAddress(bare, flags=netaddr.INET_PTON)
    except (netaddr.AddrFormatError, ValueError):
        return None
    if address.version == 6 and address.is_ipv4_mapped():
        address = address.ipv4()
    return str(address)


def normalised(text: str) -> str:
    """Return an address in its shortest form; raises ValueError where the text is none."""
    address = normalise(text)
    if address is None:
        raise ValueError(f"{text!r} is no IP address")
    return address


def contains(ranges: t.Iterable[AddressRange], address: str) -> bool:
    """Whether an address lies in one of the ranges."""
    _require_netaddr()
    wanted = netaddr.IPAddress(address)
    return any(wanted in _range(one) for one in ranges)


def count(ranges: t.Iterable[AddressRange]) -> int:
    """Return how many addresses the ranges have; an IPv6 range may hold very many."""
    _require_netaddr()
    return sum(_range(one).size for one in ranges)


def expand(ranges: t.Iterable[AddressRange], limit: int = 4096) -> list[str]:
    """List the addresses of the ranges in their order, ``limit`` at most: an IPv6 range may hold 2 to the power of 64."""
    return list(_expanded(tuple(ranges), limit))


@functools.lru_cache(maxsize=8192)
def _expanded(ranges: tuple[AddressRange, ...], limit: int) -> tuple[str, ...]:
    """Two clusters may have four thousand pools, and each is looked at for many reasons."""
    _require_netaddr()
    every = itertools.chain.from_iterable(iter(_range(one)) for one in ranges)
    return tuple(str(address) for address in itertools.islice(every, limit))


def network_contains(base: str, prefixlen: int, ranges: t.Iterable[AddressRange]) -> bool:
    """Whether all ranges lie in the network of ``base``."""
    _require_netaddr()
    network = netaddr.IPNetwork(f"{base}/{prefixlen}").cidr
    return all(_range(one) in network for one in ranges)


def sort_key(address: str) -> tuple[int, int]:
    """Order addresses as numbers, IPv4 first."""
    _require_netaddr()
    parsed = netaddr.IPAddress(address)
    return parsed.version, int(parsed)


def _range(one: AddressRange) -> t.Any:
    try:
        return netaddr.IPRange(one.low, one.high)
    except (netaddr.AddrFormatError, ValueError) as error:
        raise BadOption(
            f"Reading the address range {one.low!r} to {one.high!r}: {error}. Correct the range of the IP pool."
        ) from error


def _require_netaddr() -> None:
    if not HAS_NETADDR:
        raise MissingLibrary("Working with IP addresses", "netaddr", "where the task runs")
