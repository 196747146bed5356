# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the report of a failover on the controller. Private to the collection; what is in it is decided in ``report``."""

from __future__ import annotations

import contextlib
import json
import os
import typing as t

from .._onefs.progress import Progress
from .at_risk_outcome import at_risk_part, clients_with_outcome, files_with_outcome, outcome_lines
from .rehearsal_report import LOOKED_ONLY, opening, predictions, rehearsal_part
from .report import make_report, render_page

ARGUMENT_SPEC: dict[str, t.Any] = {
    "result": {"type": "str", "required": True, "choices": ["succeeded", "rolled_back", "checked", "failed"]},
    "reason": {"type": "str", "default": ""},
    "run_id": {"type": "str", "default": ""},
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "method": {"type": "str", "required": True},
    "plan": {"type": "dict", "required": True},
    "steps": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {"name": {"type": "str", "required": True}, "result": {"type": "dict", "required": True}},
    },
    "connected_clients": {"type": "list", "elements": "str", "default": []},
    "missing_clients": {"type": "list", "elements": "str", "default": []},
    "open_files": {"type": "list", "elements": "dict", "default": []},
    "open_files_total": {"type": "int", "default": 0},
    "at_risk": {"type": "dict", "default": {}},
    "notices": {"type": "list", "elements": "dict", "default": []},
    "pre_sync_rounds": {"type": "list", "elements": "dict", "default": []},
    "unfulfilled": {"type": "list", "elements": "dict", "default": []},
    "warnings": {"type": "list", "elements": "str", "default": []},
    "rehearsal_level": {"type": "int", "choices": [0, 1, 2, 3], "default": 0},
    "predicted_seconds": {"type": "dict", "default": {}},
    "rehearsed": {"type": "dict", "default": {}},
    "unplanned": {"type": "dict", "default": {}},
    "directory": {"type": "path", "default": ""},
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Make the report; write it where a folder is given."""
    steps = [{**step["result"], "name": step["name"]} for step in params["steps"]]
    facts = params["at_risk"] or {}
    rows = files_with_outcome(params["open_files"], facts.get("recheck") or {})
    missing = params["missing_clients"]
    clients = clients_with_outcome(facts, params["connected_clients"], missing, rows, steps, params["method"])
    report = make_report(
        params["result"],
        {"source": params["source_name"], "target": params["target_name"], "method": params["method"]},
        params["plan"],
        steps,
        {
            "message": params["reason"],
            "run_id": params["run_id"],
            "clients": {"connected": params["connected_clients"], "missing": params["missing_clients"]},
            "open_files": rows,
            "open_files_total": params["open_files_total"],
            "at_risk": at_risk_part(facts, rows, clients),
            "notices": params["notices"],
            "pre_sync_rounds": params["pre_sync_rounds"],
            "unfulfilled": params["unfulfilled"],
            "warnings": [*params["plan"].get("warnings", []), *params["warnings"]],
            **rehearsal_part(
                params["rehearsal_level"],
                params["result"],
                params["rehearsed"] or {},
                steps,
                params["predicted_seconds"] or {},
            ),
            **({"unplanned": params["unplanned"]} if params["unplanned"] else {}),
        },
    )
    files: list[str] = []
    if params["directory"] and not check_mode:
        files = write_report(report, params["directory"])
        progress(f"report: {', '.join(files)}")
    return {"changed": bool(files), "report": report, "files": files, "summary": summary(report, files)}


def write_report(report: t.Mapping[str, t.Any], directory: str) -> list[str]:
    """Write ``report.json`` and ``report.html`` into a folder, each in one piece; returns their paths."""
    os.makedirs(directory, mode=0o700, exist_ok=True)
    written = []
    for name, text in (
        ("report.json", json.dumps(report, indent=2, sort_keys=False) + "\n"),
        ("report.html", render_page(report)),
    ):
        path = os.path.join(directory, name)
        # Users and names of their files are nobody else's business, whatever the umask of this process is.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + ".new")
        with open(path + ".new", "x", encoding="utf-8", opener=_private) as stream:
            stream.write(text)
        os.replace(path + ".new", path)
        written.append(path)
    return written


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def summary(report: t.Mapping[str, t.Any], files: t.Sequence[str]) -> list[str]:
    """Say how it ended, in lines for people."""
    zone = report["scope"]["access_zone"]
    served_by = report["target"] if report["result"] == "succeeded" else report["source"]
    if report.get("unplanned") and report["result"] != "succeeded":
        # Its source is dead: what was undone leaves nobody.
        served_by = "nobody"
    lines = [opening(report) or f"{report['result']}: access zone {zone} is served by {served_by}"]
    if report["message"]:
        lines.append(report["message"])
    if report["cutover_seconds"] is not None and report["result"] not in LOOKED_ONLY:
        lines.append(f"cutover (clients wait): {report['cutover_seconds']:.1f} s")
    lines += [*predictions(report), *(f"  {step['name']:<13} {step['seconds']:8.2f} s" for step in report["steps"])]
    lines += loss_lines(report)
    missing = report["clients"]["missing"]
    connected = report["clients"]["connected"]
    if connected and report["result"] not in LOOKED_ONLY:
        lines.append(f"clients back on {report['target']}: {len(connected) - len(missing)} of {len(connected)}")
    if report.get("open_files_total"):
        for_writing = sum(row.get("access") == "write" for row in report["open_files"])
        lines.append(
            f"open when the fence fell: {report['open_files_total']} files, {for_writing} for writing; see the report"
        )
    lines += outcome_lines(report)
    lines += [
        f"waived: {check['id']}: {check['waiver_reason']}"
        for check in report.get("unfulfilled") or ()
        if check["waived"]
    ]
    lines += [f"warning: {warning}" for warning in report.get("warnings") or ()]
    if missing:
        lines.append(f"not seen again: {', '.join(missing)}")
    lines += [f"written: {path}" for path in files]
    return lines


def loss_lines(report: t.Mapping[str, t.Any]) -> list[str]:
    """Say what an unplanned failover may have lost, and what keeps the dead cluster off."""
    facts = report.get("unplanned")
    if not facts or report["result"] != "succeeded":
        return []
    window = facts["loss_window"]
    lines = [
        f"possible loss: what was written to {point['path']} on {report['source']} after {point['point_time']}"
        + ("; its last replication had not finished" if point["unfinished"] else "")
        for point in window["points"]
    ]
    files = window["files_last_seen_open"]
    if files:
        lines.append(f"last seen open for writing: {', '.join(file['path'] for file in files[:10])}")
    lines.append(f"outside fence of {report['source']}: {facts['outside_fence']}")
    lines.append(f"nothing of {report['source']} answered: {', '.join(facts['witnesses'])}")
    return lines
