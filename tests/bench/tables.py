# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured, as Markdown; every number is a median, with the smallest and the largest behind it; pure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from measured import markdown_table

#: By name of what was compared: one run each.
Runs = dict[str, list[dict[str, Any]]]
Lines = list[str]


def flat(one: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Return all numbers of a run by their path."""
    found: dict[str, float] = {}
    for name, value in one.items():
        if isinstance(value, Mapping):
            found |= flat(value, f"{prefix}{name}.")
        elif isinstance(value, (int, float)):
            found[prefix + name] = value
    return found


def with_spread(values: Sequence[float], digits: int = 2) -> str:
    """Return the median and, where there are several values, from where to where they go."""
    median = f"{statistics.median(values):.{digits}f}"
    if len(values) == 1:
        return median
    return f"{median} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def spread(runs: Sequence[Mapping[str, Any]], name: str, scale: float = 1.0, digits: int = 2) -> str:
    """Return the median of a number and its spread."""
    return with_spread([flat(one)[name] / scale for one in runs], digits)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Lines:
    return [*markdown_table(head, rows).splitlines(), ""]


def whole(runs: Sequence[Mapping[str, Any]]) -> Lines:
    """Return what a whole run took."""
    return [
        spread(runs, "wall_seconds"),
        spread(runs, "calls", digits=0),
        spread(runs, "processor_seconds"),
        spread(runs, "peak_bytes", 1e6, 0),
    ]


def parts(runs: Sequence[Mapping[str, Any]]) -> Lines:
    """Return how long a cutover took, and who was busy in it."""
    return [
        str(len(runs)),
        spread(runs, "cutover_seconds"),
        spread(runs, "busy_seconds.job"),
        spread(runs, "busy_seconds.network"),
        spread(runs, "busy_seconds.command"),
        spread(runs, "busy_seconds.call"),
        spread(runs, "overhead_seconds"),
        spread(runs, "calls_in_cutover", digits=0),
    ]


PARTS = ("runs", "seconds", "jobs", "networks", "commands", "calls", "nobody busy", "calls in it")


def of_cutover(found: Runs) -> Lines:
    lines = table(["cutover, by", *PARTS], [[name, *parts(runs)] for name, runs in found.items()])
    # What moves the zone from within the bench has no process of its own.
    played = {name: runs for name, runs in found.items() if all("wall_seconds" in one for one in runs)}
    head = ["whole run, by", "seconds", "calls", "processor, s", "memory, MB"]
    return lines + of_steps(found) + table(head, [[name, *whole(runs)] for name, runs in played.items()])


def of_steps(found: Runs) -> Lines:
    """Where the seconds of our cutover go: a row a step, in the order of the run."""
    steps: dict[str, list[Mapping[str, Any]]] = {}
    for one in found.get("ours, smartconnect", []):
        for name, spent in one.get("steps", {}).items():
            steps.setdefault(name, []).append(spent)
    kinds = {"job": "jobs", "network": "networks", "command": "commands", "call": "calls", "nobody": "nobody busy"}
    rows = [[name, *(spread(runs, kind) for kind in ("seconds", *kinds))] for name, runs in steps.items()]
    return table(["step of ours, smartconnect", "seconds", *kinds.values()], rows) if rows else []


def of_size(found: Runs) -> Lines:
    return table(["cutover, size of the zone", *PARTS], [[name, *parts(runs)] for name, runs in found.items()])


def of_pause(found: Runs) -> Lines:
    """A row for each client, method and set of latencies; the ratio is that of runs that followed each other."""
    head = [
        "pause, latencies",
        "method",
        "client",
        "runs",
        "ours, s",
        "floor, s",
        "flip, s",
        "ours / floor",
        "lost by ours, floor, flip",
    ]
    by_way: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for name, runs in found.items():
        way, contender = name.rsplit(", ", 1)
        by_way.setdefault(way, {})[contender] = runs
    rows = []
    for way, contenders in by_way.items():
        for client in contenders["ours"][0]["pause_seconds"]:
            pauses = {name: [one["pause_seconds"][client] for one in runs] for name, runs in contenders.items()}
            lost = [
                str(sum(one.get("lost", {}).get(client, 0) for one in contenders.get(name, [])))
                for name in ("ours", "floor", "flip")
            ]
            rows.append(
                [
                    *way.split(", "),
                    client,
                    str(len(pauses["ours"])),
                    *(with_spread(pauses[name]) if name in pauses else "-" for name in ("ours", "floor", "flip")),
                    with_spread([ours / floor for ours, floor in zip(pauses["ours"], pauses["floor"], strict=False)]),
                    ", ".join(lost),
                ]
            )
    return table(head, rows)


def of_zones(found: Runs) -> Lines:
    head = [
        "many zones",
        "runs",
        "seconds",
        "zones",
        "moved",
        "left wrong",
        "answers of 409",
        "processor, s",
        "memory, MB",
    ]
    return table(
        head,
        [
            [
                name,
                str(len(runs)),
                spread(runs, "wall_seconds"),
                *(spread(runs, number, digits=0) for number in ("zones", "moved", "wrong", "conflicts")),
                spread(runs, "processor_seconds"),
                spread(runs, "peak_bytes", 1e6, 0),
            ]
            for name, runs in found.items()
        ],
    )


def of_start_up(found: Runs) -> Lines:
    head = ["--check, by", "seconds", "calls", "processor, s", "memory, MB"]
    return table(head, [[name, *whole(runs)] for name, runs in found.items()])


def of_readiness(found: Runs) -> Lines:
    head = [
        "readiness, size",
        "first to last call, s",
        "nobody busy, s",
        "whole run, s",
        "calls",
        "processor, s",
        "memory, MB",
    ]
    rows = [
        [name, spread(runs, "reading_seconds"), spread(runs, "overhead_seconds"), *whole(runs)]
        for name, runs in found.items()
    ]
    return table(head, rows)


def of_netstat(found: Runs) -> Lines:
    head = ["netstat, size", "lines", "seconds", "from", "to", "lines a second", "memory, MB"]
    names = ("lines", "median_seconds", "fastest_seconds", "slowest_seconds", "lines_a_second")
    return table(
        head,
        [
            [size, *(f"{runs[0][name]:g}" for name in names), spread(runs, "peak_bytes", 1e6, 0)]
            for size, runs in found.items()
        ],
    )


#: The parts of the bench, in the order of the tables.
TABLES: Mapping[str, Callable[[Runs], Lines]] = {
    "cutover": of_cutover,
    "pause": of_pause,
    "size": of_size,
    "zones": of_zones,
    "start-up": of_start_up,
    "readiness": of_readiness,
    "netstat": of_netstat,
}


def tables(results: Mapping[str, Runs]) -> str:
    """Return the tables of all parts that were measured."""
    return "\n".join(line for part, render in TABLES.items() if part in results for line in render(results[part]))
