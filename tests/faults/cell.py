# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cell of the matrix: a failover on a fresh pair that meets one fault in one step, and what came of it."""

from __future__ import annotations

import dataclasses
import pathlib
import threading
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.clients import LedgerError

from .course import Course, Walk, comparable, course_of
from .disturbed_pair import DARK_LIMIT_SECONDS, SOURCE, TARGET, DisturbedPair
from .gate import Event, Gate
from .strikes import AFTER, BEFORE, MET, STEP, Strike
from .verdict import VIOLATION, Aftermath, Run, changes_nothing, message, needs_second, outcome, violations

#: Nothing is drawn at random: which cells have the kernel's client does not change from one run to the next.
KERNEL_SHARE = 5
#: The step that does nothing where every client has come back by itself, as the one in Python does.
NEEDS_KERNEL = "wake_clients"
POLL_SECONDS = 0.005
#: From a call's being met to its change being made.
CHANGE_SECONDS = 0.05
MISSED = "error"
#: Before the failover, and after it: so many show that the client works.
FIRST_RECORDS, NEXT_RECORDS = 15, 10
LATE_JOB = 1_000_000_000
#: For so long a client may be away; one that nobody could wake, and the run says so, has its own limit of three minutes.
BACK_SECONDS, UNWOKEN_SECONDS = 90, 210
UNWOKEN = "Waking the clients did not go to its end"


@dataclass(frozen=True, order=True)
class Cell:
    """A place in the matrix."""

    method: str
    step: str
    fault: str

    @property
    def key(self) -> str:
        return f"{self.method}/{self.step}/{self.fault}"

    @property
    def client(self) -> str:
        if self.step == NEEDS_KERNEL:
            return "kernel"
        return "smbprotocol" if zlib.crc32(self.key.encode()) % KERNEL_SHARE else "kernel"


@dataclass(frozen=True)
class Result:
    """What became of a cell: its outcome is that of verdict.py, or `error` where the fault did not strike."""

    cell: Cell
    outcome: str
    why: tuple[str, ...] = ()
    says: str = ""
    next_says: str = ""
    client: str = ""
    ledger: dict[str, Any] = field(default_factory=dict)
    longest_dark_seconds: float = 0.0
    #: A pause in a run that was killed or stopped lasts until the next command is given.
    undisturbed: bool = True
    seconds: float = 0.0
    #: Of the checkout that was run; empty where it has no history.
    commit: str = ""

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Result:
        return cls(**{**found, "cell": Cell(**found["cell"]), "why": tuple(found["why"])})


class Striking:
    """Lets a fault strike as a run goes through its steps."""

    def __init__(self, pair: DisturbedPair, steps: Sequence[str], step: str, strike: Strike) -> None:
        self._pair, self._step, self._strike = pair, step, strike
        self._walk = Walk(steps)
        self._begun = self._ended = False
        self.hits = 0
        self.killed = False

    def passed(self, gate: Gate, event: Event) -> None:
        """Take one event of the run, which waits."""
        entered = self._walk.enters(event)
        if entered == self._step and not self._begun:
            self._begun = True
            self._begin(gate)
        elif self._begun and not self._ended and self._leaves(event, entered):
            self._ended = True
            self.take_hits()
            if self._strike.lasts == STEP:
                self._pair.end_faults()
            if self._strike.kill == AFTER:
                self._kill(gate)

    def take_hits(self) -> None:
        """Count before the faults are ended: with them goes their count."""
        self.hits = max(self.hits, self._pair.hits())

    @property
    def struck(self) -> bool:
        if self._strike.kill:
            return self.killed
        return self.hits > 0 if self._strike.counted else self._begun

    def _leaves(self, event: Event, entered: str) -> bool:
        failed = event.event == "ended" and event.how == "failed"
        return bool(entered) or failed or event.event == "over"

    def _begin(self, gate: Gate) -> None:
        for words in self._strike.injections:
            self._pair.begin(words)
        if self._strike.kill == BEFORE:
            self._kill(gate)
        elif self._strike.kill == MET:
            threading.Thread(target=self._kill_when_met, args=(gate,), daemon=True).start()

    def _kill(self, gate: Gate) -> None:
        self.killed = True
        gate.kill_controller()

    def _kill_when_met(self, gate: Gate) -> None:
        while not self._ended:
            if self._pair.hits():
                time.sleep(CHANGE_SECONDS)
                self._kill(gate)
                return
            time.sleep(POLL_SECONDS)


