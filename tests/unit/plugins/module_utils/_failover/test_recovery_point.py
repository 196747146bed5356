# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""To which moment the data of a dead source goes back."""

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.recovery_point import (
    recovery_point,
    spoken,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.synciq import TargetPolicy

NOW = 10_000.0


def policy(last_update: int = 9_000, state: str = "finished") -> TargetPolicy:
    return TargetPolicy("sales", "/ifs/data/sales", "writes_disabled", state, last_update)


def run(number: int, state: str = "finished", start: int = 9_000) -> dict[str, object]:
    return {"policy_name": "sales", "job_id": number, "state": state, "start_time": start}


@pytest.mark.parametrize(
    ("last_update", "reports", "point"),
    [
        (9_000, [], 9_000),
        # The end of a run is later than what it read.
        (9_060, [run(1), run(2, start=9_040)], 9_040),
        (9_000, [run(1), run(2, "failed", 9_500)], 9_000),
        (0, [], 0),
    ],
)
def test_the_point_is_the_begin_of_the_last_good_run(
    last_update: int, reports: list[dict[str, object]], point: int
) -> None:
    assert recovery_point(policy(last_update), reports, NOW).point == point


@pytest.mark.parametrize(
    ("state", "reports", "unfinished"),
    [
        ("finished", [run(1)], False),
        ("success w/ prior failures", [], False),
        ("running", [run(1)], True),
        ("finished", [run(1), run(2, "failed", 9_500)], True),
        ("finished", [run(1, "failed", 9_500), run(2)], False),
    ],
)
def test_a_run_that_broke_off_is_told(state: str, reports: list[dict[str, object]], unfinished: bool) -> None:
    found = recovery_point(policy(state=state), reports, NOW)
    assert found.unfinished is unfinished
    assert ("did not finish" in spoken(found, "newyork")) is unfinished


def test_the_age_is_told_as_people_say_it() -> None:
    assert "(16 min 40 s ago)" in spoken(recovery_point(policy(), [], NOW), "newyork")
