# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many access zones that move with one command, while both clusters answer 409 to changes beyond a rate."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from running_pair import RunningPair

from .process_use import measured
from .whereabouts import ends, misplaced, serves

SOURCE, TARGET = "boston", "newyork"
#: A change of the configuration; a log-in and a file are none.
CHANGES = "^/platform/"


@dataclass(frozen=True)
class Size:
    """How many zones, with how many pools together, and how many changes a cluster takes in a second."""

    zones: int
    pools: int
    changes_per_second: int

    def options(self) -> list[str]:
        """Return what brings such a pair up."""
        grown = ["--more-zones", str(self.zones), "--more-pools", str(self.pools), "--one-static-pool", "no"]
        return ["--prerequisites", *grown]

    def names(self) -> list[str]:
        return [f"team{number:03}" for number in range(1, self.zones + 1)]


def at_once(how: str, size: Size) -> list[str]:
    """Return the arguments of a way to move them: one by one, as many as we do by default, or all."""
    if how == "one by one":
        return ["-e", "failover_zones_at_once=1"]
    if how == "all at once":
        # Ansible itself has a limit, too.
        return ["-e", f"failover_zones_at_once={size.zones}", "--forks", str(size.zones)]
    return []


WAYS = ("one by one", "by default", "all at once")


def move(how: str, size: Size, latencies: Iterable[str]) -> dict[str, Any]:
    """Move all zones of a new pair, and see what was left where."""
    with RunningPair("bench-zones", *size.options(), *latencies) as pair:
        for cluster in (SOURCE, TARGET):
            limit = ("--passing-per-second", str(size.changes_per_second), "--count", "0")
            pair.inject(cluster, "call", "--method", "CHANGE", "--path", CHANGES, "--status", "409", *limit)
        values = [f"failover_source={SOURCE}", f"failover_target={TARGET}", f"failover_zones={','.join(size.names())}"]
        told = [argument for value in values for argument in ("-e", value)]
        began = time.monotonic()
        output, returncode, use = measured(pair.playing("failover_zones", *told, *at_once(how, size)))
        wall_seconds = time.monotonic() - began
        conflicts = sum(fault["hit"] for fault in pair.faults())
        pair.clear()
        serving = json.loads(pair.sim("serving"))
        served = [name for name in size.names() if serves(serving, name, TARGET)]
        # A zone that was refused or undone is wrong only where it is not as before.
        configuration = pair.configuration()
        wrong = [line for name in size.names() for line in misplaced(configuration, serving, name, SOURCE, TARGET)]
    return {
        "wall_seconds": round(wall_seconds, 2),
        "zones": size.zones,
        "moved": len(served),
        "wrong": len(wrong),
        "what_is_wrong": wrong[:20],
        "ends": ends(output),
        "end_of_output": "" if returncode == 0 else output[-1000:],
        "conflicts": conflicts,
        "processor_seconds": round(use.processor_seconds, 2),
        "peak_bytes": use.peak_bytes,
    }
