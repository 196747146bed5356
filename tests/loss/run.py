#!/usr/bin/env python3
# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of acknowledged and of never flushed writes, for each way to carry clients over: prints a table.

    tests/loss/run.py [--runs 3] [--only METHOD DISCONNECT FLUSH]

Each run is one planned failover with the Linux kernel's SMB client writing two files: one flushed record by record, whose
acknowledgements are the ledger, and one that is never flushed. Runs go there and back on one pair.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import pathlib
import statistics
import sys
from typing import Any

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "live"), str(TESTS / "simulator")]

from ledger.clients import KernelClient  # noqa: E402
from running_pair import ROOT, RunningPair, failover  # noqa: E402

RESULTS = ROOT / ".build" / "loss" / "results.json"
METHODS = ("smartconnect", "ip_takeover")
DISCONNECTS = ("silent", "close_sessions")
FLUSHES = ("flush", "no-flush")


@dataclasses.dataclass(frozen=True)
class Cell:
    """One way to fail over."""

    method: str
    disconnect: str
    flush: str

    def arguments(self, smb: dict[str, str]) -> list[str]:
        """Return the variables that choose it."""
        chosen = [f"failover_method={self.method}", f"failover_disconnect={self.disconnect}"]
        if self.flush == "flush":
            chosen += [f"failover_flush_user={smb['user']}", f"failover_flush_password={smb['password']}"]
        return chosen


def run_once(pair: RunningPair, cell: Cell, number: int, source: str, target: str) -> dict[str, Any]:
    """Fail over once with the client writing, and return what became of its writes."""
    client = KernelClient(pair.enter, pair.status, pair.folder("client2", f"run-{number}"))
    client.cached = True
    client.start()
    client.wait_until_acknowledged(100, 60)
    done = pair.play("failover", *failover(source, target, *cell.arguments(pair.status["smb"])))
    if done.returncode:
        raise SystemExit(f"the failover of run {number} ({cell}) failed:\n{done.stdout}")
    client.wait_until_acknowledged(client.acknowledged() + 50, 120)
    client.stop(deadline_seconds=120)
    result = client.check(target)
    for file in ("ledger.bin", "document.txt", "cached.bin"):
        pair.sim("exec", f"{target}-1", "--", "rm", "-f", f"/ifs/data/sales/{file}")
    return {**dataclasses.asdict(cell), "run": number, **result}


def line(cell: Cell, runs: list[dict[str, Any]]) -> str:
    """Return one row of the table."""
    pauses = [run["longest_pause_seconds"] for run in runs]
    cached = [run["cached_file"] for run in runs]
    return " | ".join(
        (
            f"{cell.method:12}",
            f"{cell.disconnect:14}",
            f"{cell.flush:8}",
            f"{sum(run['acknowledged'] for run in runs):6}",
            f"{sum(run['lost'] + run['corrupted'] for run in runs):4}",
            f"{', '.join(str(one['missing']) for one in cached):>22}",
            f"{', '.join(str(one['close_errno']) for one in cached):>11}",
            f"{', '.join('yes' if run['edited_file']['intact'] else 'no' for run in runs):>11}",
            f"{statistics.median(pauses):5.1f} ({max(pauses):.1f})",
        )
    )


def main() -> int:
    """Run every cell and print the table; a lost acknowledgement is a failure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="failovers of each kind")
    parser.add_argument("--only", nargs=3, metavar=("METHOD", "DISCONNECT", "FLUSH"))
    options = parser.parse_args()
    cells = (
        [Cell(*options.only)]
        if options.only
        else [Cell(*one) for one in itertools.product(METHODS, DISCONNECTS, FLUSHES)]
    )
    found: list[dict[str, Any]] = []
    print(
        "method       | disconnect     | flush    | acked  | lost | never flushed: missing | close() | edit intact | pause s (longest)"
    )
    with RunningPair("loss", "--prerequisites") as pair:
        places = itertools.cycle((("boston", "newyork"), ("newyork", "boston")))
        numbers = itertools.count(1)
        for cell in cells:
            runs = [run_once(pair, cell, next(numbers), *next(places)) for _run in range(options.runs)]
            found += runs
            print(line(cell, runs), flush=True)
            RESULTS.parent.mkdir(parents=True, exist_ok=True)
            RESULTS.write_text(json.dumps(found, indent=2), encoding="utf-8")
    return 1 if any(run["lost"] or run["corrupted"] for run in found) else 0


if __name__ == "__main__":
    sys.exit(main())
