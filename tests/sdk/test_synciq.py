# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dell's SDK drives SyncIQ: policies, rules, settings, reports; a failover and a failback through its calls alone."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

PEER = {"boston": "newyork", "newyork": "boston"}
HOSTS = {"boston": "192.0.2.11", "newyork": "192.0.2.21"}


def wait(probe: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 20
    while not (value := probe()):
        assert time.monotonic() < deadline, "the state was not reached in time"
        time.sleep(0.05)
    return value


def refusal(sdk: Any, call: Callable[[], Any]) -> tuple[int, str]:
    with pytest.raises(sdk.refusal) as caught:
        call()
    return caught.value.status, json.loads(caught.value.body)["errors"][0]["code"]


class Side:
    """SyncIQ of one cluster through the SDK."""

    def __init__(self, sdk: Any) -> None:
        self.sdk = sdk
        self.sync = sdk.api("SyncApi")
        self.target = sdk.api("SyncApi")
        self.namespace = sdk.api("NamespaceApi")

    def start(self, policy: str, action: str = "") -> int:
        fields = {"id": policy} | ({"action": action} if action else {})
        return int(self.sync.create_sync_job(self.sdk.model("SyncJobCreateParams", **fields)).id)

    def run(self, policy: str, action: str = "") -> str:
        """Run a job to its end; return what its report says."""
        number = self.start(policy, action)

        def reported() -> Any:
            reports = self.sync.get_sync_reports(policy_name=policy, reports_per_policy=20).reports
            return next((one for one in reports if one.job_id == number), None)

        return str(wait(reported).state)

    def state(self, policy: str) -> str:
        return str(self.target.get_target_policy(policy).policies[0].failover_failback_state)

    def policy(self, name: str) -> Any:
        return self.sync.get_sync_policy(name).policies[0]

    def enable(self, name: str, enabled: bool) -> None:
        self.sync.update_sync_policy(self.sdk.model("SyncPolicy", enabled=enabled, schedule=""), name)

    def write(self, path: str, text: str) -> None:
        self.namespace.create_file(path.removeprefix("/"), "object", text, overwrite=True)


@pytest.fixture
def source(sdk: Any) -> Side:
    return Side(sdk)


@pytest.fixture
def target(sdk: Any) -> Side:
    return Side(sdk.of(PEER[sdk.cluster]))


@pytest.fixture
def policy(sdk: Any, source: Side, target: Side) -> Iterator[str]:
    """A policy of the test's own, in either direction, and nothing of it afterwards."""
    path = f"/ifs/data/sdk-{sdk.cluster}"
    source.namespace.create_directory(path.removeprefix("/"), "container", recursive=True, overwrite=True)
    fields = {
        "name": f"sdk-{sdk.cluster}",
        "action": "sync",
        "source_root_path": path,
        "target_host": HOSTS[PEER[sdk.cluster]],
        "target_path": path,
        "schedule": "",
        "enabled": True,
    }
    created = source.sync.create_sync_policy(sdk.model("SyncPolicyCreateParams", **fields))
    assert source.policy(created.id).name == fields["name"]
    name = str(fields["name"])
    yield name
    for side in (source, target):
        for left in (name, f"{name}_mirror"):
            for call in (side.sync.delete_sync_policy, side.target.delete_target_policy):
                try:
                    call(left)
                except side.sdk.refusal as error:
                    assert error.status == 404, error.body


def test_a_failover_and_a_failback(source: Side, target: Side, policy: str) -> None:
    mirror = f"{policy}_mirror"
    assert source.run(policy) == "finished"
    assert target.state(policy) == "writes_disabled"
    assert source.policy(policy).last_job_state == "finished"

    source.enable(policy, False)
    assert refusal(source.sdk, lambda: source.start(policy)) == (409, "AEC_CONFLICT")
    assert target.run(policy, "allow_write") == "finished"
    assert target.state(policy) == "writes_enabled"
    source.enable(policy, True)
    assert source.run(policy, "resync_prep") == "finished"
    assert target.state(policy) == "resync_policy_created"
    assert not source.policy(policy).enabled
    made = target.policy(mirror)
    assert (made.enabled, made.target_host) == (True, HOSTS[source.sdk.cluster])

    assert target.run(mirror) == "finished"
    assert source.run(mirror, "allow_write") == "finished"
    assert source.state(mirror) == "writes_enabled"
    assert target.run(mirror, "resync_prep") == "finished"
    assert source.state(mirror) == "resync_policy_created"
    assert target.state(policy) == "writes_disabled"
    assert source.policy(policy).enabled
    assert source.run(policy) == "finished"


def test_a_rehearsal_is_undone(source: Side, target: Side, policy: str) -> None:
    assert source.run(policy) == "finished"
    assert target.run(policy, "allow_write") == "finished"
    assert source.run(policy) == "failed"
    assert target.run(policy, "allow_write_revert") == "finished"
    assert target.state(policy) == "writes_disabled"
    assert source.run(policy) == "finished"


def test_what_of_a_job_is_refused(source: Side, target: Side, policy: str) -> None:
    assert refusal(source.sdk, lambda: source.start("nobody")) == (404, "AEC_NOT_FOUND")
    assert refusal(source.sdk, lambda: source.start(policy, "resync_prep")) == (409, "AEC_CONFLICT")
    assert source.run(policy) == "finished"
    assert refusal(target.sdk, lambda: target.start(policy, "allow_write_revert")) == (409, "AEC_CONFLICT")
    assert refusal(source.sdk, lambda: source.sync.get_sync_job(policy)) == (404, "AEC_NOT_FOUND")


@pytest.fixture
def slow(source: Side, policy: str) -> Iterator[None]:
    """A folder that takes minutes to copy under a rule of 8 kilobits a second."""
    path = source.policy(policy).source_root_path
    # New every time: what the target has already is not copied again.
    source.write(f"{path}/large.bin", secrets.token_hex(100000))
    rule = source.sync.create_sync_rule(source.sdk.model("SyncRuleCreateParams", type="bandwidth", limit=8)).id
    yield
    source.sync.delete_sync_rule(rule)


def test_a_job_while_it_runs(source: Side, target: Side, policy: str, slow: None) -> None:
    source.start(policy)
    assert refusal(source.sdk, lambda: source.start(policy)) == (409, "AEC_CONFLICT")
    assert refusal(target.sdk, lambda: target.start(policy, "allow_write"))[0] in (404, 409)
    job = wait(lambda: next(iter(source.sync.list_sync_jobs().jobs), None))
    assert (job.id, job.action, job.state) == (policy, "run" if source.sdk.cluster == "boston" else "sync", "running")
    source.sync.update_sync_job(source.sdk.model("SyncJob", state="paused"), policy)
    assert source.sync.get_sync_job(policy).jobs[0].state == "paused"
    source.sync.update_sync_job(source.sdk.model("SyncJob", state="canceled"), policy)
    wait(lambda: source.policy(policy).last_job_state == "canceled")
    assert source.sync.list_sync_jobs(state="running").jobs == []
    source.start(policy)
    wait(lambda: source.sync.list_sync_jobs().jobs)
    source.sync.delete_sync_jobs()
    wait(lambda: source.policy(policy).last_job_state == "canceled")


def test_policies(source: Side, policy: str) -> None:
    assert policy in [one.name for one in source.sync.list_sync_policies().policies]
    change = source.sdk.model("SyncPolicy", schedule="every 1 days at 12:00 PM", description="nightly", enabled=True)
    source.sync.update_sync_policy(change, policy)
    changed = source.policy(policy)
    assert (changed.description, changed.schedule) == ("nightly", "every 1 days at 12:00 PM")
    assert changed.next_run % 86400 == 43200
    source.sync.update_sync_policy(source.sdk.model("SyncPolicy", schedule="", enabled=True), policy)
    assert source.policy(policy).next_run is None
    unclear = source.sdk.model("SyncPolicy", schedule="now and then", enabled=True)
    assert refusal(source.sdk, lambda: source.sync.update_sync_policy(unclear, policy)) == (400, "AEC_BAD_REQUEST")
    unconflicted = source.sdk.model("SyncPolicy", conflicted=False)
    assert refusal(source.sdk, lambda: source.sync.update_sync_policy(unconflicted, policy))[0] == 400
    source.run(policy)
    assert source.policy(policy).has_sync_state
    source.sdk.api("SyncPoliciesApi").create_policy_reset_item({}, policy)
    assert not source.policy(policy).has_sync_state


def test_reports_on_both_sides(source: Side, target: Side, policy: str) -> None:
    source.run(policy)
    (report,) = source.sync.get_sync_reports(policy_name=policy).reports
    assert (report.state, report.subreport_count) == ("finished", 1)
    assert report.phases and all(phase.end_time for phase in report.phases)
    assert source.sync.get_sync_report(report.id).reports[0].job_id == report.job_id
    reports = source.sdk.api("SyncReportsApi")
    assert [one.id for one in reports.get_report_subreports(report.id).subreports] == ["1"]
    assert reports.get_report_subreport("1", report.id).subreports[0].state == "finished"
    (there,) = target.target.get_target_reports(policy_name=policy).reports
    assert target.target.get_target_report(there.id).reports[0].policy_name == policy
    assert [one.id for one in target.sdk.api("SyncTargetApi").get_reports_report_subreports(there.id).subreports] == [
        "1"
    ]
    assert target.sdk.api("SyncTargetApi").get_reports_report_subreport("1", there.id).subreports[0].state == "finished"
    assert source.sync.list_sync_reports_rotate().running is False
    source.sync.create_sync_reports_rotate_item({})


def test_target_policies(source: Side, target: Side, policy: str) -> None:
    assert source.run(policy) == "finished"
    path = source.policy(policy).target_path
    (found,) = target.target.get_target_policies(target_path=path).policies
    assert (found.name, found.last_job_state) == (policy, "finished")
    assert target.target.get_target_policy(found.id).policies[0].target_path == path
    cancel = target.sdk.api("SyncTargetApi").create_policies_policy_cancel_item
    assert refusal(target.sdk, lambda: cancel({}, policy)) == (404, "AEC_NOT_FOUND")
    target.target.delete_target_policy(policy)
    assert refusal(target.sdk, lambda: target.state(policy)) == (404, "AEC_NOT_FOUND")


def test_the_target_cancels(source: Side, target: Side, policy: str, slow: None) -> None:
    source.start(policy)
    wait(lambda: any(job.phases for job in source.sync.list_sync_jobs().jobs))
    answer = target.sdk.api("SyncTargetApi").create_policies_policy_cancel_item({}, policy)
    assert answer.id == source.policy(policy).id
    wait(lambda: source.policy(policy).last_job_state == "canceled")


def test_rules(source: Side) -> None:
    sync, model = source.sync, source.sdk.model
    params = model("SyncRuleCreateParams", type="bandwidth", limit=1000)
    created = sync.create_sync_rule(params).id
    try:
        assert created.startswith("bw-")
        sync.update_sync_rule(model("SyncRule", enabled=False, description="at night"), created)
        (rule,) = sync.get_sync_rule(created).rules
        assert (rule.enabled, rule.limit, rule.description, rule.type) == (False, 1000, "at night", "bandwidth")
        assert [one.id for one in sync.list_sync_rules(type="bandwidth").rules] == [created]
        assert sync.list_sync_rules(type="cpu").rules == []
    finally:
        sync.delete_sync_rule(created)
    sync.create_sync_rule(model("SyncRuleCreateParams", type="worker", limit=2))
    sync.delete_sync_rules(type="worker")
    assert sync.list_sync_rules().rules == []
    assert refusal(source.sdk, lambda: sync.get_sync_rule(created)) == (404, "AEC_NOT_FOUND")


def test_settings_and_licence(source: Side, policy: str) -> None:
    sync, model = source.sync, source.sdk.model
    assert sync.get_sync_settings().settings.service == "on"
    sync.update_sync_settings(model("SyncSettingsExtended", service="paused"))
    try:
        assert refusal(source.sdk, lambda: source.start(policy)) == (409, "AEC_CONFLICT")
    finally:
        sync.update_sync_settings(model("SyncSettingsExtended", service="on"))
    assert sync.get_sync_license().name == "SyncIQ"


@pytest.mark.parametrize("sdk", ["newyork"], indirect=True)
def test_every_policy_at_once(source: Side, policy: str) -> None:
    """The destructive form, on the cluster whose only policy is the test's own."""
    assert [one.name for one in source.sync.list_sync_policies().policies] == [policy]
    source.sync.delete_sync_policies(local_only=True)
    assert source.sync.list_sync_policies().policies == []
