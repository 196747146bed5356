# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault hits the calls it names, no others, and can meet every call that a failover makes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
from onefs_sim.faults import Fault

POOL = "/platform/16/network/groupnets/groupnet0/subnets/subnet1/pools/sales"

#: (method, path, body, headers) of each kind of call in a failover.
CALLS = [
    ("POST", "/session/1/session", {"username": "root", "password": "Test-1", "services": ["platform"]}, {}),
    ("DELETE", "/session/1/session", None, {}),
    ("GET", "/platform/latest", None, {}),
    ("GET", "/platform/3/cluster/config", None, {}),
    ("GET", "/platform/12/network/pools", None, {}),
    ("PUT", POOL, {"ifaces": []}, {}),
    ("GET", "/platform/16/network/interfaces?cache=no-cache", None, {}),
    ("POST", "/platform/3/zones", {"name": "z", "path": "/ifs/z", "create_path": True}, {}),
    ("DELETE", "/platform/3/zones/z", None, {}),
    ("GET", "/platform/11/protocols/smb/sessions?lnn=all", None, {}),
    ("DELETE", "/platform/11/protocols/smb/sessions/7", None, {}),
    ("GET", "/platform/1/protocols/smb/openfiles", None, {}),
    ("PUT", "/platform/12/protocols/smb/shares/sales?zone=sales", {"description": ""}, {}),
    ("PUT", "/platform/7/sync/policies/sales", {"enabled": True, "schedule": ""}, {}),
    ("POST", "/platform/7/sync/jobs", {"id": "sales"}, {}),
    ("GET", "/platform/7/sync/jobs/sales", None, {}),
    ("GET", "/platform/7/sync/reports?policy_name=sales", None, {}),
    ("GET", "/platform/1/sync/target/policies", None, {}),
    ("GET", "/namespace/ifs/data", None, {}),
    ("PUT", "/namespace/ifs/journal", None, {"x-isi-ifs-target-type": "container"}),
]


@pytest.mark.parametrize(("method", "path", "body", "headers"), CALLS)
def test_every_call_of_a_failover_can_fail(pair: Any, method: str, path: str, body: Any, headers: Any) -> None:
    pair.boston.inject(Fault("boston", method, path.split("?")[0] + r"(\?|$)", status=503, message="busy"))
    caller = pair.caller("boston")
    refused = caller.call(method, path, body, headers=headers)
    assert refused.status_code == 503
    assert refused.json()["errors"][0]["message"] == "busy"
    assert caller.call(method, path, body, headers=headers).status_code != 503


def test_skip_count_and_clear(pair: Any) -> None:
    caller = pair.caller("boston")
    pair.boston.inject(Fault("boston", "GET", "cluster/config", status=409, code="AEC_CONFLICT", skip=1, count=2))

    def codes(number: int) -> list[int]:
        return [caller.call("GET", "/platform/3/cluster/config").status_code for _ in range(number)]

    assert codes(4) == [200, 409, 409, 200]
    assert pair.boston.list_faults()[0]["seen"] == 4
    pair.boston.inject(Fault("boston", "ANY", "cluster/config", status=500, count=0))
    assert codes(3) == [500, 500, 500]
    pair.boston.clear_faults()
    assert codes(1) == [200]


def test_drop_before_and_after_the_change(pair: Any) -> None:
    caller = pair.caller("boston")
    for drop, expected in (("before", ""), ("after", "said")):
        pair.boston.inject(Fault("boston", "PUT", "pools/sales", drop=drop))
        with pytest.raises(requests.exceptions.ConnectionError):
            caller.call("PUT", POOL, {"description": "said"})
        assert caller.get(POOL)["pools"][0]["description"] == expected


def test_hang(pair: Any) -> None:
    pair.boston.inject(Fault("boston", "GET", "latest", hang_seconds=0.3))
    started = time.monotonic()
    assert pair.caller("boston").call("GET", "/platform/latest").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_a_job_can_fail(pair: Any, until: Callable[..., Any]) -> None:
    pair.newyork.inject(Fault("newyork", "JOB", "/sync/jobs/sales/allow_write$", status=500, message="disk on fire"))
    caller = pair.caller("newyork")
    caller.write("POST", "/platform/7/sync/jobs", {"id": "sales", "action": "allow_write"}, 201)
    until(lambda: pair.newyork.sync.running_job("sales") is None)
    target = caller.get("/platform/1/sync/target/policies/sales")["policies"][0]
    assert (target["failover_failback_state"], target["last_job_state"]) == ("writes_disabled", "failed")
    assert caller.get("/platform/7/sync/reports")["reports"][0]["errors"] == ["disk on fire"]


def test_a_network_change_can_linger_or_be_lost(pair: Any, until: Callable[..., Any]) -> None:
    held = pair.nodes["boston"][0].held["ext-1"]
    pair.boston.inject(Fault("boston", "APPLY", "apply", hang_seconds=0.5))
    started = time.monotonic()
    pair.caller("boston").write("PUT", POOL, {"ifaces": []})
    until(lambda: "127.77.1.131" not in held)
    assert time.monotonic() - started >= 0.6
    pair.boston.inject(Fault("boston", "APPLY", "apply", status=500))
    pair.caller("boston").write("PUT", POOL, {"ifaces": [{"lnn": 1, "iface": "ext-1"}]})
    until(pair.boston.network.is_settled)
    assert "127.77.1.131" not in held


def test_senseless_faults_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Fault("boston", "GET", "x")
    with pytest.raises(ValueError, match="drop"):
        Fault("boston", "GET", "x", drop="sometimes")
    fault = Fault("boston", "GET", "x", status=500)
    assert Fault.from_dict(fault.to_dict()) == fault
