# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who spent the time of a cutover is told by what the clusters were busy with, each moment counted once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from bench.time_spent import LOG_OUT, NotMeasured, busy, seconds_of, window_of

PUT = "PUT /platform/12/network/groupnets/g/subnets/s/pools/sales"


def work(kind: str, began: float, ended: float, what: str = "", fields: Sequence[str] = ()) -> dict[str, object]:
    return {"kind": kind, "what": what, "began": began, "ended": ended, "fields": list(fields)}


def test_what_overlaps_counts_once() -> None:
    assert seconds_of([(0, 2), (1, 3), (5, 6), (5.5, 5.75)]) == 4


def test_a_poll_during_a_job_is_the_job() -> None:
    works = [work("call", 0, 1), work("job", 1, 6), work("call", 2, 3), work("call", 5.5, 7), work("network", 6.5, 8)]
    assert busy(works, (0.5, 9)) == {"job": 5, "network": 1.5, "command": 0, "call": 1.0}


def test_a_command_over_ssh_is_the_clusters_own_time() -> None:
    works = [work("command", 1, 3), work("call", 2, 4), work("network", 2.5, 2.75)]
    assert busy(works, (0, 5)) == {"job": 0, "network": 0.25, "command": 1.75, "call": 1}


def test_a_log_out_that_nobody_waits_for_is_nobodys_time() -> None:
    works = [work("call", 1, 2), work("call", 2, 3, LOG_OUT), work("call", 2.5, 2.75)]
    assert busy(works, (0, 5)) == {"job": 0, "network": 0, "command": 0, "call": 1.25}


def test_the_cutover_begins_with_the_first_call_that_takes_interfaces_off() -> None:
    lifetime, names = work("call", 1, 1.1, PUT, ["sc_ttl"]), work("call", 10.3, 10.4, PUT, ["sc_dns_zone"])
    fences = [work("call", 10, 10.1, PUT, ["ifaces"]), work("call", 10.1, 10.2, f"{PUT}-2", ["ifaces"])]
    wake = work("call", 15, 15.1, PUT, ["access_zone", "ifaces"])
    assert window_of([lifetime, *fences, names, wake], [(9, 9.02), (11, 17)]) == (10, 17)


def test_a_zone_that_never_lacked_an_address_was_not_moved() -> None:
    with pytest.raises(NotMeasured, match="lack"):
        window_of([work("call", 1, 2, PUT, ["ifaces"])], [])
