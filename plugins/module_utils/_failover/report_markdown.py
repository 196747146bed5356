# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as Markdown, short enough to paste into a ticket. Private to the collection; pure.

Names come from clusters and clients: each is one line, and no character of it means anything to Markdown or HTML.
"""

from __future__ import annotations

import re
import typing as t

from .._onefs.printable import printable
from .report_summary import amount, in_words, who_serves

# A ticket is read on a screen; the whole lists are in the JSON and on the page.
ROWS = 50

# What Markdown or HTML takes for a sign of its own wherever it stands; an underscore only at the edge of a word, a dash or a number
# only at the beginning of a line; an address of the web would become a link by itself.
_ANYWHERE = re.compile(r"[\\`*{}\[\]<>#|~&@$^]|(?<![^\W_])_|_(?![^\W_])|:(?=//)|(?<=www)\.", re.IGNORECASE)
_AT_THE_BEGINNING = re.compile(r"^(\s*)([-+=]|\d+[.)](?=\s|$))")


def plain(value: t.Any) -> str:
    """Return a value so that Markdown shows it and does nothing else with it."""
    text = "" if value is None else str(value)
    line = " ".join(printable(line) for line in text.split("\n"))
    return _AT_THE_BEGINNING.sub(_escaped_sign, _ANYWHERE.sub(lambda found: "\\" + found[0], line))


def _escaped_sign(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2][:-1]}\\{found[2][-1]}"


def render_markdown(report: t.Mapping[str, t.Any]) -> str:
    """Return the report as Markdown."""
    lines = [f"# SMB failover: {plain(report['source'])} to {plain(report['target'])}", ""]
    if "rehearsal" in report:
        lines += [f"**REHEARSAL, level {plain(report['rehearsal']['level'])}**", ""]
    lines += [f"**{plain(report['verdict'])}**", ""]
    if report["message"]:
        lines += [plain(report["message"]), ""]
    lines += _table(("", ""), _facts(report))
    lines += _part(
        "Steps", ("Step", "Started", "Seconds", "Changed", "Failed"), [_step(step) for step in report["steps"]]
    )
    lines += _part("Clients", ("Client", "Files", "Back"), [_client(one) for one in _clients(report)])
    lines += _part(
        "Open when the fence fell",
        ("Class", "File", "User", "Client", "For", "On the target"),
        [_file(row) for row in report["open_files"]],
    )
    lines += _part(
        "Readiness: not fulfilled or not known",
        ("Check", "Counts as", "Evidence", "Waived, because"),
        [
            (one["id"], f"{one['severity']}, {one['status']}", "; ".join(one["evidence"]), one.get("waiver_reason", ""))
            for one in report["unfulfilled"]
        ],
    )
    configuration = report["configuration"]
    if configuration is not None and not configuration["changes"]:
        lines += ["## Configuration", "", "Nothing differs from before the run.", ""]
    elif configuration is not None:
        rows = [
            (
                f"{one['cluster']}: {one['kind']} {one['name']}",
                one["field"],
                in_words(one["before"]),
                in_words(one["after"]),
            )
            for one in configuration["changes"]
        ]
        lines += _part("Configuration that differs from before the run", ("What", "Field", "Before", "After"), rows)
    if report["warnings"]:
        lines += ["## Warnings", "", *(f"- {plain(warning)}" for warning in report["warnings"]), ""]
    return "\n".join(lines)


def _facts(report: t.Mapping[str, t.Any]) -> list[tuple[t.Any, ...]]:
    versions, rounds = report["versions"], [*report["pre_sync_rounds"], *report["final_sync_rounds"]]
    cutover = report["cutover_seconds"]
    facts: list[tuple[t.Any, ...]] = [
        ("Access zone", report["scope"]["access_zone"]),
        ("Served by", who_serves(report)),
        ("Method", report["method"]),
        ("Cutover (clients wait)", "none" if cutover is None else f"{cutover:.1f} s"),
        ("Run", report["run_id"]),
        ("Report made", report.get("made", "")),
        ("Collection", versions["collection"]),
        ("ansible-core", versions["ansible_core"]),
        *((f"OneFS of {name}", release) for name, release in sorted(versions["onefs"].items())),
    ]
    if rounds:
        facts.append(
            ("Replicated", f"{sum(r['files'] for r in rounds)} files, {amount(sum(r['bytes'] for r in rounds))}")
        )
    if report["log"]:
        log = report["log"]
        facts.append(("Log", f"{log['file']}, {log['count']} events, SHA-256 {log['sha256']}"))
    return facts


def _step(step: t.Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    changed, failed = ("yes" if step[what] else "no" for what in ("changed", "failed"))
    return step["name"], step["started"], f"{step['seconds']:.3f}", changed, failed


def _clients(report: t.Mapping[str, t.Any]) -> t.Sequence[t.Mapping[str, t.Any]]:
    part = report["at_risk"]
    return list(part["clients"]) if part else []


def _client(one: t.Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    if one["back"] is None:
        return one["address"], one["files"], "not looked for"
    if not one["back"]:
        return one["address"], one["files"], f"no: {one['why_missing']}"
    after = one["back_by_seconds_after_fence"]
    return one["address"], one["files"], "yes" if after is None else f"by {after} s after the fence"


def _file(row: t.Mapping[str, t.Any]) -> tuple[t.Any, ...]:
    clients = " or ".join(row["clients"]) or "unknown"
    return row["risk"], row["path"], row["user"], clients, row["access"], row["on_target"].replace("_", " ")


def _part(title: str, head: t.Sequence[str], rows: t.Sequence[t.Sequence[t.Any]]) -> list[str]:
    """Return a heading with its table; nothing where the table is empty."""
    if not rows:
        return []
    more = [f"{len(rows) - ROWS} more are in report.json.", ""] if len(rows) > ROWS else []
    return [f"## {title}", "", *_table(head, rows[:ROWS]), *more]


def _table(head: t.Sequence[str], rows: t.Sequence[t.Sequence[t.Any]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(plain(cell) for cell in row)} |" for row in rows), ""]
