# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the report of a failover on the controller, in each of its forms. Private to the collection; what is in it is decided in ``report``."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
import typing as t
from dataclasses import asdict

from .._onefs.progress import Progress
from .at_risk_outcome import at_risk_part, clients_with_outcome, files_with_outcome
from .event_chain import FILES_WRITTEN, ChainHead
from .event_log import LOG_NAME, append_event, read_head
from .rehearsal_report import rehearsal_part
from .report import RESULTS, UNCHANGED, make_report, timestamp
from .report_junit import render_junit
from .report_markdown import render_markdown
from .report_page import render_page
from .report_summary import summary, verdict
from .zone_configuration import changes

ARGUMENT_SPEC: dict[str, t.Any] = {
    "result": {"type": "str", "required": True, "choices": list(RESULTS)},
    "served_by": {"type": "str", "choices": ["source", "target", "nobody", "unknown"]},
    "reason": {"type": "str", "default": ""},
    "run_id": {"type": "str", "default": ""},
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "access_zone": {"type": "str", "default": ""},
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
    "final_sync_rounds": {"type": "list", "elements": "dict", "default": []},
    "readiness": {"type": "list", "elements": "dict", "default": []},
    "unfulfilled": {"type": "list", "elements": "dict", "default": []},
    "configuration_before": {"type": "dict", "default": {}},
    "configuration_after": {"type": "dict", "default": {}},
    "onefs_releases": {"type": "dict", "default": {}},
    "ansible_core_version": {"type": "str", "default": ""},
    "warnings": {"type": "list", "elements": "str", "default": []},
    "rehearsal_level": {"type": "int", "choices": [0, 1, 2, 3], "default": 0},
    "predicted_seconds": {"type": "dict", "default": {}},
    "rehearsed": {"type": "dict", "default": {}},
    "unplanned": {"type": "dict", "default": {}},
    "directory": {"type": "path", "default": ""},
}

# Beside this file in an installed collection, and in a checkout.
COLLECTION_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Make the report; write it where a folder is given."""
    report = report_of(params, time.time())
    directory: str = params["directory"]
    files: list[str] = []
    head: ChainHead | None = None
    kept = directory and report["result"] == UNCHANGED and tells_of_the_move(report, directory)
    if directory and not check_mode and not kept:
        with contextlib.suppress(FileNotFoundError):
            report["log"] = {"file": LOG_NAME, **asdict(read_head(os.path.join(directory, LOG_NAME)))}
        files, head = write_report(report, directory)
    lines = summary(report, files, head)
    if kept:
        lines.append(f"kept: {os.path.join(directory, 'report.json')} is the report of the run that moved it")
    return {
        "changed": bool(files),
        "report": report,
        "files": files,
        "summary": lines,
        "log": None if head is None else {"file": os.path.join(directory, LOG_NAME), **asdict(head)},
        "stats": stats(report, files, head),
    }


def report_of(params: t.Mapping[str, t.Any], now: float) -> dict[str, t.Any]:
    """Return the report by what the role hands over."""
    steps = [{**step["result"], "name": step["name"]} for step in params["steps"]]
    facts = params["at_risk"] or {}
    rows = files_with_outcome(params["open_files"], facts.get("recheck") or {})
    missing = params["missing_clients"]
    clients = clients_with_outcome(facts, params["connected_clients"], missing, rows, steps, params["method"])
    before, after = params["configuration_before"] or {}, params["configuration_after"] or {}
    report = make_report(
        params["result"],
        {
            "source": params["source_name"],
            "target": params["target_name"],
            "access_zone": params["access_zone"],
            "method": params["method"],
            "served_by": params["served_by"],
        },
        params["plan"],
        steps,
        {
            "made": timestamp(now),
            "message": params["reason"],
            "run_id": params["run_id"],
            "clients": {"connected": params["connected_clients"], "missing": params["missing_clients"]},
            "readiness": params["readiness"],
            "unfulfilled": params["unfulfilled"],
            "open_files": rows,
            "open_files_total": params["open_files_total"],
            "at_risk": at_risk_part(facts, rows, clients),
            "notices": params["notices"],
            "pre_sync_rounds": params["pre_sync_rounds"],
            "final_sync_rounds": params["final_sync_rounds"],
            "configuration": {"changes": changes(before, after)} if before and after else None,
            "versions": {
                "collection": collection_version(COLLECTION_ROOT),
                "ansible_core": params["ansible_core_version"],
                "onefs": {str(name): str(release) for name, release in (params["onefs_releases"] or {}).items()},
            },
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
    return {**report, "verdict": verdict(report)}


def tells_of_the_move(report: t.Mapping[str, t.Any], directory: str) -> bool:
    """Whether a folder holds the report of the run that made this one unnecessary, which is worth more than this one."""
    try:
        with open(os.path.join(directory, "report.json"), encoding="utf-8") as stream:
            earlier = json.load(stream)
    except (OSError, ValueError):
        return False
    if not isinstance(earlier, dict) or earlier.get("result") != "succeeded":
        return False
    return all(earlier.get(what) == report[what] for what in ("source", "target", "scope"))


def write_report(report: t.Mapping[str, t.Any], directory: str) -> tuple[list[str], ChainHead | None]:
    """Write each form into a folder, each in one piece; returns their paths, and where the log stands that notes their hashes."""
    os.makedirs(directory, mode=0o700, exist_ok=True)
    written, digests = [], {}
    for name, text in (
        ("report.json", json.dumps(report, indent=2, sort_keys=False) + "\n"),
        ("report.html", render_page(report)),
        ("report.md", render_markdown(report)),
        ("report.junit.xml", render_junit(report)),
    ):
        path, content = os.path.join(directory, name), text.encode("utf-8")
        # Users and names of their files are nobody else's business, whatever the umask of this process is.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path + ".new")
        with open(path + ".new", "xb", opener=_private) as stream:
            stream.write(content)
        os.replace(path + ".new", path)
        written.append(path)
        digests[name] = hashlib.sha256(content).hexdigest()
    log = os.path.join(directory, LOG_NAME)
    return written, append_event(log, FILES_WRITTEN, files=digests) if report.get("log") else None


def stats(report: t.Mapping[str, t.Any], files: t.Sequence[str], head: ChainHead | None) -> dict[str, t.Any]:
    """Return what the next job of a workflow is told: the verdict, the times and where the report lies."""
    missing = report["clients"]["missing"]
    return {
        "result": report["result"],
        "verdict": report["verdict"],
        "served_by": report["served_by"],
        "run_id": report["run_id"],
        "cutover_seconds": report["cutover_seconds"],
        "step_seconds": {step["name"]: step["seconds"] for step in report["steps"]},
        "clients_connected": len(report["clients"]["connected"]),
        "clients_missing": len(missing),
        "files": list(files),
        "log": None if head is None else asdict(head),
    }


def collection_version(root: str) -> str:
    """Return the version of the collection at a folder; empty where a delegated module has left it behind."""
    manifest = os.path.join(root, "MANIFEST.json")
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError), open(manifest, encoding="utf-8") as stream:
        return str(json.load(stream)["collection_info"]["version"])
    with contextlib.suppress(OSError), open(os.path.join(root, "galaxy.yml"), encoding="utf-8") as stream:
        for line in stream:
            if line.startswith("version:"):
                return line.partition(":")[2].strip()
    return ""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
