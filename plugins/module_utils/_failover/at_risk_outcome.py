# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of the files and clients that were at risk, for the report: who came back, how fast, who did not and why.

Private to the collection; pure. Rows of a run that an older release began have fewer fields, and are shown with what they have.
"""

from __future__ import annotations

import typing as t

from .at_risk_files import CLASSES
from .client_evidence import why_missing

FILE_FIELDS: dict[str, t.Any] = {
    "share": "",
    "risk": "",
    "reason": "",
    "ambiguous": False,
    "attribution": "",
    "handles": 1,
}


def files_with_outcome(
    rows: t.Iterable[t.Mapping[str, t.Any]], recheck: t.Mapping[str, t.Any]
) -> list[dict[str, t.Any]]:
    """Return the files, each with what was found on the target; empty where nobody looked."""
    found = {str(one["path"]): str(one["verdict"]) for one in recheck.get("files") or ()}
    return [{**FILE_FIELDS, **row, "on_target": found.get(str(row.get("path")), "")} for row in rows]


def clients_with_outcome(
    facts: t.Mapping[str, t.Any],
    connected: t.Sequence[str],
    missing: t.Collection[str],
    rows: t.Sequence[t.Mapping[str, t.Any]],
    steps: t.Sequence[t.Mapping[str, t.Any]],
    method: str,
) -> list[dict[str, t.Any]]:
    """Return each client that was connected, with whether and when it was seen on the target, and why it was not.

    It is looked for every half second from the verification on, so a time is one by which it was back.
    """
    details = {str(one["address"]): one for one in facts.get("clients") or ()}
    seen = {str(one["client"]): float(one["seen"]) for one in facts.get("returned") or ()}
    by_name = {str(step["name"]): step for step in steps if step.get("started") is not None}
    fence = float(by_name["fence"]["started"]) if "fence" in by_name else None
    online = float(by_name["online"]["started"]) + float(by_name["online"]["seconds"]) if "online" in by_name else None
    found = []
    for address in connected:
        detail = details.get(address, {})
        files = sum(address in (row.get("clients") or ()) for row in rows)
        moment = seen.get(address)
        looked_for = moment is not None or address in missing
        found.append(
            {
                **detail,
                "address": address,
                "files": files,
                "back": (address not in missing) if looked_for else None,
                "back_by_seconds_after_fence": _after(moment, fence),
                "back_by_seconds_after_online": _after(moment, online),
                "why_missing": why_missing(detail, files, method == "ip_takeover") if address in missing else "",
            }
        )
    return found


def at_risk_part(
    facts: t.Mapping[str, t.Any],
    rows: t.Sequence[t.Mapping[str, t.Any]],
    clients: t.Sequence[t.Mapping[str, t.Any]],
) -> dict[str, t.Any]:
    """Return what the report says beside the list of files."""
    recheck = facts.get("recheck") or {}
    return {
        "summary": {
            **{risk: sum(row.get("risk") == risk for row in rows) for risk in CLASSES},
            "ambiguous": sum(bool(row.get("ambiguous")) for row in rows),
        },
        "clients": list(clients),
        "unlisted": list(facts.get("unlisted") or ()),
        "recheck": {
            "counts": dict(recheck.get("counts") or {}),
            "bad": list(recheck.get("bad") or ()),
            "not_looked_at": int(recheck.get("not_looked_at") or 0),
        },
    }


def outcome_lines(report: t.Mapping[str, t.Any]) -> list[str]:
    """Say it in lines for people."""
    part = report.get("at_risk")
    if not part:
        return []
    lines = []
    counts = part["recheck"]["counts"]
    if counts:
        told = ", ".join(f"{number} {what.replace('_', ' ')}" for what, number in sorted(counts.items()))
        left = part["recheck"]["not_looked_at"]
        lines.append(f"these files on the target: {told}" + (f"; {left} were not looked at" if left else ""))
    lines += [f"look at {one['path']!r}: {one['reason'] or one['verdict']}" for one in part["recheck"]["bad"][:10]]
    times = [one["back_by_seconds_after_online"] for one in part["clients"] if one["back_by_seconds_after_online"]]
    if times:
        lines.append(f"clients were back by {max(times):.1f} s after the target was online")
    lines += [f"{one['address']} is not back: {one['why_missing']}" for one in part["clients"] if one["why_missing"]][
        :10
    ]
    lines += [
        f"not told ({one['event']}): {one['hook']}: {one['trouble']}"
        for one in report.get("notices") or ()
        if not one["told"]
    ]
    return lines


def _after(moment: float | None, start: float | None) -> float | None:
    return None if moment is None or start is None else round(max(0.0, moment - start), 1)
