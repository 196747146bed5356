# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: answers of a survey, a fresh container each time, and one that somebody cancels in mid-run."""

from __future__ import annotations

import contextlib
import json
import pathlib
from collections.abc import Callable, Iterator

import pytest
from awx import surveys
from awx.launcher import Launcher
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


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("awx-jobs", "--prerequisites") as running:
        yield running


@pytest.fixture
def launch(pair: RunningPair, tmp_path: pathlib.Path) -> Iterator[Launcher]:
    with Launcher(pair.status, pair.enter, tmp_path) as launcher:
        yield launcher


def serving(pair: RunningPair, pool: str = "sales") -> list[str]:
    """Return the clusters whose pool has interfaces."""
    return [
        name
        for name, cluster in pair.configuration().items()
        for one in cluster["network"]["pools"]
        if one["name"] == pool and one["ifaces"]
    ]


def rehearsed(way: dict[str, str]) -> dict[str, str]:
    """Return the clusters as the survey of the rehearsal asks for them."""
    return {name.replace("failover_", "rehearsal_"): cluster for name, cluster in way.items()}


def bring_home(pair: RunningPair, launch: Launcher) -> None:
    """See that boston serves, whatever a test before has left."""
    if serving(pair) == ["newyork"]:
        assert launch("failback", {**BACK, **ANSWERS, "failover_mirror": "kept"}).status == "successful"


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


def test_what_changes_nothing_runs_with_the_answers_of_its_survey(
    pair: RunningPair, launch: Launcher, tmp_path: pathlib.Path
) -> None:
    way = FORTH if serving(pair) == ["boston"] else BACK
    given = {
        "readiness": {**way, "failover_access_zone": "sales", "readiness_request": "{{ 7 * 7 }}, why not"},
        "rehearsal": {**rehearsed(way), "failover_pools": "groupnet0.subnet1.sales\n"},
        "who is at risk": {"failover_source": way["failover_source"], "failover_access_zone": "sales"},
        "remember clusters": way,
        "who serves": {**way, "failover_access_zone": "sales", "service_expected": "source"},
    }
    kept = tmp_path / "volume"
    before = pair.configuration()
    ended = {
        template: launch(
            surveys.playbooks()[template],
            surveys.answers(template, **answered),
            # A folder on a volume that stays is the same for all jobs.
            inventory_variables={"failover_report_directory": str(kept)} if template == "rehearsal" else {},
        )
        for template, answered in given.items()
    }
    for template, job in ended.items():
        assert job.status == "successful", f"{template}\n{job.output}"
    assert pair.configuration() == before
    assert "{{ 7 * 7 }}, why not" in ended["readiness"].output
    assert ended["readiness"].artifacts["failover_ready"] is True
    assert "REHEARSAL, level 1: checked, nothing was changed" in ended["rehearsal"].output
    assert ended["who serves"].artifacts == {"failover_serving": way["failover_source"]}

    (told,) = ended["rehearsal"].artifacts["failover_reports"].values()
    log = {"report_log_count": str(told["log"]["count"]), "report_log_sha256": told["log"]["sha256"]}
    whole = launch("verify_report", {"report_directory": str(kept), **log})
    assert whole.status == "successful", whole.output
    (kept / "report.md").write_text("served by nobody", encoding="utf-8")
    touched = launch("verify_report", {"report_directory": str(kept), "report_log_count": "", "report_log_sha256": ""})
    assert touched.status == "failed", touched.output
    assert "report.md" in touched.output


def test_a_job_that_is_cancelled_is_taken_over_by_the_next_one(pair: RunningPair, launch: Launcher) -> None:
    with held_before_the_names(pair) as held:
        cancelled = launch("failover", {**FORTH, **ANSWERS}, passed=held)
    assert cancelled.status == "canceled", cancelled.output
    assert serving(pair) == []

    second = launch("failover", {**FORTH, **ANSWERS, "failover_take_over": "true"})
    assert second.status == "successful", second.output
    assert serving(pair) == ["newyork"]
    assert second.artifacts["failover_ready"] is True


