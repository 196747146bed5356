# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One way to fail over: what varies between the rows of the tables."""

from __future__ import annotations

import dataclasses
import itertools

METHODS = ("smartconnect", "ip_takeover")
DISCONNECTS = ("silent", "close_sessions")
FLUSHES = ("flush", "no-flush")
#: How the kernel's client mounts, beyond name and password: as a careful administrator does, or as mount.cifs does by itself.
MOUNTS = {"hard": "hard,noserverino", "default": ""}
#: Whether clients are told: by both signals, or without RST, or without gratuitous ARP.
WAKES = ("on", "no-rst", "no-arp")
#: With a proven fence before the last replication, or without.
ORDERS = ("fenced", "unfenced")


@dataclasses.dataclass(frozen=True)
class Cell:
    """One way to fail over, and how the kernel's client has mounted."""

    order: str = "fenced"
    method: str = "smartconnect"
    disconnect: str = "silent"
    flush: str = "flush"
    mount: str = "hard"
    wake: str = "on"

    def arguments(self, user: str, password: str) -> list[str]:
        """Return the variables of the role that choose it."""
        chosen = [f"failover_method={self.method}", f"failover_disconnect={self.disconnect}"]
        if self.wake == "no-rst":
            chosen.append("failover_wake_clients=false")
        if self.flush == "flush":
            chosen += [f"failover_flush_user={user}", f"failover_flush_password={password}"]
        return chosen

    @property
    def key(self) -> str:
        """Return what names it on the command line and in the results."""
        return ",".join(str(value) for value in dataclasses.astuple(self))


def baseline() -> list[Cell]:
    """Return the ways that lose."""
    return [Cell(order="unfenced", method=method, flush="no-flush") for method in METHODS]


def full() -> list[Cell]:
    """Return each way to fail over once, and the ways that lose beside them."""
    ways = itertools.product(MOUNTS, DISCONNECTS, FLUSHES, METHODS)
    return [*baseline(), *(Cell("fenced", method, end, flush, mount) for mount, end, flush, method in ways)]


def signals() -> list[Cell]:
    """Return the ways that show what each signal to the clients is worth."""
    return [
        Cell(method="smartconnect"),
        Cell(method="smartconnect", wake="no-rst"),
        Cell(method="ip_takeover"),
        Cell(method="ip_takeover", wake="no-arp"),
    ]


def matching(cells: list[Cell], words: list[str]) -> list[Cell]:
    """Return the cells that have each of some words as a value."""
    known = {str(value) for cell in cells for value in dataclasses.astuple(cell)}
    for word in words:
        if word not in known:
            raise ValueError(f"'{word}' chooses nothing; there are: {', '.join(sorted(known))}")
    return [cell for cell in cells if set(words) <= set(dataclasses.astuple(cell))]
