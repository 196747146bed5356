# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OneFS checks before it takes a pool's new fields."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping

from ..allocation import Document, members, overlap, range_bounds
from ..network import Network
from ..network_configuration import names_of
from .answers import Refusal

#: More addresses than this cannot be dealt out one by one; OneFS pools have a few to an interface.
MAXIMUM_POOL_ADDRESSES = 65536
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "aggregation_mode": ("roundrobin", "failover", "lacp", "loadbalance", "none"),
    "alloc_method": ("static", "dynamic"),
    "rebalance_policy": ("auto", "manual"),
    "sc_connect_policy": ("round_robin", "conn_count", "throughput", "cpu_usage"),
    "sc_failover_policy": ("round_robin", "conn_count", "throughput", "cpu_usage"),
}
_AGGREGATE = re.compile(r"(?P<kind>.+)-agg(-(?P<number>[1-9][0-9]?))?")
_NAME = re.compile(r"[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]*)*")


def check_pool(
    network: Network, pool: Document, subnet: Document, zones: Mapping[str, Document], replaces: str, force: bool
) -> None:
    """Refuse a pool that the cluster cannot have. `replaces`: id of the pool as it was; `force`: whatever the MTU."""
    for name, choices in _CHOICES.items():
        if pool[name] not in choices:
            raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{pool[name]}' for field '{name}'", name)
    zone = zones.get(pool["access_zone"])
    if zone is None:
        raise Refusal("AEC_BAD_REQUEST", f"Access zone '{pool['access_zone']}' does not exist", "access_zone")
    if zone["groupnet"] != pool["groupnet"]:
        raise Refusal("AEC_BAD_REQUEST", f"Access zone '{zone['name']}' is in another groupnet", "access_zone")
    if pool["sc_subnet"] and f"{pool['groupnet']}.{pool['sc_subnet']}" not in network.subnets:
        raise Refusal("AEC_BAD_REQUEST", f"Subnet '{pool['sc_subnet']}' does not exist", "sc_subnet")
    _check_members(network, pool, replaces)
    if not force:
        check_mtu(network, pool, subnet, replaces)
    check_ranges(pool, subnet)
    for one in network.subnets.values():
        refuse_overlap(pool["ranges"], one["sc_service_addrs"], f"the service addresses of {one['id']}")
    for other in network.pools.values():
        if other["id"] not in (pool["id"], replaces):
            refuse_overlap(pool["ranges"], other["ranges"], other["id"])
    _check_routes(pool)
    _check_names(network, pool, replaces)


# Members


def _check_members(network: Network, pool: Document, replaces: str) -> None:
    places = members(pool) if all({"lnn", "iface"} <= one.keys() for one in pool["ifaces"]) else None
    if places is None:
        raise Refusal("AEC_ARG_REQUIRED", "A member has both 'lnn' and 'iface'", "ifaces")
    given = set(places)
    if len(given) < len(places):
        raise Refusal("AEC_BAD_REQUEST", "An interface is given twice", "ifaces")
    for lnn, name in places:
        if lnn not in network.interfaces:
            raise Refusal("AEC_BAD_REQUEST", f"Node {lnn} does not exist", "ifaces")
        if name not in network.interfaces[lnn]:
            raise Refusal("AEC_BAD_REQUEST", f"Interface '{lnn}:{name}' does not exist", "ifaces")
        for rival in rivals(name, network.interfaces[lnn]):
            users = network.pools_by_member.get((lnn, rival), set()) - {pool["id"], replaces}
            if (lnn, rival) in given or users:
                text = f"Interface '{lnn}:{name}' cannot be used beside '{lnn}:{rival}', which it shares a port with"
                raise Refusal("AEC_CONFLICT", text, "ifaces")
        if network.choices.one_static_pool and pool["alloc_method"] == "static":
            _check_other_static(network, pool, (lnn, name), replaces)


def _check_other_static(network: Network, pool: Document, place: tuple[int, str], replaces: str) -> None:
    for pool_id in sorted(network.pools_by_member.get(place, set()) - {pool["id"], replaces}):
        other = network.pools[pool_id]
        if other["alloc_method"] == "static" and pool_id.rpartition(".")[0] == pool["id"].rpartition(".")[0]:
            text = f"Interface '{place[0]}:{place[1]}' is a member of static pool {pool_id} of the same subnet"
            raise Refusal("AEC_CONFLICT", text, "ifaces")


