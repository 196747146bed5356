# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SmartConnect: the small authoritative DNS server on each service address, on the node that has the address."""

from __future__ import annotations

import logging
import socket
import struct
import threading

from .network import Network
from .ports import NodePort
from .service_addresses import SmartConnectService
from .smartconnect_answers import Resolver
from .smartconnect_faults import TCP, UDP, SmartConnectFaults

LOG = logging.getLogger("onefs_sim.smartconnect")

MAXIMUM_MESSAGE = 65535
#: How soon a server notices that it is to stop.
POLL_SECONDS = 0.05


class SmartConnect:
    """The servers of one cluster; they go where the service addresses go."""

    def __init__(self, network: Network, port: int) -> None:
        self._network = network
        self._port = port
        self.faults = SmartConnectFaults()
        self._servers: dict[SmartConnectService, SmartConnectServer] = {}

    def follow(self, services: tuple[SmartConnectService, ...]) -> None:
        """Listen on these addresses and no others."""
        for gone in self._servers.keys() - set(services):
            self._servers.pop(gone).stop()
        for service in services:
            if service not in self._servers:
                node = self._network.nodes[service.lnn]
                server = SmartConnectServer(node, Resolver(self._network, service), service, self._port, self.faults)
                try:
                    server.start()
                except OSError:
                    LOG.exception("SmartConnect cannot listen on %s", service.address)
                    server.stop()
                    continue
                self._servers[service] = server

    def stop(self) -> None:
        self.follow(())


class SmartConnectServer:
    """Listens on one service address, UDP and TCP."""

    def __init__(
        self, node: NodePort, resolver: Resolver, service: SmartConnectService, port: int, faults: SmartConnectFaults
    ) -> None:
        self._resolver = resolver
        self._service = service
        self._faults = faults
        self._address = service.address
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
            self._sockets.append(one)
            one.settimeout(POLL_SECONDS)
            one.bind((self._address, self._port))
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
            answer = self._answer(wire, UDP)
            if answer is not None:
                try:
                    udp.sendto(answer, asker)
                except OSError as error:
                    LOG.debug("answer to %s was not sent: %s", asker, error)

    def _answer(self, wire: bytes, transport: str) -> bytes | None:
        honest = self._resolver.udp_answer if transport == UDP else self._resolver.answer
        return self._faults.answer(self._service, wire, transport, lambda: honest(wire))

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
                    answer = self._answer(stream.read(struct.unpack("!H", head)[0]), TCP)
                    if answer is None:
                        return
                    connection.sendall(struct.pack("!H", len(answer)) + answer)
            except OSError as error:
                LOG.debug("DNS connection ended: %s", error)
