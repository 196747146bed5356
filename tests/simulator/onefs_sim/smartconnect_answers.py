# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SmartConnect answers on one service address: whose name it is, which address is next, or that there is none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from typing import Protocol

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from .allocation import Assignment, Document
from .network import AppliedNetwork
from .network_choices import NetworkChoices
from .node_loads import NodeLoads
from .service_addresses import SmartConnectService

LOG = logging.getLogger("onefs_sim.smartconnect")

#: The longest answer over UDP to an asker that says nothing else (RFC 1035).
UDP_BYTES = 512
_NEGATIVE = {
    "nxdomain": dns.rcode.NXDOMAIN,
    "refused": dns.rcode.REFUSED,
    "servfail": dns.rcode.SERVFAIL,
    "nodata": dns.rcode.NOERROR,
}


class NetworkView(Protocol):
    """What is asked of the network for an answer."""

    applied: AppliedNetwork
    choices: NetworkChoices
    external: Document
    loads: NodeLoads

    def usable(self, pool: Document) -> list[Assignment]: ...


class Resolver:
    """Answers questions from the network configuration that has reached the nodes. Each service address has its own."""

    def __init__(self, network: NetworkView, service: SmartConnectService) -> None:
        self._network = network
        self._service = service
        self._turns: dict[str, int] = {}
        self._lock = threading.Lock()

    def answer(self, wire: bytes, limit_bytes: int = 65535) -> bytes | None:
        """Answer one message; None for what is no DNS question."""
        try:
            query = dns.message.from_wire(wire)
        except (dns.exception.DNSException, ValueError) as error:
            LOG.debug("message that is no DNS: %s", error)
            return None
        if query.flags & dns.flags.QR:
            return None
        response = dns.message.make_response(query)
        # A name server for its own names only: it does not offer to ask others.
        response.flags &= ~dns.flags.RA
        if query.opcode() != dns.opcode.QUERY:
            response.set_rcode(dns.rcode.NOTIMP)
        elif len(query.question) != 1:
            response.set_rcode(dns.rcode.FORMERR)
        elif query.edns > 0:
            response.use_edns(0)
            response.set_rcode(dns.rcode.BADVERS)
        else:
            self._fill(response)
        return response.to_wire(max_size=limit_bytes, prefer_truncation=True)

    def udp_answer(self, wire: bytes) -> bytes | None:
        """Answer one datagram: no longer than the asker says that it takes."""
        try:
            payload = dns.message.from_wire(wire).payload
        except (dns.exception.DNSException, ValueError):
            return None
        return self.answer(wire, max(UDP_BYTES, payload))

    def _fill(self, response: dns.message.Message) -> None:
        question = response.question[0]
        if question.rdclass not in (dns.rdataclass.IN, dns.rdataclass.ANY):
            response.set_rcode(dns.rcode.REFUSED)
            return
        applied = self._network.applied
        if self._tell_own_address(response, applied):
            return
        found = self._pool_of(question.name, applied)
        if found is None:
            self._deny(response, self._network.choices.unowned, question.name, 0)
            return
        pool, zone_name = found
        kind = question.rdtype
        if kind == dns.rdatatype.NS and question.name == zone_name:
            response.flags |= dns.flags.AA
            self._add_ns(response, zone_name)
            return
        if kind == dns.rdatatype.SOA and question.name == zone_name:
            response.flags |= dns.flags.AA
            response.answer.append(self._soa(zone_name, self._server_ttl(), pool["sc_ttl"]))
            return
        usable = self._network.usable(pool)
        family_type = dns.rdatatype.AAAA if pool["addr_family"] == "ipv6" else dns.rdatatype.A
        if not usable:
            self._deny(response, self._network.choices.empty_pool, zone_name, pool["sc_ttl"])
        elif kind in (family_type, dns.rdatatype.ANY):
            response.flags |= dns.flags.AA
            response.answer.append(_rrset(question.name, pool["sc_ttl"], family_type, self._next(pool, usable)))
        else:
            # The name exists, this type does not. Not to be remembered for longer than an address is.
            self._deny(response, "nodata", zone_name, pool["sc_ttl"])

    def _deny(self, response: dns.message.Message, how: str, zone_name: dns.name.Name, ttl: int) -> None:
        response.set_rcode(_NEGATIVE[how])
        if how in ("nxdomain", "nodata"):
            response.flags |= dns.flags.AA
            response.authority.append(self._soa(zone_name, ttl, ttl))

    def _tell_own_address(self, response: dns.message.Message, applied: AppliedNetwork) -> bool:
        """The name that NS answers give has the service address itself."""
        own = applied.subnets[self._service.subnet_id]["sc_service_name"]
        question = response.question[0]
        kind = self._own_type()
        if not own or question.name != dns.name.from_text(own) or question.rdtype != kind:
            return False
        response.flags |= dns.flags.AA
        response.answer.append(_rrset(question.name, self._server_ttl(), kind, self._service.address))
        return True

    def _own_type(self) -> dns.rdatatype.RdataType:
        return dns.rdatatype.AAAA if ":" in self._service.address else dns.rdatatype.A

    def _pool_of(self, name: dns.name.Name, applied: AppliedNetwork) -> tuple[Document, dns.name.Name] | None:
        """Return the pool that owns a name and the zone name or alias by which it does."""
        groupnet_id, subnet_name = self._service.subnet_id.split(".")
        groupnet = applied.groupnets[groupnet_id]
        suffixes = groupnet["dns_search"] if groupnet["server_side_dns_search"] else []
        for asked in [name, *_completed(name, suffixes)]:
            for owned in _upwards(asked) if groupnet["allow_wildcard_subdomains"] else [asked]:
                pool = applied.pools.get(applied.pool_by_name.get(owned.to_text(True).lower(), ""))
                if pool is not None and (pool["groupnet"], pool["sc_subnet"]) == (groupnet_id, subnet_name):
                    return pool, owned
        return None

    def _next(self, pool: Document, usable: list[Assignment]) -> str:
        """One address an answer: of those with the least load, which under round robin are all, the next in turn."""
        policy = pool["sc_connect_policy"]
        loads = {lnn: self._network.loads.of(policy, lnn) for lnn in {one.lnn for one in usable}}
        least = min(loads.values())
        idle = [one.address for one in usable if loads[one.lnn] == least]
        with self._lock:
            turn = self._turns.get(pool["id"], 0)
            self._turns[pool["id"]] = turn + 1
        return idle[turn % len(idle)]

    def _server_ttl(self) -> int:
        return int(self._network.external["sc_server_ttl"])

    def _server_name(self, zone_name: dns.name.Name) -> dns.name.Name:
        text = self._network.applied.subnets[self._service.subnet_id]["sc_service_name"]
        return dns.name.from_text(text) if text else zone_name

    def _add_ns(self, response: dns.message.Message, zone_name: dns.name.Name) -> None:
        server, ttl = self._server_name(zone_name), self._server_ttl()
        response.answer.append(_rrset(zone_name, ttl, dns.rdatatype.NS, server.to_text()))
        response.additional.append(_rrset(server, ttl, self._own_type(), self._service.address))

    def _soa(self, zone_name: dns.name.Name, ttl: int, negative_ttl: int) -> dns.rrset.RRset:
        server = self._server_name(zone_name).to_text()
        mailbox = zone_name.to_text() if len(zone_name.to_text()) < 240 else ""
        text = f"{server} hostmaster.{mailbox} 1 7200 900 1209600 {negative_ttl}"
        return _rrset(zone_name, ttl, dns.rdatatype.SOA, text)


def _upwards(name: dns.name.Name) -> Iterator[dns.name.Name]:
    """Yield a name and those above it, without the root."""
    while name != dns.name.root:
        yield name
        name = name.parent()


def _completed(name: dns.name.Name, suffixes: list[str]) -> list[dns.name.Name]:
    """Return a name with each suffix of the groupnet's search list behind it."""
    found = []
    for suffix in suffixes:
        try:
            found.append(name.relativize(dns.name.root) + dns.name.from_text(suffix))
        except dns.exception.DNSException as error:
            LOG.debug("%s cannot be completed with %s: %s", name, suffix, error)
    return found


def _rrset(name: dns.name.Name, ttl: int, kind: dns.rdatatype.RdataType, text: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(name, ttl, dns.rdataclass.IN, kind, text)
