# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failover without a fault does in each step: the calls it makes, in their order, and the jobs that it starts."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .gate import Event
from .steps import Turns

API = re.compile("^/(platform|namespace)/")
TOMBSTONE = "seamless-tombstone"
CHANGING = ("PUT", "POST", "DELETE")


@dataclass(frozen=True)
class Call:
    """One call of a cluster's API."""

    cluster: str
    method: str
    target: str

    @property
    def changes(self) -> bool:
        return self.method in CHANGING


@dataclass(frozen=True)
class StepCourse:
    """One step as it was without a fault. `ran`: at least one of its tasks was not skipped."""

    name: str
    ran: bool = False
    calls: tuple[Call, ...] = ()
    jobs: int = 0

    @property
    def changes(self) -> tuple[Call, ...]:
        return tuple(call for call in self.calls if call.changes)


@dataclass(frozen=True)
class Course:
    """A whole run, and what it left configured."""

    steps: tuple[StepCourse, ...]
    end: Any

    def step(self, name: str) -> StepCourse:
        return next(step for step in self.steps if step.name == name)

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Course:
        steps = [{**step, "calls": tuple(Call(**call) for call in step["calls"])} for step in found["steps"]]
        return cls(tuple(StepCourse(**step) for step in steps), found["end"])


class Walk:
    """Follows the events of a run, and knows in which step it is: what belongs to no step belongs to the one before."""

    def __init__(self, steps: Sequence[str]) -> None:
        self._steps = frozenset(steps)
        self._turns = Turns()
        self._file = ""
        self.step = ""

    def enters(self, event: Event) -> str:
        """Return the name of the step that begins with this event, or nothing."""
        if event.event != "begins" or event.file not in self._steps or event.file == self._file:
            return ""
        self._file = event.file
        # More turns than the role has without a failure are part of what a failure brings about.
        self.step = self._turns.next(event.file)
        return self.step


def course_of(
    steps: Sequence[str],
    events: Sequence[tuple[float, int, Event]],
    calls: Sequence[tuple[float, Call]],
    end: Any,
) -> Course:
    """Assign events and calls to steps. An event comes with its moment and with how many jobs had begun by then."""
    walk = Walk(steps)
    begins: dict[str, tuple[float, int]] = {}
    ran = set()
    for moment, jobs, event in events:
        entered = walk.enters(event)
        if entered:
            begins.setdefault(entered, (moment, jobs))
        if event.event == "ended" and event.how != "skipped":
            ran.add(walk.step)
    moments = sorted(begins.values())
    last_jobs = max((jobs for _moment, jobs, _event in events), default=0)
    found = []
    for name in steps:
        if name not in begins:
            found.append(StepCourse(name))
            continue
        moment, jobs = begins[name]
        until, jobs_until = next((later for later in moments if later[0] > moment), (float("inf"), last_jobs))
        own = tuple(call for at, call in calls if moment <= at < until and API.search(call.target))
        found.append(StepCourse(name, name in ran, own, jobs_until - jobs))
    return Course(tuple(found), end)


def comparable(configuration: Any) -> Any:
    """Return a configuration without what may differ: identifiers drawn at random, the order, the empty zone of the wake-up.

    That zone has no share and stays where clients had to be woken; a pool that were left in it would show by itself.
    """
    if isinstance(configuration, dict):
        return {name: comparable(value) for name, value in configuration.items() if name != TOMBSTONE}
    if isinstance(configuration, list):
        kept = [value for value in configuration if not (isinstance(value, dict) and value.get("name") == TOMBSTONE)]
        return sorted((comparable(value) for value in kept), key=repr)
    return re.sub("^[0-9a-f]{32}$", "(id)", configuration) if isinstance(configuration, str) else configuration
