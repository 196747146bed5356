# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report counts what ran, measures the cutover from fence to online, and shows nothing that a cluster slipped in."""

from __future__ import annotations

import json
import os
import stat

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.rehearsal_report import rehearsal_part
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report import (
    cutover_seconds,
    make_report,
    served_by,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_files import write_report
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_page import render_page
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_summary import summary, verdict
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_timeline import run_chart

STEPS = [
    {"name": "readiness", "started": 1000.0, "seconds": 1.0, "changed": False},
    {"name": "fence", "started": 1002.0, "seconds": 1.0, "changed": True},
    {"name": "online", "started": 1004.0, "seconds": 0.5, "changed": True},
    {"name": "wake", "started": 1005.0, "seconds": 1.0, "changed": True},
    {"name": "reprotect", "skipped": True},
]
PLAN = {"access_zone": "sales", "pairs": [{"source": "g.s.sales", "target": "g.s.sales"}]}


def report(zone="sales", **extra):
    more = {
        "message": "",
        "made": "2026-05-04T12:00:00.000+00:00",
        "run_id": "1",
        "clients": {"connected": ["a", "b"], "missing": ["b"]},
        "warnings": [],
        **extra,
    }
    request = {"source": "boston", "target": "newyork", "method": "smartconnect"}
    made = make_report("succeeded", request, {**PLAN, "access_zone": zone}, STEPS, more)
    return {**made, "verdict": verdict(made)}


def test_cutover_is_from_fence_to_online():
    assert cutover_seconds(STEPS) == 2.5


def test_no_cutover_where_the_target_never_came_online():
    assert cutover_seconds(STEPS[:2]) is None


def test_steps_that_did_not_run_are_left_out():
    assert [step["name"] for step in report()["steps"]] == ["readiness", "fence", "online", "wake"]
    assert report()["steps"][1]["started"] == "1970-01-01T00:16:42.000+00:00"


def test_only_the_cutover_is_drawn_as_such():
    lanes = run_chart(report()).lanes
    assert [lane.label for lane in lanes if lane.kind == "cut"] == ["fence", "online"]
    assert lanes[0].left_percent == 0
    assert lanes[-1].left_percent + lanes[-1].width_percent <= 100.01


def test_page_escapes_what_comes_from_a_cluster():
    page = render_page(report(zone="<script>alert(1)</script>"))
    assert page.count("<script>") == 1 and "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_page_shows_what_the_client_saw():
    client = {"lost": 3, "acknowledged": 90, "corrupted": 0, "longest_pause_seconds": 6.8, "remounts": 0}
    page = render_page(report(client=client))
    assert "acknowledged writes lost of 90" in page
    assert "<b>3</b>" in page


def test_summary_names_who_is_missing():
    lines = summary(report(), [])
    assert lines[0] == "succeeded: access zone sales is served by newyork"
    assert "clients back on newyork: 1 of 2" in lines
    assert "not seen again: b" in lines


def test_files_are_written_whole(tmp_path):
    write_report(report(), str(tmp_path / "new"))
    assert json.loads((tmp_path / "new" / "report.json").read_text(encoding="utf-8"))["cutover_seconds"] == 2.5
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "report.html",
        "report.json",
        "report.junit.xml",
        "report.md",
    ]


def rehearsed(result="checked", level=1, predicted=None):
    part = rehearsal_part(level, result, {}, STEPS, predicted or {})
    more = {
        "message": "",
        "made": "2026-05-04T12:00:00.000+00:00",
        "run_id": "",
        "clients": {"connected": ["a"], "missing": []},
        "warnings": [],
        **part,
    }
    request = {"source": "boston", "target": "newyork", "method": "smartconnect"}
    made = make_report(result, request, PLAN, STEPS, more)
    return {**made, "verdict": verdict(made)}


def test_a_rehearsal_is_stamped_as_one_wherever_it_is_read():
    looked = rehearsed(predicted={"fence": 1.5})
    assert looked["cutover_seconds"] is None
    assert "REHEARSAL, level 1" in render_page(looked)
    lines = summary(looked, [])
    assert lines[0].startswith("REHEARSAL, level 1: checked, nothing was changed")
    assert "  fence             1.50 s" in lines
    assert "  online        no history yet" in lines
    assert not any("clients back" in line for line in lines)
    assert "no history yet" in render_page(looked)


def test_a_failover_is_never_stamped():
    assert "REHEARSAL" not in render_page(report())
    assert "REHEARSAL" not in "".join(summary(report(), []))


def test_a_drill_says_who_serves_and_a_copy_that_nothing_moved():
    assert (
        summary(rehearsed("succeeded", 3), [])[0]
        == "REHEARSAL, level 3: succeeded: access zone sales is served by newyork"
    )
    assert "boston served on" in summary(rehearsed("failed", 2), [])[0]


def test_what_was_not_fulfilled_or_waived_stays_visible():
    check = {"id": "only_smb", "title": "Is SMB the only way?", "severity": "block", "status": "failed", "waived": True}
    check |= {"evidence": ["export <1>", "export 2"], "waiver_reason": "NFS is read-only <there>"}
    open_one = {
        **check,
        "id": "short_ttl",
        "severity": "warn",
        "status": "unknown",
        "waived": False,
        "waiver_reason": "",
    }
    made = report(unfulfilled=[check, open_one])
    assert [line for line in summary(made, []) if "waived" in line] == ["waived: only_smb: NFS is read-only <there>"]
    page = render_page(made)
    assert "export &lt;1&gt;<br>export 2" in page and "NFS is read-only &lt;there&gt;" in page
    assert "warn, unknown" in page


LOSS = {
    "witnesses": ["controller", "newyork"],
    "outside_fence": "waived: no power",
    "loss_window": {
        "points": [{"path": "/ifs/data/sales", "point_time": "2026-05-04T12:00:00+00:00", "unfinished": True}],
        "known_as_of": "2026-05-04T12:00:00+00:00",
        "clients_last_seen": ["<b>"],
        "files_last_seen_open": [{"path": "/ifs/data/sales/<i>.txt", "user": "alice"}],
    },
}


def test_an_unplanned_failover_names_what_may_be_lost():
    taken = report(unplanned=LOSS)
    lines = summary(taken, [])
    (loss,) = [line for line in lines if line.startswith("possible loss")]
    assert "written to /ifs/data/sales on boston after 2026-05-04T12:00:00+00:00" in loss and "had not finished" in loss
    assert "outside fence of boston: waived: no power" in lines
    page = render_page(taken)
    assert "Possible loss" in page
    assert "&lt;b&gt;" in page and "<i>.txt" not in page
    assert "&lt;i&gt;.txt" in page


def test_nobody_serves_where_an_unplanned_failover_was_undone():
    undone = {**report(unplanned=LOSS), "result": "rolled_back", "served_by": served_by("rolled_back", True)}
    lines = summary(undone, [])
    assert lines[0] == "rolled_back: access zone sales is served by nobody"
    assert not any("possible loss" in line for line in lines)


def test_files_are_for_their_owner_only(tmp_path):
    (tmp_path / "new").mkdir(mode=0o755)
    (tmp_path / "new" / "report.json.new").symlink_to(tmp_path / "elsewhere")
    before = os.umask(0)
    try:
        write_report(report(), str(tmp_path / "new"))
        write_report(report(), str(tmp_path / "made"))
    finally:
        os.umask(before)
    for path in [*tmp_path.glob("*/report.*"), tmp_path / "made"]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert not (tmp_path / "elsewhere").exists()
