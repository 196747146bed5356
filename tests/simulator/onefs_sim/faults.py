# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that a tester asks for: a call of the API that fails, conflicts, hangs, or breaks off; a job that does."""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: What `drop` may say: answer nothing and leave the change undone, or make the change and then answer nothing.
DROP_CHOICES = ("", "before", "after")


@dataclass(frozen=True)
class Fault:
    """One fault. `path` is a regular expression searched in the path with its query, version included.

    Two methods are no HTTP methods: `JOB` meets a SyncIQ job when it begins its work (path
    `/sync/jobs/<policy>/<action>`; the action of an ordinary sync is `run`) and `APPLY` meets the moment at which a
    network change reaches the nodes (path `/network/apply`), so that a job can fail or stall and an address can linger.
    """

    cluster: str
    method: str
    path: str
    status: int | None = None
    code: str = ""
    message: str = ""
    skip: int = 0
    #: How many calls are hit; 0: all that come.
    count: int = 1
    hang_seconds: float = 0.0
    drop: str = ""

    def __post_init__(self) -> None:
        re.compile(self.path)
        if self.drop not in DROP_CHOICES:
            raise ValueError(f"A fault's drop is one of {DROP_CHOICES}, not {self.drop!r}")
        if self.status is None and not self.hang_seconds and not self.drop:
            raise ValueError("A fault needs at least one of status, hang_seconds and drop")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Fault:
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


class FaultList:
    """The faults in force on one cluster, and how many calls each has seen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[Fault, list[int]]] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append((fault, [0]))

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def listing(self) -> list[dict[str, Any]]:
        """Return each fault with the number of calls that matched it so far."""
        with self._lock:
            return [{**fault.to_dict(), "seen": seen[0]} for fault, seen in self._faults]

    def meet(self, method: str, path: str) -> Fault | None:
        """Return the fault that hits this call, if any; counts the call for every fault that matches it."""
        hit: Fault | None = None
        with self._lock:
            for fault, seen in self._faults:
                if fault.method.upper() not in (method, "ANY") or not re.search(fault.path, path):
                    continue
                seen[0] += 1
                exhausted = fault.count and seen[0] > fault.skip + fault.count
                if hit is None and seen[0] > fault.skip and not exhausted:
                    hit = fault
        return hit
