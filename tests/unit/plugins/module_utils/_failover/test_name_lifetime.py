# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS answers are lowered, seen to be lower, waited for, and restored: the rules, and the work on two simulated clusters."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import name_lifetime
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.name_lifetime import (
    LOWERED,
    RESTORED,
    PoolTtl,
    TtlNotSet,
    decide,
    seconds_to_wait,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pools import read_pool, update_pool

POOL = "groupnet0.subnet1.sales"
Papi = Callable[[str], PapiSession]


def ttl(own: int, now: int, side: str = "source") -> PoolTtl:
    return PoolTtl(side, POOL, ("sales.example.com",) if side == "source" else (), own, now)


@pytest.mark.parametrize(
    ("state", "wish", "own", "now", "after"),
    [
        (LOWERED, 0, 300, 300, 0),
        (LOWERED, 30, 300, 300, 30),
        (LOWERED, 30, 10, 10, None),
        (LOWERED, 0, 300, 0, None),
        (LOWERED, 0, 0, 0, None),
        (RESTORED, 0, 300, 0, 300),
        (RESTORED, 0, 300, 300, None),
        # The run that lowered it was told another value than this one.
        (RESTORED, 0, 300, 30, 300),
    ],
)
def test_what_changes(state: str, wish: int, own: int, now: int, after: int | None) -> None:
    changes, strange = decide(state, wish, [ttl(own, now)])
    assert strange == []
    assert [change.after_seconds for change in changes] == ([] if after is None else [after])


@pytest.mark.parametrize(("state", "now"), [(LOWERED, 600), (LOWERED, 60), (RESTORED, 600)])
def test_a_value_that_nobody_planned_is_left_alone(state: str, now: int) -> None:
    changes, strange = decide(state, 0, [ttl(300, now)])
    assert changes == []
    assert strange == [ttl(300, now)]


def test_only_who_serves_has_given_answers() -> None:
    changes, _strange = decide(LOWERED, 0, [ttl(60, 60), ttl(600, 600, "target")])
    assert len(changes) == 2
    assert seconds_to_wait(changes) == 60
    assert seconds_to_wait([]) == 0


@pytest.fixture
def work(options: Callable[[str], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Return the module's work as a call."""

    def run(state: str, check_mode: bool = False, **more: Any) -> dict[str, Any]:
        pair = {
            "source": POOL,
            "target": POOL,
            "source_ttl_seconds": 2,
            "target_ttl_seconds": 9,
            "names": ["sales.example.com"],
        }
        defaults = {
            "ttl_seconds": 0,
            "wait": True,
            "longest_wait_seconds": 60,
            "dns_servers": ["127.0.0.9"],
            "deadline_seconds": 5,
        }
        params = {
            "source": options("boston"),
            "target": options("newyork"),
            "pairs": [pair],
            **defaults,
            "state": state,
            **more,
        }
        return name_lifetime.run(params, check_mode, lambda _line: None)

    return run


def lifetimes(papi: Papi) -> tuple[int, int]:
    return read_pool(papi("boston"), POOL).sc_ttl, read_pool(papi("newyork"), POOL).sc_ttl


def test_lowered_waited_for_and_restored(papi: Papi, work: Callable[..., dict[str, Any]]) -> None:
    update_pool(papi("boston"), POOL, sc_ttl=2)
    update_pool(papi("newyork"), POOL, sc_ttl=9)
    assert work(LOWERED, check_mode=True)["wait_seconds"] == 2
    assert lifetimes(papi) == (2, 9)

    started = time.monotonic()
    lowered = work(LOWERED)
    assert time.monotonic() - started >= 2
    assert lowered["changed"]
    assert lifetimes(papi) == (0, 0)
    # Nobody listens at the resolver that was named.
    assert lowered["late_names"] == ["sales.example.com"]
    again = work(LOWERED)
    assert not again["changed"]
    assert again["wait_seconds"] == 0

    assert work(RESTORED)["changed"]
    assert lifetimes(papi) == (2, 9)
    assert not work(RESTORED)["changed"]


def test_too_long_a_wait_is_refused_before_anything_is_changed(papi: Papi, work: Callable[..., dict[str, Any]]) -> None:
    update_pool(papi("boston"), POOL, sc_ttl=2)
    update_pool(papi("newyork"), POOL, sc_ttl=9)
    for check_mode in (True, False):
        with pytest.raises(TtlNotSet, match="failover_ttl_wait_seconds"):
            work(LOWERED, check_mode, longest_wait_seconds=1)
    assert lifetimes(papi) == (2, 9)


def test_a_pool_that_somebody_else_changes_is_not_lowered(papi: Papi, work: Callable[..., dict[str, Any]]) -> None:
    update_pool(papi("boston"), POOL, sc_ttl=7)
    update_pool(papi("newyork"), POOL, sc_ttl=9)
    with pytest.raises(TtlNotSet, match="somebody else"):
        work(LOWERED)
    assert lifetimes(papi) == (7, 9)


def test_where_the_addresses_stay_nothing_is_waited_for(papi: Papi, work: Callable[..., dict[str, Any]]) -> None:
    update_pool(papi("boston"), POOL, sc_ttl=2)
    update_pool(papi("newyork"), POOL, sc_ttl=9)
    assert work(LOWERED, wait=False)["wait_seconds"] == 0
    assert lifetimes(papi) == (0, 0)
