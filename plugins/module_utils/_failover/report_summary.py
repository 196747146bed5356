# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report in a few lines: its verdict, and what a terminal shows at the end of a run. Private to the collection; pure."""

from __future__ import annotations

import json
import typing as t

from .at_risk_outcome import outcome_lines
from .event_chain import ChainHead
from .rehearsal_report import LOOKED_ONLY, opening, predictions
from .report import REFUSED, STOPPED, TAKEN_OVER, UNCHANGED

# How long a size is said in bytes.
KILO = 1024
# The parts of an interface and of a range of addresses, as OneFS lists them in a pool.
COMPOUND = ({"lnn", "iface"}, {"low", "high"})
UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def who_serves(report: t.Mapping[str, t.Any]) -> str:
    """Return the name of the cluster that serves, ``nobody``, or ``unknown``."""
    side = str(report["served_by"])
    return str(report[side]) if side in ("source", "target") else side


def looked_for(report: t.Mapping[str, t.Any]) -> bool:
    """Whether anybody looked for the clients after the move; otherwise nothing is known of them."""
    clients = (report["at_risk"] or {}).get("clients") or ()
    return report["result"] == "succeeded" or any(one["back"] is not None for one in clients)


def verdict(report: t.Mapping[str, t.Any]) -> str:
    """Return how it ended in one sentence."""
    zone, target = report["scope"]["access_zone"], report["target"]
    if report["result"] == UNCHANGED:
        return nothing_moved(report)
    if report["result"] == TAKEN_OVER:
        return f"taken over: another run holds the lease and moves access zone {zone}; see its report for who serves"
    told = opening(report)
    if told:
        return told
    if report["result"] == REFUSED:
        return f"refused: nothing was changed; access zone {zone} was not moved"
    if report["result"] == STOPPED and report["served_by"] == "unknown":
        return f"stopped: it was not possible to undo everything; see what serves access zone {zone}"
    if report["result"] == STOPPED:
        return f"stopped: {target} was told to serve access zone {zone}, and a step is missing"
    return f"{report['result']}: access zone {zone} is served by {who_serves(report)}"


def nothing_moved(report: t.Mapping[str, t.Any]) -> str:
    """Return the verdict of a run that found the target serving; it may still have finished what an earlier run left out."""
    level = report.get("rehearsal", {}).get("level", 0)
    stamp = f"REHEARSAL, level {level}: " if level else ""
    finished = [step["name"] for step in report["steps"] if step["changed"]]
    changed = f"only what was missing was changed ({', '.join(finished)})" if finished else "nothing was changed"
    return (
        f"{stamp}unchanged: {report['target']} serves access zone {report['scope']['access_zone']} already; {changed}"
    )


def amount(number: float) -> str:
    """Return a size for people."""
    unit = 0
    while number >= KILO and unit < len(UNITS) - 1:
        number /= KILO
        unit += 1
    return f"{number:.0f} {UNITS[unit]}" if unit == 0 else f"{number:.1f} {UNITS[unit]}"


def in_words(value: t.Any) -> str:
    """Return a value of a configuration as people write it: an interface as 1:ext-1, a range as 192.0.2.1-192.0.2.9."""
    if value in (None, "", []):
        return "(empty)"
    if isinstance(value, list) and all(isinstance(one, str) or set(one) in COMPOUND for one in value):
        return ", ".join(one if isinstance(one, str) else _compound(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _compound(value: t.Mapping[str, t.Any]) -> str:
    return f"{value['lnn']}:{value['iface']}" if "lnn" in value else f"{value['low']}-{value['high']}"


def summary(report: t.Mapping[str, t.Any], files: t.Sequence[str], head: ChainHead | None = None) -> list[str]:
    """Say how it ended, in lines for people."""
    lines = [verdict(report)]
    if report["message"]:
        lines.append(report["message"])
    if report["cutover_seconds"] is not None and report["result"] not in LOOKED_ONLY:
        lines.append(f"cutover (clients wait): {report['cutover_seconds']:.1f} s")
    lines += [*predictions(report), *(f"  {step['name']:<13} {step['seconds']:8.2f} s" for step in report["steps"])]
    lines += loss_lines(report)
    missing = report["clients"]["missing"]
    connected = report["clients"]["connected"]
    if connected and looked_for(report):
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
    if head is not None:
        lines.append(f"log: {head.count} events, the last one has SHA-256 {head.sha256}")
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
