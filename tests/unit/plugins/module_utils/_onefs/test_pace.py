# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long something still takes is said where there is a basis for it, and not otherwise."""

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pace import (
    WINDOW_SECONDS,
    Pace,
    rate,
    seconds_left,
    spoken_bytes,
    spoken_seconds,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.synciq import JobPace


class Clock:
    """Time that passes when the test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seen", "total", "left"),
    [
        ([(0, 0), (10, 50)], 100, 10),
        ([(0, 40), (4, 60)], 100, 8),
        ([], 100, None),
        ([(0, 50)], 100, None),
        # Seen for too short a time, nothing moved, no total, a total that was passed.
        ([(0, 0), (1, 50)], 100, None),
        ([(0, 50), (10, 50)], 100, None),
        ([(0, 0), (10, 50)], None, None),
        ([(0, 0), (10, 120)], 100, None),
        ([(0, 0), (10, 100)], 100, None),
    ],
)
def test_the_rest_at_the_pace_so_far(seen: list[tuple[float, float]], total: float | None, left: float | None) -> None:
    assert seconds_left(seen, total) == left


def test_the_pace_of_the_last_while_counts() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    pace.saw(0)
    clock.now += 10
    pace.saw(1000)
    for _turn in range(8):
        clock.now += 10
        pace.saw(1000 + (clock.now - 1010))
    assert clock.now - 1000 > 2 * WINDOW_SECONDS
    assert pace.so_far(1180) == "1080 of 1180, 1/s"
    assert pace.left(1180) == ", about 2 min left"


def test_less_than_before_is_something_else_that_began() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    for done in (100, 200, 10):
        pace.saw(done)
        clock.now += 10
    assert pace.so_far(50) == "10 of 50"
    assert pace.left(50) == ""


@pytest.mark.parametrize(
    ("seconds", "spoken"),
    [(0.2, "1 s"), (7.6, "8 s"), (43, "45 s"), (130, "2 min"), (5399, "90 min"), (3 * 3600 + 60, "3 h")],
)
def test_a_time_is_no_more_exact_than_an_estimate_is(seconds: float, spoken: str) -> None:
    assert spoken_seconds(seconds) == spoken


@pytest.mark.parametrize(
    ("count", "spoken"), [(0, "0 bytes"), (999, "999 bytes"), (1536, "1.54 kB"), (2.5e9, "2.5 GB"), (7e15, "7e+03 TB")]
)
def test_bytes_have_three_digits(count: float, spoken: str) -> None:
    assert spoken_bytes(count) == spoken


def job(done: int, total: int, files: int = 3, files_total: int = 3) -> dict[str, object]:
    counts = {"bytes_transferred": done, "total_data_bytes": total, "files_transferred": files}
    return {"policy_action": "sync", "state": "running", **counts, "total_files": files_total}


def test_a_job_tells_bytes_rate_and_time_left() -> None:
    clock = Clock()
    pace = JobPace(clock)
    assert pace.describe(job(0, 9_000_000)) == "sync running, 0 bytes of 9 MB, 3 files"
    clock.now += 10
    assert pace.describe(job(3_000_000, 9_000_000)) == "sync running, 3 MB of 9 MB, 300 kB/s, 3 files, about 20 s left"


def test_files_where_the_job_knows_no_bytes_and_nothing_where_it_knows_nothing() -> None:
    clock = Clock()
    pace, blind = JobPace(clock), JobPace(clock)
    pace.describe(job(0, 0, files=0, files_total=100))
    blind.describe({"action": "resync_prep", "state": "running", "total_files": None})
    clock.now += 10
    told = pace.describe(job(0, 0, files=50, files_total=100))
    assert told == "sync running, 0 bytes, 50 files of 100 files, 5 files/s, about 10 s left"
    assert (
        blind.describe({"action": "resync_prep", "state": "running", "bytes_transferred": True})
        == "resync_prep running"
    )


def test_an_empty_past_has_no_rate() -> None:
    assert rate([]) is None
