# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that meet a cluster's own work: a call of the API that fails, hangs or breaks off; a job or a network change that does."""

from __future__ import annotations

import collections
import dataclasses
import random
import re
import threading
import time
from dataclasses import dataclass
from typing import Any

#: Answer nothing and leave the change undone; make it and answer nothing; make it and break off within the answer.
DROP_CHOICES = ("", "before", "after", "mid")
#: Methods that change something: what `CHANGE` stands for.
CHANGING = ("PUT", "POST", "DELETE")
#: How a job ends that meets a fault, and what becomes of a network change.
OUTCOMES = ("", "failed", "needs_attention", "lost")
#: Longer than anybody waits: such a fault ends when it is cleared.
FOREVER_SECONDS = 365 * 86_400.0
POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Fault:
    """One fault. `path` is a regular expression searched in the path with its query, version included.

    `ANY` is any HTTP method, `CHANGE` any that changes something. Two methods are no HTTP methods: `JOB` meets a SyncIQ job when it begins its work (path
    `/sync/jobs/<policy>/<action>`; the action of an ordinary sync is `run`) and `APPLY` meets the moment at which a
    network change reaches the nodes (path `/network/apply`), so that a job can fail or stall and an address can linger.
    """

    cluster: str
    method: str
    path: str
    status: int | None = None
    code: str = ""
    message: str = ""
    #: Sent as it is in place of an error body; `content_type` says what it claims to be.
    body: str | None = None
    content_type: str = "text/html"
    skip: int = 0
    #: How many calls are hit; 0: all that come.
    count: int = 1
    #: Which part of the calls is hit, drawn by a generator of the fault's own.
    rate: float = 1.0
    seed: int = 0
    #: So many calls pass in each second, whenever it begins, and only those beyond are hit; 0: none passes.
    passing_per_second: int = 0
    #: A call is not answered for so long, and never made; a job or a network change waits before it goes on.
    hang_seconds: float = 0.0
    #: A call is made and answered, so much later.
    slow_seconds: float = 0.0
    #: A call is made at once and answered so much later: whoever waited may be gone by then.
    late_seconds: float = 0.0
    drop: str = ""
    #: Of JOB and APPLY.
    outcome: str = ""

    def __post_init__(self) -> None:
        re.compile(self.path)
        if self.drop not in DROP_CHOICES:
            raise ValueError(f"A fault's drop is one of {DROP_CHOICES}, not {self.drop!r}")
        if self.outcome not in OUTCOMES:
            raise ValueError(f"A fault's outcome is one of {OUTCOMES}, not {self.outcome!r}")
        if self.passing_per_second < 0:
            raise ValueError(f"No fewer than 0 calls pass in a second, not {self.passing_per_second}")
        if not 0 < self.rate <= 1:
            raise ValueError(f"A fault's rate is above 0 and at most 1, not {self.rate}")
        waits = self.hang_seconds or self.slow_seconds or self.late_seconds
        if self.status is None and not (waits or self.drop or self.outcome):
            raise ValueError("A fault needs at least one of status, hang, slow, late, drop and outcome")


class FaultInForce:
    """A fault, and what became of it so far."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        #: Calls that matched, and those of them that were hit.
        self.seen = 0
        self.hit = 0
        self.cleared = threading.Event()
        self._chance = random.Random(fault.seed)
        #: When the newest calls passed, of a fault that lets some pass.
        self._passed: collections.deque[float] = collections.deque(maxlen=max(1, fault.passing_per_second))

    def strikes(self) -> bool:
        """Count a call that matches, and tell whether it is hit."""
        fault = self.fault
        self.seen += 1
        if self.seen <= fault.skip or (fault.count and self.hit >= fault.count):
            return False
        # Without a draw at rate 1, a seed changes nothing where nothing is left to chance.
        if fault.rate < 1 and self._chance.random() >= fault.rate:
            return False
        if fault.passing_per_second and self._passes(time.monotonic()):
            return False
        self.hit += 1
        return True

    def _passes(self, now: float) -> bool:
        """Whether fewer calls than allowed have passed in the second before."""
        if len(self._passed) == self.fault.passing_per_second and now - self._passed[0] < 1:
            return False
        self._passed.append(now)
        return True

    def wait(self, seconds: float, ended: threading.Event) -> None:
        """Wait so long, or until the fault is cleared, or until whoever was hit ends."""
        deadline = time.monotonic() + seconds
        while (rest := deadline - time.monotonic()) > 0 and not ended.is_set():
            if self.cleared.wait(min(POLL_SECONDS, rest)):
                return


class FaultList:
    """The faults that one cluster's own work meets."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[FaultInForce] = []

    def add(self, fault: Fault) -> FaultInForce:
        in_force = FaultInForce(fault)
        with self._lock:
            self._faults.append(in_force)
        return in_force

    def remove(self, in_force: FaultInForce) -> None:
        """End one fault: whoever waits because of it goes on."""
        with self._lock:
            if in_force in self._faults:
                self._faults.remove(in_force)
        in_force.cleared.set()

    def clear(self) -> None:
        with self._lock:
            ended, self._faults = self._faults, []
        for in_force in ended:
            in_force.cleared.set()

    def listing(self) -> list[dict[str, Any]]:
        """Return each fault with the number of calls that matched it so far."""
        with self._lock:
            return [{**dataclasses.asdict(one.fault), "seen": one.seen, "hit": one.hit} for one in self._faults]

    def meet(self, method: str, path: str) -> FaultInForce | None:
        """Return the fault that hits this call, if any; counts the call for every fault that matches it."""
        found: FaultInForce | None = None
        # ANY means any call: what a cluster does by itself is met only by its own name.
        wanted = {method} if method in ("JOB", "APPLY") else {method, "ANY"}
        if method in CHANGING:
            wanted.add("CHANGE")
        with self._lock:
            for one in self._faults:
                if one.fault.method.upper() not in wanted or not re.search(one.fault.path, path):
                    continue
                if one.strikes() and found is None:
                    found = one
        return found
