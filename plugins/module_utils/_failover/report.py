# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a failover: one dict for machines, one page for people.

Private to the collection. Pure functions over results; the page is rendered with Jinja2, which ansible-core brings along,
with every value escaped: names that come from a cluster or a client are hostile until shown harmless.
"""

from __future__ import annotations

import datetime as dt
import typing as t

try:
    import jinja2

    HAS_JINJA2 = True
except ImportError:
    HAS_JINJA2 = False

from .._onefs.errors import MissingLibrary
from .rehearsal_report import LOOKED_ONLY, NO_HISTORY
from .report_page import PAGE

# The cutover: clients wait from the start of the first to the end of the last.
CUTOVER_FIRST, CUTOVER_LAST = "fence", "online"


def make_report(
    result: str,
    request: t.Mapping[str, t.Any],
    plan: t.Mapping[str, t.Any],
    steps: t.Sequence[t.Mapping[str, t.Any]],
    extra: t.Mapping[str, t.Any],
) -> dict[str, t.Any]:
    """Return the machine-readable report.

    ``steps`` holds, for each step that ran, ``name``, ``started`` (epoch seconds), ``seconds`` and ``changed``.
    ``cutover_seconds`` is null where the run never came to the end of the cutover.
    """
    listed = [
        {
            "name": str(step["name"]),
            "started": _timestamp(float(step["started"])),
            "seconds": round(float(step["seconds"]), 3),
            "changed": bool(step.get("changed")),
        }
        for step in steps
        if step.get("started") is not None
    ]
    return {
        "result": result,
        "scope": {
            "access_zone": plan.get("access_zone", ""),
            "pools": [
                {"source": pair["source"], "target": pair["target"], "paired_by": pair.get("paired_by", "")}
                for pair in plan.get("pairs", [])
            ],
        },
        "source": request.get("source", ""),
        "target": request.get("target", ""),
        "method": request.get("method", ""),
        "steps": listed,
        "cutover_seconds": None if result in LOOKED_ONLY else cutover_seconds(steps),
        **dict(extra),
    }


def cutover_seconds(steps: t.Sequence[t.Mapping[str, t.Any]]) -> float | None:
    """Return the time from the start of the fence to the target being online, or None."""
    by_name = {str(step["name"]): step for step in steps if step.get("started") is not None}
    if CUTOVER_FIRST not in by_name or CUTOVER_LAST not in by_name:
        return None
    last = by_name[CUTOVER_LAST]
    return round(float(last["started"]) + float(last["seconds"]) - float(by_name[CUTOVER_FIRST]["started"]), 3)


def render_page(report: t.Mapping[str, t.Any]) -> str:
    """Return the report as one HTML page that needs nothing else."""
    if not HAS_JINJA2:
        raise MissingLibrary(
            "Rendering the report needs the Python package 'jinja2'; install it with 'pip install jinja2'."
        )
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(PAGE).render(
        report=dict(report), bars=timeline(report["steps"]), no_history=NO_HISTORY
    )


def timeline(steps: t.Sequence[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Place each step on a line from 0 to 100, in the order of the run."""
    if not steps:
        return []
    starts = [dt.datetime.fromisoformat(step["started"]).timestamp() for step in steps]
    first = min(starts)
    span = max(start + step["seconds"] for start, step in zip(starts, steps)) - first or 1.0
    inside = False
    bars = []
    for start, step in zip(starts, steps):
        inside = inside or step["name"] == CUTOVER_FIRST
        bars.append(
            {
                "name": step["name"],
                "left": round(100 * (start - first) / span, 2),
                "width": round(max(100 * step["seconds"] / span, 0.4), 2),
                "seconds": step["seconds"],
                "cutover": inside,
            }
        )
        if step["name"] == CUTOVER_LAST:
            inside = False
    return bars


def _timestamp(epoch_seconds: float) -> str:
    return dt.datetime.fromtimestamp(epoch_seconds, tz=dt.timezone.utc).isoformat(timespec="milliseconds")
