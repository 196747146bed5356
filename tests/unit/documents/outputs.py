# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the collection's own code prints for the figures that a page shows, and how outputs are compared."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import (
    at_risk_table,
    delegation_check,
    drills,
)
from unit.documents.blocks import ROOT

#: What differs between two runs of the same: hexadecimal ids, times, counts.
ID = re.compile(r"\b[0-9a-f]{12}\b")
SECONDS = re.compile(r"\d+(?:\.\d+)? s\b")
FOLDER = re.compile(r"/\S+/(?=report\.)")


def normalised(line: str) -> str:
    """Return a line without what differs between two runs."""
    return FOLDER.sub("", SECONDS.sub("N s", ID.sub("ID", line.rstrip())))


def missing_line(shown: str, printed: str) -> str:
    """Return the first shown line that was not printed after those before it; ``...`` stands for lines left out."""
    rest = iter(normalised(line) for line in printed.split("\n"))
    for line in shown.split("\n"):
        wanted = normalised(line)
        if wanted.strip() not in ("", "...") and not any(one == wanted for one in rest):
            return line
    return ""


def at_risk() -> list[str]:
    """Print three files and a client, as the table of docs/at-risk.md has them."""

    def row(risk: str, path: str, user: str, clients: list[str], access: str, locks: int) -> dict[str, object]:
        where = {"share": "sales", "path": f"/ifs/data/sales/{path}", "ambiguous": len(clients) > 1}
        return {"risk": risk, "user": user, "clients": clients, "access": access, "locks": locks, **where}

    client = {
        "address": "198.51.100.105",
        "name": "pc5.example.com",
        "guest": False,
        "old_dialect": False,
        "several_connections": False,
        "has_session": True,
        "ntlm": {"verdict": "yes", "strength": "strong"},
        "by_address": {"verdict": "yes", "strength": "certain"},
    }
    files = [
        row("red", "account.db", "carol", ["198.51.100.105"], "write", 1),
        row("amber", "written.docx", "alice", ["198.51.100.101", "198.51.100.103"], "write", 0),
        row("green", "read.pdf", "bob", ["198.51.100.104"], "read", 0),
    ]
    result = {
        "access_zone": "sales",
        "summary": {"total": 3, "red": 1, "amber": 1, "green": 1, "ambiguous": 1},
        "open_files": files,
        "open_files_total": 3,
        "client_details": [client],
        "unlisted": [],
        "problems": [],
    }
    return at_risk_table.table("boston", result)


def dns_records() -> list[str]:
    """Print the records that delegate a name to a cluster which it does not lead to."""
    side = delegation_check.Side("newyork", ("sales.example.com",), ("198.51.100.20",))
    return list(delegation_check.records_for("sales.example.com", side, {}))


def drill() -> list[str]:
    """Print the table of one drill; the line before it is a text of the role."""
    text = (ROOT / "roles/rehearsal/tasks/drill_end.yml").read_text(encoding="utf-8")
    said = re.search(r"said: >-\n(?P<said>(?: {6}.*\n)+)", text)
    assert said
    values = iter(("787", "0", "198.51.100.13, 198.51.100.23, 198.51.100.14"))
    first = re.sub(r"\{\{.*?\}\}", lambda _found: next(values), " ".join(said["said"].split()))
    names = ("2026-11-23T08:39:01", *(13.2, 10.5, 16.4, 13.5))
    figures = dict(zip(drills.FIGURES, names[1:], strict=True))
    rows = drills.table([{"finished": names[0], "result": "succeeded", **figures}])
    return [f"REHEARSAL, level 3: {first}", *rows]


def demo() -> list[str]:
    """Print the summary of the demo with the figures of the README; the report's place is left out there."""
    client = {
        "acknowledged": 824,
        "acknowledged_before_pause": 443,
        "acknowledged_after_pause": 381,
        "lost": 0,
        "corrupted": 0,
        "remounts": 0,
        "longest_pause_seconds": 3.4,
        "edited_file": {"saved": True, "intact": True},
    }
    report = {
        "scope": {"access_zone": "sales"},
        "source": "boston",
        "target": "newyork",
        "result": "succeeded",
        "cutover_seconds": 3.3,
        "client": client,
    }
    lines: list[str] = runpy.run_path(str(ROOT / "tests/demo/run.py"))["summary"](report)
    return [line for line in lines if "report." not in line]


#: Printed here by the very functions that print it in a run. Those that are not here are compared by tests/live/test_documented_run.py.
OUTPUTS: dict[str, Callable[[], list[str]]] = {
    "at_risk_table": at_risk,
    "demo": demo,
    "dns_records": dns_records,
    "drill": drill,
}
