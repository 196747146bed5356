# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a failover as one dict, which is ``report.json`` and what all other forms are made of.

Private to the collection; pure. Its form is published in ``docs/report.schema.json``: a field that is added here is added there.
"""

from __future__ import annotations

import datetime as dt
import typing as t

from .rehearsal_report import LOOKED_ONLY

#: Goes up when a field changes its meaning or goes away, not when one is added.
REPORT_VERSION = 1

# The cutover: clients wait from the start of the first to the end of the last.
CUTOVER_FIRST, CUTOVER_LAST = "fence", "online"

# Where the run was rolled back they wait until the source's interfaces are back.
UNDONE = "undo_interfaces"

# How a run ends: past the point of no return with a step missing, before anything was changed, with nothing to move because the
# target served already, or because another run took the lease from it.
STOPPED, REFUSED, UNCHANGED, TAKEN_OVER = "stopped", "refused", "unchanged", "taken_over"
RESULTS = ("succeeded", "rolled_back", STOPPED, REFUSED, UNCHANGED, TAKEN_OVER, "checked", "failed")

SOURCE, TARGET, NOBODY, UNKNOWN = "source", "target", "nobody", "unknown"
SERVED_BY = {
    "succeeded": TARGET,
    "rolled_back": SOURCE,
    STOPPED: TARGET,
    REFUSED: UNKNOWN,
    UNCHANGED: TARGET,
    TAKEN_OVER: UNKNOWN,
    "checked": SOURCE,
    "failed": SOURCE,
}

# What each report has, whatever a run came to.
EMPTY: dict[str, t.Any] = {
    "message": "",
    "run_id": "",
    "clients": {"connected": [], "missing": []},
    "readiness": [],
    "unfulfilled": [],
    "open_files": [],
    "open_files_total": 0,
    "at_risk": None,
    "notices": [],
    "pre_sync_rounds": [],
    "final_sync_rounds": [],
    "configuration": None,
    "versions": {"collection": "", "ansible_core": "", "onefs": {}},
    "warnings": [],
    "log": None,
}


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
            "started": timestamp(float(step["started"])),
            "seconds": round(float(step["seconds"]), 3),
            "changed": bool(step.get("changed")),
            "failed": bool(step.get("failed")),
            "message": str(step.get("msg") or "") if step.get("failed") else "",
        }
        for step in steps
        if step.get("started") is not None
    ]
    return {
        "report_version": REPORT_VERSION,
        "result": result,
        "scope": {
            "access_zone": plan.get("access_zone") or request.get("access_zone", ""),
            "pools": [
                {"source": pair["source"], "target": pair["target"], "paired_by": pair.get("paired_by", "")}
                for pair in plan.get("pairs", [])
            ],
        },
        "source": request.get("source", ""),
        "target": request.get("target", ""),
        "served_by": request.get("served_by") or served_by(result, bool(extra.get("unplanned"))),
        "method": request.get("method", ""),
        "steps": listed,
        "cutover_seconds": None if result in LOOKED_ONLY else cutover_seconds(steps),
        **EMPTY,
        **dict(extra),
    }


def served_by(result: str, unplanned: bool) -> str:
    """Return which side serves by how the run ended; where the source is dead, undoing leaves nobody."""
    side = SERVED_BY[result]
    return NOBODY if unplanned and side == SOURCE else side


def cutover_seconds(steps: t.Sequence[t.Mapping[str, t.Any]]) -> float | None:
    """Return the time from the start of the fence to the target being online, or None."""
    by_name = {str(step["name"]): step for step in steps if step.get("started") is not None}
    if CUTOVER_FIRST not in by_name or CUTOVER_LAST not in by_name or by_name[CUTOVER_LAST].get("failed"):
        return None
    last = by_name[CUTOVER_LAST]
    return round(float(last["started"]) + float(last["seconds"]) - float(by_name[CUTOVER_FIRST]["started"]), 3)


def timestamp(epoch_seconds: float) -> str:
    """Return a moment as ISO 8601, UTC, with milliseconds."""
    return dt.datetime.fromtimestamp(epoch_seconds, tz=dt.timezone.utc).isoformat(timespec="milliseconds")