def rivals(name: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the interfaces of a node that share a port with this one: an aggregate's parts, a part's aggregate."""
    for other in names:
        if other in _parts(name) or name in _parts(other):
            yield other


def _parts(name: str) -> tuple[str, ...]:
    """Return what an aggregate is made of: ext-agg of ext-1 and ext-2, ext-agg-2 of ext-3 and ext-4."""
    found = _AGGREGATE.fullmatch(name)
    if found is None:
        return ()
    last = 2 * int(found["number"] or 1)
    return (f"{found['kind']}-{last - 1}", f"{found['kind']}-{last}")


def check_mtu(network: Network, pool: Document, subnet: Document, replaces: str) -> None:
    """Refuse one port, or one VLAN of it, in subnets of different MTU: a frame has one size on it."""
    lane = (subnet["vlan_enabled"], subnet["vlan_id"])
    for lnn, name in members(pool):
        for pool_id in sorted(network.pools_by_member.get((lnn, name), set()) - {pool["id"], replaces}):
            other = network.subnets[pool_id.rpartition(".")[0]]
            if other["id"] == subnet["id"] or (other["vlan_enabled"], other["vlan_id"]) != lane:
                continue
            if other["mtu"] != subnet["mtu"]:
                text = f"MTU {subnet['mtu']} of {subnet['id']} conflicts with {other['mtu']} of {other['id']} on {name}"
                raise Refusal("AEC_CONFLICT", f"{text} of node {lnn}", "ifaces")


# Addresses


def check_ranges(pool: Document, subnet: Document) -> None:
    """Refuse ranges that are none, that leave the subnet, or that share an address."""
    total = 0
    network = subnet_network(subnet)
    for index, bounds in enumerate(pool["ranges"]):
        low, high = checked_bounds(bounds, subnet, "ranges")
        if network is not None and (low not in network or high not in network):
            raise Refusal("AEC_BAD_REQUEST", f"IP range {low}-{high} is not in subnet {network}", "ranges")
        total += int(high) - int(low) + 1
        refuse_overlap([bounds], pool["ranges"][index + 1 :], pool["id"])
    if total > MAXIMUM_POOL_ADDRESSES:
        raise Refusal("AEC_LIMIT_EXCEEDED", f"A pool has no more than {MAXIMUM_POOL_ADDRESSES} addresses", "ranges")


def checked_bounds(
    bounds: Mapping[str, str], subnet: Document, field: str
) -> tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Return the two ends of a range, of the subnet's family and in order."""
    try:
        low, high = range_bounds(bounds)
    except ValueError as error:
        raise Refusal("AEC_BAD_REQUEST", f"Invalid IP range: {error}", field) from error
    if low.version != high.version or int(low) > int(high):
        raise Refusal("AEC_BAD_REQUEST", f"Invalid IP range {low}-{high}", field)
    if f"ipv{low.version}" != subnet["addr_family"]:
        raise Refusal("AEC_BAD_REQUEST", f"IP range {low}-{high} is not {subnet['addr_family']}", field)
    return low, high


def subnet_network(subnet: Document) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Return the subnet's network; none while nothing says where it is."""
    base = ipaddress.ip_address(subnet["base_addr"])
    if base.is_unspecified:
        return None
    return ipaddress.ip_network(f"{base}/{subnet['prefixlen']}", strict=False)


def refuse_overlap(
    ranges: list[dict[str, str]], others: list[dict[str, str]], owner: str, field: str = "ranges"
) -> None:
    shared = overlap(ranges, others)
    if shared is not None:
        raise Refusal("AEC_CONFLICT", f"IP range starting at {shared[0]} overlaps a range of {owner}", field)


def _check_routes(pool: Document) -> None:
    for route in pool["static_routes"]:
        try:
            gateway = ipaddress.ip_address(route["gateway"])
            target = ipaddress.ip_network(f"{route['subnet']}/{route['prefixlen']}")
        except ValueError as error:
            raise Refusal("AEC_BAD_REQUEST", f"Invalid static route: {error}", "static_routes") from error
        if {f"ipv{gateway.version}", f"ipv{target.version}"} != {pool["addr_family"]}:
            raise Refusal("AEC_BAD_REQUEST", f"Static route to {target} is not {pool['addr_family']}", "static_routes")


# Names


def _check_names(network: Network, pool: Document, replaces: str) -> None:
    names = names_of(pool)
    for name in names:
        if not _NAME.fullmatch(name):
            raise Refusal("AEC_BAD_REQUEST", f"Invalid SmartConnect zone name '{name}'", "sc_dns_zone_aliases")
        field = "sc_dns_zone" if name == pool["sc_dns_zone"].lower().rstrip(".") else "sc_dns_zone_aliases"
        if names.count(name) > 1:
            raise Refusal("AEC_CONFLICT", f"SmartConnect zone name '{name}' is given twice", field)
        owner = network.pool_by_name.get(name, replaces)
        if owner not in (replaces, pool["id"]):
            raise Refusal("AEC_CONFLICT", f"SmartConnect zone name '{name}' is used by pool {owner}", field)
