# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who spent the time of a cutover is told by what the clusters were busy with, each moment counted once."""

from __future__ import annotations

import pytest
from bench.time_spent import NotMeasured, busy, seconds_of, window_of

PUT = "PUT /platform/12/network/groupnets/g/subnets/s/pools/sales"


def work(kind: str, began: float, ended: float, what: str = "") -> dict[str, object]:
    return {"kind": kind, "what": what, "began": began, "ended": ended}


def test_what_overlaps_counts_once() -> None:
    assert seconds_of([(0, 2), (1, 3), (5, 6), (5.5, 5.75)]) == 4


def test_a_poll_during_a_job_is_the_job() -> None:
    works = [work("call", 0, 1), work("job", 1, 6), work("call", 2, 3), work("call", 5.5, 7), work("network", 6.5, 8)]
    assert busy(works, (0.5, 9)) == {"job": 5, "network": 1.5, "command": 0, "call": 1.0}


def test_a_command_over_ssh_is_the_clusters_own_time() -> None:
    works = [work("command", 1, 3), work("call", 2, 4), work("network", 2.5, 2.75)]
    assert busy(works, (0, 5)) == {"job": 0, "network": 0.25, "command": 1.75, "call": 1}


def test_the_cutover_begins_with_the_call_that_takes_interfaces_off() -> None:
    lifetime, fence = work("call", 1, 1.1, PUT), work("call", 10, 10.1, PUT)
    after = work("call", 15, 15.1, PUT)
    assert window_of([lifetime, fence, after], [(11, 17)]) == (10, 17)


def test_a_zone_that_never_went_dark_was_not_moved() -> None:
    with pytest.raises(NotMeasured, match="dark"):
        window_of([work("call", 1, 2, PUT)], [])
