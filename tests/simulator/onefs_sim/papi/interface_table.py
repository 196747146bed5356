# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on which interface, as planned, as applied, or as the nodes' kernels have it; and who owns each address."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterator

from ..allocation import Document, Place, in_ranges
from ..network import Network

#: Address to the id of the pool it belongs to, or to the id of the subnet that it answers DNS for.
Owned = dict[str, str]
_FALLBACK = ("nodes-first", "cache-only")


class InterfaceTable:
    """One look at all interfaces; `cache` as PAPI has it."""

    def __init__(self, network: Network, cache: str) -> None:
        self._network = network
        self._cache = cache
        with network.lock:
            self._applied = network.applied
            self._pools = dict(network.pools)
            planned = network.planned() if cache == "cache-only" else list(self._applied.assignments)
        self._owned: dict[Place, Owned] = {}
        self._pool_of: Owned = {}
        for one in planned:
            self._owned.setdefault((one.lnn, one.interface), {})[one.address] = one.pool_id
            self._pool_of[one.address] = one.pool_id
        for service in self._applied.services:
            self._owned.setdefault((service.lnn, service.interface), {})[service.address] = service.subnet_id
            self._pool_of[service.address] = service.subnet_id

    def interfaces(self) -> Iterator[Document]:
        """Yield the interfaces. A node that cannot be reached is missing, or told of from memory."""
        for lnn, names in sorted(self._network.interfaces.items()):
            node = self._network.nodes[lnn]
            if not node.powered and self._cache not in _FALLBACK:
                continue
            live = node.addresses() if node.powered and self._cache != "cache-only" else None
            for number, name in enumerate(names):
                yield self._interface(lnn, name, number, self._held((lnn, name), live))

    def _held(self, place: Place, live: dict[str, list[str]] | None) -> Owned:
        known = self._owned.get(place, {})
        if live is None:
            return known
        found = [one for one in live.get(place[1], []) if not ipaddress.ip_address(one).is_link_local]
        return {address: self._pool_of.get(address) or self._pool_by_range(address) for address in found}

    def _pool_by_range(self, address: str) -> str:
        """Whose an address is that the configuration put nowhere: one that is about to go."""
        return next((pool_id for pool_id, pool in self._pools.items() if in_ranges(address, pool["ranges"])), "")

    def _interface(self, lnn: int, name: str, number: int, held: Owned) -> Document:
        digest = hashlib.sha256(f"{lnn}:{name}".encode()).hexdigest()
        owners = self._owners((lnn, name), held)
        return {
            "flags": ["ACCEPT_ROUTER_ADVERT"],
            "id": f"{lnn}:{name}",
            "ip_addrs": sorted(held, key=_order),
            **self._gateways(owners),
            "linklayer": "ethernet",
            "lnn": lnn,
            "macaddr": ":".join(["02", *(digest[index : index + 2] for index in range(0, 10, 2))]),
            "mtu": max((self._subnet(owner)["mtu"] for owner in owners), default=1500),
            "name": name,
            "nic_name": f"vmx{number}",
            "owners": owners,
            "speed": 10000,
            "status": self._status(lnn, name),
            "type": _type(name),
            "vlans": [],
        }

    def _status(self, lnn: int, name: str) -> str:
        if not self._network.nodes[lnn].powered:
            return "not_available"
        return "no_carrier" if (lnn, name) in self._network.down else "up"

    def _subnet(self, owner: Document) -> Document:
        return (
            self._network.subnets.get(f"{owner['groupnet']}.{owner['subnet']}")
            or self._applied.subnets[f"{owner['groupnet']}.{owner['subnet']}"]
        )

    def _gateways(self, owners: list[Document]) -> Document:
        """Return the gateway of each family: that of the subnet with the lowest priority number."""
        found: Document = {"ipv4_gateway": None, "ipv6_gateway": None}
        for subnet in sorted((self._subnet(owner) for owner in owners), key=lambda one: -one["gateway_priority"]):
            if not ipaddress.ip_address(subnet["gateway"] or "0.0.0.0").is_unspecified:
                found[f"{subnet['addr_family']}_gateway"] = subnet["gateway"]
        return found

    def _owners(self, place: Place, held: Owned) -> list[Document]:
        # An interface that is no member any more is still listed as long as it holds an address of the pool.
        pool_ids = self._network.pools_by_member.get(place, set()) | {
            one for one in held.values() if one.count(".") == 2
        }
        owners = []
        for pool_id in sorted(pool_ids):
            pool = self._pools.get(pool_id) or self._applied.pools[pool_id]
            mine = sorted((one for one, owner in held.items() if owner == pool_id), key=_order)
            owners.append(self._owner(pool, pool["subnet"], pool["name"], pool["access_zone"], mine))
        for subnet_id in sorted({one for one in held.values() if one.count(".") == 1}):
            subnet = self._applied.subnets[subnet_id]
            mine = sorted((one for one, owner in held.items() if owner == subnet_id), key=_order)
            owners.append(self._owner(subnet, subnet["name"], "", "", mine))
        return owners

    def _owner(self, parent: Document, subnet: str, pool_name: str, zone: str, held: list[str]) -> Document:
        owner = {
            "access_zone": zone,
            "groupnet": parent["groupnet"],
            "id": parent["id"],
            "ip_addrs": held,
            "pool": pool_name,
            "subnet": subnet,
            "subtype": "",
            "type": parent["alloc_method"] if pool_name else "smartconnect_service",
        }
        described = self._subnet(owner)
        owner["prefixlen"] = described["prefixlen"]
        if described["vlan_enabled"]:
            owner["vlan_id"] = described["vlan_id"]
        return owner


def with_vlans(interface: Document) -> Document:
    """Show what is on a VLAN of an interface as an interface below it."""
    vlans = []
    for vlan_id in sorted({owner["vlan_id"] for owner in interface["owners"] if "vlan_id" in owner}):
        held = [one for owner in interface["owners"] if owner.get("vlan_id") == vlan_id for one in owner["ip_addrs"]]
        vlans.append(
            {
                "flags": list(interface["flags"]),
                "id": f"{interface['id']}.{vlan_id}",
                "ip_addrs": sorted(held, key=_order),
                "ipv4_gateway": interface["ipv4_gateway"],
                "ipv6_gateway": interface["ipv6_gateway"],
                "lnn": interface["lnn"],
                "macaddr": interface["macaddr"],
                "mtu": interface["mtu"],
                "name": f"{interface['name']}.{vlan_id}",
                "nic_name": f"vlan{vlan_id}",
                "status": interface["status"] if interface["status"] in ("up", "no_carrier") else "unknown",
                "type": "vlan",
                "vlan_id": vlan_id,
            }
        )
    return {**interface, "vlans": vlans}


def _order(address: str) -> tuple[bool, int]:
    return (":" in address, int(ipaddress.ip_address(address)))


def _type(name: str) -> str:
    if name.startswith("mgmt"):
        return "mgmt"
    return "aggregated" if "-agg" in name else "10gige"
