# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal and a failover of one access zone never meet: one lease for both, and the failover goes first."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import lease, open_run, sandbox
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.records import read_lease
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.rehearsal_report import opening
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession

Work = Callable[..., dict[str, Any]]
Options = Callable[[str], dict[str, Any]]
FOLDER = lease.folder_of("sales")
REHEARSER = {"user": "robot", "host": "tower", "pid": 7}
FAILOVER = {"user": "ops", "host": "desk", "pid": 8}


@pytest.fixture
def journal(options: Options) -> Work:
    """Return the work of the module that holds the lease, as a call."""

    def run(state: str, check_mode: bool = False, **more: Any) -> dict[str, Any]:
        rehearsal = more.get("rehearsal", False)
        params = {
            "source": options("boston"),
            "target": options("newyork"),
            "access_zone": "sales",
            "controller": REHEARSER if rehearsal else FAILOVER,
            "run_id": "",
            "take_over": False,
            "rehearsal": False,
            "over_rehearsals": False,
            "without_source": False,
            "content": {"access_zone": "sales", "target": "newyork"} if rehearsal else {},
            "state": state,
            **more,
        }
        return lease.run(params, check_mode, lambda _message: None)

    return run


@pytest.fixture
def seen(options: Options) -> Work:
    """Return the work of the module that finds an open run, as a call."""

    def run(**more: Any) -> dict[str, Any]:
        params = {"source": options("boston"), "target": options("newyork"), "without_source": False, **more}
        return open_run.run({"access_zone": "sales", "pools": [], **params}, False, lambda _message: None)

    return run


def leases(pair: Any, cluster: str) -> list[str]:
    folder = pair.files[cluster].path(FOLDER)
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_the_lease_of_a_rehearsal_lies_on_the_target_alone(pair: Any, journal: Work) -> None:
    opened = journal("opened", rehearsal=True)
    assert (leases(pair, "boston"), leases(pair, "newyork")) == ([], ["00000001.opened.json"])
    assert journal("closed", rehearsal=True, run_id=opened["run_id"])["changed"]
    assert leases(pair, "boston") == []
    assert journal("opened")["generation"] == 2


def test_of_two_rehearsals_the_second_is_told_who_has_the_zone(journal: Work) -> None:
    first = journal("opened", rehearsal=True)
    with pytest.raises(
        lease.LeaseHeld, match=rf"the rehearsal {first['run_id']} of robot@tower \(process 7\) holds it since"
    ):
        journal("opened", rehearsal=True)
    assert journal("opened", rehearsal=True, take_over=True, run_id=first["run_id"])["generation"] == 2


@pytest.mark.parametrize("more", [{}, {"take_over": True}, {"over_rehearsals": True}])
def test_a_rehearsal_never_takes_the_lease_from_a_failover(journal: Work, more: dict[str, Any]) -> None:
    first = journal("opened")
    with pytest.raises(lease.LeaseHeld, match=rf"run {first['run_id']} of ops@desk"):
        journal("opened", rehearsal=True, **more)


def test_a_failover_is_told_who_rehearses_and_goes_ahead_where_it_says_so(journal: Work, seen: Work) -> None:
    rehearsal = journal("opened", rehearsal=True)
    found = seen()
    assert (found["found"], found["rehearsal"]["run_id"]) == (False, rehearsal["run_id"])
    assert found["rehearsal"]["controller_description"] == "robot@tower (process 7)"
    with pytest.raises(lease.LeaseHeld, match=r"the rehearsal .* -e failover_take_over=true"):
        journal("opened")
    assert journal("opened", over_rehearsals=True)["generation"] == 2
    assert seen()["rehearsal"] == {}


def test_the_way_back_and_a_dead_source_see_it_too(journal: Work, seen: Work, options: Options, pair: Any) -> None:
    rehearsal = journal("opened", rehearsal=True)
    assert seen(source=options("newyork"), target=options("boston"))["rehearsal"]["run_id"] == rehearsal["run_id"]
    pair.boston.stop()
    assert seen(without_source=True)["rehearsal"]["run_id"] == rehearsal["run_id"]
    # One generation is left free for what a dying source may hold.
    assert journal("opened", without_source=True, over_rehearsals=True)["generation"] == 3


