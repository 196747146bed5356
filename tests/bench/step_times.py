# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each step of a cutover spent its time, by what the clusters were busy with meanwhile; pure."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from .time_spent import Span, busy

BETWEEN = "between steps"
FIRST, LAST = "fence", "online"


def step_spans(report: dict[str, Any], epoch_minus_monotonic: float) -> list[tuple[str, Span]]:
    """Return the steps from fence to online of a report, each from when to when by the machine's monotonic clock."""
    spans = []
    for step in report["steps"]:
        began = datetime.datetime.fromisoformat(step["started"]).timestamp() - epoch_minus_monotonic
        spans.append((str(step["name"]), (began, began + float(step["seconds"]))))
    names = [name for name, _span in spans]
    return spans[names.index(FIRST) : names.index(LAST) + 1]


def step_times(
    steps: Sequence[tuple[str, Span]], works: Sequence[dict[str, Any]], window: Span
) -> dict[str, dict[str, float]]:
    """Return for each step, and for what is between them, its seconds of a cutover and how many of them nobody was busy."""
    found: dict[str, dict[str, float]] = {}
    began = window[0]
    for name, (first, last) in steps:
        _add(found, BETWEEN, (began, max(began, first)), works)
        _add(found, name, (max(began, first), min(max(last, began), window[1])), works)
        began = max(began, last)
    return found


def _add(found: dict[str, dict[str, float]], name: str, span: Span, works: Sequence[dict[str, Any]]) -> None:
    if span[1] <= span[0]:
        return
    spent = busy(works, span)
    told = {"seconds": span[1] - span[0], **spent, "nobody": span[1] - span[0] - sum(spent.values())}
    before = found.setdefault(name, dict.fromkeys(told, 0.0))
    for kind, seconds in told.items():
        before[kind] += seconds
