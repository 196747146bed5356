# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cutovers as a picture: a bar for each who moved the zone, as long as the cutover, in parts for who was busy; pure.

Its colours are legible on a light and on a dark page; they mean the same in each bar, in the order of the legend. Text stays text.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .tables import flat

#: Path in a run, what the legend says, colour.
PARTS = (
    ("busy_seconds.job", "jobs", "#4e79a7"),
    ("busy_seconds.network", "networks", "#59a14f"),
    ("busy_seconds.command", "commands", "#b07aa1"),
    ("busy_seconds.call", "calls", "#d98c21"),
    ("overhead_seconds", "nobody busy", "#e15759"),
)
#: As far from white as from black.
TEXT = "#767676"
WIDTH, LEFT, RIGHT = 760, 170, 170
TOP, BAR, BETWEEN = 44, 22, 14
#: About what a letter of the legend takes.
LETTER = 8
TITLE = "Cutovers: seconds, and who was busy in them"


def draw(cutovers: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return the picture of the medians."""
    bars = {name: _medians(runs) for name, runs in cutovers.items()}
    longest = max(sum(parts) for parts in bars.values())
    step = _step(longest)
    scale = (WIDTH - LEFT - RIGHT) / (math.ceil(longest / step) * step)
    bottom = TOP + len(bars) * (BAR + BETWEEN)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 30}" role="img" aria-label={quoteattr(TITLE)}',
        f'  font-family="system-ui, sans-serif" font-size="13" fill="{TEXT}">',
        f"<title>{escape(TITLE)}</title>",
        *_legend(),
    ]
    for number in range(math.ceil(longest / step) + 1):
        x = LEFT + number * step * scale
        lines.append(f'<path d="M{x:.1f} {TOP - 6}V{bottom}" stroke="{TEXT}" stroke-opacity="0.3"/>')
        lines.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{number * step:g} s</text>')
    for place, (name, parts) in enumerate(bars.items()):
        lines += _bar(name, parts, TOP + place * (BAR + BETWEEN), scale)
    return "\n".join([*lines, "</svg>", ""])


def _medians(runs: Sequence[Mapping[str, Any]]) -> list[float]:
    return [statistics.median(flat(one)[path] for one in runs) for path, _word, _colour in PARTS]


def _step(longest: float) -> float:
    """Return the distance of the lines behind the bars: four to eight of them."""
    power = 10.0 ** math.floor(math.log10(longest / 4)) if longest > 0 else 1.0
    return next(power * times for times in (1, 2, 5, 10) if longest / (power * times) <= 8)


def _legend() -> list[str]:
    lines, x = [], float(LEFT)
    for _path, word, colour in PARTS:
        lines.append(f'<rect x="{x:.1f}" y="10" width="12" height="12" fill="{colour}"/>')
        lines.append(f'<text x="{x + 17:.1f}" y="21">{escape(word)}</text>')
        x += 17 + LETTER * len(word) + 16
    return lines


def _bar(name: str, parts: Sequence[float], y: float, scale: float) -> list[str]:
    middle = y + BAR / 2 + 4.5
    lines = [f'<text x="{LEFT - 10}" y="{middle}" text-anchor="end">{escape(name)}</text>']
    x = float(LEFT)
    for seconds, (_path, word, colour) in zip(parts, PARTS, strict=True):
        if seconds > 0:
            about = f"{name}, {word}: {seconds:.2f} s"
            lines.append(
                f'<rect x="{x:.1f}" y="{y}" width="{seconds * scale:.1f}" height="{BAR}" fill="{colour}"><title>{escape(about)}</title></rect>'
            )
        x += seconds * scale
    told = f"{sum(parts):.1f} s, {parts[-1]:.2f} s nobody busy"
    return [*lines, f'<text x="{x + 8:.1f}" y="{middle}" font-size="11">{escape(told)}</text>']