def survey(name: str, steps: Sequence[str], method: str, folder: pathlib.Path) -> Course:
    """Fail over once without a fault and see what each step does."""
    with DisturbedPair(name, "--prerequisites") as pair:
        client = pair.client("kernel")
        client.start()
        client.wait_until_acknowledged(FIRST_RECORDS, 60)
        for cluster in (SOURCE, TARGET):
            # Meets no job, and counts them.
            pair.begin((cluster, "job-failed", "--skip", str(LATE_JOB)))
        events: list[tuple[float, int, Event]] = []
        run = pair.fail_over(method, lambda _gate, event: events.append((time.monotonic(), pair.jobs_begun(), event)))
        pair.keep(folder, run=run.output)
        if run.returncode:
            raise RuntimeError(f"a failover without a fault failed:\n{run.output}")
        client.wait_until_acknowledged(client.acknowledged() + NEXT_RECORDS, 60)
        client.stop()
        ledger = client.check(TARGET)
        if ledger["lost"] or ledger["corrupted"] or run.two_writers:
            raise RuntimeError(
                f"a failover without a fault broke a promise: {ledger}, {run.two_writers} with two writers"
            )
        return course_of(steps, events, pair.calls(0.0), comparable(pair.configuration()))


def run_cell(name: str, cell: Cell, strike: Strike, course: Course, folder: pathlib.Path) -> Result:
    """Run one cell on a pair of its own."""
    began = time.monotonic()
    steps = [step.name for step in course.steps]
    with DisturbedPair(name, "--prerequisites") as pair:
        client = pair.client(cell.client)
        client.start()
        client.wait_until_acknowledged(FIRST_RECORDS, 90)
        before = pair.configuration()
        striking = Striking(pair, steps, cell.step, strike)
        first = pair.fail_over(cell.method, striking.passed)
        striking.take_hits()
        pair.end_faults()
        second: Run | None = None
        if needs_second(first, pair.configuration() == before):
            second = pair.fail_over(cell.method, _undisturbed)
        third = None
        if strike.kill == MET and second is not None and not second.returncode:
            third = pair.fail_over(cell.method, _undisturbed)
        trouble = ""
        unwoken = UNWOKEN in (second or first).output
        try:
            client.wait_until_acknowledged(
                client.acknowledged() + NEXT_RECORDS, UNWOKEN_SECONDS if unwoken else BACK_SECONDS
            )
        except LedgerError as error:
            trouble = str(error)
        try:
            client.stop(deadline_seconds=90)
        except LedgerError as error:
            trouble = trouble or str(error)
        served_by = pair.serving()
        last = pair.configuration()
        after = Aftermath(
            served_by,
            last == before,
            comparable(last) == course.end,
            client.check(served_by or SOURCE),
            trouble,
        )
        pair.keep(folder, first=first.output, second=_said(second), third=_said(third))
        (folder / "ledger.log").write_bytes(client.log.read_bytes())
    broken = violations(first, second, after, SOURCE, TARGET, DARK_LIMIT_SECONDS)
    if third is not None and not changes_nothing(third):
        broken.append(f"once more the same command, with nothing left to do, changed something: {message(third)}")
    ended = VIOLATION if broken else outcome(first, second) if striking.struck else MISSED
    if not striking.struck:
        broken.append("the fault did not strike")
    return Result(
        cell,
        ended,
        tuple(broken),
        message(first),
        message(second) if second else "",
        cell.client,
        {name: value for name, value in after.ledger.items() if name in LEDGER_KEPT},
        max(run.longest_dark_seconds for run in (first, second) if run),
        second is None,
        round(time.monotonic() - began, 1),
    )


def _undisturbed(_gate: Gate, _event: Event) -> None:
    """Let a run pass the gate."""


def _said(run: Run | None) -> str:
    return run.output if run else ""


LEDGER_KEPT = (
    "acknowledged",
    "lost",
    "corrupted",
    "longest_pause_seconds",
    "errors",
    "reopened",
    "remounts",
    "edited_file",
)
