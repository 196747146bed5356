# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The timeline of a report: which strip lies where. Private to the collection; pure.

Across, places are percentages, down they are pixels: so the same picture fits a phone and a sheet of paper, and its words keep their size.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .report import CUTOVER_FIRST, CUTOVER_LAST, UNDONE

# The height of a lane: its words above its strip.
LANE_PIXELS, AXIS_PIXELS = 32, 26

# More clients than that say nothing more in a picture; the table has them all.
MOST_CLIENTS = 30

NARROWEST_PERCENT = 0.4
MOST_TICKS = 5
STEP, CUT, BAD, CLIENT, GONE = "step", "cut", "failed", "client", "gone"


@dataclass(frozen=True)
class Lane:
    """One strip with its words; ``y`` is its upper edge."""

    label: str
    words: str
    kind: str
    left_percent: float
    width_percent: float
    y: int


@dataclass(frozen=True)
class Tick:
    """One mark of the axis."""

    left_percent: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Chart:
    """A picture: lanes from the top, the axis below, and behind them the time in which nobody serves."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    shade_left_percent: float | None
    shade_width_percent: float
    height: int
    span_seconds: float
    clients_left_out: int = 0


@dataclass(frozen=True)
class _Bar:
    label: str
    words: str
    kind: str
    start: float
    end: float


def run_chart(report: t.Mapping[str, t.Any]) -> Chart | None:
    """Return the picture of the whole run; None where no step ran."""
    bars = _steps(report)
    if not bars:
        return None
    first, last = min(strip.start for strip in bars), max(strip.end for strip in bars)
    return _chart(bars, first, last, wait(report))


def wait_chart(report: t.Mapping[str, t.Any]) -> Chart | None:
    """Return the picture of the time in which clients wait, with each client; None where nobody had to wait."""
    waited = wait(report)
    if waited is None:
        return None
    clients = _clients(report, waited[0])
    shown = sorted(clients, key=lambda strip: (strip.kind != GONE, -strip.end))[:MOST_CLIENTS]
    last = max([waited[1], *(strip.end for strip in shown)])
    # A client that is gone is drawn to the edge.
    shown = [
        strip if strip.kind != GONE else _Bar(strip.label, strip.words, GONE, strip.start, last) for strip in shown
    ]
    steps = [strip for strip in _steps(report) if strip.start < last and strip.end > waited[0]]
    return _chart([*steps, *shown], waited[0], last, waited, len(clients) - len(shown))


def wait(report: t.Mapping[str, t.Any]) -> tuple[float, float] | None:
    """Return from when to when neither cluster served, as epoch seconds."""
    steps = {step["name"]: step for step in report["steps"]}
    if "predicted" in report or CUTOVER_FIRST not in steps:
        return None
    ended = [steps[name] for name in (CUTOVER_LAST, UNDONE) if name in steps] or report["steps"][-1:]
    start = _epoch(steps[CUTOVER_FIRST]["started"])
    return start, max(start, *(_epoch(step["started"]) + step["seconds"] for step in ended))


def _steps(report: t.Mapping[str, t.Any]) -> list[_Bar]:
    waited = wait(report)
    bars = []
    for step in report["steps"]:
        start = _epoch(step["started"])
        cut = waited is not None and waited[0] <= start < waited[1]
        kind = BAD if step["failed"] else CUT if cut else STEP
        words = f"{step['seconds']:.2f} s" + (", failed" if step["failed"] else "")
        bars.append(_Bar(step["name"], words, kind, start, start + step["seconds"]))
    return bars


def _clients(report: t.Mapping[str, t.Any], fence: float) -> list[_Bar]:
    bars = []
    for one in (report["at_risk"] or {}).get("clients", ()):
        after = one["back_by_seconds_after_fence"]
        if one["back"] is False:
            bars.append(_Bar(one["address"], "not seen again", GONE, fence, fence))
        elif after is not None:
            bars.append(_Bar(one["address"], f"back by {after:.1f} s", CLIENT, fence, fence + after))
    return bars


def _chart(
    bars: t.Sequence[_Bar], first: float, last: float, shade: tuple[float, float] | None, left_out: int = 0
) -> Chart:
    span = max(last - first, 0.001)

    def percent(moment: float) -> float:
        return round(100 * min(max((moment - first) / span, 0), 1), 2)

    lanes = []
    for number, strip in enumerate(bars):
        left, right = percent(strip.start), percent(strip.end)
        width = max(right - left, NARROWEST_PERCENT)
        left = min(left, 100 - width)
        lanes.append(Lane(strip.label, strip.words, strip.kind, round(left, 2), round(width, 2), number * LANE_PIXELS))
    return Chart(
        tuple(lanes),
        tuple(_ticks(span)),
        None if shade is None else percent(shade[0]),
        0 if shade is None else round(percent(shade[1]) - percent(shade[0]), 2),
        len(bars) * LANE_PIXELS + AXIS_PIXELS,
        round(span, 1),
        left_out,
    )


def _ticks(span: float) -> t.Iterator[Tick]:
    """Mark round seconds, few enough that their words stay apart on a phone."""
    step = 0.001
    while span / step > MOST_TICKS:
        for factor in (2, 2.5, 2):
            step *= factor
            if span / step <= MOST_TICKS:
                break
    for number in range(int(span / step) + 1):
        left = round(100 * number * step / span, 2)
        anchor = "start" if number == 0 else "end" if left > 94 else "middle"
        yield Tick(left, f"{number * step:g} s", anchor)


def _epoch(moment: str) -> float:
    return dt.datetime.fromisoformat(moment).timestamp()
