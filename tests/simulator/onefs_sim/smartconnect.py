# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SmartConnect: the small authoritative DNS server on each service address."""

from __future__ import annotations

import logging
import socket
import struct
import threading

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from .allocation import Document
from .network import Network, SmartConnectService
from .ports import NodePort

LOG = logging.getLogger("onefs_sim.smartconnect")

MAXIMUM_MESSAGE = 65535
#: How soon a server notices that it is to stop.
POLL_SECONDS = 0.05


class Resolver:
    """Answers questions from the network configuration that has reached the nodes."""

    def __init__(self, network: Network, service: SmartConnectService) -> None:
        self._network = network
        self._service = service
        self._turns: dict[str, int] = {}
        self._lock = threading.Lock()

    def answer(self, wire: bytes) -> bytes | None:
        """Answer one message; None for what is no DNS question."""
        try:
            query = dns.message.from_wire(wire)
        except (dns.exception.DNSException, ValueError) as error:
            LOG.debug("message that is no DNS: %s", error)
            return None
        if query.flags & dns.flags.QR:
            return None
        response = dns.message.make_response(query)
        if query.opcode() != dns.opcode.QUERY or len(query.question) != 1:
            response.set_rcode(dns.rcode.NOTIMP)
            return response.to_wire()
        self._fill(response)
        return response.to_wire()

    def _fill(self, response: dns.message.Message) -> None:
        question = response.question[0]
        pool, zone_name = self._pool_of(question.name)
        usable = [] if pool is None else self._usable(pool)
        # REFUSED sends the asker to the next name server: the other cluster, where the name lives on both delegations.
        if pool is None or not usable or question.rdclass not in (dns.rdataclass.IN, dns.rdataclass.ANY):
            response.set_rcode(dns.rcode.REFUSED)
            return
        response.flags |= dns.flags.AA
        family_type = dns.rdatatype.AAAA if pool["addr_family"] == "ipv6" else dns.rdatatype.A
        kind = question.rdtype
        if kind in (family_type, dns.rdatatype.ANY):
            address = self._next(pool["id"], usable)
            response.answer.append(_rrset(question.name, pool["sc_ttl"], family_type, address))
        elif kind == dns.rdatatype.NS and question.name == zone_name:
            self._add_ns(response, zone_name)
        elif kind == dns.rdatatype.SOA and question.name == zone_name:
            response.answer.append(self._soa(zone_name, self._network.server_ttl_seconds))
        else:
            # The name exists, this type does not. Not to be remembered for longer than an address is.
            response.authority.append(self._soa(zone_name, pool["sc_ttl"]))

    def _pool_of(self, name: dns.name.Name) -> tuple[Document | None, dns.name.Name]:
        """Return the pool that owns a name and the zone name or alias by which it does."""
        groupnet_id, subnet_name = self._service.subnet_id.split(".")
        wildcard = self._network.groupnets[groupnet_id]["allow_wildcard_subdomains"]
        for pool in self._network.applied.pools.values():
            if (pool["groupnet"], pool["sc_subnet"]) != (groupnet_id, subnet_name):
                continue
            for text in (pool["sc_dns_zone"], *pool["sc_dns_zone_aliases"]):
                if not text:
                    continue
                owned = dns.name.from_text(text)
                if name == owned or (wildcard and name.is_subdomain(owned)):
                    return pool, owned
        return None, name

    def _usable(self, pool: Document) -> list[str]:
        if not self._network.smb_runs():
            return []
        assignments = self._network.applied.assignments
        return [
            one.address
            for one in assignments
            if one.pool_id == pool["id"] and one.lnn not in pool["sc_suspended_nodes"]
        ]

    def _next(self, pool_id: str, addresses: list[str]) -> str:
        """One address an answer, in turn."""
        with self._lock:
            turn = self._turns.get(pool_id, 0)
            self._turns[pool_id] = turn + 1
        return addresses[turn % len(addresses)]

    def _server_name(self, zone_name: dns.name.Name) -> dns.name.Name:
        text = self._network.subnets[self._service.subnet_id]["sc_service_name"]
        return dns.name.from_text(text) if text else zone_name

    def _add_ns(self, response: dns.message.Message, zone_name: dns.name.Name) -> None:
        server, ttl = self._server_name(zone_name), self._network.server_ttl_seconds
        response.answer.append(_rrset(zone_name, ttl, dns.rdatatype.NS, server.to_text()))
        kind = dns.rdatatype.AAAA if ":" in self._service.address else dns.rdatatype.A
        response.additional.append(_rrset(server, ttl, kind, self._service.address))

    def _soa(self, zone_name: dns.name.Name, ttl: int) -> dns.rrset.RRset:
        server = self._server_name(zone_name).to_text()
        text = f"{server} hostmaster.{zone_name.to_text()} 1 7200 900 1209600 {ttl}"
        return _rrset(zone_name, ttl, dns.rdatatype.SOA, text)


def _rrset(name: dns.name.Name, ttl: int, kind: dns.rdatatype.RdataType, text: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(name, ttl, dns.rdataclass.IN, kind, text)


class SmartConnectServer:
    """Listens on one service address, UDP and TCP."""

    def __init__(self, node: NodePort, resolver: Resolver, address: str, port: int) -> None:
        self._resolver = resolver
        self._address = address
        self._port = port
        self._node = node
        self._stopping = threading.Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        family = socket.AF_INET6 if ":" in self._address else socket.AF_INET
        udp = self._node.open_socket(family, socket.SOCK_DGRAM)
        tcp = self._node.open_socket(family, socket.SOCK_STREAM)
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for one in (udp, tcp):
            one.settimeout(POLL_SECONDS)
            one.bind((self._address, self._port))
            self._sockets.append(one)
        tcp.listen(16)
        for target, one in ((self._serve_udp, udp), (self._serve_tcp, tcp)):
            thread = threading.Thread(target=target, args=(one,), name=f"smartconnect-{self._address}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        for one in self._sockets:
            one.close()

    def _serve_udp(self, udp: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                wire, asker = udp.recvfrom(MAXIMUM_MESSAGE)
            except TimeoutError:
                continue
            answer = self._resolver.answer(wire)
            if answer is not None:
                try:
                    udp.sendto(answer, asker)
                except OSError as error:
                    LOG.debug("answer to %s was not sent: %s", asker, error)

    def _serve_tcp(self, tcp: socket.socket) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = tcp.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            connection.settimeout(5)
            try:
                while len(head := stream.read(2)) == 2:
                    answer = self._resolver.answer(stream.read(struct.unpack("!H", head)[0]))
                    if answer is None:
                        return
                    connection.sendall(struct.pack("!H", len(answer)) + answer)
            except OSError as error:
                LOG.debug("DNS connection ended: %s", error)
