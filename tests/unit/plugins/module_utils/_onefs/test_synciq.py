# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SyncIQ as the collection drives it, on two simulated clusters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import synciq
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import PapiError
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.progress import PassingLine
from onefs_sim.fault_switchboard import FaultSwitchboard

Papi = Callable[[str], PapiSession]
LEDGER = "/ifs/data/sales/ledger.txt"


def quiet(_message: str) -> None:
    """Take progress that nobody reads."""


def run_once(papi: PapiSession, *names: str, told: Any = quiet) -> dict[str, dict[str, Any]]:
    """Start a run of each policy, and wait for them together."""
    started = {name: synciq.start_run(papi, name, 20, told) for name in names}
    return synciq.wait_for_runs(papi, started, 20, told)


def test_a_run_copies_and_its_report_is_returned(pair: Any, papi: Papi) -> None:
    pair.files["boston"].path(LEDGER).write_text("second\n", encoding="utf-8")
    report = run_once(papi("boston"), "sales")["sales"]
    assert (report["policy_name"], report["state"]) == ("sales", "finished")
    assert pair.files["newyork"].path(LEDGER).read_text(encoding="utf-8") == "second\n"


def test_policies_run_side_by_side(pair: Any, papi: Papi) -> None:
    boston = papi("boston")
    pair.files["boston"].path("/ifs/data/finance").mkdir(parents=True, exist_ok=True)
    known = boston.get(f"{synciq.POLICIES}/sales")["policies"][0]
    more = {name: known[name] for name in ("action", "target_host")}
    path = "/ifs/data/finance"
    boston.post(synciq.POLICIES, {**more, "name": "finance", "source_root_path": path, "target_path": path})
    reports = run_once(boston, "sales", "finance")
    assert {name: report["policy_name"] for name, report in reports.items()} == {"sales": "sales", "finance": "finance"}
    first, second = (work for work in pair.boston.work.since(0) if work["kind"] == "job")
    assert second["began"] < first["ended"]


def test_writes_are_allowed_and_taken_back(papi: Papi) -> None:
    target = papi("newyork")
    for action, state in (("allow_write", "writes_enabled"), ("allow_write_revert", "writes_disabled")):
        synciq.run_action(target, target, "sales", action, state, 20, quiet)
        assert synciq.target_state(target, "sales") == state


def test_resync_prep_is_started_on_the_source_and_seen_on_the_target(papi: Papi) -> None:
    source, target = papi("boston"), papi("newyork")
    synciq.run_action(target, target, "sales", "allow_write", "writes_enabled", 20, quiet)
    synciq.run_action(source, target, "sales", "resync_prep", "resync_policy_created", 20, quiet)
    mirror = synciq.read_policy(target, synciq.mirror_name("sales"))
    assert mirror is not None
    assert mirror.source_root_path == "/ifs/data/sales"


@pytest.mark.parametrize(
    ("action", "state"), [("allow_write", "writes_enabled"), ("resync_prep", "resync_policy_created")]
)
def test_a_job_that_fails_is_told_with_the_words_of_its_report(
    papi: Papi, faults: FaultSwitchboard, action: str, state: str
) -> None:
    source, target = papi("boston"), papi("newyork")
    start = target
    if action == "resync_prep":
        synciq.run_action(target, target, "sales", "allow_write", "writes_enabled", 20, quiet)
        start = source
    faults.inject("newyork" if start is target else "boston", "job-failed", {"message": "odd", "count": 0})
    with pytest.raises(
        synciq.SyncJobFailed, match=rf"SyncIQ {action} of policy 'sales'.*ended with state 'failed' \(odd\)"
    ):
        synciq.run_action(start, target, "sales", action, state, 20, quiet)


def test_a_run_that_fails_is_told_with_the_words_of_its_report(papi: Papi, faults: FaultSwitchboard) -> None:
    faults.inject("boston", "job-failed", {"message": "odd", "count": 0})
    with pytest.raises(synciq.SyncJobFailed, match=r"the run ended with state 'failed' \(odd\)"):
        run_once(papi("boston"), "sales")


@pytest.mark.parametrize("action", ["", "allow_write"])
def test_a_job_that_is_refused_because_of_another_one_is_started_after_it(
    pair: Any, papi: Papi, faults: FaultSwitchboard, action: str
) -> None:
    cluster = "newyork" if action else "boston"
    faults.inject(cluster, "call", {"method": "POST", "path": "/sync/jobs$", "status": 409, "count": 2})
    told: list[str] = []
    if action:
        synciq.run_action(papi(cluster), papi(cluster), "sales", action, "writes_enabled", 20, told.append)
    else:
        assert run_once(papi(cluster), "sales", told=told.append)["sales"]["state"] == "finished"
    lasting = [line for line in told if not isinstance(line, PassingLine)]
    assert [line for line in lasting if "is busy" in line] == lasting and len(lasting) == 2


def test_a_refusal_that_lasts_is_an_error(
    papi: Papi, faults: FaultSwitchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synciq, "CONFLICT_SECONDS", 0.2)
    faults.inject("boston", "call", {"method": "POST", "path": "/sync/jobs$", "status": 409, "count": 0})
    with pytest.raises(PapiError, match="409"):
        run_once(papi("boston"), "sales")


def test_a_policy_that_is_not_there(papi: Papi) -> None:
    boston = papi("boston")
    assert synciq.read_policy(boston, "nobody") is None
    assert synciq.target_state(boston, "nobody") == "absent"
    with pytest.raises(synciq.SyncJobFailed, match="the cluster has no such policy"):
        synciq.set_schedule(boston, "nobody", "", enabled=True)


def test_a_schedule_is_set_once(papi: Papi) -> None:
    boston = papi("boston")
    assert synciq.set_schedule(boston, "sales", "every 3 hours", enabled=True)
    assert not synciq.set_schedule(boston, "sales", "every 3 hours", enabled=True)
    policy = synciq.read_policy(boston, "sales")
    assert policy is not None and (policy.schedule, policy.enabled) == ("every 3 hours", True)


def test_the_mirror_of_a_mirror_is_the_policy_that_it_came_from() -> None:
    assert synciq.mirror_name(synciq.mirror_name("sales")) == "sales"


def test_what_an_earlier_job_has_done_meanwhile_is_no_conflict(
    papi: Papi, faults: FaultSwitchboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = papi("newyork")
    synciq.run_action(target, target, "sales", "allow_write", "writes_enabled", 20, quiet)
    # As if the job of before had not been listed when this one looked.
    faults.inject("newyork", "call", {"method": "POST", "path": "/sync/jobs$", "status": 409, "count": 1})
    told: list[str] = []
    synciq.run_action(target, target, "sales", "allow_write", "writes_enabled", 20, told.append)
    synciq.start_allow_write(target, "sales", "writes_enabled", 20, told.append)
    assert not [line for line in told if "is busy" in line]
