# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/subnets and /network/groupnets/.../subnets."""

from __future__ import annotations

import copy
import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from ..allocation import Document
from ..network import Network
from ..network_configuration import SUBNET_DEFAULTS
from .answers import NO_CONTENT, Answer, Refusal, Request
from .network_parents import SUBNET, SUBNETS, NetworkParents
from .network_rules import check_mtu, check_ranges, checked_bounds, refuse_overlap, subnet_network
from .paging import LIST_ARGUMENTS, list_answer
from .resetting import with_defaults
from .routing import Route
from .validation import check_body

#: SmartConnect service addresses of a subnet with SmartConnect Advanced.
MAXIMUM_SERVICE_ADDRESSES = 6
_NO_GATEWAY = {"ipv4": "0.0.0.0", "ipv6": "::"}
_RESETTABLE = ("gateway_priority", "mtu", "vlan_enabled", "vlan_id")


class SubnetsApi:
    """Handlers of subnets."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._parents = NetworkParents(network)

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/network/subnets", self.list_subnets, (*LIST_ARGUMENTS, "groupnet"), 3),
            Route("GET", SUBNETS, self.list_subnets, LIST_ARGUMENTS, 3),
            Route("POST", SUBNETS, self.create, (), 3),
            Route("GET", SUBNET, self.get, (), 3),
            Route("PUT", SUBNET, self.update, ("force",), 3),
            Route("DELETE", SUBNET, self.delete, (), 3),
        ]

    def list_subnets(self, request: Request) -> Answer:
        if "groupnet" in request.names:
            self._parents.groupnet(request)

        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            groupnet = request.names.get("groupnet") or query.get("groupnet", [""])[0]
            with self._network.lock:
                found = [one for one in self._network.subnets.values() if groupnet in ("", one["groupnet"])]
            return [_shown(one, request.version) for one in found]

        return list_answer(request, "subnets", listing)

    def get(self, request: Request) -> Answer:
        return Answer.of({"subnets": [_shown(self._parents.subnet(request), request.version)]})

    def create(self, request: Request) -> Answer:
        fields = with_defaults(_from_version(request), {})
        check_body(fields, "subnet_create")
        with self._network.lock:
            groupnet = self._parents.groupnet(request)
            subnet_id = f"{groupnet['id']}.{fields['name']}"
            if subnet_id in self._network.subnets:
                raise Refusal("AEC_CONFLICT", f"Subnet '{subnet_id}' already exists", "name")
            priorities = [one["gateway_priority"] for one in self._network.subnets.values()]
            subnet = {
                **copy.deepcopy(SUBNET_DEFAULTS),
                "base_addr": _NO_GATEWAY[fields["addr_family"]],
                "gateway": _NO_GATEWAY[fields["addr_family"]],
                "gateway_priority": max(priorities, default=0) + 1,
                "groupnet": groupnet["name"],
                "id": subnet_id,
                "pools": [],
                **fields,
            }
            self._store(subnet, request)
        return Answer.of({"id": subnet_id}, status=201)

    def update(self, request: Request) -> Answer:
        body = _from_version(request)
        check_body(body, "subnet_update")
        fields = with_defaults(body, {name: SUBNET_DEFAULTS[name] for name in _RESETTABLE})
        with self._network.lock:
            old = self._parents.subnet(request)
            if fields.get("name", old["name"]) != old["name"] and old["pools"]:
                raise Refusal("AEC_CONFLICT", f"Subnet '{old['id']}' has pools and cannot be renamed", "name")
            subnet = {**old, **fields}
            subnet["id"] = f"{subnet['groupnet']}.{subnet['name']}"
            if subnet["id"] != old["id"] and subnet["id"] in self._network.subnets:
                raise Refusal("AEC_CONFLICT", f"Subnet '{subnet['id']}' already exists", "name")
            self._store(subnet, request, replaces=old)
        return NO_CONTENT

    def _store(self, subnet: Document, request: Request, replaces: Document | None = None) -> None:
        _place(subnet)
        self._check_services(subnet, replaces["id"] if replaces else "")
        for pool in self._network.pools_of(replaces["id"]) if replaces else ():
            check_ranges(pool, subnet)
            if not request.flag("force"):
                check_mtu(self._network, pool, subnet, pool["id"])
        if replaces and replaces["id"] != subnet["id"]:
            self._refuse_use_by_name(replaces)
            self._network.forget_subnet(replaces["id"])
        self._network.store_subnet(subnet)
        self._network.changed()

    def _check_services(self, subnet: Document, replaces: str) -> None:
        network, total = subnet_network(subnet), 0
        ranges = subnet["sc_service_addrs"]
        for index, bounds in enumerate(ranges):
            low, high = checked_bounds(bounds, subnet, "sc_service_addrs")
            if network is not None and (low not in network or high not in network):
                message = f"IP range {low}-{high} is not in subnet {network}"
                raise Refusal("AEC_BAD_REQUEST", message, "sc_service_addrs")
            total += int(high) - int(low) + 1
            refuse_overlap([bounds], ranges[index + 1 :], "the service addresses themselves", "sc_service_addrs")
        if total > MAXIMUM_SERVICE_ADDRESSES:
            message = f"A subnet has no more than {MAXIMUM_SERVICE_ADDRESSES} service addresses"
            raise Refusal("AEC_LIMIT_EXCEEDED", message, "sc_service_addrs")
        for other in self._network.subnets.values():
            if other["id"] not in (subnet["id"], replaces):
                owner = f"the service addresses of {other['id']}"
                refuse_overlap(ranges, other["sc_service_addrs"], owner, "sc_service_addrs")
        for pool in self._network.pools.values() if ranges else ():
            refuse_overlap(ranges, pool["ranges"], pool["id"], "sc_service_addrs")

    def _refuse_use_by_name(self, subnet: Document) -> None:
        for pool in self._network.pools.values():
            if (pool["groupnet"], pool["sc_subnet"]) == (subnet["groupnet"], subnet["name"]):
                raise Refusal("AEC_CONFLICT", f"Subnet '{subnet['id']}' answers DNS for pool {pool['id']}")

    def delete(self, request: Request) -> Answer:
        with self._network.lock:
            subnet = self._parents.subnet(request)
            if subnet["pools"]:
                raise Refusal("AEC_CONFLICT", f"Subnet '{subnet['id']}' has pools: {', '.join(subnet['pools'])}")
            self._refuse_use_by_name(subnet)
            self._network.forget_subnet(subnet["id"])
            self._network.changed()
        return NO_CONTENT


def _place(subnet: Document) -> None:
    """Work out where a subnet begins: OneFS does so from the gateway and the prefix length."""
    bits = {"ipv4": 32, "ipv6": 128}[subnet["addr_family"]]
    if subnet["prefixlen"] > bits:
        raise Refusal("AEC_BAD_REQUEST", f"Prefix length {subnet['prefixlen']} is longer than {bits}", "prefixlen")
    try:
        gateway = ipaddress.ip_address(subnet["gateway"])
    except ValueError as error:
        raise Refusal("AEC_BAD_REQUEST", f"Invalid gateway: {error}", "gateway") from error
    if f"ipv{gateway.version}" != subnet["addr_family"]:
        raise Refusal("AEC_BAD_REQUEST", f"Gateway {gateway} is not {subnet['addr_family']}", "gateway")
    known = gateway if not gateway.is_unspecified else ipaddress.ip_address(subnet["base_addr"])
    subnet["base_addr"] = str(ipaddress.ip_network(f"{known}/{subnet['prefixlen']}", strict=False).network_address)


def _from_version(request: Request) -> dict[str, Any]:
    """Translate a body into the newest version's words; one service address became a list of ranges in version 7."""
    fields = request.json_body()
    unknown = {"linklayer"} if request.version < 21 else set()
    unknown |= {"sc_service_addrs"} if request.version < 7 else {"sc_service_addr"}
    for name in unknown & fields.keys():
        raise Refusal("AEC_BAD_REQUEST", f"Unknown field '{name}'", name)
    if "sc_service_addr" in fields:
        address = fields.pop("sc_service_addr")
        if not isinstance(address, str):
            raise Refusal("AEC_BAD_REQUEST", "Field 'sc_service_addr' must be of type string", "sc_service_addr")
        fields["sc_service_addrs"] = [{"low": address, "high": address}] if address else []
    return fields


def _shown(subnet: Document, version: int) -> Document:
    shown = dict(subnet)
    if version < 21:
        del shown["linklayer"]
    if version < 16:
        del shown["firewall_policy"]
    if version < 7:
        addresses = shown.pop("sc_service_addrs")
        shown["sc_service_addr"] = addresses[0]["low"] if addresses else ""
    if version < 4:
        del shown["sc_service_name"]
    return shown
