#!/usr/bin/env python3
# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what this collection adds to what the clusters need, beside a careful playbook that does the same job.

Each figure is the median of several runs with the smallest and the largest; what is compared is run in turn, in the same run.
The tables go to the screen and, with --document, between two marks of a document, with a picture beside it; all figures go to
.build/bench/results.json.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import signal
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "live"), str(TESTS / "simulator")]

from running_pair import ROOT  # noqa: E402
from unit.conftest import link_collection  # noqa: E402

link_collection()

from measured import write_measured  # noqa: E402

from bench import picture  # noqa: E402
from bench.measures import MEASURES  # noqa: E402
from bench.tables import Runs, tables  # noqa: E402

RESULTS = ROOT / ".build/bench/results.json"


def write_document(path: pathlib.Path, results: dict[str, Runs]) -> None:
    """Write the tables into a document, and the picture beside it."""
    text = tables(results)
    if found := results.get("cutover"):
        drawn = path.with_suffix(".svg")
        drawn.write_text(picture.draw(found), encoding="utf-8")
        text = f"![{picture.TITLE}]({drawn.name})\n\n{text}"
    write_measured(path, text)


def main() -> int:
    """Measure, print the tables, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="rounds of each; a cutover is measured there and back (3)")
    parser.add_argument("--only", nargs="*", choices=list(MEASURES), default=list(MEASURES), help="measure these parts")
    parser.add_argument("--small", action="store_true", help="a small version of each, to see that it works")
    parser.add_argument(
        "--results", type=pathlib.Path, default=RESULTS, help="where the figures are kept, part by part"
    )
    parser.add_argument("--document", type=pathlib.Path, help="write tables and picture into a document, too")
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
    print(f"\n{tables(results)}\nResults: {options.results}", flush=True)
    if options.document:
        write_document(options.document, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
