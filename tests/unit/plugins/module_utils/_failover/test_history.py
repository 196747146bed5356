# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the next run will take is told from runs like it; what another version or a dying controller wrote is passed over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import history_files, lease
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.history import past_run, predict, trend


def ended(number: int, seconds: float, **more: Any) -> dict[str, Any]:
    content = {
        "result": "succeeded",
        "source": "boston",
        "target": "newyork",
        "method": "smartconnect",
        "cutover_seconds": 3.5,
        "steps": [{"name": "fence", "seconds": seconds}],
        **more,
    }
    return {"run_id": f"run{number}", "closed": f"2026-11-23T08:00:{number:02d}+00:00", "content": content}


def predicted(*records: Any, method: str = "smartconnect") -> dict[str, float]:
    runs = [run for run in map(past_run, records) if run is not None]
    return predict(runs, "boston", "newyork", method)


def test_the_median_of_runs_by_the_same_method_counts() -> None:
    records = [ended(1, 1.0), ended(2, 9.0), ended(3, 2.0), ended(4, 70.0, method="ip_takeover")]
    assert predicted(*records) == {"fence": 2.0}
    assert predicted(*records, method="ip_takeover") == {"fence": 70.0}
    assert predicted() == {}


def test_runs_that_went_the_same_way_count_before_others() -> None:
    back = ended(1, 8.0, source="newyork", target="boston")
    assert predicted(back) == {"fence": 8.0}
    assert predicted(back, ended(2, 2.0)) == {"fence": 2.0}


def test_runs_that_were_rolled_back_do_not_count() -> None:
    assert predicted(ended(1, 8.0, result="rolled_back")) == {}


def test_only_the_newest_ten_count() -> None:
    old, new = [ended(n, 90.0) for n in range(12)], [ended(20 + n, 1.0) for n in range(10)]
    assert predicted(*old, *new) == {"fence": 1.0}


@pytest.mark.parametrize(
    "record",
    [None, [], "x", {}, {"content": None}, {"content": {"result": "succeeded"}}, {"content": {"steps": "fence"}}],
)
def test_what_is_no_record_is_passed_over(record: Any) -> None:
    assert past_run(record) is None


@pytest.mark.parametrize("seconds", ["soon", None, True, -1, float("nan"), float("inf"), {}])
def test_a_step_without_a_number_is_passed_over(seconds: Any) -> None:
    run = past_run(ended(1, seconds))
    assert run is not None
    assert run.step_seconds == {}


def test_text_that_a_template_made_of_a_number_is_read() -> None:
    run = past_run(ended(1, 1.0, cutover_seconds="3.5"))
    assert run is not None
    assert run.cutover_seconds == 3.5


def test_the_trend_holds_the_newest_against_those_before() -> None:
    found = trend([2.0, None, 4.0, 6.0])
    assert found is not None
    assert (found.median_seconds, found.newest_seconds, found.change_percent) == (4.0, 6.0, 100.0)
    assert trend([None]) is None
    first = trend([2.0])
    assert first is not None
    assert first.change_percent is None


def test_runs_are_read_from_both_clusters(pair: Any, options: Callable[[str], dict[str, Any]]) -> None:
    folders = {name: pair.files[name].path(lease.folder_of("sales")) for name in ("boston", "newyork")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    (folders["boston"] / "00000001.closed.json").write_text(json.dumps(ended(1, 1.0)), encoding="utf-8")
    (folders["newyork"] / "00000001.closed.json").write_text(json.dumps(ended(1, 1.0)), encoding="utf-8")
    (folders["newyork"] / "00000002.closed.json").write_text(json.dumps(ended(2, 3.0)), encoding="utf-8")
    (folders["boston"] / "00000003.closed.json").write_text('{"run_id": "torn', encoding="utf-8")
    params = {
        "source": options("boston"),
        "target": options("newyork"),
        "access_zone": "sales",
        "source_name": "boston",
        "target_name": "newyork",
        "method": "smartconnect",
        "limit": 20,
    }
    found = history_files.run(params, False, lambda _message: None)
    assert [run["run_id"] for run in found["runs"]] == ["run1", "run2"]
    assert found["predicted_seconds"] == {"fence": 2.0}
    nothing = history_files.run({**params, "access_zone": "finance"}, False, lambda _message: None)
    assert (nothing["runs"], nothing["predicted_seconds"]) == ([], {})
