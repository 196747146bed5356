# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the fence to clients served: how long, what the clusters needed of it themselves, and what is left is ours."""

from __future__ import annotations

import json
import pathlib
import tempfile
import time
from dataclasses import dataclass, field
from typing import Any

from onefs_sim.control import ask
from running_pair import ROOT, RunningPair, failover

from .floor import KINDS, Floor, wait
from .process_use import ProcessUse, measured
from .step_times import step_spans, step_times
from .time_spent import Span, busy, window_of

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
    #: Where a report tells of steps: of each, and of what is between them, the seconds and who spent them.
    steps: dict[str, dict[str, float]] = field(default_factory=dict)

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
            "steps": {
                name: {kind: round(value, 3) for kind, value in spent.items()} for name, spent in self.steps.items()
            },
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


def play(
    pair: RunningPair, contender: str, source: str, target: str, method: str
) -> tuple[ProcessUse, list[tuple[str, Span]]]:
    """Let ours or the peer move the zone; returns what it needed, and when its steps were, where it leaves a report."""
    playbook, told = arguments(contender, source, target, method)
    with tempfile.TemporaryDirectory() as folder:
        if contender == "ours":
            told += ["-e", f"failover_report_directory={folder}"]
        output, returncode, use = measured(pair.playing(playbook, *told))
        if returncode:
            raise RunFailed(f"{contender}, {source} to {target}: {output[-3000:]}")
        report = pathlib.Path(folder) / "report.json"
        if not report.exists():
            return use, []
        return use, step_spans(json.loads(report.read_text(encoding="utf-8")), time.time() - time.monotonic())


def run(
    pair: RunningPair, floor: Floor, contender: str, source: str, target: str, method: str = "smartconnect"
) -> Cutover:
    """Let ours, the peer or the floor move the zone, and see who spent the time."""
    began = time.monotonic()
    with pair.observed(ZONE) as seen:
        use, steps = None, []
        if contender in KINDS:
            floor.move(contender, source, target, method)
            # It is done before anybody has looked.
            wait("the observer to see the zone served", lambda: bool(seen.lacking))
        else:
            use, steps = play(pair, contender, source, target, method)
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
        step_times(steps, together, window),
    )
