# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The matrix as a table: rows are steps, columns are faults, one table a method; and its totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from measured import markdown_table

from .cell import MISSED, Cell, Result
from .strikes import FAULTS, NotApplicable
from .verdict import FINISHED, ROLLED_BACK, ROLLED_FORWARD, STOPPED, VIOLATION

METHODS = ("smartconnect", "ip_takeover")
SHORT = {
    ROLLED_BACK: "back",
    ROLLED_FORWARD: "forward",
    FINISHED: "finished",
    STOPPED: "stopped",
    MISSED: "MISSED",
    VIOLATION: "VIOLATION",
}
ENDS = (FINISHED, ROLLED_BACK, ROLLED_FORWARD, STOPPED, VIOLATION, MISSED)
LEGEND = (
    "back: rolled back, the source serves as before (after a kill: the next command undid it, and began anew). "
    "forward: the next command after a kill finished the run. finished: the target serves. "
    "stopped: ended with instructions; the same command, after the fault, ended in one of the two. "
    "MISSED: the fault did not strike. An empty cell has not been run."
)


def tables(steps: Sequence[str], results: Mapping[Cell, Result], impossible: Mapping[Cell, NotApplicable]) -> str:
    """Return the tables in Markdown, the legend, and every violation with its reasons."""
    letters: dict[str, str] = {}
    for one in impossible.values():
        letters.setdefault(one.reason, chr(ord("a") + len(letters)))
    parts = []
    for method in METHODS:
        rows = [["step", *(column.name for column in FAULTS)]]
        for step in steps:
            row = [step]
            for column in FAULTS:
                cell = Cell(method, step, column.name)
                if cell in results:
                    row.append(SHORT[results[cell].outcome])
                else:
                    row.append(f"n.a. {letters[impossible[cell].reason]}" if cell in impossible else "")
            rows.append(row)
        parts.append(f"### {method}\n\n{_aligned(rows)}")
    reasons = [f"n.a. {letter}: {reason}." for reason, letter in letters.items()]
    parts.append("\n".join([LEGEND, "", *(f"- {column.name}: {column.text}" for column in FAULTS), "", *reasons]))
    bad = [result for _cell, result in sorted(results.items()) if result.outcome in (VIOLATION, MISSED)]
    parts += [f"{result.outcome} {result.cell.key}: {'; '.join(result.why)}" for result in bad]
    parts += [totals(list(results.values()), len(impossible)), pauses(list(results.values()))]
    return "\n\n".join(parts) + "\n"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[number]) for row in rows) for number in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def summary(results: Sequence[Result], steps: Sequence[str]) -> str:
    """Return the totals, and in tables: how the cells of each step and of each fault ended, and how long clients paused."""
    commits = Counter(result.commit for result in results if result.commit)
    told = ", ".join(f"{number} of {commit}" for commit, number in commits.most_common())
    faults = [column.name for column in FAULTS]
    # What a later role does not have any more comes last.
    steps = [*steps, *sorted({result.cell.step for result in results} - set(steps))]
    away = ("method", "client", "cells", "longest pause within one run", "where a second command was needed")
    longest = [
        (f"`{method}`", client, str(len(own)), _pause(own, True), _pause(own, False))
        for (method, client), own in clients(results).items()
    ]
    parts = [
        totals(results) + (f"\nBy commit: {told}." if told else ""),
        _ends("step", {step: [one for one in results if one.cell.step == step] for step in steps}),
        _ends("fault", {fault: [one for one in results if one.cell.fault == fault] for fault in faults}),
        markdown_table(away, longest),
    ]
    return "\n\n".join(parts)


def _ends(title: str, groups: Mapping[str, Sequence[Result]]) -> str:
    rows = []
    for name, own in groups.items():
        ends = Counter(result.outcome for result in own)
        counts = [*(ends[end] for end in ENDS), acknowledged(own), lost(own)]
        if own:
            rows.append([f"`{name}`", *(str(count or "-") for count in counts)])
    return markdown_table((title, *ENDS, "acknowledged", "lost"), rows)


def acknowledged(results: Iterable[Result]) -> int:
    """Return how many writes were acknowledged."""
    return sum(result.ledger.get("acknowledged", 0) for result in results)


def lost(results: Iterable[Result]) -> int:
    """Return how many acknowledged writes were lost, or came out other than written."""
    return sum(result.ledger.get("lost", 0) + result.ledger.get("corrupted", 0) for result in results)


def clients(results: Sequence[Result]) -> dict[tuple[str, str], list[Result]]:
    """Return the results that have a ledger, by method and client."""
    found: dict[tuple[str, str], list[Result]] = {}
    for method in METHODS:
        for client in ("smbprotocol", "kernel"):
            own = [one for one in results if (one.cell.method, one.client) == (method, client) and one.ledger]
            if own:
                found[method, client] = own
    return found


def totals(results: Sequence[Result], impossible: int | None = None) -> str:
    """Return the counts: how the cells ended, and what became of acknowledged writes."""
    ends = Counter(result.outcome for result in results)
    ended = ", ".join(f"{number} {name}" for name, number in sorted(ends.items()))
    left = "" if impossible is None else f", {impossible} not applicable"
    return "\n".join(
        [
            f"{len(results)} cells run ({ended or 'none'}){left}.",
            f"{acknowledged(results)} acknowledged writes, {lost(results)} lost.",
            f"Nobody served for at most {max((one.longest_dark_seconds for one in results), default=0):.1f} s in one run.",
        ]
    )


def pauses(results: Sequence[Result]) -> str:
    """Return how long clients paused."""
    return "\n".join(
        f"Longest pause of a client, {method}, {client}: {_pause(own, True)} in one run, "
        f"{_pause(own, False)} where a second command was needed ({len(own)} cells)."
        for (method, client), own in clients(results).items()
    )


def _pause(results: Sequence[Result], undisturbed: bool) -> str:
    own = [one for one in results if one.undisturbed == undisturbed]
    if not own:
        return "-"
    longest = max(own, key=lambda one: float(one.ledger.get("longest_pause_seconds", 0)))
    return f"{longest.ledger.get('longest_pause_seconds', 0):.1f} s ({longest.cell.step}/{longest.cell.fault})"
