# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the fence to clients served: how long, what the clusters needed of it themselves, and what is left is ours."""

from __future__ import annotations

import pathlib
import time
from dataclasses import dataclass
from typing import Any

from onefs_sim.control import ask
from running_pair import ROOT, RunningPair, failover

from .floor import KINDS, Floor, wait
from .process_use import ProcessUse, measured
from .time_spent import busy, window_of

ZONE = "sales"
PEER = str(ROOT / "tests/bench/peer/failover.yml")
#: What a cluster of a real site takes: per call, from a network change to its effect, and for the shortest SyncIQ job.
REAL_LIKE = ("--latency-ms", "50", "--apply-delay", "1", "--job-seconds", "5")


class RunFailed(RuntimeError):
    """A failover that was to be measured failed."""


@dataclass(frozen=True)
class Cutover:
    """One failover: the time from the fence to clients served, in seconds, and who spent it."""

    seconds: float
    #: Union of all that the clusters did, by kind of work; each moment is counted once.
    busy_seconds: dict[str, float]
    wall_seconds: float
    calls: int
    calls_in_cutover: int
    #: Of what moved it, where that was a process of its own.
    use: ProcessUse | None

    @property
    def overhead_seconds(self) -> float:
        """What no cluster was busy with anything for."""
        return max(0.0, self.seconds - sum(self.busy_seconds.values()))

    def to_dict(self) -> dict[str, Any]:
        found = {
            "cutover_seconds": round(self.seconds, 3),
            "busy_seconds": {kind: round(value, 3) for kind, value in self.busy_seconds.items()},
            "overhead_seconds": round(self.overhead_seconds, 3),
            "overhead_percent": round(100 * self.overhead_seconds / self.seconds, 1),
            "calls_in_cutover": self.calls_in_cutover,
        }
        if self.use is None:
            return found
        return {
            **found,
            "wall_seconds": round(self.wall_seconds, 2),
            "calls": self.calls,
            "processor_seconds": round(self.use.processor_seconds, 2),
            "peak_bytes": self.use.peak_bytes,
        }


def works(pair: RunningPair, since: float) -> dict[str, list[dict[str, Any]]]:
    """Return what each cluster was busy with."""
    control = pathlib.Path(pair.status["state_dir"]) / "control"
    return {name: ask(control, {"verb": "work", "cluster": name, "since": since}) for name in pair.status["clusters"]}


def arguments(contender: str, source: str, target: str, method: str) -> tuple[str, list[str]]:
    """Return the playbook of ours or of the peer's, and what it is told."""
    if contender == "peer":
        values = [f"peer_source={source}", f"peer_target={target}", f"peer_zone={ZONE}"]
        return PEER, [argument for value in values for argument in ("-e", value)]
    return "failover", failover(source, target, f"failover_method={method}", "failover_wake_clients=false")


def play(pair: RunningPair, contender: str, source: str, target: str, method: str) -> ProcessUse:
    """Let ours or the peer move the zone."""
    playbook, told = arguments(contender, source, target, method)
    output, returncode, use = measured(pair.playing(playbook, *told))
    if returncode:
        raise RunFailed(f"{contender}, {source} to {target}: {output[-3000:]}")
    return use


def run(
    pair: RunningPair, floor: Floor, contender: str, source: str, target: str, method: str = "smartconnect"
) -> Cutover:
    """Let ours, the peer or the floor move the zone, and see who spent the time."""
    began = time.monotonic()
    with pair.observed(ZONE) as seen:
        if contender in KINDS:
            use = None
            floor.move(contender, source, target, method)
            # It is done before anybody has looked.
            wait("the observer to see the zone served", lambda: bool(seen.lacking))
        else:
            use = play(pair, contender, source, target, method)
    wall = time.monotonic() - began
    did = works(pair, began)
    if contender in KINDS:
        floor.settle(source, target)
    window = window_of(did[source], seen.lacking)
    together = [work for one in did.values() for work in one]
    calls = [work for work in together if work["kind"] == "call"]
    return Cutover(
        window[1] - window[0],
        busy(together, window),
        wall,
        len(calls),
        sum(window[0] <= call["began"] <= window[1] for call in calls),
        use,
    )
