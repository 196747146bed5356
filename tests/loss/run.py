#!/usr/bin/env python3
# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of clients' writes in a failover, and in one without a fence: prints tables.

    tests/loss/run.py [--runs 100] [--only WORD ...] [--signals] [--capture SECONDS] [--fresh]

Each failover carries the Linux kernel's SMB client and smbprotocol over, there and back, while five applications of each
write. Every acknowledged write must be on the cluster that serves afterwards; one that is lost is an exit code of 1, and so
is a failover without a fence that loses nothing: then the test could not see a loss. Results are kept in
.build/loss/results.json, and a run goes on where an earlier one ended. `--only ip_takeover silent` chooses the ways that
have these words. `--signals` measures what each signal to the clients is worth.
"""

from __future__ import annotations

import argparse
import datetime
import json
import pathlib
import signal
import sys
import time
from typing import Any

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "live"), str(TESTS / "simulator")]

from ledger.clients import LedgerError  # noqa: E402
from measured import write_measured  # noqa: E402
from running_pair import ROOT, RunningPair  # noqa: E402

from loss import cells, tables  # noqa: E402
from loss.capture import Captured  # noqa: E402
from loss.lives import FailoverFailed, Life, carry_over  # noqa: E402
from loss.loss_clients import CLIENTS  # noqa: E402

FOLDER = ROOT / ".build" / "loss"
HOME = "boston"
#: There and back; what was lost on the way there would confuse the way back.
FAILOVERS_A_LIFE = {"fenced": 2, "unfenced": 1}


class Results:
    """What was found so far, on disk after each failover."""

    def __init__(self, file: pathlib.Path, fresh: bool) -> None:
        self._file = file
        self.all: list[dict[str, Any]] = []
        if file.exists() and not fresh:
            self.all = json.loads(file.read_text(encoding="utf-8"))

    def add(self, result: dict[str, Any]) -> None:
        self.all.append(result)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(self.all, indent=1), encoding="utf-8")
        new.replace(self._file)

    def of(self, cell: cells.Cell) -> int:
        """Return how many failovers there were of a kind."""
        return sum(all(one[name] == value for name, value in vars(cell).items()) for one in self.all)

    def fenced(self) -> int:
        """Return how many failovers had a fence."""
        return sum(one["order"] == "fenced" for one in self.all)


def next_cell(wanted: list[cells.Cell], results: Results, runs: int) -> cells.Cell | None:
    """Return the kind of which there are fewest, as long as there are fewer failovers than wanted."""
    # Those without a fence are there for comparison, and don't make up the number where there are others.
    counted = [one for one in wanted if one.order == "fenced"] or wanted
    return min(wanted, key=results.of) if sum(map(results.of, counted)) < runs else None


def say(result: dict[str, Any]) -> str:
    """Return one line about a failover."""
    about = []
    for name, one in result["clients"].items():
        lost = tables.total([one], "lost") + tables.total([one], "torn")
        pause = one["patterns"]["append"]["pause_seconds"]
        back = "" if one["returned"] else ", NOT BACK"
        about.append(f"{name}: {lost} of {tables.total([one], 'acknowledged')} lost, pause {pause:.1f} s{back}")
    moment = datetime.datetime.now().strftime("%H:%M:%S")
    kind = " ".join(str(result[name]) for name in ("order", "method", "disconnect", "flush", "mount", "wake"))
    return f"{moment} {kind}, {result['way']}, {result['seconds']:.0f} s: " + "; ".join(about)


def live(pair: RunningPair, cell: cells.Cell, results: Results, options: argparse.Namespace) -> None:
    """Let the clients live through one kind of failover, there and back; at the end all is where it was."""
    name = f"{int(time.time())}"
    with Life(pair, cell, name, options.clients, HOME) as life:
        for number in range(FAILOVERS_A_LIFE[cell.order]):
            capture = Captured(pair, FOLDER / "captures" / f"{name}-{number}") if options.capture else None
            result = life.fail_over(capture)
            longest = max(one["patterns"]["append"]["pause_seconds"] for one in result["clients"].values())
            if capture and longest < options.capture:
                capture.drop()
            results.add(result)
            print(say(result), flush=True)
            if not all(one["returned"] for one in result["clients"].values()):
                break
    if life.serving != HOME:
        # Addresses that ip_takeover moved must be home before the next kind of failover.
        carry_over(pair, cell, life.serving, HOME)


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100, help="failovers with a fence, those of earlier runs counted")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="ways that have these words")
    parser.add_argument("--signals", action="store_true", help="the ways with and without each signal to the clients")
    parser.add_argument("--clients", nargs="+", choices=list(CLIENTS), default=list(CLIENTS))
    parser.add_argument("--capture", type=float, metavar="SECONDS", help="keep the packets where a pause was longer")
    parser.add_argument("--fresh", action="store_true", help="forget the results of earlier runs")
    parser.add_argument("--results", type=pathlib.Path, default=FOLDER / "results.json")
    parser.add_argument("--table", action="store_true", help="print the tables of the results and do nothing else")
    parser.add_argument("--document", type=pathlib.Path, help="write the tables into a document, too")
    parser.add_argument("--name", default="loss", help="name of the pair")
    return parser.parse_args()


def main() -> int:
    """Run every kind in turn and print the tables."""
    # The pair goes down whoever ends the run.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    options = parse()
    results = Results(options.results, options.fresh)
    wanted = cells.matching(cells.signals() if options.signals else cells.full(), options.only)
    failures = 0
    while not options.table and next_cell(wanted, results, options.runs):
        with RunningPair(options.name, "--prerequisites") as pair:
            try:
                while cell := next_cell(wanted, results, options.runs):
                    live(pair, cell, results, options)
            except (FailoverFailed, LedgerError) as error:
                failures += 1
                print(f"{type(error).__name__}: {error}\nThe pair is started anew.", flush=True)
                if failures > max(options.runs // 5, 3):
                    return 2
    if not results.all:
        print("no results yet")
        return 2
    report = tables.report(results.all)
    print(report)
    if options.document:
        write_measured(options.document, report)
    return verdict(results.all, failures)


def verdict(results: list[dict[str, Any]], failures: int) -> int:
    """Say in one line what came out, and return the exit code."""
    lost = tables.violations(results)
    unfenced = [one for one in results if one["order"] == "unfenced"]
    blind = sum(tables.total(one["clients"].values(), "lost") == 0 for one in unfenced)
    fenced = len(results) - len(unfenced)
    print(
        f"\n{fenced} failovers: {lost} acknowledged writes lost or torn, {failures} failovers failed; "
        f"{len(unfenced)} without a fence: {sum(tables.total(o['clients'].values(), 'lost') for o in unfenced)} lost"
        + (f", {blind} of them lost nothing" if blind else "")
    )
    return 1 if lost or blind or failures else 0


if __name__ == "__main__":
    sys.exit(main())
