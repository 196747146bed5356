# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lease and journal of an access zone, on two simulated clusters."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import controller, lease
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import papi as papi_module
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import OnefsError
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from onefs_sim.fault_switchboard import FaultSwitchboard

Journal = Callable[..., dict[str, Any]]
FOLDER = lease.folder_of("sales")
SOMEBODY = {"user": "ops", "host": "tower", "pid": 7}


@pytest.fixture
def journal(options: Callable[[str], dict[str, Any]]) -> Journal:
    """Return the module's work as a call, with the options that a task gives."""

    def run(state: str, check_mode: bool = False, **more: Any) -> dict[str, Any]:
        defaults = {"access_zone": "sales", "controller": SOMEBODY, "run_id": "", "take_over": False, "content": {}}
        defaults |= {"without_source": False, "rehearsal": False, "over_rehearsals": False}
        params = {"source": options("boston"), "target": options("newyork"), **defaults, "state": state, **more}
        return lease.run(params, check_mode, lambda _message: None)

    return run


def names(pair: Any, cluster: str) -> list[str]:
    folder = pair.files[cluster].path(FOLDER)
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_lease_lies_on_both_clusters_until_it_is_closed(pair: Any, journal: Journal) -> None:
    opened = journal("opened", content={"pairs": []})
    assert (opened["changed"], opened["generation"]) == (True, 1)
    for cluster in ("boston", "newyork"):
        assert names(pair, cluster) == ["00000001.opened.json"]
        written = json.loads(pair.files[cluster].path(f"{FOLDER}/00000001.opened.json").read_bytes())
        assert (written["run_id"], written["content"]) == (opened["run_id"], {"pairs": []})
    assert journal("closed", run_id=opened["run_id"])["changed"]
    assert not journal("closed", run_id=opened["run_id"])["changed"]
    assert journal("opened")["generation"] == 2


def test_check_mode_writes_nothing(pair: Any, journal: Journal) -> None:
    assert journal("opened", check_mode=True) == {"changed": True, "generation": 1}
    assert names(pair, "boston") == names(pair, "newyork") == []


def test_a_second_run_is_told_who_holds_the_lease_and_how_to_take_it_over(journal: Journal) -> None:
    first = journal("opened")
    with pytest.raises(lease.LeaseHeld) as told:
        journal("opened")
    for words in (first["run_id"], "ops@tower (process 7)", "(generation 1)", "-e failover_take_over=true"):
        assert words in str(told.value)


def test_a_lease_that_is_taken_over_is_lost_to_the_first_run(journal: Journal) -> None:
    first = journal("opened")
    second = journal("opened", take_over=True)
    assert second["generation"] == 2
    with pytest.raises(lease.LeaseLost, match="another run has taken the lease"):
        journal("noted", run_id=first["run_id"], content={"clients": []})
    assert not journal("closed", run_id=first["run_id"])["changed"]
    assert journal("noted", run_id=second["run_id"], content={"clients": []})["changed"]


def test_a_lease_is_taken_over_from_the_run_that_was_named_only(journal: Journal) -> None:
    first = journal("opened")
    second = journal("opened", take_over=True, run_id=first["run_id"])
    with pytest.raises(lease.LeaseHeld, match=second["run_id"]):
        journal("opened", take_over=True, run_id=first["run_id"])


def test_nothing_is_changed_without_the_lease(
    journal: Journal, options: Callable[[str], dict[str, Any]], pair: Any
) -> None:
    def change(cluster: str, held: dict[str, Any]) -> None:
        with PapiSession(Connection.from_params({**options(cluster), "onefs_lease": held["lease"]})) as papi:
            papi.put("/platform/7/sync/policies/sales", {"description": held["run_id"]})

    first = journal("opened")
    change("boston", first)
    second = journal("opened", take_over=True)
    with pytest.raises(
        lease.LeaseLost, match=r"PUT .*sales on .* was not sent: .*the newest there is '00000002.opened.json'"
    ):
        change("boston", first)
    change("boston", second)
    assert pair.boston.sync.policies["sales"]["description"] == second["run_id"]
    journal("closed", run_id=second["run_id"])
    with pytest.raises(lease.LeaseLost):
        change("boston", second)


