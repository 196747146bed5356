# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A network that is cut between two places: nothing passes, in either direction, over any interface.

Linux needs no packet filter for it: each side believes that the other's addresses belong to a network card that nobody
has (what is sent is lost without a word), or has no route to them (the sender is told at once).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import world

#: Locally administered, and on no link of the pair.
NOBODY = "02:00:00:00:00:01"


@dataclass(frozen=True)
class Side:
    """One side: the interfaces of its hosts, and every address that one of them may have."""

    name: str
    interfaces: tuple[tuple[str, str], ...]
    addresses: tuple[str, ...]


def addresses_between(low: str, high: str) -> list[str]:
    """Return all addresses of a range."""
    first, last = ipaddress.ip_address(low), ipaddress.ip_address(high)
    return [str(first + offset) for offset in range(int(last) - int(first) + 1)]


def cut(one: Side, other: Side, reject: bool) -> Callable[[], None]:
    """Cut the network between them; returns what heals it."""
    halves = [(near, far) for near, far in ((one, other), (other, one))]
    for near, far in halves:
        _change(near, far, _unroute if reject else _mislead)

    def heal() -> None:
        for near, far in halves:
            _change(near, far, _route if reject else _lead)

    return heal


def _change(near: Side, far: Side, commands: Callable[[str, Sequence[str]], list[str]]) -> None:
    for host in dict.fromkeys(host for host, _interface in near.interfaces):
        lines = [
            line
            for address in far.addresses
            for line in commands(address, [interface for of, interface in near.interfaces if of == host])
        ]
        world.run(["ip", "-force", "-n", host, "-batch", "-"], stdin="\n".join(lines) + "\n")


def _mislead(address: str, interfaces: Sequence[str]) -> list[str]:
    return [f"neigh replace {address} lladdr {NOBODY} nud permanent dev {interface}" for interface in interfaces]


def _lead(address: str, interfaces: Sequence[str]) -> list[str]:
    # Linux forgets what it believed when an interface loses its last address; it is told once more, to be told the truth.
    forget = [f"neigh del {address} dev {interface}" for interface in interfaces]
    return [*_mislead(address, interfaces), *forget]


def _unroute(address: str, _interfaces: Sequence[str]) -> list[str]:
    return [f"route replace unreachable {address}"]


def _route(address: str, _interfaces: Sequence[str]) -> list[str]:
    return [f"route del unreachable {address}"]
