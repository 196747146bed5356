# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What earlier runs and drills took, and what the next one will take by that.

Private to the collection. Pure functions over records; where they lie is in ``history_files``. A record was written by another
run, maybe of another version: what does not fit is passed over, never an error.
"""

from __future__ import annotations

import statistics
import typing as t
from dataclasses import dataclass

# The median of the newest runs: older ones say how the clusters were, not how they are.
RUNS_COUNTED = 10


@dataclass(frozen=True)
class PastRun:
    """A failover that came to its end: which way it went and how long each step took."""

    run_id: str
    closed: str
    result: str
    source: str
    target: str
    method: str
    cutover_seconds: float | None
    step_seconds: t.Mapping[str, float]

    def as_dict(self) -> dict[str, t.Any]:
        """Return it as a module does."""
        return {
            "run_id": self.run_id,
            "closed": self.closed,
            "result": self.result,
            "source": self.source,
            "target": self.target,
            "method": self.method,
            "cutover_seconds": self.cutover_seconds,
            "step_seconds": dict(self.step_seconds),
        }


def past_run(record: t.Any) -> PastRun | None:
    """Return what the end of a journal says of its run; None where it says no times."""
    content = record.get("content") if isinstance(record, dict) else None
    steps = content.get("steps") if isinstance(content, dict) else None
    if not isinstance(content, dict) or not isinstance(steps, list):
        return None
    seconds: dict[str, float] = {}
    for step in steps:
        took = _number(step.get("seconds")) if isinstance(step, dict) else None
        if took is not None:
            seconds[str(step.get("name"))] = took
    return PastRun(
        run_id=str(record.get("run_id") or ""),
        closed=str(record.get("closed") or ""),
        result=str(content.get("result") or ""),
        source=str(content.get("source") or ""),
        target=str(content.get("target") or ""),
        method=str(content.get("method") or ""),
        cutover_seconds=_number(content.get("cutover_seconds")),
        step_seconds=seconds,
    )


def predict(runs: t.Sequence[PastRun], source: str, target: str, method: str) -> dict[str, float]:
    """Return the seconds that each step will take: the median of the runs that succeeded by the same method.

    Runs that went the same way count alone where there are any. Oldest first; empty where there is no history yet.
    """
    alike = [run for run in runs if run.result == "succeeded" and run.method == method]
    same_way = [run for run in alike if (run.source, run.target) == (source, target)]
    taken: dict[str, list[float]] = {}
    for run in (same_way or alike)[-RUNS_COUNTED:]:
        for name, seconds in run.step_seconds.items():
            taken.setdefault(name, []).append(seconds)
    return {name: round(statistics.median(values), 3) for name, values in taken.items()}


@dataclass(frozen=True)
class Trend:
    """One figure over some drills, oldest first: its median, and how far the newest is from that of those before it."""

    median_seconds: float
    newest_seconds: float
    change_percent: float | None


def trend(values: t.Sequence[float | None]) -> Trend | None:
    """Return the trend of a figure; None where no drill has it, without a change where only one has."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    before = statistics.median(known[:-1]) if len(known) > 1 else 0.0
    change = round(100 * (known[-1] - before) / before, 1) if before else None
    return Trend(round(statistics.median(known), 3), round(known[-1], 3), change)


def _number(value: t.Any) -> float | None:
    """Read a number of a record; a template may have made text of it."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < 1e9 else None
