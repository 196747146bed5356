# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that were at risk are compared on both clusters, and what can't be compared is said."""

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.at_risk_outcome import (
    at_risk_part,
    clients_with_outcome,
    files_with_outcome,
    outcome_lines,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.at_risk_recheck import (
    State,
    is_plain,
    partner,
    verdict,
)

POLICIES = [
    {"source_path": "/ifs/data/sales/", "target_path": "/ifs/replica/sales"},
    {"source_path": "/ifs/data/sales/plans", "target_path": "/ifs/plans"},
]


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        (State(5, 100), State(5, 100), "same"),
        (State(5, 100), State(9, 101), "written_since"),
        (State(5, 100), State(4, 100), "differs"),
        (State(5, 100), State(5, 99), "differs"),
        (State(5, 100), None, "missing"),
        (None, State(5, 100), "only_on_target"),
        (None, None, "gone"),
    ],
)
def test_verdicts(source: State | None, target: State | None, found: str) -> None:
    assert verdict(source, target) == found


def test_where_a_file_is_on_the_target() -> None:
    assert partner("/ifs/data/sales/a b", POLICIES) == "/ifs/replica/sales/a b"
    assert partner("/ifs/data/sales/plans/c", POLICIES) == "/ifs/plans/c"
    assert partner("/ifs/data/salesman/c", POLICIES) == ""


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("/ifs/a", True),
        ("/ifs/a\n{{ x }}", True),
        ("/ifs/../etc/shadow", False),
        ("/etc/shadow", False),
        ("/ifs/a/./b", False),
        ("/ifs/\0", False),
    ],
)
def test_no_path_leads_out(path: str, plain: bool) -> None:
    assert is_plain(path) == plain


ROWS = [{"path": "/ifs/a", "user": "alice", "clients": ["192.0.2.1"], "node": 1, "access": "write", "locks": 0}]
STEPS = [{"name": "fence", "started": 1000.0, "seconds": 1.0}, {"name": "online", "started": 1003.0, "seconds": 1.0}]


def test_rows_of_an_older_run_are_completed_and_say_what_was_found() -> None:
    (row,) = files_with_outcome(ROWS, {"files": [{"path": "/ifs/a", "verdict": "missing"}]})
    assert (row["on_target"], row["risk"], row["share"]) == ("missing", "", "")


def test_who_came_back_when_and_who_did_not() -> None:
    facts = {
        "clients": [{"address": "192.0.2.2", "by_address": {"verdict": "yes"}}],
        "returned": [{"client": "192.0.2.1", "seen": 1005.5}],
    }
    back, missing = clients_with_outcome(facts, ["192.0.2.1", "192.0.2.2"], ["192.0.2.2"], ROWS, STEPS, "smartconnect")
    assert (back["back"], back["files"]) == (True, 1)
    assert (back["back_by_seconds_after_fence"], back["back_by_seconds_after_online"]) == (5.5, 1.5)
    assert missing["back"] is False and "mount it by name" in missing["why_missing"]


def test_who_was_not_looked_for_is_neither_back_nor_missing() -> None:
    (one,) = clients_with_outcome({}, ["192.0.2.1"], [], ROWS, STEPS[:1], "smartconnect")
    assert one["back"] is None


def test_the_summary_names_what_somebody_has_to_look_at() -> None:
    recheck = {
        "counts": {"same": 1, "missing": 1},
        "bad": [{"path": "/ifs/a\x1b[2J", "verdict": "missing", "reason": ""}],
        "not_looked_at": 3,
    }
    report = {
        "at_risk": at_risk_part({"recheck": recheck}, ROWS, []),
        "notices": [{"event": "complete", "hook": "h", "told": False, "trouble": "no answer"}],
    }
    lines = outcome_lines(report)
    assert lines[0] == "these files on the target: 1 missing, 1 same; 3 were not looked at"
    assert "'/ifs/a\\x1b[2J': missing" in lines[1]
    assert lines[-1] == "not told (complete): h: no answer"
