# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs while they run and what they come to: pause, cancel, loss of the other side, words of each version, schedules."""

from __future__ import annotations

import dataclasses
import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from onefs_sim import synciq_schedule
from onefs_sim.synciq_choices import PRIOR_FAILURES, QUOTA_SCAN, QUOTA_SCAN_MESSAGE
from onefs_sim.synciq_jobs import chosen_paths
from unit.simulator.synciq_run import JOBS, POLICIES, Run

RULES = "/platform/3/sync/rules"
LARGE = "/ifs/data/sales/large.bin"
LARGE_BYTES = 2000000
RESOLVE = {"conflicted": False}


@pytest.fixture
def run(pair: Any, until: Callable[..., Any]) -> Run:
    return Run(pair, until)


@pytest.fixture
def slow(run: Run, pair: Any) -> Iterator[str]:
    """Make a file that takes minutes to copy under a rule, and the rule; start a sync, and wait until it copies."""
    pair.files["boston"].path(LARGE).write_bytes(b"x" * LARGE_BYTES)
    run.write("boston", "second\n")
    caller = pair.caller("boston")
    rule = caller.write("POST", RULES, {"type": "bandwidth", "limit": 160}, 201)["id"]
    run.start("boston", "sales")
    sync = pair.boston.sync
    run.until(lambda: any(one["phase"] == "STF_PHASE_CT_FILES" for one in sync.running_job("sales").phases))
    run.until(lambda: copying(pair))
    # A new job is not listed at once, and only a listed one can be changed; its copy may begin before.
    run.until(sync.jobs)
    yield rule
    job = sync.running_job("sales")
    if job is not None:
        job.canceled.set()


def copying(pair: Any) -> list[pathlib.Path]:
    """Return what rsync has begun to write at the target, and has not finished."""
    large = pair.files["newyork"].path(LARGE)
    return [large] if large.exists() and large.stat().st_size < LARGE_BYTES else []


def size(pair: Any) -> int:
    return sum(path.stat().st_size for path in copying(pair))


def test_a_job_that_is_canceled_while_it_copies_is_made_good_by_the_next(run: Run, pair: Any, slow: str) -> None:
    caller = pair.caller("boston")
    assert caller.call("DELETE", f"{POLICIES}/sales").status_code == 409
    assert caller.call("POST", f"{POLICIES}/sales/reset").status_code == 409
    caller.write("PUT", f"{JOBS}/sales", {"state": "canceled"})
    run.idle("boston", "sales")
    assert run.policy("boston", "sales")["last_job_state"] == "canceled"
    # Half a file may stay, until the next job, or until the target takes over.
    assert run.text("newyork") == "first\n"
    caller.write("DELETE", f"{RULES}/{slow}")
    assert run.job("boston", "sales") == "finished"
    assert pair.files["newyork"].path(LARGE).stat().st_size == LARGE_BYTES


def test_a_file_that_changes_stays_the_same_file(run: Run, pair: Any) -> None:
    def inode() -> int:
        return int(next(pair.files["newyork"].path("/ifs/data/sales").iterdir()).stat().st_ino)

    run.write("boston", "first\n")
    assert run.job("boston", "sales") == "finished"
    before = inode()
    run.write("boston", "second\n")
    assert run.job("boston", "sales") == "finished"
    assert run.text("newyork") == "second\n"
    assert inode() == before


def test_a_paused_job_copies_nothing_until_it_goes_on(run: Run, pair: Any, slow: str) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", f"{JOBS}/sales", {"state": "paused"})
    assert caller.get(f"{JOBS}/sales")["jobs"][0]["state"] == "paused"
    assert [one["state"] for one in caller.get(f"{JOBS}?state=paused")["jobs"]] == ["paused"]
    run.until(stopped_processes)
    held = size(pair)
    caller.write("PUT", f"{JOBS}/sales", {"state": "running"})
    run.until(lambda: size(pair) > held, 20)


def stopped_processes() -> bool:
    """Whether a copy of this process is stopped."""
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text(encoding="utf-8").partition("(")[2].rpartition(")")
        except OSError:
            continue
        state, parent = rest.split()[:2]
        if name == "rsync" and state == "T" and int(parent) == os.getpid():
            return True
    return False


def test_the_target_takes_over_from_a_source_that_is_lost_while_it_copies(run: Run, pair: Any, slow: str) -> None:
    pair.newyork.sync.peer_reachable = lambda: False
    assert run.job("newyork", "sales", "allow_write") == "finished"
    assert run.text("newyork") == "first\n"
    assert not pair.files["newyork"].path(LARGE).exists()
    run.write("newyork", "written after the failover\n")
    run.until(lambda: pair.boston.sync.running_job("sales") is None)
    assert run.policy("boston", "sales")["last_job_state"] == "failed"
    assert run.text("newyork") == "written after the failover\n"


