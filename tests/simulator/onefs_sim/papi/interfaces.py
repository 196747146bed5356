# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/interfaces: the interfaces of the nodes, chosen, and in the words of each API version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..allocation import Document
from ..network import Network
from .answers import Answer, Refusal, Request
from .interface_table import InterfaceTable, with_vlans
from .network_parents import POOL, NetworkParents
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route

_ARGUMENTS_V3 = (*LIST_ARGUMENTS, "lnns", "network", "alloc_method")
_ARGUMENTS_V14 = (
    *(LIST_ARGUMENTS),
    *("lnn", "network", "alloc_method", "owner", "type", "flag", "vlan_id"),
    *("include_vlans", "include_access_zones", "cache"),
)
_CHOICES = {
    "alloc_method": ("dynamic", "static", "externally_managed"),
    "cache": ("nodes-first", "no-cache", "cache-only"),
    "include_access_zones": ("true", "false"),
    "include_vlans": ("true", "false"),
    "linklayer": ("all", "ethernet", "infiniband"),
    "network": ("external", "internal", "all"),
}

Query = Mapping[str, list[str]]


class InterfacesApi:
    """Handlers of the interface lists."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._parents = NetworkParents(network)

    def routes(self) -> list[Route]:
        newest = (*_ARGUMENTS_V14, "linklayer")
        return [
            Route("GET", "/network/interfaces", self.list_interfaces, newest, 21),
            Route("GET", "/network/interfaces", self.list_interfaces, _ARGUMENTS_V14, 14),
            Route("GET", "/network/interfaces", self.list_interfaces, _ARGUMENTS_V3, 3),
            Route("GET", "/local/network/interfaces", self.list_local, newest, 21),
            Route("GET", "/local/network/interfaces", self.list_local, _ARGUMENTS_V14, 14),
            Route("GET", POOL + "/interfaces", self.list_of_pool, (*LIST_ARGUMENTS, "lnns"), 3),
            Route("GET", "/network/interface-names", self.list_names, ("linklayer",), 21),
        ]

    def list_interfaces(self, request: Request) -> Answer:
        return list_answer(
            request, "interfaces", lambda query: [_for_version(one, request.version) for one in self._chosen(query)]
        )

    def list_local(self, request: Request) -> Answer:
        """Only the node that is asked."""

        def listing(query: Query) -> Sequence[Document]:
            found = [one for one in self._chosen(query) if one["lnn"] == request.lnn]
            return [_for_version(one, request.version) for one in found]

        return list_answer(request, "interfaces", listing)

    def list_of_pool(self, request: Request) -> Answer:
        pool_id = self._parents.pool(request)["id"]

        def listing(query: Query) -> Sequence[Document]:
            found = []
            for one in self._chosen(query):
                owners = [owner for owner in one["owners"] if owner["id"] == pool_id]
                if owners:
                    found.append(_of_pool({**one, "owners": owners, "ip_addrs": owners[0]["ip_addrs"]}))
            return found

        return list_answer(request, "interfaces", listing)

    def list_names(self, request: Request) -> Answer:
        names = sorted({name for names in self._network.interfaces.values() for name in names})
        layer = _choice(request.query, "linklayer", "all")
        shown = {"ethernet": names if layer != "infiniband" else [], "infiniband": []}
        return Answer.of({"interface_names": [shown], "total": 1})

    def _chosen(self, query: Query) -> list[Document]:
        for name in _CHOICES:
            _choice(query, name, _CHOICES[name][0])
        lnns = _numbers(query, "lnn") | _numbers(query, "lnns")
        vlan_ids = _numbers(query, "vlan_id")
        owner = query.get("owner", [""])[0]
        flag = query.get("flag", [""])[0]
        where = _choice(query, "network", "external")
        chosen = []
        for one in InterfaceTable(self._network, _choice(query, "cache", "nodes-first")).interfaces():
            if lnns and one["lnn"] not in lnns:
                continue
            if where != "all" and (where == "internal") != one["name"].startswith("int-"):
                continue
            if flag and flag not in one["flags"]:
                continue
            if owner and not any(_belongs(part, owner) for part in one["owners"]):
                continue
            narrowed = _narrowed(one, query, vlan_ids)
            if narrowed is not None:
                chosen.append(narrowed)
        return [] if _choice(query, "linklayer", "all") == "infiniband" else chosen


def _narrowed(interface: Document, query: Query, vlan_ids: set[int]) -> Document | None:
    """Keep the owners and addresses that are asked for; None for an interface that has none of them."""
    kinds = {query[name][0] for name in ("alloc_method", "type") if name in query}
    owners = interface["owners"]
    if kinds or vlan_ids:
        owners = [
            owner
            for owner in owners
            if all(owner["type"] == kind for kind in kinds) and (not vlan_ids or owner.get("vlan_id") in vlan_ids)
        ]
        if not owners:
            return None
        held = {address for owner in owners for address in owner["ip_addrs"]}
        interface = {**interface, "ip_addrs": [one for one in interface["ip_addrs"] if one in held]}
    if _choice(query, "include_access_zones", "true") == "false":
        owners = [{**owner, "access_zone": ""} for owner in owners]
    interface = {**interface, "owners": owners}
    return with_vlans(interface) if _choice(query, "include_vlans", "true") == "true" else interface


def _choice(query: Query, name: str, default: str) -> str:
    value = query.get(name, [default])[0]
    if value.lower() not in _CHOICES[name]:
        raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{value}' for argument '{name}'", name)
    return value.lower()


def _numbers(query: Query, name: str) -> set[int]:
    """Return the numbers of an argument that is given once with commas, or several times; none for all."""
    words = ",".join(query.get(name, [])).split(",")
    for word in words:
        if word not in ("", "all") and not (word.isascii() and word.isdigit()):
            raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{word}' for argument '{name}'", name)
    return {int(word) for word in words if word not in ("", "all")}


def _belongs(owner: Document, wanted: str) -> bool:
    return (str(owner["id"]) + ".").startswith(wanted + ".")


#: PAPI version in which a field of an interface, or of one of its owners, appeared.
_SINCE = {name: 14 for name in ("flags", "mtu", "speed", "vlans", "ipv4_gateway", "ipv6_gateway")} | {
    "linklayer": 21,
    "macaddr": 21,
}
_OWNER_SINCE = {name: 14 for name in ("access_zone", "id", "ip_addrs", "type", "vlan_id")} | {
    "subtype": 18,
    "prefixlen": 21,
}


def _for_version(interface: Document, version: int) -> Document:
    shown = {name: value for name, value in interface.items() if _SINCE.get(name, 0) <= version}
    shown["owners"] = [
        {name: value for name, value in owner.items() if _OWNER_SINCE.get(name, 0) <= version}
        for owner in interface["owners"]
    ]
    if 14 <= version < 21:
        shown["vlans"] = [
            {name: value for name, value in vlan.items() if name != "macaddr"} for vlan in interface["vlans"]
        ]
    if version >= 14 and interface["status"] == "not_available":
        shown["status"] = "unknown"
    if version < 7 and shown["type"] == "mgmt":
        # Management ports came later: they were called by their speed.
        shown["type"] = "10gige"
    return shown


def _of_pool(interface: Document) -> Document:
    """The list of one pool's interfaces stayed as it was in version 7, but for the addresses of its owners."""
    shown = {name: interface[name] for name in ("id", "ip_addrs", "lnn", "name", "nic_name", "status", "type")}
    names = ("groupnet", "subnet", "pool", "ip_addrs")
    return {**shown, "owners": [{name: owner[name] for name in names} for owner in interface["owners"]]}