@pytest.mark.parametrize(("pool", "found"), [("groupnet0.subnet1.sales", True), ("groupnet0.subnet1.finance", False)])
def test_it_is_found_by_a_pool_of_its_zone(journal: Work, seen: Work, pool: str, found: bool) -> None:
    journal("opened", rehearsal=True)
    assert bool(seen(access_zone="", pools=[pool])["rehearsal"]) is found


def test_an_interrupted_failover_is_found_beside_a_rehearsal_with_a_higher_number(
    journal: Work, seen: Work, options: Options
) -> None:
    """A source that was given up for dead kept the lease of its rehearsal; the run that took over never saw its number."""
    there = {"source": options("newyork"), "target": options("boston"), "rehearsal": True}
    for _number in range(3):
        journal("closed", **there, run_id=journal("opened", **there)["run_id"])
    rehearsal = journal("opened", **there)
    failover = journal("opened", without_source=True)
    assert (rehearsal["generation"], failover["generation"]) == (4, 2)
    found = seen()
    assert (found["run_id"], found["rehearsal"]["run_id"]) == (failover["run_id"], rehearsal["run_id"])
    assert journal("opened", take_over=True, run_id=failover["run_id"], over_rehearsals=True)["generation"] == 5


def test_what_a_rehearsal_makes_stops_where_a_failover_has_taken_the_lease(
    pair: Any, journal: Work, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "answering", lambda _addresses: set())
    held = journal("opened", rehearsal=True)
    journal("opened", over_rehearsals=True)
    params = {
        "target": {**options("newyork"), "onefs_lease": held["lease"]},
        "access_zone": "sales",
        "paths": ["/ifs/data/sales"],
        "subnet": "groupnet0.subnet1",
        "pool_range": "198.51.100.201",
        "members": ["1:ext-1"],
        "controller": REHEARSER,
        "take_over": True,
        "deadline_seconds": 5,
        "state": "present",
    }
    with pytest.raises(lease.LeaseLost) as lost:
        sandbox.run(params, False, lambda _message: None)
    assert lost.value.details["lease_lost"] is True
    assert not pair.files["newyork"].path(sandbox.JOURNAL).exists()


def begin_at_once(journal: Work) -> tuple[list[int], list[int]]:
    """Let three rehearsals and a failover that may not wait want one zone; return the generations of each kind that were had."""
    had: dict[bool, list[int]] = {True: [], False: []}
    start = threading.Barrier(4)

    def want(rehearsal: bool) -> None:
        start.wait()
        with contextlib.suppress(lease.LeaseHeld):
            opened = journal("opened", rehearsal=rehearsal, over_rehearsals=not rehearsal)
            had[rehearsal].append(opened["generation"])

    threads = [threading.Thread(target=want, args=(number > 0,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return had[True], had[False]


def test_a_failover_that_may_not_wait_gets_the_zone_whatever_begins_in_the_same_instant(journal: Work) -> None:
    for _round in range(3):
        rehearsals, failovers = begin_at_once(journal)
        assert (len(failovers), len(rehearsals) <= 1) == (1, True)
        assert all(generation < failovers[0] for generation in rehearsals)
        journal("closed", take_over=True)


def test_a_rehearsal_is_no_switch_but_counts_as_one_that_tried(journal: Work, options: Options) -> None:
    failover = journal("opened")
    journal("closed", run_id=failover["run_id"], content={"result": "rolled_back"})
    rehearsal = journal("opened", rehearsal=True)
    journal("closed", rehearsal=True, run_id=rehearsal["run_id"], content={"result": "succeeded"})
    with PapiSession(Connection.from_params(options("newyork"))) as papi:
        read = read_lease(papi, "sales")
        assert (read.holder, read.last_result, read.last_rehearsed > 0) == ("", "rolled_back", True)
        journal("opened", rehearsal=True)
        held = read_lease(papi, "sales")
    assert held.rehearsal
    assert held.holder


def test_a_report_of_one_that_gave_way_does_not_say_that_the_source_serves() -> None:
    rehearsal = {"level": 2, "gave_way": True}
    report = {"scope": {"access_zone": "sales"}, "source": "boston", "target": "newyork", "result": "failed"}
    assert "went ahead of it" in opening({**report, "rehearsal": rehearsal})
    assert "boston served on" in opening({**report, "rehearsal": {"level": 2}})