def test_each_version_has_words_of_its_own_for_what_a_job_does(run: Run, pair: Any, slow: str) -> None:
    caller = pair.caller("boston")
    words = {version: caller.get(f"/platform/{version}/sync/jobs/sales")["jobs"][0]["action"] for version in (7, 21)}
    assert words == {7: "run", 21: "run"}
    job = pair.boston.sync.running_job("sales")
    assert job.document(22)["action"] == "sync"


def test_resync_prep_is_several_steps_in_the_newest_version(run: Run, pair: Any) -> None:
    run.job("newyork", "sales", "allow_write")
    assert run.job("boston", "sales", "resync_prep") == "finished"
    job = pair.boston.sync.reports[-1]
    assert [one["phase"] for one in job.phases] == [
        "STF_PHASE_DOMAIN_MARK",
        "STF_PHASE_RESTORE",
        "STF_PHASE_FINALIZE",
        "STF_PHASE_COMMIT",
    ]
    assert (job.document(21)["action"], job.document(22)["action"]) == ("resync_prep", "resync_prep_commit")


def test_success_with_prior_failures_is_success(run: Run, pair: Any) -> None:
    pair.boston.sync.expect(PRIOR_FAILURES)
    run.write("boston", "second\n")
    assert run.job("boston", "sales") == "finished"
    reports = pair.caller("boston").get("/platform/18/sync/reports?policy_name=sales")["reports"]
    assert reports[0]["state"] == "success w/ prior failures"
    assert run.text("newyork") == "second\n"
    assert run.job("boston", "sales") == "finished"
    with pytest.raises(ValueError, match="prior failures"):
        pair.boston.sync.expect("luck")


def test_an_error_state_has_to_be_resolved(run: Run, pair: Any) -> None:
    caller = pair.caller("boston")
    pair.boston.sync.expect(QUOTA_SCAN)
    assert run.job("boston", "sales") == "needs_attention"
    report = caller.get("/platform/7/sync/reports?policy_name=sales")["reports"][0]
    assert report["errors"] == [QUOTA_SCAN_MESSAGE]
    assert run.policy("boston", "sales")["conflicted"]
    refused = caller.call("POST", JOBS, {"id": "sales"})
    assert refused.status_code == 409
    assert "is in an error state. Please resolve it and retry" in refused.json()["errors"][0]["message"]
    caller.write("PUT", f"{POLICIES}/sales", RESOLVE)
    refused = caller.call("PUT", f"{POLICIES}/sales", RESOLVE)
    assert "The policy was not conflicted, so no change was made" in refused.json()["errors"][0]["message"]
    assert run.job("boston", "sales") == "finished"


def test_any_failure_may_be_made_an_error_state(run: Run, pair: Any) -> None:
    pair.boston.sync.peer_reachable = lambda: False
    assert run.job("boston", "sales") == "failed"
    assert not run.policy("boston", "sales")["conflicted"]
    pair.boston.sync.choices = dataclasses.replace(pair.boston.sync.choices, any_failure_conflicts=True)
    assert run.job("boston", "sales") == "failed"
    assert run.policy("boston", "sales")["conflicted"]


def test_a_put_may_clear_what_it_does_not_say(run: Run, pair: Any) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", f"{POLICIES}/sales", {"enabled": True, "schedule": "every 3 hours"})
    caller.write("PUT", f"{POLICIES}/sales", {"enabled": True})
    assert run.policy("boston", "sales")["schedule"] == "every 3 hours"
    pair.boston.sync.choices = dataclasses.replace(pair.boston.sync.choices, put_clears=True)
    caller.write("PUT", f"{POLICIES}/sales", {"enabled": True})
    assert run.policy("boston", "sales")["schedule"] == ""
    caller.write("PUT", f"{POLICIES}/sales", {"schedule": "every 3 hours"})
    assert run.policy("boston", "sales")["enabled"] is False


def test_a_schedule_fires_when_its_time_has_come(run: Run, pair: Any) -> None:
    caller = pair.caller("boston")
    run.write("boston", "on time\n")
    caller.write("PUT", f"{POLICIES}/sales", {"enabled": True, "schedule": "every 2 hours"})
    due = run.policy("boston", "sales")["next_run"]
    assert due % 7200 == 0 and 0 < due - pair.boston.clock.now() <= 7200
    assert run.text("newyork") == "first\n"
    pair.boston.clock.offset_seconds += 7200
    run.until(lambda: run.text("newyork") == "on time\n")
    run.idle("boston", "sales")
    assert run.policy("boston", "sales")["next_run"] == due + 7200


