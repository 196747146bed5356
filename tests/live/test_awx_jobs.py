# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: answers of a survey, a fresh container each time, and one that somebody cancels in mid-run."""

from __future__ import annotations

import contextlib
import os
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from awx.job import Ended, Job, account
from running_pair import RunningPair

FORTH = {"failover_source": "boston", "failover_target": "newyork"}
BACK = {"failover_source": "newyork", "failover_target": "boston"}
#: As a survey gives them: text for what is a number or a truth value, a line for each element of a list, blank for no answer.
ANSWERS = {
    "failover_access_zone": "",
    "failover_pools": "groupnet0.subnet1.sales\n",
    "failover_method": "smartconnect",
    "failover_drain_seconds": "0",
    "failover_readiness_waive": "rehearsed_lately: this is a test, and nobody rehearsed it\n",
    "failover_take_over": "false",
}

Launch = Callable[..., Ended]


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("awx-jobs", "--prerequisites") as running:
        yield running


@pytest.fixture(name="launch")
def launcher(pair: RunningPair, tmp_path: pathlib.Path) -> Launch:
    def launch(number: int, playbook: str, answers: dict[str, Any], **how: Any) -> Ended:
        job = Job(
            tmp_path, number, f"playbooks/{playbook}.yml", answers, pair.status, lambda c: pair.enter("controller", c)
        )
        ended = job.run(**how)
        if job.namespace >= 0:
            jobs.append(job)
        secret = account(pair.status)["password"]
        assert secret not in ended.raw
        assert secret not in ended.output
        return ended

    jobs: list[Job] = []
    yield launch  # type: ignore[misc]
    for job in jobs:
        os.close(job.namespace)


def serving(pair: RunningPair) -> list[str]:
    """Return the clusters whose pool of the zone has interfaces."""
    return [
        name
        for name, cluster in pair.configuration().items()
        for pool in cluster["network"]["pools"]
        if pool["name"] == "sales" and pool["ifaces"]
    ]


@contextlib.contextmanager
def held_before_the_names(pair: RunningPair) -> Iterator[Callable[[str], bool]]:
    """Hold a failover after the fence, at the first change that newyork is asked for, and say when it has come there.

    A job goes on while its cancellation is on the way; without this it would be done on a quick machine.
    """
    pair.inject("newyork", "call", "--method", "PUT", "--path", "/pools/sales$", "--hang", "600")
    try:
        yield lambda task: task.startswith("Names: ")
    finally:
        pair.clear()


def test_a_job_that_is_cancelled_is_taken_over_by_the_next_one(pair: RunningPair, launch: Launch) -> None:
    with held_before_the_names(pair) as held:
        cancelled = launch(4711, "failover", {**FORTH, **ANSWERS}, passed=held)
    assert cancelled.status == "canceled", cancelled.output
    assert serving(pair) == []

    second = launch(4715, "failover", {**FORTH, **ANSWERS, "failover_take_over": "true"})
    assert second.status == "successful", second.output
    assert serving(pair) == ["newyork"]
    assert second.artifacts["failover_ready"] is True


@pytest.mark.faults
def test_the_next_job_is_asked_first_and_told_whose_the_run_was(pair: RunningPair, launch: Launch) -> None:
    if serving(pair) == ["newyork"]:
        assert launch(4719, "failback", {**BACK, **ANSWERS, "failover_mirror": "kept"}).status == "successful"
    with held_before_the_names(pair) as held:
        cancelled = launch(4720, "failover", {**FORTH, **ANSWERS}, passed=held)
    assert cancelled.status == "canceled"
    refused = launch(4721, "failover", {**FORTH, **ANSWERS})
    assert refused.status == "failed", refused.output
    words = " ".join(refused.output.split())
    assert "AWX job 4720 'SMB failover: failover' of workflow job 4719, started by alice" in words
    assert "https://awx.example.com/#/jobs/playbook/4720" in words
    assert "Look at job 4720 in AWX" in words
    assert "failover_take_over=true" in words
    assert serving(pair) == []

    state = launch(4722, "service_state", {**FORTH, "failover_pools": ANSWERS["failover_pools"]})
    assert state.status == "failed"
    assert "has not ended. No interface of either cluster carries" in " ".join(state.output.split())
    assert state.artifacts == {"failover_serving": "nobody"}
    taken = launch(4723, "failover", {**FORTH, **ANSWERS, "failover_take_over": "true"})
    assert taken.status == "successful", taken.output
    state = launch(4724, "service_state", {**FORTH, "failover_access_zone": "sales", "service_expected": "target"})
    assert state.status == "successful", state.output
    assert state.artifacts == {"failover_serving": "newyork"}


@pytest.mark.faults
def test_every_template_runs_with_the_answers_of_its_survey(pair: RunningPair, launch: Launch) -> None:
    if serving(pair) == ["newyork"]:
        assert launch(4725, "failback", {**BACK, **ANSWERS, "failover_mirror": "kept"}).status == "successful"
    zone = {**ANSWERS, "failover_access_zone": "sales", "failover_pools": ""}
    for number, (playbook, answers) in enumerate(
        (
            ("prerequisites", {"prerequisites_state": "present"}),
            ("remember_clusters", FORTH),
            ("readiness", {**FORTH, **zone, "readiness_fail_on": "block", "readiness_request": "{{ 7 * 7 }}, why not"}),
            ("rehearsal", {**FORTH, **zone, "rehearsal_level": "1", "rehearsal_members": "", "rehearsal_subnet": ""}),
            ("failover", {**FORTH, **zone, "failover_pools": ""}),
            ("failover", {**FORTH, **zone, "failover_pools": "[]"}),
            ("service_state", {**FORTH, **zone, "service_expected": "target"}),
            ("failback", {**BACK, **zone, "failover_mirror": "kept"}),
        )
    ):
        ended = launch(4730 + number, playbook, answers)
        assert ended.status == "successful", (playbook, ended.output)
        if playbook == "readiness":
            assert "{{ 7 * 7 }}, why not" in ended.output
    ended = launch(4750, "service_state", {**FORTH, **zone, "service_expected": "target"})
    assert ended.status == "failed"
    assert "boston serves access zone sales. Expected was newyork" in " ".join(ended.output.split())
