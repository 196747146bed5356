# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SyncIQ: real copies, states, refusals; there and back again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from onefs_sim.faults import Fault
from unit.simulator.synciq_run import JOBS, LEDGER, POLICIES, TARGETS, Run


@pytest.fixture
def run(pair: Any, until: Callable[..., Any]) -> Run:
    return Run(pair, until)


def test_the_first_sync_is_done_at_the_start(run: Run) -> None:
    assert run.text("newyork") == "first\n"
    assert run.state("newyork", "sales") == "writes_disabled"
    assert run.is_read_only("newyork")
    assert run.policy("boston", "sales")["last_job_state"] == "finished"


def test_a_job_takes_time_is_listed_late_and_alone(run: Run, pair: Any) -> None:
    run.write("boston", "second\n")
    caller = pair.caller("boston")
    # Long enough for the calls in between, on any machine.
    pair.boston.sync.visible_after_seconds = 2
    held = pair.boston.inject(Fault("boston", "JOB", "sales/run", hang_seconds=60))
    job_id = run.start("boston", "sales")["id"]
    assert caller.call("GET", f"{JOBS}/sales").status_code == 404, "a new job is not listed at once"
    refused = caller.call("POST", JOBS, {"id": "sales"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "AEC_CONFLICT")
    assert pair.caller("newyork").call("POST", JOBS, {"id": "sales", "action": "allow_write"}).status_code == 409
    run.until(lambda: caller.call("GET", f"{JOBS}/sales").status_code == 200)
    job = caller.get(f"{JOBS}/sales")["jobs"][0]
    assert (job["id"], str(job["job_id"]), job["action"], job["state"]) == ("sales", job_id, "run", "running")
    held.cleared.set()
    run.idle("boston", "sales")
    assert run.text("newyork") == "second\n"
    assert caller.get(f"{JOBS}")["jobs"] == []


def test_a_record_rewritten_within_one_second_is_copied(run: Run) -> None:
    for text in ("aaaa\n", "bbbb\n"):
        run.write("boston", text)
        assert run.job("boston", "sales") == "finished"
        assert run.text("newyork") == text


def test_failover_and_failback(run: Run, pair: Any) -> None:
    """The whole way over and back, and once more with the mirror that the first time left."""
    for _ in range(2):
        there_and_back(run)


def there_and_back(run: Run) -> None:
    run.write("boston", "before\n")
    assert run.job("boston", "sales") == "finished"
    assert run.job("newyork", "sales", "allow_write") == "finished"
    assert run.state("newyork", "sales") == "writes_enabled"
    assert not run.is_read_only("newyork")
    assert run.job("boston", "sales") == "failed", "a writable target takes no sync"
    run.write("newyork", "written on newyork\n")
    run.write("boston", "written on boston too late\n")
    assert run.job("boston", "sales", "resync_prep") == "finished"
    assert run.state("newyork", "sales") == "resync_policy_created"
    assert run.is_read_only("boston")
    assert run.text("boston") == "before\n", "the source goes back to the last common state"
    assert not run.policy("boston", "sales")["enabled"]
    mirror = run.policy("newyork", "sales_mirror")
    assert (mirror["enabled"], mirror["target_host"]) == (True, "127.77.1.21")
    assert run.state("boston", "sales_mirror") == "writes_disabled"

    assert run.job("newyork", "sales_mirror") == "finished"
    assert run.text("boston") == "written on newyork\n"
    assert run.job("boston", "sales_mirror", "allow_write") == "finished"
    assert not run.is_read_only("boston")
    assert run.job("newyork", "sales_mirror", "resync_prep") == "finished"
    assert run.state("boston", "sales_mirror") == "resync_policy_created"
    assert run.state("newyork", "sales") == "writes_disabled"
    assert run.is_read_only("newyork")
    assert run.policy("boston", "sales")["enabled"]
    run.write("boston", "home again\n")
    assert run.job("boston", "sales") == "finished"
    assert run.text("newyork") == "home again\n"


def test_allow_write_revert_restores_the_last_sync(run: Run, pair: Any) -> None:
    assert run.job("newyork", "sales", "allow_write") == "finished"
    run.write("newyork", "rehearsal\n")
    (pair.files["newyork"].path("/ifs/data/sales") / "new.txt").write_text("x", encoding="utf-8")
    assert run.job("newyork", "sales", "allow_write_revert") == "finished"
    assert run.text("newyork") == "first\n"
    assert not (pair.files["newyork"].path("/ifs/data/sales") / "new.txt").exists()
    assert run.state("newyork", "sales") == "writes_disabled"
    assert run.is_read_only("newyork")


def test_a_writer_keeps_the_path_writable_and_fails_the_job(run: Run, pair: Any) -> None:
    run.job("newyork", "sales", "allow_write")
    pair.files["newyork"].held_by_a_writer.add("/ifs/data/sales")
    assert run.job("newyork", "sales", "allow_write_revert") == "failed"
    assert run.state("newyork", "sales") == "writes_enabled"
    target = pair.caller("newyork").get(f"{TARGETS}/sales")["policies"][0]
    assert target["last_job_state"] == "failed"
    report = pair.caller("newyork").get("/platform/7/sync/reports")["reports"][0]
    assert "holds a file open" in report["errors"][0]


def test_a_sync_that_breaks_off_is_rolled_back_by_allow_write(run: Run, pair: Any) -> None:
    pair.files["newyork"].path(LEDGER).write_text("half copied", encoding="utf-8")
    assert run.job("newyork", "sales", "allow_write") == "finished"
    assert run.text("newyork") == "first\n"


def test_what_is_refused(run: Run, pair: Any) -> None:
    boston, newyork = pair.caller("boston"), pair.caller("newyork")
    for caller, body, status in (
        (boston, {"id": "nobody"}, 404),
        (boston, {"id": "sales", "action": "run"}, 400),
        (boston, {"id": "sales", "action": "allow_write"}, 404),
        (boston, {"id": "sales", "action": "resync_prep"}, 409),
        (newyork, {"id": "sales", "action": "allow_write_revert"}, 409),
    ):
        assert caller.call("POST", JOBS, body).status_code == status, body
    boston.write("PUT", f"{POLICIES}/sales", {"enabled": False, "schedule": ""})
    assert boston.call("POST", JOBS, {"id": "sales"}).status_code == 409
    assert boston.call("PUT", f"{POLICIES}/sales", {"enabled": "no"}).status_code == 400
    assert boston.call("PUT", f"{POLICIES}/sales", {"last_success": 1}).status_code == 400


def test_policies_by_id_and_a_put_that_keeps_the_rest(run: Run, pair: Any) -> None:
    before = run.policy("boston", "sales")
    pair.caller("boston").write("PUT", f"{POLICIES}/{before['id']}", {"enabled": False, "schedule": "every 1 hours"})
    after = run.policy("boston", before["id"])
    assert after == {**before, "enabled": False, "schedule": "every 1 hours"}


def test_cancel(run: Run, pair: Any) -> None:
    pair.boston.inject(Fault("boston", "JOB", "sales/run", hang_seconds=30))
    run.write("boston", "never copied\n")
    run.start("boston", "sales")
    caller = pair.caller("boston")
    run.until(lambda: caller.call("GET", f"{JOBS}/sales").status_code == 200)
    caller.write("PUT", f"{JOBS}/sales", {"state": "canceled"})
    run.idle("boston", "sales")
    assert run.policy("boston", "sales")["last_job_state"] == "canceled"
    assert run.text("newyork") == "first\n"


def test_the_target_may_act_when_the_source_is_gone(run: Run, pair: Any) -> None:
    pair.boston.stop()
    assert run.job("newyork", "sales", "allow_write") == "finished"
    assert not run.is_read_only("newyork")


def test_a_network_that_carries_nothing_between_the_clusters_fails_the_job(run: Run, pair: Any) -> None:
    run.write("boston", "second\n")
    pair.newyork.sync.peer_reachable = lambda: False
    assert run.job("boston", "sales") == "failed"
    assert run.text("newyork") == "first\n"
    assert pair.caller("newyork").get(f"{TARGETS}/sales")["policies"][0]["last_job_state"] == "finished"
    pair.newyork.sync.peer_reachable = lambda: True
    assert run.job("boston", "sales") == "finished"
    assert run.text("newyork") == "second\n"


def test_a_job_takes_its_least_time(run: Run) -> None:
    started = time.monotonic()
    run.job("boston", "sales")
    assert time.monotonic() - started >= 0.2
