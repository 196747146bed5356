# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How busy each node is, as SmartConnect's balancing policies see it: sampled, and a few seconds old."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .ports import NodePort

#: OneFS looks at connections and throughput every 10 s, at processors every 5 s.
SAMPLE_SECONDS = {"conn_count": 10.0, "throughput": 10.0, "cpu_usage": 5.0}


@dataclass(frozen=True)
class _Sample:
    taken_at: float
    counters: Mapping[int, float]
    loads: Mapping[int, float]


class NodeLoads:
    """The load of each node by policy. `clock` in seconds."""

    def __init__(self, nodes: Mapping[int, NodePort], clock: Callable[[], float] = time.monotonic) -> None:
        self._nodes = nodes
        self._clock = clock
        self._lock = threading.Lock()
        self._samples: dict[str, _Sample] = {}

    def of(self, policy: str, lnn: int) -> float:
        """Return the load of a node: connections, bytes a second or processor seconds a second; 0 for round robin."""
        if policy not in SAMPLE_SECONDS:
            return 0.0
        return self._sample(policy).loads.get(lnn, 0.0)

    def _sample(self, policy: str) -> _Sample:
        with self._lock:
            now = self._clock()
            last = self._samples.get(policy)
            if last is None or now - last.taken_at >= SAMPLE_SECONDS[policy]:
                counters = {lnn: self._count(policy, node) for lnn, node in self._nodes.items() if node.powered}
                last = self._samples[policy] = _Sample(now, counters, _loads(policy, counters, last, now))
            return last

    @staticmethod
    def _count(policy: str, node: NodePort) -> float:
        if policy == "conn_count":
            return float(len(node.smb_sessions()))
        return node.network_bytes() if policy == "throughput" else node.processor_seconds()


def _loads(policy: str, counters: Mapping[int, float], last: _Sample | None, now: float) -> dict[int, float]:
    """Connections are a load as they are; the other two are counters, whose growth is the load."""
    if policy == "conn_count":
        return dict(counters)
    if last is None or now <= last.taken_at:
        return {}
    elapsed = now - last.taken_at
    return {
        lnn: max(0.0, value - last.counters[lnn]) / elapsed for lnn, value in counters.items() if lnn in last.counters
    }
