#!/usr/bin/env python3
# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault matrix: every step of the failover meets every fault, by both methods; prints a table, fails on a violation.

    tests/faults/run.py [--jobs 2] [--only STEP FAULT METHOD] [--again] [--minutes 30]
    tests/faults/run.py --record docs/fault-matrix.csv [--table] [--document docs/fault-matrix.md]

Each cell has a pair of its own. What was run is kept in .build/faults and not run again, unless it was a violation or --again
says so; so a matrix that was interrupted goes on. `any` stands for every step, fault or method. A record holds the same from
one checkout to the next: what it has is not run again either, and what is run is added to it.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import json
import pathlib
import queue
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "live"), str(TESTS / "simulator")]

from measured import write_measured  # noqa: E402
from running_pair import ROOT, install_collection  # noqa: E402

from faults.cell import MISSED, Cell, Result, run_cell, survey  # noqa: E402
from faults.course import Course  # noqa: E402
from faults.record import read_record, write_record  # noqa: E402
from faults.steps import steps_of  # noqa: E402
from faults.strikes import BEFORE, FAULTS, NotApplicable, Strike, strike_of  # noqa: E402
from faults.table import METHODS, summary, tables  # noqa: E402
from faults.verdict import VIOLATION  # noqa: E402

RESULTS = ROOT / ".build" / "faults"
#: What tools/install-collection writes: a hash of all files of the checkout.
INSTALLED = ROOT / ".build" / "dist" / "installed"
ANY = "any"
SAME_INSTANT = NotApplicable("the same instant as kill-after of the step before")


