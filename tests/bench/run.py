#!/usr/bin/env python3
# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what this collection adds to what the clusters need, beside a careful playbook that does the same job.

Each figure is the median of several runs with the smallest and the largest; what is compared is run in turn, in the same run.
The table goes to the screen and, with --document, between two marks of a document; all figures go to .build/bench/results.json.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import signal
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "live"), str(TESTS / "simulator")]

from running_pair import ROOT, RunningPair  # noqa: E402
from unit.conftest import link_collection  # noqa: E402

link_collection()

from bench import cutover, large_readiness, netstat, start_up  # noqa: E402

RESULTS = ROOT / ".build/bench/results.json"
PARTS = ("cutover", "start-up", "readiness", "netstat")
#: Who moves the zone in each round, and by which method; the zone goes there and back.
CONTENDERS = (("ours", "smartconnect"), ("peer", "smartconnect"), ("ours", "ip_takeover"))
#: Short, so that the smallest run is done in a minute.
SMALL = ("--latency-ms", "5", "--apply-delay", "0.2", "--job-seconds", "0.3")
BEGIN, END = "<!-- what was measured -->", "<!-- end of what was measured -->"

Runs = dict[str, list[dict[str, Any]]]


def measure_cutover(runs: int, small: bool) -> Runs:
    """Let everybody move the zone in turn, there and back, on one pair."""
    found: Runs = {}
    with RunningPair("bench", "--prerequisites", *(SMALL if small else cutover.REAL_LIKE)) as pair:
        for _round in range(runs):
            for contender, method in CONTENDERS[:1] if small else CONTENDERS:
                # What went by one method comes back by the same.
                for source, target in (
                    (("boston", "newyork"),) if small else (("boston", "newyork"), ("newyork", "boston"))
                ):
                    one = cutover.run(pair, contender, source, target, method).to_dict()
                    found.setdefault(f"{contender}, {method}", []).append(one)
                    say(
                        f"cutover, {contender}, {method}: {one['cutover_seconds']} s, {one['overhead_seconds']} s of it ours"
                    )
    return found


def measure_start_up(runs: int, small: bool) -> Runs:
    """Let both be checked in turn."""
    found: Runs = {}
    with RunningPair("bench", "--prerequisites") as pair:
        for _round in range(1 if small else runs):
            for contender in ("ours", "peer"):
                one = start_up.check(pair, contender)
                found.setdefault(contender, []).append(one)
                say(f"--check, {contender}: {one['wall_seconds']} s")
    return found


def measure_readiness(runs: int, small: bool) -> Runs:
    """Ask clusters of several sizes whether they are ready."""
    found: Runs = {}
    for scale in (0.01, 0.02) if small else (0.25, 0.5, 1.0):
        for _round in range(1 if small else runs):
            one = large_readiness.ask_ready(scale)
            found.setdefault(f"{scale:g}x", []).append(one)
            say(f"readiness, {scale:g}x: {one['reading_seconds']} s of reading, {one['peak_bytes'] / 1e6:.0f} MB")
    return found


def measure_netstat(runs: int, small: bool) -> Runs:
    """Read the connections of three sizes."""
    sizes = netstat.measure(0.01 if small else 1.0, 2 if small else max(runs, 5))["sizes"]
    kept = ("lines", "median_seconds", "fastest_seconds", "slowest_seconds", "lines_a_second", "peak_bytes")
    return {f"{size['times']}x": [{name: size[name] for name in kept}] for size in sizes}


MEASURES: Mapping[str, Callable[[int, bool], Runs]] = {
    "cutover": measure_cutover,
    "start-up": measure_start_up,
    "readiness": measure_readiness,
    "netstat": measure_netstat,
}


def say(line: str) -> None:
    print(line, flush=True)


def flat(one: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Return all numbers of a run by their path."""
    found: dict[str, float] = {}
    for name, value in one.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        elif isinstance(value, (int, float)):
            found[prefix + name] = value
    return found


def spread(runs: Sequence[Mapping[str, Any]], name: str, scale: float = 1.0, digits: int = 2) -> str:
    """Return the median of a number and, where there are several runs, from where to where it went."""
    values = [flat(one)[name] / scale for one in runs]
    median = f"{statistics.median(values):.{digits}f}"
    if len(values) == 1:
        return median
    return f"{median} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [row(head), row(["---"] * len(head)), *map(row, rows), ""]


def tables(results: Mapping[str, Runs]) -> str:
    """Return what was measured, as Markdown; every number is a median."""
    lines: list[str] = []
    if found := results.get("cutover"):
        head = ["cutover, by", "runs", "seconds", "jobs", "networks", "commands", "calls", "nobody busy", "calls in it"]
        lines += table(
            head,
            [
                [
                    name,
                    str(len(runs)),
                    spread(runs, "cutover_seconds"),
                    spread(runs, "busy_seconds.job"),
                    spread(runs, "busy_seconds.network"),
                    spread(runs, "busy_seconds.command"),
                    spread(runs, "busy_seconds.call"),
                    spread(runs, "overhead_seconds"),
                    spread(runs, "calls_in_cutover", digits=0),
                ]
                for name, runs in found.items()
            ],
        )
        head = ["whole run, by", "seconds", "calls", "processor, s", "memory, MB"]
        lines += table(head, [[name, *whole(runs)] for name, runs in found.items()])
    if found := results.get("start-up"):
        head = ["--check, by", "seconds", "calls", "processor, s", "memory, MB"]
        lines += table(head, [[name, *whole(runs)] for name, runs in found.items()])
    if found := results.get("readiness"):
        head = ["readiness, size", "first to last call, s", "whole run, s", "calls", "processor, s", "memory, MB"]
        lines += table(head, [[name, spread(runs, "reading_seconds"), *whole(runs)] for name, runs in found.items()])
    if found := results.get("netstat"):
        head = ["netstat, size", "lines", "seconds", "from", "to", "lines a second", "memory, MB"]
        names = ("lines", "median_seconds", "fastest_seconds", "slowest_seconds", "lines_a_second")
        lines += table(
            head,
            [
                [size, *(f"{runs[0][name]:g}" for name in names), spread(runs, "peak_bytes", 1e6, 0)]
                for size, runs in found.items()
            ],
        )
    return "\n".join(lines)


def whole(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        spread(runs, "wall_seconds"),
        spread(runs, "calls", digits=0),
        spread(runs, "processor_seconds"),
        spread(runs, "peak_bytes", 1e6, 0),
    ]


def write_document(path: pathlib.Path, text: str) -> None:
    """Replace what stands between the two marks of a document."""
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{path}: the marks '{BEGIN}' and '{END}' are not both there")
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Measure, print the tables, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="rounds of each; a cutover is measured there and back (3)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--small", action="store_true", help="a small version of each, to see that it works")
    parser.add_argument(
        "--results", type=pathlib.Path, default=RESULTS, help="where the figures are kept, part by part"
    )
    parser.add_argument("--document", type=pathlib.Path, help="write the tables into a document, too")
    options = parser.parse_args()
    # The pair goes down whoever ends the run.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    results: dict[str, Runs] = {}
    if options.results.exists():
        results = json.loads(options.results.read_text(encoding="utf-8"))
    options.results.parent.mkdir(parents=True, exist_ok=True)
    for part in options.only:
        results[part] = MEASURES[part](1 if options.small else options.runs, options.small)
        options.results.write_text(json.dumps(results, indent=1), encoding="utf-8")
    text = tables({part: results[part] for part in PARTS if part in results})
    print(f"\n{text}\nResults: {options.results}", flush=True)
    if options.document:
        write_document(options.document, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
