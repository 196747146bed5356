# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replication is repeated until a run is short; what does not get short is said or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import replication
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.replication import Round, is_small
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.synciq import SyncJobFailed

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


def test_a_check_runs_nothing(work: Work) -> None:
    done = work(check_mode=True, until_seconds=0.001, require_small=True)
    assert done["rounds"] == []
    assert done["changed"]
