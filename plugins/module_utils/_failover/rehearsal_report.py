# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report says of a rehearsal, so that nobody takes it for the real thing. Private to the collection; pure functions."""

from __future__ import annotations

import typing as t

#: Level 1 looks, level 2 serves a copy, level 3 moves a zone that nobody needs.
LOOK, COPY, DRILL = 1, 2, 3

# How a run ends that only looked: its times are those of looking.
LOOKED_ONLY = frozenset({"checked"})

NO_HISTORY = "no history yet"


def rehearsal_part(
    level: int,
    result: str,
    rehearsed: t.Mapping[str, t.Any],
    steps: t.Sequence[t.Mapping[str, t.Any]],
    predicted_seconds: t.Mapping[str, t.Any],
) -> dict[str, t.Any]:
    """Return what the report has beside that of a failover: nothing where this was one."""
    part: dict[str, t.Any] = {}
    if level:
        part["rehearsal"] = {"level": level, **dict(rehearsed)}
    if result in LOOKED_ONLY:
        names = [str(step["name"]) for step in steps if step.get("started") is not None]
        part["predicted"] = predicted_steps(names, predicted_seconds)
    return part


def predicted_steps(names: t.Sequence[str], predicted_seconds: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return what each step will take, in the order of the run; None where no run before took that step."""
    found: list[dict[str, t.Any]] = []
    for name in names:
        seconds = predicted_seconds.get(name)
        found.append({"name": name, "seconds": None if seconds is None else float(seconds)})
    return found


def opening(report: t.Mapping[str, t.Any]) -> str:
    """Return the first line of the summary; empty for a failover that was none of these."""
    zone, source, target = report["scope"]["access_zone"], report["source"], report["target"]
    level = report.get("rehearsal", {}).get("level", 0)
    stamp = f"REHEARSAL, level {level}: " if level else ""
    if report["result"] in LOOKED_ONLY:
        return f"{stamp}checked, nothing was changed: access zone {zone} can move from {source} to {target}"
    if level == COPY:
        if report["rehearsal"].get("gave_way"):
            return f"{stamp}{report['result']}: a failover of access zone {zone} went ahead of it; see its report for who serves"
        served = "was served" if report["result"] == "succeeded" else "could not be served"
        return f"{stamp}{report['result']}: a copy of access zone {zone} {served} by {target}; {source} served on"
    if level:
        served_by = target if report["result"] == "succeeded" else source
        return f"{stamp}{report['result']}: access zone {zone} is served by {served_by}"
    return ""


def predictions(report: t.Mapping[str, t.Any]) -> list[str]:
    """Say what each step will take, and that nobody knows where nobody does."""
    if "predicted" not in report:
        return []
    lines = ["seconds that each step will take, by earlier runs:"]
    for step in report["predicted"]:
        told = NO_HISTORY if step["seconds"] is None else f"{step['seconds']:8.2f} s"
        lines.append(f"  {step['name']:<13} {told}")
    known = [step["seconds"] for step in report["predicted"] if step["seconds"] is not None]
    if known:
        lines.append(f"  {'together':<13} {sum(known):8.2f} s")
    lines.append("seconds that checking them took:")
    return lines
