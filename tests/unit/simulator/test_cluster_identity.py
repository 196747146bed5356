# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who the cluster is: nodes that are down, its clock, its licences."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable
from typing import Any

HOUR = 3600.0


def test_a_node_that_is_down_shows_and_the_quorum_with_it(pair: Any) -> None:
    caller = pair.caller("boston")
    config = caller.get("/platform/17/cluster/config")
    assert ([one["is_up"] for one in config["devices"]], config["has_quorum"]) == ([True, True], True)
    pair.nodes["boston"][1].powered = False
    config = caller.get("/platform/17/cluster/config")
    assert ([one["is_up"] for one in config["devices"]], config["has_quorum"]) == ([True, False], False)
    for path in ("cluster/version", "cluster/nodes", "cluster/nodes/2", "cluster/time"):
        answer = caller.get(f"/platform/16/{path}")
        assert [one["lnn"] for one in answer["errors"]] == [2], path
        assert 2 not in [one["lnn"] for one in answer["nodes"]], path
    assert caller.call("GET", "/platform/16/cluster/nodes/3").status_code == 404


def test_the_clock_shows_everywhere(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    pair.boston.clock.offset_seconds = 10 * HOUR
    answer = caller.call("GET", "/platform/3/cluster/time")
    shown = answer.json()["nodes"][0]["time"]
    assert 9 * HOUR < shown - time.time() < 11 * HOUR
    header = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert abs(header - shown) < 60
    caller.write("POST", "/platform/18/sync/jobs", {"id": "sales"}, 201)
    until(lambda: pair.boston.sync.running_job("sales") is None)
    policy = caller.get("/platform/18/sync/policies/sales")["policies"][0]
    assert abs(policy["last_success"] - shown) < 60
    assert abs(caller.get("/platform/18/sync/reports")["reports"][0]["end_time"] - shown) < 60
    caller.write("PUT", "/platform/3/cluster/time", {"time": int(time.time())})
    assert abs(pair.boston.clock.offset_seconds) < 60
    assert caller.call("PUT", "/platform/3/cluster/time", {"time": "now"}).status_code == 400


def test_an_expired_licence(pair: Any) -> None:
    caller = pair.caller("boston")
    answer = caller.get("/platform/17/license/licenses")
    assert {one["status"] for one in answer["licenses"]} == {"Licensed"}
    pair.boston.licenses.set_status("SyncIQ", "Expired")
    expired = caller.get("/platform/5/license/licenses/SyncIQ")["licenses"][0]
    assert (expired["status"], expired["expired_alert"]) == ("Expired", True)
    assert expired["expiration"] < time.strftime("%Y-%m-%d")
    assert caller.get("/platform/5/quota/license")["status"] == "Licensed"
    assert caller.call("GET", "/platform/5/license/licenses/Nothing").status_code == 404
