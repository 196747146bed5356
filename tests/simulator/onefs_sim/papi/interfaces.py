# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/interfaces: what is on which interface, as planned, as applied, or as the nodes' kernels have it."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping, Sequence

from ..allocation import Document, in_ranges, members
from ..network import Network
from .answers import Answer, Refusal, Request
from .network import POOL
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route

_ARGUMENTS_V4 = ("alloc_method", "lnns", "network")
_ARGUMENTS_V14 = ("lnn", "owner", "type", "flag", "vlan_id", "include_vlans", "include_access_zones", "cache")
_CACHE_CHOICES = ("nodes-first", "no-cache", "cache-only")

#: Addresses by (LNN, interface).
Addresses = dict[tuple[int, str], list[str]]


class InterfacesApi:
    """Handlers of the interface lists."""

    def __init__(self, network: Network, interfaces: Mapping[int, Sequence[str]]) -> None:
        self._network = network
        self._interfaces = interfaces

    def routes(self) -> list[Route]:
        older = (*LIST_ARGUMENTS, *_ARGUMENTS_V4)
        newer = (*older, *_ARGUMENTS_V14)
        return [
            Route("GET", "/network/interfaces", self.list_interfaces, newer, 14),
            Route("GET", "/network/interfaces", self.list_interfaces, older, 3),
            Route("GET", "/local/network/interfaces", self.list_local, newer, 14),
            Route("GET", POOL + "/interfaces", self.list_of_pool, (*LIST_ARGUMENTS, "lnns"), 3),
        ]

    def list_interfaces(self, request: Request) -> Answer:
        return self._answer(request)

    def list_local(self, request: Request) -> Answer:
        return self._answer(request, local=True)

    def list_of_pool(self, request: Request) -> Answer:
        pool_id = ".".join(request.names[name] for name in ("groupnet", "subnet", "pool"))
        if pool_id not in self._network.pools:
            raise Refusal("AEC_NOT_FOUND", f"Pool '{pool_id}' does not exist", "pool")
        return self._answer(request, pool_id=pool_id)

    def _answer(self, request: Request, pool_id: str = "", local: bool = False) -> Answer:
        cache = request.first("cache", "nodes-first")
        if cache not in _CACHE_CHOICES:
            raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{cache}' for argument 'cache'", "cache")

        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            found = self._interfaces_now(query.get("cache", ["nodes-first"])[0])
            owner = pool_id or query.get("owner", [""])[0]
            texts = ",".join([*query.get("lnn", []), *query.get("lnns", [])]).split(",")
            lnns = {int(text) for text in texts if text.isdigit()}
            if local:
                lnns = {request.lnn}
            found = [one for one in found if not lnns or one["lnn"] in lnns]
            if owner:
                found = [one for one in found if any(_belongs(part, owner) for part in one["owners"])]
            if query.get("network", ["external"])[0] == "internal":
                return []
            return [_for_version(one, request.version) for one in found]

        return list_answer(request, "interfaces", listing)

    def _interfaces_now(self, cache: str) -> list[Document]:
        with self._network.lock:
            pools = list(self._network.pools.values())
            applied = self._network.applied
            planned = self._network.planned()
        if cache == "no-cache":
            addresses = self._kernel_addresses()
        else:
            addresses = self._service_addresses()
            for one in planned if cache == "cache-only" else applied.assignments:
                addresses.setdefault((one.lnn, one.interface), []).append(one.address)
        pool_of_address = {one.address: one.pool_id for one in applied.assignments}
        return [
            self._interface(lnn, name, addresses.get((lnn, name), []), pools, pool_of_address)
            for lnn, names in sorted(self._interfaces.items())
            for name in names
        ]

    def _kernel_addresses(self) -> Addresses:
        return {
            (lnn, name): [one for one in held if not ipaddress.ip_address(one).is_link_local]
            for lnn, node in self._network.nodes.items()
            for name, held in node.addresses().items()
        }

    def _service_addresses(self) -> Addresses:
        addresses: Addresses = {}
        for service in self._network.services:
            addresses.setdefault((service.lnn, service.interface), []).append(service.address)
        return addresses

    def _interface(
        self, lnn: int, name: str, held: list[str], pools: list[Document], pool_of_address: Mapping[str, str]
    ) -> Document:
        digest = hashlib.sha256(f"{lnn}:{name}".encode()).hexdigest()
        return {
            "flags": ["ACCEPT_ROUTER_ADVERT"],
            "id": f"{lnn}:{name}",
            "ip_addrs": sorted(held, key=lambda one: (":" in one, int(ipaddress.ip_address(one)))),
            "linklayer": "ethernet",
            "lnn": lnn,
            "macaddr": ":".join(["02", *(digest[index : index + 2] for index in range(0, 10, 2))]),
            "mtu": 1500,
            "name": name,
            "nic_name": f"vmx{self._interfaces[lnn].index(name)}",
            "owners": self._owners(lnn, name, held, pools, pool_of_address),
            "speed": 10000,
            "status": "up",
            "type": "mgmt" if name.startswith("mgmt") else "10gige",
            "vlans": [],
        }

    def _owners(
        self, lnn: int, name: str, held: list[str], pools: list[Document], pool_of_address: Mapping[str, str]
    ) -> list[Document]:
        owners = []
        for pool in pools:
            mine = [one for one in held if self._is_of(one, pool, pool_of_address)]
            # An interface that is no member any more is still listed as long as it holds an address of the pool.
            if mine or (lnn, name) in members(pool):
                kind = pool["alloc_method"]
                owners.append(self._owner(pool["groupnet"], pool["subnet"], pool["name"], mine, kind, pool))
        for service in self._network.services:
            if service.address in held and (service.lnn, service.interface) == (lnn, name):
                groupnet, subnet = service.subnet_id.split(".")
                owners.append(self._owner(groupnet, subnet, "", [service.address], "smartconnect_service", None))
        return owners

    @staticmethod
    def _is_of(address: str, pool: Document, pool_of_address: Mapping[str, str]) -> bool:
        if address in pool_of_address:
            return bool(pool_of_address[address] == pool["id"])
        return in_ranges(address, pool["ranges"])

    def _owner(
        self, groupnet: str, subnet: str, pool_name: str, held: list[str], kind: str, pool: Document | None
    ) -> Document:
        subnet_id = f"{groupnet}.{subnet}"
        return {
            "access_zone": pool["access_zone"] if pool else "",
            "groupnet": groupnet,
            "id": f"{subnet_id}.{pool_name}" if pool_name else subnet_id,
            "ip_addrs": held,
            "pool": pool_name,
            "prefixlen": self._network.subnets[subnet_id]["prefixlen"],
            "subnet": subnet,
            "subtype": "",
            "type": kind,
        }


def _belongs(owner: Document, wanted: str) -> bool:
    return (str(owner["id"]) + ".").startswith(wanted + ".")


def _for_version(interface: Document, version: int) -> Document:
    if version < 21:
        for name in ("linklayer", "macaddr"):
            interface.pop(name)
    if version < 14:
        for name in ("flags", "mtu", "speed", "vlans"):
            interface.pop(name)
        interface["owners"] = [
            {name: owner[name] for name in ("groupnet", "subnet", "pool")} for owner in interface["owners"]
        ]
    return interface
