# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults of the matrix, and how each strikes in a given step: what is injected, when it ends, when the controller dies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .course import Call, StepCourse

API = "^/(platform|namespace)/"
HANG_SECONDS = "600"
#: Ends with the step, so that an undo meets a cluster that works; or lasts until the run has ended.
STEP, RUN = "step", "run"
#: The controller dies before the step, when a call of it was met, or after it.
BEFORE, MET, AFTER = "before", "met", "after"
Words = tuple[str, ...]


@dataclass(frozen=True)
class Strike:
    """What happens in a step. `counted`: the faults say how often they struck, and at least one has to."""

    injections: tuple[Words, ...] = ()
    lasts: str = RUN
    kill: str = ""
    counted: bool = True


@dataclass(frozen=True)
class NotApplicable:
    """Why a fault can't strike in a step."""

    reason: str


@dataclass(frozen=True)
class FaultColumn:
    """One column of the matrix."""

    name: str
    text: str
    strike: Callable[[StepCourse], Strike | NotApplicable]


SKIPPED = NotApplicable("the step is left out in such a run")
NO_CALLS = NotApplicable("the step calls no API")
SEE_ERROR = NotApplicable("the step only reads: see error")
READS_ONLY = NotApplicable("the step changes nothing; OneFS answers 409 to changes")
ONE_CHANGE = NotApplicable("the step makes one change at the most: see the first")
NO_JOB = NotApplicable("the step starts no SyncIQ job")


def _call(call: Call, earlier: int, *options: str) -> Words:
    """Return the words for a fault that meets a call of a step: the one after `earlier` of its kind at its cluster."""
    method = "CHANGE" if call.changes else "ANY"
    return (
        call.cluster,
        "call",
        "--method",
        method,
        "--path",
        API,
        "--skip",
        str(earlier),
        *options,
    )


def _at_first(options: Words, lasts: str = RUN, kill: str = "") -> Callable[[StepCourse], Strike | NotApplicable]:
    """Meet the first change of a step, or its first call where it only reads."""

    def strike(step: StepCourse) -> Strike | NotApplicable:
        if not step.calls:
            return NO_CALLS
        first = (step.changes or step.calls)[0]
        return Strike((_call(first, 0, *options),), lasts, kill)

    return strike


def _at_last(options: Words, lasts: str = RUN, kill: str = "") -> Callable[[StepCourse], Strike | NotApplicable]:
    """Meet the last change of a step that makes several."""

    def strike(step: StepCourse) -> Strike | NotApplicable:
        if len(step.changes) < 2:
            return ONE_CHANGE
        last = step.changes[-1]
        earlier = sum(call.cluster == last.cluster for call in step.changes[:-1])
        return Strike((_call(last, earlier, *options),), lasts, kill)

    return strike


def _no_reading(step: StepCourse) -> Strike | NotApplicable:
    """Fail every read of a step that also changes something, at both clusters."""
    reads = [call.cluster for call in step.calls if call.method == "GET"]
    if not step.changes:
        return SEE_ERROR if step.calls else NO_CALLS
    if not reads:
        return NotApplicable("the step reads nothing")
    words = ("call", "--method", "GET", "--path", API, "--status", "500", "--count", "0")
    return Strike(tuple((cluster, *words) for cluster in dict.fromkeys(reads)), STEP)


def _conflict(step: StepCourse) -> Strike | NotApplicable:
    if not step.changes:
        return READS_ONLY
    return Strike((_call(step.changes[0], 0, "--status", "409", "--count", "2"),))


def _job_failed(step: StepCourse) -> Strike | NotApplicable:
    if not step.jobs:
        return NO_JOB
    return Strike((("boston", "job-failed"), ("newyork", "job-failed")))


def _state(*injections: Words) -> Callable[[StepCourse], Strike]:
    return lambda _step: Strike(injections, counted=False)


def _killed(when: str) -> Callable[[StepCourse], Strike]:
    return lambda _step: Strike(kill=when, counted=False)


FAULTS = (
    FaultColumn(
        "error", "API error 500 from the step's first change on", _at_first(("--status", "500", "--count", "0"), STEP)
    ),
    FaultColumn(
        "error-last", "API error 500 at the step's last change", _at_last(("--status", "500", "--count", "0"), STEP)
    ),
    FaultColumn("error-read", "API error 500 at every read of a step that changes something", _no_reading),
    FaultColumn("conflict", "409 twice, from the first change on", _conflict),
    FaultColumn("hang", "the first change hangs and is never made", _at_first(("--hang", HANG_SECONDS))),
    FaultColumn("dropped", "the first change is made, its answer is lost", _at_first(("--drop", "after"))),
    FaultColumn("dropped-last", "the last change is made, its answer is lost", _at_last(("--drop", "after"))),
    FaultColumn("job-failed", "the step's first SyncIQ job fails", _job_failed),
    FaultColumn(
        "ssh-refused",
        "no SSH to either cluster, from the step on",
        _state(("boston", "ssh-refused"), ("newyork", "ssh-refused")),
    ),
    FaultColumn("source-node", "a node of the source loses power", _state(("boston", "node-down", "--node", "2"))),
    FaultColumn("target-node", "a node of the target loses power", _state(("newyork", "node-down", "--node", "2"))),
    FaultColumn("dns-silent", "the site's DNS falls silent, from the step on", _state(("site", "dns-silent"))),
    FaultColumn("kill-before", "kill -9 before the step", _killed(BEFORE)),
    FaultColumn(
        "kill-during",
        "kill -9 when the first change is made, before its answer",
        _at_first(("--late", HANG_SECONDS), RUN, MET),
    ),
    FaultColumn(
        "kill-late",
        "kill -9 when the last change is made, before its answer",
        _at_last(("--late", HANG_SECONDS), RUN, MET),
    ),
    FaultColumn("kill-after", "kill -9 after the step", _killed(AFTER)),
)
BY_NAME = {column.name: column for column in FAULTS}


def strike_of(fault: str, step: StepCourse) -> Strike | NotApplicable:
    """Return how a fault strikes in a step."""
    return BY_NAME[fault].strike(step) if step.ran else SKIPPED
