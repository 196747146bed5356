# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failover reads of SMB, SyncIQ, zones and files."""

from __future__ import annotations

import urllib.parse

import pytest
from contract_cluster import Caller, check, check_error

#: Where a policy can stand on its target.
FAILOVER_STATES = {
    *("writes_disabled", "enabling_writes", "writes_enabled", "disabling_writes"),
    *("creating_resync_policy", "resync_policy_created"),
}


def test_zones(caller: Caller) -> None:
    zones = caller.get("/platform/3/zones")["zones"]
    for zone in zones:
        check(zone, "zone")
    system = [zone for zone in zones if zone["system"]]
    assert [(zone["name"], zone["zone_id"]) for zone in system] == [("System", 1)]


def test_shares_of_every_zone(caller: Caller) -> None:
    for zone in caller.get("/platform/3/zones")["zones"]:
        name = urllib.parse.quote(zone["name"])
        for share in caller.get(f"/platform/{caller.newest(12)}/protocols/smb/shares?zone={name}")["shares"]:
            check(share, "share")
            assert share["zid"] == zone["zone_id"]


def test_shares_of_an_unknown_zone_are_refused(caller: Caller) -> None:
    answer = caller.call("GET", "/platform/12/protocols/smb/shares?zone=nobody-has-this-zone")
    assert answer.status_code in (400, 404)


def test_more_shares_a_page_than_5000_are_refused(caller: Caller) -> None:
    assert caller.call("GET", "/platform/12/protocols/smb/shares?limit=5001").status_code == 400


def test_sessions_of_this_node_and_of_all(caller: Caller) -> None:
    for session in caller.get("/platform/1/protocols/smb/sessions")["sessions"]:
        check(session, "session")
    document = caller.get("/platform/11/protocols/smb/sessions?lnn=all")
    check(document, "sessions_v11_response")
    lnns = {device["lnn"] for device in caller.get("/platform/1/cluster/config")["devices"] if device["is_up"]}
    assert {node["lnn"] for node in document["nodes"]} == lnns


@pytest.mark.assumption("sessions-default-lnn")
def test_sessions_without_lnn_are_those_of_this_node(caller: Caller) -> None:
    local = caller.get("/platform/1/cluster/config")["local_lnn"]
    assert [node["lnn"] for node in caller.get("/platform/11/protocols/smb/sessions")["nodes"]] == [local]


def test_open_files(caller: Caller) -> None:
    for file in caller.get("/platform/1/protocols/smb/openfiles")["openfiles"]:
        check(file, "openfile")


def test_unknown_open_file_is_not_closed(caller: Caller) -> None:
    """No cluster hands out this number, and the answer says so."""
    check_error(caller.call("DELETE", "/platform/1/protocols/smb/openfiles/4294967295"), 404, "AEC_NOT_FOUND")


def test_smb_settings(caller: Caller) -> None:
    check(caller.get(f"/platform/{caller.newest(17)}/protocols/smb/settings/global")["settings"], "smb_settings_global")


def test_policies_and_reports(caller: Caller) -> None:
    version = caller.newest(18)
    for policy in caller.get(f"/platform/{version}/sync/policies")["policies"]:
        check(policy, "policy")
        one = caller.get(f"/platform/{version}/sync/policies/{urllib.parse.quote(policy['name'])}")["policies"]
        by_id = caller.get(f"/platform/{version}/sync/policies/{policy['id']}")["policies"]
        assert [each["id"] for each in one] == [each["id"] for each in by_id] == [policy["id"]]
    for report in caller.get(f"/platform/{version}/sync/reports?limit=10")["reports"]:
        check(report, "report")


def test_target_policies_are_in_a_known_state(caller: Caller) -> None:
    for policy in caller.get(f"/platform/{caller.newest(18)}/sync/target/policies")["policies"]:
        check(policy, "target_policy")
        assert policy["failover_failback_state"] in FAILOVER_STATES


def test_running_jobs(caller: Caller) -> None:
    for job in caller.get(f"/platform/{caller.newest(22)}/sync/jobs")["jobs"]:
        check(job, "job")


def test_action_run_is_in_no_enumeration(caller: Caller) -> None:
    """An ordinary sync is started by leaving `action` out; nobody has this policy, so that nothing starts either way."""
    answer = caller.call("POST", "/platform/3/sync/jobs", {"id": "nobody-has-this-policy", "action": "run"})
    check_error(answer, 400, None)


def test_job_of_an_unknown_policy_is_refused(caller: Caller) -> None:
    answer = caller.call("POST", "/platform/3/sync/jobs", {"id": "nobody-has-this-policy"})
    assert answer.status_code in (400, 404)


def test_ifs_is_a_container(caller: Caller) -> None:
    answer = caller.call("GET", "/namespace/ifs")
    assert answer.status_code == 200
    assert isinstance(answer.json()["children"], list)


def test_file_that_is_not_there(caller: Caller) -> None:
    check_error(caller.call("GET", "/namespace/ifs/nobody-has-this-file"), 404, "AEC_NOT_FOUND")
