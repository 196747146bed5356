# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replication is repeated until a run is short; the final one starts after the proof and leaves nothing out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import replication
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.replication import (
    Round,
    is_small,
    left_out,
    require_final,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.cluster import read_clock
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import (
    BadOption,
    PapiError,
    UnexpectedAnswer,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.synciq import SyncJobFailed
from onefs_sim.fault_switchboard import FaultSwitchboard
from onefs_sim.faults import Fault

Work = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("seconds", "limit", "small"), [([9.0, 3.0], 3.0, True), ([3.0, 9.0], 3.0, False), ([], 3.0, False)]
)
def test_the_last_round_decides(seconds: list[float], limit: float, small: bool) -> None:
    assert is_small([Round(number, taken, 0, 0) for number, taken in enumerate(seconds, 1)], limit) is small


@pytest.fixture
def work(options: Callable[[str], dict[str, Any]]) -> Work:
    """Return a run of the policy sales as a call; what it tells is in `told`."""

    def run(check_mode: bool = False, **more: Any) -> dict[str, Any]:
        told: list[str] = []
        defaults = {
            "policies": ["sales"],
            "operation": "run",
            "rounds": 3,
            "until_seconds": 0.0,
            "require_small": False,
            "final": False,
            "not_before": 0,
            "wait": True,
            "under_way": None,
        }
        params = {"source": options("boston"), "target": options("newyork"), "deadline_seconds": 30, **defaults, **more}
        return {**replication.run(params, check_mode, told.append), "told": told}

    return run


def test_one_short_run_is_enough(work: Work) -> None:
    done = work(until_seconds=20.0)
    assert [one["number"] for one in done["rounds"]] == [1]
    assert done["small"]
    assert done["predicted_seconds"] == pytest.approx(done["rounds"][0]["seconds"], abs=0.1)
    assert any("round 1 of 3 at the most" in line for line in done["told"])


def test_what_does_not_get_short_is_told(work: Work) -> None:
    done = work(until_seconds=0.001)
    assert [one["number"] for one in done["rounds"]] == [1, 2, 3]
    assert not done["small"]


def test_what_does_not_get_short_is_refused_where_that_is_required(work: Work) -> None:
    with pytest.raises(SyncJobFailed, match="failover_pre_sync_seconds"):
        work(until_seconds=0.001, rounds=1, require_small=True)


def test_without_a_limit_every_round_is_done(work: Work) -> None:
    done = work(rounds=2)
    assert len(done["rounds"]) == 2
    assert done["small"]


def jobs_of(cluster: Any) -> list[dict[str, Any]]:
    return [work for work in cluster.work.since(0) if work["kind"] == "job"]


def test_a_run_is_begun_by_one_task_and_waited_for_by_another(pair: Any, work: Work) -> None:
    begun = work(rounds=1, wait=False)
    assert (begun["changed"], begun["rounds"], list(begun["under_way"])) == (True, [], ["sales"])
    done = work(rounds=1, under_way=begun["under_way"])
    assert len(jobs_of(pair.boston)) == 1
    assert done["policies"][0]["after"].endswith("finished")
    assert 0 < done["rounds"][0]["seconds"] < 30


def test_what_is_begun_and_waited_for_is_held_against_the_proof_too(work: Work) -> None:
    begun = work(rounds=1, wait=False)
    with pytest.raises(SyncJobFailed, match="before the fence was proven"):
        work(rounds=1, under_way=begun["under_way"], final=True, not_before=int(time.time()) + 1000)


def test_writes_are_begun_by_one_task_and_waited_for_by_another(pair: Any, work: Work) -> None:
    predicted = work(check_mode=True, operation="allow_write", wait=False)
    assert predicted["changed"] and not jobs_of(pair.newyork)
    begun = work(operation="allow_write", wait=False)
    assert begun["policies"] == [
        {"policy": "sales", "changed": True, "before": "writes_disabled", "after": "a job has begun"}
    ]
    done = work(operation="allow_write", under_way=begun["under_way"])
    assert done["policies"][0]["after"] == "writes_enabled"
    assert len(jobs_of(pair.newyork)) == 1
    assert not work(operation="allow_write", wait=False)["changed"]


def test_what_nobody_would_wait_for_is_not_begun(pair: Any, work: Work) -> None:
    with pytest.raises(
        BadOption, match=r"(?s)Beginning resync_prep of SyncIQ policies sales .*nothing would wait .*Leave wait"
    ):
        work(operation="resync_prep", wait=False)
    assert not jobs_of(pair.boston)


def change(started: int | None, **report: int) -> dict[str, Any]:
    return {"policy": "sales", "after": "run 7 finished", "started": started, "left_out": left_out(report)}


def test_the_final_run_starts_after_the_proof_and_leaves_nothing_out() -> None:
    require_final([change(100), change(101, failed_chunks=0)], 100, "boston")
    with pytest.raises(SyncJobFailed, match="before the fence was proven at 101"):
        require_final([change(101), change(100)], 101, "boston")
    with pytest.raises(SyncJobFailed, match="before the fence"):
        require_final([change(None)], 101, "boston")
    with pytest.raises(SyncJobFailed, match="2 error_io_files_skipped"):
        require_final([change(101, error_io_files_skipped=2)], 101, "boston")


def test_a_final_run_without_a_proof_is_refused(work: Work) -> None:
    with pytest.raises(SyncJobFailed, match="nobody says when the fence was proven"):
        work(rounds=1, final=True)


def test_a_clock_that_may_not_be_read_is_no_clock(pair: Any, papi: Callable[[str], PapiSession]) -> None:
    pair.boston.inject(Fault("boston", "GET", "cluster/time", status=403))
    with pytest.raises(PapiError, match="403"):
        read_clock(papi("boston"))
    pair.boston.inject(
        Fault(
            "boston", "GET", "cluster/time", status=200, body='{"nodes": [{"lnn": 1}]}', content_type="application/json"
        )
    )
    with pytest.raises(UnexpectedAnswer, match="no node says what time it is"):
        read_clock(papi("boston"))


def test_the_clusters_own_clock_decides(
    faults: FaultSwitchboard, papi: Callable[[str], PapiSession], work: Work
) -> None:
    faults.inject("boston", "clock-skew", {"seconds": -5000})
    now = read_clock(papi("boston"))
    assert abs(now - (time.time() - 5000)) < 60
    assert work(rounds=1, final=True, not_before=now)["changed"]
    with pytest.raises(SyncJobFailed, match="before the fence"):
        work(rounds=1, final=True, not_before=now + 600)


def test_a_check_runs_nothing(work: Work) -> None:
    done = work(check_mode=True, until_seconds=0.001, require_small=True)
    assert done["rounds"] == []
    assert done["changed"]
