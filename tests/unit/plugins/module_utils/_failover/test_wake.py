# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wake-up lasts until each client has sent something, however rarely its retransmissions come by then.

One that fails is told, and leaves no address of the source behind.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import wake
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.wake import long_enough
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import PapiError
from onefs_sim.faults import Fault

POOL = "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/sales"

LIMIT_SECONDS = 120.0


def retransmissions(first_seconds: float) -> list[float]:
    """Return when a TCP sends again what is not acknowledged: each wait is twice the one before."""
    waits = (min(first_seconds * 2**number, LIMIT_SECONDS) for number in range(14))
    return list(itertools.accumulate(waits))


@pytest.mark.parametrize("first_seconds", [0.2, 0.3, 1.0])
@pytest.mark.parametrize("silence_seconds", [1.0, 3.1, 6.3, 12.7, 26.0, 52.0, 110.0, 400.0])
def test_every_client_sends_something_while_the_addresses_answer(first_seconds: float, silence_seconds: float) -> None:
    end = silence_seconds + long_enough(15.0, silence_seconds)
    assert any(silence_seconds <= moment <= end for moment in retransmissions(first_seconds))


def test_the_hold_that_was_asked_for_is_the_least_and_an_unknown_silence_changes_nothing() -> None:
    assert long_enough(15.0, 4.0) == 15.0
    assert long_enough(5.0, 0.0) == 5.0


@pytest.fixture
def woken(
    pair: Any, options: Callable[[str], dict[str, Any]], until: Callable[..., Any]
) -> Callable[..., dict[str, Any]]:
    """Return the wake-up of one client that waits; boston's pool has given its interfaces up, as after the fence."""

    def run(**more: Any) -> dict[str, Any]:
        said.clear()
        return wake.run(
            {
                "source": options("boston"),
                "target": options("newyork"),
                "pools": [{"pool": "groupnet0.subnet1.sales", "members": ["1:ext-1", "2:ext-1"]}],
                "clients": ["198.51.100.101"],
                "access_zone": "sales",
                "tombstone_zone": "seamless-tombstone",
                "not_before": 0.0,
                "hold_seconds": 1,
                "silent_since": 0.0,
                "deadline_seconds": 10,
                **more,
            },
            False,
            said.append,
        )

    said: list[str] = []
    pair.caller("boston").write("PUT", POOL, {"ifaces": []})
    until(lambda: is_home(pair))
    return run


def is_home(pair: Any) -> bool:
    pool = pair.caller("boston").get(POOL)["pools"][0]
    held = {address for node in pair.nodes["boston"] for address in node.held["ext-1"]}
    return pool["access_zone"] == "sales" and pool["ifaces"] == [] and not held & {"127.77.1.131", "127.77.1.132"}


@pytest.mark.parametrize(
    ("method", "path", "answers"),
    [
        ("POST", "/zones", {"status": 409, "count": 0}),
        ("POST", "/zones", {"status": 500, "count": 0}),
        ("PUT", "pools/sales", {"status": 500, "count": 0}),
        ("GET", "smb/shares", {"status": 500, "count": 0}),
    ],
)
def test_a_wake_up_that_fails_is_told_and_leaves_nothing(
    pair: Any, woken: Callable[..., dict[str, Any]], method: str, path: str, answers: dict[str, Any]
) -> None:
    pair.boston.inject(Fault("boston", method, path, **answers))
    found = woken()
    assert "did not go to its end" in found["trouble"]
    assert (found["returned"], found["missing"]) == ([], ["198.51.100.101"])
    assert is_home(pair)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("boston", "POST", "/zones", status=409, count=2),
        Fault("boston", "POST", "/zones", drop="after"),
        Fault("boston", "PUT", "pools/sales", status=500, count=2),
    ],
)
def test_what_fails_once_or_twice_is_tried_again(
    pair: Any, woken: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    reached: list[set[str]] = []

    def wait_clients(source: Any, target: Any, addresses: set[str], clients: set[str], *more: Any) -> set[str]:
        reached.append(addresses)
        return clients

    # Nobody answers over SSH here.
    monkeypatch.setattr(wake, "_wait_clients", wait_clients)
    pair.boston.inject(fault)
    found = woken()
    assert (found["trouble"], found["missing"]) == ("", [])
    assert len(reached) == 1 and {"127.77.1.131", "127.77.1.132"} <= reached[0]
    assert is_home(pair)


def test_an_access_zone_with_a_share_wakes_nobody_and_is_not_tried_again(
    pair: Any, woken: Callable[..., dict[str, Any]]
) -> None:
    boston = pair.caller("boston")
    path = "/ifs/.seamless_smb_failover/seamless-tombstone"
    boston.write(
        "POST", "/platform/3/zones", {"name": "seamless-tombstone", "path": path, "create_path": True}, status=201
    )
    share = {"name": "left", "path": path}
    boston.write("POST", "/platform/12/protocols/smb/shares?zone=seamless-tombstone", share, status=201)
    found = woken()
    assert "it holds the shares left, so addresses in it would not be harmless. Remove them" in found["trouble"]
    assert is_home(pair)


def test_addresses_that_answered_are_taken_off_again(pair: Any, woken: Callable[..., dict[str, Any]]) -> None:
    # Nobody answers over SSH here, so the wait for clients fails when the addresses are up already.
    found = woken()
    assert "over SSH" in found["trouble"]
    assert is_home(pair)


def test_addresses_that_stay_are_a_failure(pair: Any, woken: Callable[..., dict[str, Any]]) -> None:
    # The PUT that brings them is the first; each later one, which would take them off, is refused.
    pair.boston.inject(Fault("boston", "PUT", "pools/sales", status=500, skip=1, count=0))
    with pytest.raises(PapiError, match="500"):
        woken()
    assert not is_home(pair)