def test_a_change_of_the_source_fires_after_its_delay(run: Run, pair: Any) -> None:
    caller, scheduler = pair.caller("boston"), pair.boston.scheduler
    fields = {"enabled": True, "schedule": "when-source-modified", "job_delay": 3600}
    caller.write("PUT", f"{POLICIES}/sales", fields)
    scheduler.tick()
    run.write("boston", "changed\n")
    scheduler.tick()
    assert pair.boston.sync.running_job("sales") is None
    pair.boston.clock.offset_seconds += 3600
    run.until(lambda: run.text("newyork") == "changed\n")


def test_a_policy_in_the_error_state_or_a_paused_service_starts_nothing(run: Run, pair: Any) -> None:
    caller, sync = pair.caller("boston"), pair.boston.sync
    caller.write("PUT", f"{POLICIES}/sales", {"enabled": True, "schedule": "every 1 hours"})
    sync.policies["sales"]["conflicted"] = True
    pair.boston.clock.offset_seconds += 3600
    pair.boston.scheduler.tick()
    assert sync.running_job("sales") is None
    caller.write("PUT", f"{POLICIES}/sales", RESOLVE)
    caller.write("PUT", "/platform/16/sync/settings", {"service": "paused"})
    assert caller.call("POST", JOBS, {"id": "sales"}).status_code == 409
    assert caller.call("PUT", "/platform/16/sync/settings", {"service": "maybe"}).status_code == 400


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        ("every 15 minutes", 1000, 1800),
        ("every hour", 3600, 7200),
        ("every 1 days at 12:00 PM", 0, 43200),
        ("every 1 days at 12:30 AM", 1800, 88200),
        ("Every 2 days at 23:15", 0, 83700),
    ],
)
def test_when_a_schedule_is_next_due(text: str, moment: float, expected: int) -> None:
    schedule = synciq_schedule.parse(text)
    assert isinstance(schedule, synciq_schedule.Every)
    assert schedule.next_after(moment) == expected


@pytest.mark.parametrize(
    "text", ["now and then", "when-snapshot-taken", "every 0 hours", "every 1 days at 25:00", "every 2 hours at 12:00"]
)
def test_a_schedule_that_means_nothing_is_refused(pair: Any, text: str) -> None:
    answer = pair.caller("boston").call("PUT", f"{POLICIES}/sales", {"schedule": text, "enabled": True})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "schedule")


def test_fields_appear_with_the_version_that_has_them(run: Run, pair: Any) -> None:
    caller = pair.caller("boston")
    shown = {
        version: caller.get(f"/platform/{version}/sync/policies/sales")["policies"][0] for version in (3, 7, 14, 18)
    }
    fields = ("service_policy", "allow_copy_fb", "elliptic_curve_list")
    assert {version: [name for name in fields if name in one] for version, one in shown.items()} == {
        3: [],
        7: ["service_policy"],
        14: ["service_policy", "allow_copy_fb"],
        18: ["service_policy", "allow_copy_fb", "elliptic_curve_list"],
    }
    assert caller.call("PUT", "/platform/7/sync/policies/sales", {"allow_copy_fb": True}).status_code == 400
    caller.write("PUT", "/platform/14/sync/policies/sales", {"allow_copy_fb": True})


def test_a_copy_policy_deletes_nothing_and_exclusions_stay_behind(run: Run, pair: Any) -> None:
    caller = pair.caller("boston")
    folder = pair.files["boston"].path("/ifs/data/copied")
    for name in ("kept", "left", "deep/inner"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file").write_text(name, encoding="utf-8")
    fields = {
        "name": "copied",
        "action": "copy",
        "source_root_path": "/ifs/data/copied",
        "target_host": "127.77.2.21",
        "target_path": "/ifs/data/copied",
        "source_exclude_directories": ["/ifs/data/copied/left"],
    }
    caller.write("POST", POLICIES, fields, 201)
    assert run.job("boston", "copied") == "finished"
    target = pair.files["newyork"].path("/ifs/data/copied")
    assert (target / "kept" / "file").exists() and not (target / "left").exists()
    (folder / "kept" / "file").unlink()
    assert run.job("boston", "copied") == "finished"
    assert (target / "kept" / "file").exists()
    assert run.job("newyork", "copied", "allow_write") == "finished"
    assert caller.call("POST", JOBS, {"id": "copied", "action": "resync_prep"}).status_code == 409
    outside = {**fields, "name": "outside", "source_exclude_directories": ["/ifs/data/sales"]}
    assert caller.call("POST", POLICIES, outside).status_code == 400


def test_included_directories_come_with_their_parents() -> None:
    policy = {
        "source_root_path": "/ifs/data",
        "source_exclude_directories": [],
        "source_include_directories": ["/ifs/data/a/b"],
    }
    assert chosen_paths(policy) == ("--include=/a/", "--include=/a/b/***", "--exclude=*")