@pytest.mark.faults
def test_the_next_job_is_asked_first_and_told_whose_the_run_was(pair: RunningPair, launch: Launcher) -> None:
    bring_home(pair, launch)
    with held_before_the_names(pair) as held:
        cancelled = launch("failover", {**FORTH, **ANSWERS}, passed=held)
    assert cancelled.status == "canceled"
    number = launch.number
    refused = launch("failover", {**FORTH, **ANSWERS})
    assert refused.status == "failed", refused.output
    words = " ".join(refused.output.split())
    assert f"AWX job {number} 'SMB failover: failover' of workflow job {number - 1}, started by alice" in words
    assert f"https://awx.example.com/#/jobs/playbook/{number}" in words
    assert f"Look at job {number} in AWX" in words
    assert "failover_take_over=true" in words
    assert serving(pair) == []

    state = launch("service_state", {**FORTH, "failover_pools": ANSWERS["failover_pools"]})
    assert state.status == "failed"
    assert "has not ended. No interface of either cluster carries" in " ".join(state.output.split())
    assert state.artifacts == {"failover_serving": "nobody"}
    taken = launch("failover", {**FORTH, **ANSWERS, "failover_take_over": "true"})
    assert taken.status == "successful", taken.output
    state = launch("service_state", {**FORTH, "failover_access_zone": "sales", "service_expected": "target"})
    assert state.status == "successful", state.output
    assert state.artifacts == {"failover_serving": "newyork"}


@pytest.mark.faults
def test_every_template_of_living_clusters_runs_with_the_answers_of_its_survey(
    pair: RunningPair, launch: Launcher
) -> None:
    bring_home(pair, launch)
    forth = {**FORTH, "failover_access_zone": "sales"}
    back = {**BACK, "failover_access_zone": "sales"}
    pools = {**FORTH, "failover_pools": '["groupnet0.subnet1.sales"]'}
    copy = {
        **rehearsed(FORTH),
        "failover_access_zone": "sales",
        "rehearsal_level": "2",
        "rehearsal_subnet": "groupnet0.subnet1",
        "rehearsal_pool_range": "198.51.100.201-198.51.100.202",
        "rehearsal_members": "1:ext-1\n2:ext-1\n",
    }
    robot = {
        **rehearsed(FORTH),
        "failover_access_zone": "finance",
        "rehearsal_level": "3",
        "rehearsal_robot_zone": "finance",
        "rehearsal_robot_share": "finance",
    }
    for template, given in (
        ("prerequisites", {"prerequisites_state": "present"}),
        ("rehearsal", copy),
        ("rehearsal", robot),
        ("failover", pools),
        ("failover", {**forth, "failover_pools": "[]"}),
        ("who serves", {**forth, "service_expected": "target"}),
        ("failback", {**back, "failover_mirror": "kept"}),
        ("prerequisites", {"prerequisites_state": "absent"}),
        ("prerequisites", {"prerequisites_state": "present"}),
    ):
        ended = launch(surveys.playbooks()[template], surveys.answers(template, **given))
        assert ended.status == "successful", f"{template} {given}\n{ended.output}"
    ended = launch("service_state", surveys.answers("who serves", **forth, service_expected="target"))
    assert ended.status == "failed"
    assert "boston serves access zone sales. Expected was newyork" in " ".join(ended.output.split())


@pytest.mark.faults
def test_several_zones_move_in_one_job(pair: RunningPair, launch: Launcher, tmp_path: pathlib.Path) -> None:
    bring_home(pair, launch)
    kept = tmp_path / "volume"
    # The template is the team's own; so is its survey.
    zones = {
        "failover_zones": "sales\nfinance\n",
        "failover_zones_at_once": "2",
        "failover_stop_on_failure": "false",
        "failover_zones_report_directory": str(kept),
    }
    moved = launch("failover_zones", {**FORTH, **zones})
    assert moved.status == "successful", moved.output
    assert (serving(pair), serving(pair, "finance")) == (["newyork"], ["newyork"])
    ends = moved.artifacts["failover_zones_ends"]
    assert {name: one["end"] for name, one in ends.items()} == {
        "zone-sales": "served by the target",
        "zone-finance": "served by the target",
    }
    for name in ends:
        assert json.loads((kept / name / "report.json").read_text(encoding="utf-8"))["result"] == "succeeded"
    # Priorities are JSON in a field of text, one after the other.
    order = json.dumps([{"zone": "finance", "priority": 1}, {"zone": "sales", "priority": 2}])
    back = {**BACK, **zones, "failover_mode": "failback", "failover_mirror": "deleted", "failover_zones": order}
    home = launch("failover_zones", {**back, "failover_zones_at_once": "", "failover_stop_on_failure": ""})
    assert home.status == "successful", home.output
    assert (serving(pair), serving(pair, "finance")) == (["boston"], ["boston"])
