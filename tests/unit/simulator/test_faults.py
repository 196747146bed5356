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
import urllib3
from onefs_sim.faults import FOREVER_SECONDS, Fault, FaultList

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
    (listed,) = pair.boston.faults.listing()
    assert (listed["seen"], listed["hit"]) == (4, 2)
    pair.boston.inject(Fault("boston", "ANY", "cluster/config", status=500, count=0))
    assert codes(3) == [500, 500, 500]
    pair.boston.faults.clear()
    assert codes(1) == [200]


def test_a_rate_is_drawn_anew_from_the_same_seed() -> None:
    def hits(seed: int) -> list[bool]:
        faults = FaultList()
        faults.add(Fault("boston", "GET", "x", status=503, count=0, rate=0.3, seed=seed))
        return [faults.meet("GET", "/x") is not None for _ in range(200)]

    assert hits(1) == hits(1) != hits(2)
    assert 30 <= sum(hits(1)) <= 90


def test_calls_beyond_so_many_in_a_second_are_hit(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("onefs_sim.faults.time.monotonic", lambda: now[0])
    faults = FaultList()
    faults.add(Fault("boston", "CHANGE", "x", status=409, count=0, passing_per_second=2))

    def hit(after_seconds: float) -> bool:
        now[0] += after_seconds
        return faults.meet("PUT", "/x") is not None

    # A call that is refused counts for nothing: whoever waits long enough is let pass.
    assert [hit(0.0), hit(0.25), hit(0.25), hit(0.25), hit(0.25), hit(0.0), hit(2.0)] == [
        False,
        False,
        True,
        True,
        False,
        True,
        False,
    ]
    with pytest.raises(ValueError, match="fewer than 0"):
        Fault("boston", "PUT", "x", status=409, passing_per_second=-1)


def test_drop_before_and_after_the_change(pair: Any) -> None:
    caller = pair.caller("boston")
    for drop, expected in (("before", ""), ("after", "said"), ("mid", "again")):
        pair.boston.inject(Fault("boston", "PUT", "pools/sales", drop=drop))
        with pytest.raises(requests.exceptions.ConnectionError):
            caller.call("PUT", POOL, {"description": expected or "said"})
        assert caller.get(POOL)["pools"][0]["description"] == expected


def test_an_answer_breaks_off_in_its_middle(pair: Any) -> None:
    caller = pair.caller("boston")
    whole = caller.call("GET", "/platform/3/cluster/config").content
    pair.boston.inject(Fault("boston", "GET", "cluster/config", drop="mid"))
    with caller.call("GET", "/platform/3/cluster/config", stream=True) as answer:
        assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(whole)))
        assert answer.raw.read(len(whole) // 2) == whole[: len(whole) // 2]
        with pytest.raises(urllib3.exceptions.ProtocolError):
            answer.raw.read(1)


def test_a_body_that_is_no_json(pair: Any) -> None:
    page = "<html><body>Service Unavailable</body></html>"
    pair.boston.inject(Fault("boston", "GET", "cluster/config", status=503, body=page))
    answer = pair.caller("boston").call("GET", "/platform/3/cluster/config")
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (503, "text/html", page)


def test_slow_and_hang(pair: Any) -> None:
    caller = pair.caller("boston")
    pair.boston.inject(Fault("boston", "PUT", "pools/sales", slow_seconds=0.3))
    started = time.monotonic()
    caller.write("PUT", POOL, {"description": "late"})
    assert time.monotonic() - started >= 0.3
    pair.boston.inject(Fault("boston", "PUT", "pools/sales", hang_seconds=FOREVER_SECONDS))
    with pytest.raises(requests.exceptions.ReadTimeout):
        caller.http.put(caller.base + POOL, json={"description": "never"}, timeout=(10, 0.3))
    assert caller.get(POOL)["pools"][0]["description"] == "late"


def test_a_change_is_made_at_once_and_answered_late(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    in_force = pair.boston.inject(Fault("boston", "CHANGE", "^/platform/", late_seconds=FOREVER_SECONDS))
    caller.get(POOL)
    assert in_force.seen == 0
    with pytest.raises(requests.exceptions.ReadTimeout):
        caller.http.put(caller.base + POOL, json={"description": "made"}, timeout=(10, 0.3))
    until(lambda: caller.get(POOL)["pools"][0]["description"] == "made")
    assert (in_force.seen, in_force.hit) == (1, 1)


def test_calls_are_recorded_in_their_order(pair: Any) -> None:
    caller = pair.caller("boston")
    caller.get(POOL)
    moment = time.monotonic()
    caller.write("PUT", POOL, {"description": "x"})
    caller.get(POOL + "?scope=default")
    assert [(call["method"], call["target"]) for call in pair.boston.calls(moment)] == [
        ("PUT", POOL),
        ("GET", POOL + "?scope=default"),
    ]


def test_a_job_can_fail(pair: Any, until: Callable[..., Any]) -> None:
    pair.newyork.inject(Fault("newyork", "JOB", "sales/allow_write$", outcome="failed", message="disk on fire"))
    caller = pair.caller("newyork")
    caller.write("POST", "/platform/7/sync/jobs", {"id": "sales", "action": "allow_write"}, 201)
    until(lambda: pair.newyork.sync.running_job("sales") is None)
    target = caller.get("/platform/1/sync/target/policies/sales")["policies"][0]
    assert (target["failover_failback_state"], target["last_job_state"]) == ("writes_disabled", "failed")
    assert caller.get("/platform/7/sync/reports")["reports"][0]["errors"] == ["disk on fire"]


@pytest.mark.parametrize("wrong", [{}, {"drop": "sometimes"}, {"status": 500, "rate": 0}, {"outcome": "odd"}])
def test_senseless_faults_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="A fault"):
        Fault("boston", "GET", "x", **wrong)


def test_any_call_is_no_job_and_no_change_of_the_network() -> None:
    faults = FaultList()
    faults.add(Fault("boston", "ANY", "", status=500, count=0))
    assert faults.meet("GET", "/platform/latest") is not None
    assert faults.meet("JOB", "/sync/jobs/sales/run") is None
    assert faults.meet("APPLY", "/network/apply") is None
