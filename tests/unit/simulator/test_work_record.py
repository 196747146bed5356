# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster was busy with is written down: each call, each job and each network change, with its beginning and its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

POOL = "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/sales"


def test_a_call_a_network_change_and_a_job_are_noted(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    moment = time.monotonic()
    caller.write("PUT", POOL, {"description": "x", "ifaces": []})
    caller.write("POST", "/platform/7/sync/jobs", {"id": "sales"}, 201)
    until(lambda: {work["kind"] for work in pair.boston.work.since(moment)} >= {"call", "network", "job"})
    found = {work["kind"]: work for work in reversed(pair.boston.work.since(moment))}
    assert found["call"]["what"] == f"PUT {POOL}"
    assert found["job"]["what"] == "run sales"
    assert moment <= found["call"]["began"] <= found["network"]["began"] + 0.001
    delay_seconds = pair.boston.network.apply_delay_seconds
    assert found["network"]["ended"] - found["network"]["began"] >= delay_seconds > 0
    assert pair.newyork.work.since(time.monotonic()) == []
