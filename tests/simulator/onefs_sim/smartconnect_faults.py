# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SmartConnect that misbehaves: it says nothing, fails every question, or answers as of an earlier moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

import dns.exception
import dns.message
import dns.rcode

from .allocation import Assignment, Document
from .network import Network
from .service_addresses import SmartConnectService
from .smartconnect_answers import Resolver

UDP, TCP = "udp", "tcp"


class Answering(Protocol):
    """Whoever answers a question that came to a service address."""

    def __call__(self, service: SmartConnectService, wire: bytes, transport: str) -> bytes | None: ...


def silent(service: SmartConnectService, wire: bytes, transport: str) -> bytes | None:
    """Say nothing."""
    return None


def servfail(service: SmartConnectService, wire: bytes, transport: str) -> bytes | None:
    """Fail every question."""
    try:
        response = dns.message.make_response(dns.message.from_wire(wire))
    except (dns.exception.DNSException, ValueError):
        return None
    response.set_rcode(dns.rcode.SERVFAIL)
    return response.to_wire()


class NetworkAsItWas:
    """What SmartConnect knew of the network at one moment."""

    def __init__(self, network: Network) -> None:
        self.applied = network.applied
        self.choices = network.choices
        self.external = dict(network.external)
        self.loads = network.loads
        self._usable = {pool_id: network.usable(pool) for pool_id, pool in self.applied.pools.items()}

    def usable(self, pool: Document) -> list[Assignment]:
        return self._usable[pool["id"]]


class StaleAnswers:
    """Answers from the network as it was, at every service address."""

    def __init__(self, network: Network) -> None:
        self._view = NetworkAsItWas(network)
        self._lock = threading.Lock()
        self._resolvers = {service: Resolver(self._view, service) for service in self._view.applied.services}

    def __call__(self, service: SmartConnectService, wire: bytes, transport: str) -> bytes | None:
        with self._lock:
            resolver = self._resolvers.setdefault(service, Resolver(self._view, service))
        return resolver.udp_answer(wire) if transport == UDP else resolver.answer(wire)


class SmartConnectFaults:
    """The faults of one cluster's SmartConnect; the latest decides."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Answering] = []

    def add(self, fault: Answering) -> None:
        with self._lock:
            self._faults.append(fault)

    def remove(self, fault: Answering) -> None:
        with self._lock:
            self._faults.remove(fault)

    def answer(
        self, service: SmartConnectService, wire: bytes, transport: str, honest: Callable[[], bytes | None]
    ) -> bytes | None:
        """Answer as the latest fault would, or honestly."""
        with self._lock:
            fault = self._faults[-1] if self._faults else None
        return fault(service, wire, transport) if fault else honest()