def test_a_run_that_was_held_up_looks_at_its_lease_before_it_goes_on(
    journal: Journal, options: Callable[[str], dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(papi_module, "_clock", lambda: now[0])
    first = journal("opened")
    with PapiSession(Connection.from_params({**options("boston"), "onefs_lease": first["lease"]})) as papi:
        policy = "/platform/7/sync/policies/sales"
        papi.put(policy, {"description": "one"})
        journal("opened", take_over=True)
        papi.get(policy)
        now[0] = papi_module.LEASE_SEEN_SECONDS
        with pytest.raises(lease.LeaseLost):
            papi.put(policy, {"description": "two"})
        assert papi.get(policy)["policies"][0]["description"] == "one"


def test_of_many_that_want_it_at_once_one_gets_it(journal: Journal) -> None:
    won: list[str] = []
    refused: list[str] = []

    def want() -> None:
        try:
            won.append(journal("opened")["run_id"])
        except lease.LeaseHeld as error:
            refused.append(str(error))

    threads = [threading.Thread(target=want) for _number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(refused)) == (1, 4)


def test_a_lease_that_one_cluster_refuses_is_given_back_on_the_other(
    pair: Any, journal: Journal, faults: FaultSwitchboard
) -> None:
    faults.inject("newyork", "call", {"method": "PUT", "path": "opened.json", "status": 500, "count": 0})
    with pytest.raises(OnefsError, match="500"):
        journal("opened")
    assert names(pair, "boston") == ["00000001.closed.json", "00000001.opened.json"]
    faults.clear()
    assert journal("opened")["generation"] == 2


@pytest.mark.parametrize("state", ["opened", "noted", "closed"])
def test_a_full_disk_is_named(journal: Journal, faults: FaultSwitchboard, state: str) -> None:
    run_id = "" if state == "opened" else journal("opened")["run_id"]
    faults.inject("newyork", "journal-disk-full", {})
    with pytest.raises(OnefsError, match="(?i)no space left"):
        journal(state, run_id=run_id, content={"clients": []})


def test_a_torn_lease_counts_as_held(pair: Any, journal: Journal) -> None:
    journal("opened")
    for cluster in ("boston", "newyork"):
        pair.files[cluster].path(f"{FOLDER}/00000001.opened.json").write_bytes(b'{"run_id": "a')
    with pytest.raises(lease.LeaseHeld, match="run unreadable"):
        journal("opened")
    assert journal("opened", take_over=True)["generation"] == 2


@pytest.mark.parametrize("owner", [b"[1]", b'"me"', b"null", b'{"pid": "x", "kernel": "k", "started": 1, "awx": 7}'])
def test_a_lease_of_a_controller_that_is_none_counts_as_held(pair: Any, journal: Journal, owner: bytes) -> None:
    journal("opened")
    for cluster in ("boston", "newyork"):
        path = pair.files[cluster].path(f"{FOLDER}/00000001.opened.json")
        path.write_bytes(b'{"run_id": "abc", "opened": "then", "controller": ' + owner + b"}")
    with pytest.raises(lease.LeaseHeld, match="run abc of .*holds it since then"):
        journal("opened")


@pytest.mark.parametrize("zone", ["..", ".", "../../x", "a/b", "sales ü"])
def test_a_zone_with_an_odd_name_has_a_folder_below_the_others(journal: Journal, pair: Any, zone: str) -> None:
    journal("opened", access_zone=zone)
    (folder,) = pair.files["boston"].path(lease.FOLDER).iterdir()
    assert (folder / "00000001.opened.json").is_file()
    assert set(folder.name) <= set("ables_xü")


def test_what_somebody_wrote_into_a_lease_steers_no_terminal(
    pair: Any, journal: Journal, papi: Callable[[str], Any]
) -> None:
    hostile = "ab\x1b[2J\nok: [localhost]\u202e"
    journal("opened", controller={"user": hostile, "host": hostile, "pid": 7}, content={"pairs": []})
    path = pair.files["boston"].path(f"{FOLDER}/00000001.opened.json")
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "run_id": hostile, "opened": hostile}), "utf-8")
    _generation, held = lease.newest_lease(papi("boston"), FOLDER)
    assert held is not None
    shown = r"ab\x1b[2J\nok: [localhost]\u202e"
    assert (held["run_id"], held["opened"]) == (shown, shown)
    assert controller.describe(held["controller"]) == f"{shown}@{shown} (process 7)"
    # What was shown is what it can be taken over by.
    taken = {"take_over": True, "run_id": shown, "without_source": False, "rehearsal": False, "over_rehearsals": False}
    assert lease.gives_way(held, taken)