class Matrix:
    """All cells, with what is known of each."""

    def __init__(
        self, folder: pathlib.Path, courses: dict[str, Course], known: Mapping[Cell, Result] | None = None
    ) -> None:
        self.folder = folder
        self.commit = commit_of_checkout()
        self._known = known or {}
        self.courses = courses
        # As they were when they were watched, whatever became of the checkout since.
        self.steps = [step.name for step in next(iter(courses.values())).steps]
        self.results: dict[Cell, Result] = {}
        self.impossible: dict[Cell, NotApplicable] = {}
        self.strikes: dict[Cell, Strike] = {}
        for cell in self._cells():
            self._place(cell)

    def _cells(self) -> Iterator[Cell]:
        for fault in FAULTS:
            for step in self.steps:
                for method in METHODS:
                    if method in self.courses:
                        yield Cell(method, step, fault.name)

    def _place(self, cell: Cell) -> None:
        course = self.courses[cell.method]
        strike = strike_of(cell.fault, course.step(cell.step))
        first = next(step.name for step in course.steps if step.ran)
        if isinstance(strike, NotApplicable):
            self.impossible[cell] = strike
        elif strike.kill == BEFORE and cell.step != first:
            self.impossible[cell] = SAME_INSTANT
        else:
            self.strikes[cell] = strike
            file = self._file(cell)
            if file.exists():
                self.results[cell] = Result.from_dict(json.loads(file.read_text(encoding="utf-8")))
            elif cell in self._known:
                self.results[cell] = self._known[cell]

    def _file(self, cell: Cell) -> pathlib.Path:
        return self.folder / "cells" / cell.key / "result.json"

    def run(self, pair_name: str, cell: Cell) -> Result:
        """Run one cell and keep its result."""
        folder = self._file(cell).parent
        folder.mkdir(parents=True, exist_ok=True)
        try:
            result = run_cell(pair_name, cell, self.strikes[cell], self.courses[cell.method], folder)
        except Exception as error:
            # The others are to be run all the same.
            result = Result(cell, MISSED, (f"{type(error).__name__}: {error}"[:4000],))
        result = dataclasses.replace(result, commit=self.commit)
        self._file(cell).write_text(json.dumps(result.to_dict(), indent=1), encoding="utf-8")
        self.results[cell] = result
        return result

    def write(self) -> str:
        """Write matrix.json and matrix.md; return the table."""
        # Another worker may add a result meanwhile.
        results = dict(self.results)
        text = tables(self.steps, results, self.impossible)
        found = {
            "cells": [result.to_dict() for _cell, result in sorted(results.items())],
            "not_applicable": {cell.key: one.reason for cell, one in sorted(self.impossible.items())},
        }
        (self.folder / "matrix.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
        (self.folder / "matrix.md").write_text(text, encoding="utf-8")
        return text


def commit_of_checkout() -> str:
    """Return the short name of the commit that is run, with a plus where files differ from it; nothing without git."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=7", "--exclude=*", "--dirty=+"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def surveyed(prefix: str, folder: pathlib.Path, methods: Sequence[str]) -> dict[str, Course]:
    """See what each method does without a fault; what was seen of this very checkout is not looked at again."""
    courses = {}
    install_collection()
    state = INSTALLED.read_text(encoding="ascii").strip()
    for method in methods:
        file = folder / "survey" / method / "course.json"
        kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        if kept.get("checkout") == state:
            courses[method] = Course.from_dict(kept["course"])
            continue
        courses[method] = survey(f"{prefix}-0", steps_of(), method, file.parent)
        file.write_text(json.dumps({"checkout": state, "course": courses[method].to_dict()}), encoding="utf-8")
    return courses


def run_all(matrix: Matrix, cells: Sequence[Cell], jobs: int, prefix: str, over: threading.Event) -> None:
    """Run cells side by side until all are done or it is over, each worker on pairs of its own name."""
    names: queue.SimpleQueue[str] = queue.SimpleQueue()
    for number in range(jobs):
        names.put(f"{prefix}-{number}")
    lock = threading.Lock()
    done = 0

    def one(cell: Cell) -> None:
        nonlocal done
        if over.is_set():
            return
        name = names.get()
        try:
            result = matrix.run(name, cell)
        finally:
            names.put(name)
        with lock:
            done += 1
            why = f": {'; '.join(result.why)[:300]}" if result.why else ""
            print(
                f"{done}/{len(cells)} {cell.key} ({result.client}, {result.seconds:.0f} s): {result.outcome}{why}",
                flush=True,
            )
            matrix.write()

    with concurrent.futures.ThreadPoolExecutor(jobs) as workers:
        list(workers.map(one, cells))


def sum_up(results: Mapping[Cell, Result], document: pathlib.Path | None) -> int:
    """Print the sums of a record and write them into a document; 1 where a promise was broken."""
    text = summary(list(results.values()), steps_of())
    print(text)
    if document:
        write_measured(document, text)
    return int(any(result.outcome in (VIOLATION, MISSED) for result in results.values()))


def main() -> int:
    """Run what is missing and print the table; 1 for a violation or a fault that did not strike."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs=3, metavar=("STEP", "FAULT", "METHOD"), help=f"'{ANY}' stands for all")
    parser.add_argument("--jobs", type=int, default=1, help="how many pairs side by side")
    parser.add_argument("--again", action="store_true", help="run also what was run before")
    parser.add_argument("--minutes", type=float, default=0, help="begin no cell after so long")
    parser.add_argument("--name", default="matrix", help="what the pairs' names begin with")
    parser.add_argument("--record", type=pathlib.Path, help="a file that keeps what was found, to be committed")
    parser.add_argument("--table", action="store_true", help="sum up the record, and run nothing")
    parser.add_argument("--document", type=pathlib.Path, help="write the record's sums into a document, too")
    options = parser.parse_args()
    if (options.table or options.document) and not options.record:
        parser.error("--table and --document sum up a record: name one by --record")
    known = read_record(options.record) if options.record and options.record.exists() else {}
    if options.table:
        return sum_up(known, options.document)
    over = threading.Event()
    if options.minutes:
        timer = threading.Timer(options.minutes * 60, over.set)
        timer.daemon = True
        timer.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        # The cells that run are ended as they should be, so that no pair is left behind.
        signal.signal(number, lambda _number, _frame: over.set())
    step, fault, method = options.only or (ANY, ANY, ANY)
    for chosen, names in ((step, steps_of()), (fault, [column.name for column in FAULTS]), (method, METHODS)):
        if chosen not in (ANY, *names):
            parser.error(f"'{chosen}' is none of {', '.join(names)}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    courses = surveyed(options.name, RESULTS, METHODS if method == ANY else [method])
    matrix = Matrix(RESULTS, courses, known)
    wanted = [
        cell
        for cell in matrix.strikes
        if step in (ANY, cell.step) and fault in (ANY, cell.fault) and method in (ANY, cell.method)
    ]
    todo = [
        cell
        for cell in wanted
        if options.again or cell not in matrix.results or matrix.results[cell].outcome in (VIOLATION, MISSED)
    ]
    # A matrix that is interrupted is a fair sample of the whole, and the same one each time. What lasts until the run ends
    # takes longest, and comes last.
    random.Random(0).shuffle(todo)
    todo.sort(key=lambda cell: not (matrix.strikes[cell].counted or matrix.strikes[cell].kill))
    print(f"{len(wanted)} cells, {len(todo)} to run", flush=True)
    run_all(matrix, todo, options.jobs, options.name, over)
    print(matrix.write(), flush=True)
    if options.record:
        found = {**known, **matrix.results}
        write_record(options.record, found)
        sum_up(found, options.document)
    bad = [cell for cell in wanted if cell in matrix.results and matrix.results[cell].outcome in (VIOLATION, MISSED)]
    missing = [cell for cell in wanted if cell not in matrix.results]
    if missing:
        print(f"{len(missing)} cells were not run; the same command goes on with them.")
    print(f"Results: {RESULTS}/matrix.md, {RESULTS}/matrix.json, and what each run said in {RESULTS}/cells")
    return 1 if bad or missing else 0


if __name__ == "__main__":
    sys.exit(main())
