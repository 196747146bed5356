# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found of each cell, in a CSV file that is kept with the project: a matrix of hours outlives a checkout."""

from __future__ import annotations

import csv
import pathlib
from collections.abc import Mapping

from .cell import Cell, Result

COLUMNS = (
    "method",
    "step",
    "fault",
    "outcome",
    "client",
    "acknowledged",
    "lost",
    "corrupted",
    "longest_pause_seconds",
    "longest_dark_seconds",
    "commands",
    "commit",
    "why",
)


def read_record(file: pathlib.Path) -> dict[Cell, Result]:
    """Return the results that a record holds."""
    with file.open(encoding="utf-8", newline="") as lines:
        found = csv.DictReader(lines)
        if tuple(found.fieldnames or ()) != COLUMNS:
            raise ValueError(f"{file} is no record of the fault matrix: its first line is not {','.join(COLUMNS)}")
        results = [_result(row) for row in found]
    return {result.cell: result for result in results}


def write_record(file: pathlib.Path, results: Mapping[Cell, Result]) -> None:
    """Write results, sorted, so that a change of one is a change of one line."""
    new = file.with_suffix(".new")
    with new.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_row(result) for _cell, result in sorted(results.items()))
    new.replace(file)


def _row(result: Result) -> list[object]:
    cell, ledger = result.cell, result.ledger
    return [
        cell.method,
        cell.step,
        cell.fault,
        result.outcome,
        result.client,
        ledger.get("acknowledged", 0),
        ledger.get("lost", 0),
        ledger.get("corrupted", 0),
        float(ledger.get("longest_pause_seconds", 0)),
        float(result.longest_dark_seconds),
        1 if result.undisturbed else 2,
        result.commit,
        "; ".join(result.why),
    ]


def _result(row: Mapping[str, str]) -> Result:
    return Result(
        Cell(row["method"], row["step"], row["fault"]),
        row["outcome"],
        (row["why"],) if row["why"] else (),
        client=row["client"],
        ledger={
            **{name: int(row[name]) for name in ("acknowledged", "lost", "corrupted")},
            "longest_pause_seconds": float(row["longest_pause_seconds"]),
        },
        longest_dark_seconds=float(row["longest_dark_seconds"]),
        undisturbed=row["commands"] == "1",
        commit=row["commit"],
    )
