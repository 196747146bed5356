# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each second of a cutover belongs to one step, or to what is between two."""

from __future__ import annotations

import datetime

import pytest
from bench.step_times import BETWEEN, step_spans, step_times


def work(kind: str, began: float, ended: float) -> dict[str, object]:
    return {"kind": kind, "what": "", "began": began, "ended": ended}


def test_a_step_is_what_the_clusters_did_in_it_and_the_rest() -> None:
    steps = [("fence", (9.0, 12.0)), ("final_sync", (12.25, 15.0)), ("online", (15.5, 18.0))]
    works = [work("network", 10, 11), work("job", 12.5, 14.5), work("call", 14.0, 14.75)]
    found = step_times(steps, works, (10.0, 17.0))
    assert {name: spent["seconds"] for name, spent in found.items()} == {
        "fence": 2.0,
        BETWEEN: 0.75,
        "final_sync": 2.75,
        "online": 1.5,
    }
    assert sum(spent["seconds"] for spent in found.values()) == 7.0
    assert (found["fence"]["network"], found["fence"]["nobody"]) == (1.0, 1.0)
    assert (found["final_sync"]["job"], found["final_sync"]["call"], found["final_sync"]["nobody"]) == (2.0, 0.25, 0.5)


def test_the_steps_of_a_report_are_those_from_fence_to_online() -> None:
    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 500000, tzinfo=datetime.UTC)
    names = ("drain", "fence", "online", "wake")
    report = {"steps": [{"name": name, "started": moment.isoformat(), "seconds": 1.5} for name in names]}
    found = step_spans(report, moment.timestamp() - 100.0)
    assert [name for name, _span in found] == ["fence", "online"]
    assert found[0][1] == pytest.approx((100.0, 101.5))
