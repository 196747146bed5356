# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the loss test, from its results; pure."""

from __future__ import annotations

import collections
import errno
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from measured import markdown_table

Result = Mapping[str, Any]


def grouped(results: Iterable[Result], names: Sequence[str]) -> dict[tuple[str, ...], list[tuple[Result, Result]]]:
    """Return the clients' parts of the results by some values of a cell; `client` is the client's name."""
    found: dict[tuple[str, ...], list[tuple[Result, Result]]] = collections.defaultdict(list)
    for result in results:
        for client, part in result["clients"].items():
            mount = result["mount"] if client == "kernel" else "-"
            values = {**result, "client": client, "mount": mount}
            found[tuple(str(values[name]) for name in names)].append((result, part))
    return dict(sorted(found.items()))


def total(parts: Iterable[Result], what: str) -> int:
    """Return a sum over all patterns."""
    return sum(pattern[what] for part in parts for pattern in part["patterns"].values())


def violations(results: Iterable[Result]) -> int:
    """Return how many acknowledged writes were lost or torn where there was a fence."""
    return sum(
        total(result["clients"].values(), what)
        for result in results
        if result["order"] == "fenced"
        for what in ("lost", "torn")
    )


def losses(results: Sequence[Result]) -> str:
    """Return what was acknowledged, lost and torn, by pattern."""
    names = ("order", "method", "client", "mount")
    patterns = list(next(iter(results[0]["clients"].values()))["patterns"])
    body = []
    for key, found in grouped(results, names).items():
        parts = [part for _result, part in found]
        lost = [
            f"{sum(part['patterns'][p]['lost'] + part['patterns'][p]['torn'] for part in parts)} of "
            f"{sum(part['patterns'][p]['acknowledged'] for part in parts)}"
            for p in patterns
        ]
        away = sum(not part["returned"] for part in parts)
        body.append([*key, str(len(parts)), str(total(parts, "acknowledged")), str(total(parts, "lost"))])
        body[-1] += [str(total(parts, "torn")), *lost, str(away)]
    heads = [*names, "failovers", "acknowledged", "lost", "torn", *(f"lost: {p}" for p in patterns), "never came back"]
    return markdown_table(heads, body)


def pauses(results: Sequence[Result]) -> str:
    """Return how long clients waited: the longest time between two acknowledgements of the appending application."""
    names = ("method", "wake", "disconnect", "client", "mount")
    body = []
    for key, found in grouped([r for r in results if r["order"] == "fenced"], names).items():
        append = [part["patterns"]["append"]["pause_seconds"] for _result, part in found if part["returned"]]
        any_pattern = [
            max(pattern["pause_seconds"] for pattern in part["patterns"].values())
            for _result, part in found
            if part["returned"]
        ]
        dark = [result["cutover_seconds"] for result, _part in found if result["cutover_seconds"] is not None]
        body.append([*key, str(len(found)), spread(dark), spread(append), spread(any_pattern)])
    heads = [*names, "n", "nobody serves, s", "pause of append, s", "pause of any application, s"]
    return markdown_table(heads, body)


def spread(values: Sequence[float]) -> str:
    """Return median and maximum."""
    return f"{statistics.median(values):.1f} ({max(values):.1f})" if values else "-"


def fates(results: Sequence[Result]) -> str:
    """Return what became of work that nobody promised to keep."""
    names = ("client", "mount", "method", "disconnect", "flush")
    body = []
    for key, found in grouped([r for r in results if r["order"] == "fenced"], names).items():
        witnesses = [part["witnesses"] for _result, part in found]
        body.append([*key, str(len(found)), *(say(witnesses) for say in (_never_flushed, _edits, _created))])
    heads = [*names, "n", "never flushed: missing of written; close()", "unsaved edit: intact; save, close()"]
    return markdown_table([*heads, "created while nobody serves: intact; told"], body)


def name_of(number: int | None) -> str:
    """Return the name of an error as programmers know it."""
    return "ok" if number == 0 else errno.errorcode.get(number or -1, "EIO")


def _told(numbers: Iterable[int | None]) -> str:
    counted = collections.Counter(name_of(number) for number in numbers)
    return ", ".join(f"{count} {name}" for name, count in counted.most_common())


def _each(witnesses: Sequence[Result], name: str, say: Callable[[list[Result]], str]) -> str:
    found = [one[name] for one in witnesses if name in one]
    return say(found) if found else "-"


def _never_flushed(witnesses: Sequence[Result]) -> str:
    return _each(
        witnesses,
        "never_flushed",
        lambda found: (
            f"{sum(one['missing'] for one in found)} of {sum(one['written'] for one in found)} "
            f"in {sum(one['missing'] > 0 for one in found)} of {len(found)}; {_told(one['close_errno'] for one in found)}"
        ),
    )


def _edits(witnesses: Sequence[Result]) -> str:
    return _each(
        witnesses,
        "unsaved_edit",
        lambda found: (
            f"{sum(one['intact'] for one in found)} of {len(found)}; {_told(one['errno'] for one in found)}, "
            f"{_told(one['close_errno'] for one in found)}"
        ),
    )


def _created(witnesses: Sequence[Result]) -> str:
    return _each(
        witnesses,
        "created_in_the_dark",
        lambda found: f"{sum(one['intact'] for one in found)} of {len(found)}; {_told(one['errno'] for one in found)}",
    )


def report(results: Sequence[Result]) -> str:
    """Return all tables."""
    parts = [
        ("Acknowledged writes", losses),
        ("Pauses: median (longest)", pauses),
        ("Not acknowledged: their fate", fates),
    ]
    return "\n\n".join(f"### {title}\n\n{table(results)}" for title, table in parts)
