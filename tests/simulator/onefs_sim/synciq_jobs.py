# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of each kind of SyncIQ job: sync, allow_write, allow_write_revert, resync_prep."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass, replace

from .allocation import Document
from .replication import copy_folder
from .synciq import Job, JobFailed, JobRefused, SyncIq
from .synciq_documents import counters, new_policy

MIRROR_SUFFIX = "_mirror"


def _nothing(_: Job) -> None:
    return None


@dataclass(frozen=True)
class JobWork:
    """What a job does: when it begins, its work, and what it writes down at its end (with SyncIQ's lock held)."""

    do: Callable[[Job], None]
    began: Callable[[Job], None] = _nothing
    ended: Callable[[Job], None] = _nothing

    def instead(self, do: Callable[[Job], None]) -> JobWork:
        return replace(self, do=do)


def peer_of(sync: SyncIq) -> SyncIq:
    peer = sync.reached_peer()
    if peer is None:
        raise JobFailed("Unable to connect to the target cluster: no route to the target host, or it is down")
    return peer


def sync_work(sync: SyncIq, policy: Document) -> JobWork:
    """An ordinary sync: snapshot of the source, copy to the target, snapshot there."""

    def began(job: Job) -> None:
        with sync.lock:
            policy["last_started"] = int(job.started)
            policy["last_job_state"] = "running"
            job.sync_type = "incremental" if policy["has_sync_state"] else "initial"

    def do(job: Job) -> None:
        peer = peer_of(sync)
        target = peer.add_target_policy(policy, sync)
        if target["failover_failback_state"] != "writes_disabled":
            raise JobFailed(
                f"Target path {policy['target_path']} of policy {policy['name']} is not read-only: "
                f"its state is {target['failover_failback_state']}"
            )
        with peer.lock:
            target["last_job_state"] = "running"
        live = sync.files.path(policy["source_root_path"])
        if not live.is_dir():
            raise JobFailed(f"Source root path {policy['source_root_path']} does not exist")
        peer.demand_space(policy["target_path"])
        peer.files.path(policy["target_path"]).mkdir(parents=True, exist_ok=True)
        peer.protect(policy["target_path"], True)
        source_snapshot, target_snapshot = sync.snapshots(policy["name"]), peer.snapshots(policy["name"])
        source_snapshot.take(live, job.canceled)
        job.checkpoint()
        count = copy_folder(source_snapshot.candidate, peer.files.path(policy["target_path"]), job.canceled)
        job.counts = counters(count)
        job.checkpoint()
        peer_of(sync)
        target_snapshot.adopt(source_snapshot.candidate)
        source_snapshot.accept()

    def ended(job: Job) -> None:
        policy["last_job_state"] = job.state
        if job.state == "finished":
            policy["last_success"] = int(job.ended or sync.clock.now())
            policy["has_sync_state"] = True
        peer = sync.reached_peer()
        if peer is not None:
            with peer.lock:
                target = peer.target_policies.get(policy["name"])
                if target is not None:
                    target["last_job_state"] = job.state
                    if job.state == "finished":
                        target["last_update_from_source"] = int(job.started)
                peer.target_reports.append(job.document())

    return JobWork(do, began, ended)


def _state_changes(target: Document, during: str, after: str) -> tuple[Callable[[Job], None], Callable[[Job], None]]:
    """A target policy passes through one state to another; a job that fails leaves the one before."""
    before = target["failover_failback_state"]

    def began(job: Job) -> None:
        target["failover_failback_state"] = during
        target["last_job_state"] = "running"

    def ended(job: Job) -> None:
        target["failover_failback_state"] = after if job.state == "finished" else before
        target["last_job_state"] = job.state

    return began, ended


def allow_write_work(sync: SyncIq, target: Document) -> JobWork:
    """Make the target writable, at the state of the last good sync."""
    _demand_state(target, "writes_disabled", "allow writes on")

    def do(job: Job) -> None:
        snapshot = sync.snapshots(target["name"])
        if not snapshot.exists():
            raise JobFailed(f"Policy {target['name']} never completed a sync; there is no state to allow writes on")
        # A sync that broke off half-way has left a mixture: back to the last good state.
        copy_folder(snapshot.latest, sync.files.path(target["target_path"]), job.canceled)
        job.checkpoint()
        sync.protect(target["target_path"], False)

    return JobWork(do, *_state_changes(target, "enabling_writes", "writes_enabled"))


def allow_write_revert_work(sync: SyncIq, target: Document) -> JobWork:
    """Make the target read-only again; what was written since the failover is lost."""
    _demand_state(target, "writes_enabled", "revert writes on")

    def do(job: Job) -> None:
        _protect_or_fail(sync, target["target_path"])
        copy_folder(sync.snapshots(target["name"]).latest, sync.files.path(target["target_path"]))

    return JobWork(do, *_state_changes(target, "disabling_writes", "writes_disabled"))


def resync_prep_work(sync: SyncIq, policy: Document) -> JobWork:
    """Turn the direction round: this side goes read-only and back to the last common state; the mirror is made."""
    if not policy["enabled"]:
        raise JobRefused(f"Policy '{policy['name']}' is disabled; resync_prep needs it enabled")
    if policy["schedule"]:
        raise JobRefused(f"Policy '{policy['name']}' has a schedule; resync_prep needs a manual policy")
    if policy["disable_fofb"] or (policy["action"] == "copy" and not policy["allow_copy_fb"]):
        raise JobRefused(f"Policy '{policy['name']}' does not allow failback")
    peer = sync.reached_peer()
    if peer is None:
        raise JobRefused(f"Policy '{policy['name']}': the target cluster cannot be reached")
    target = peer.target_policies.get(policy["name"])
    if target is None:
        raise JobRefused(f"Policy '{policy['name']}' has no target association")
    _demand_state(target, "writes_enabled", "prepare a resync of")
    target_began, target_ended = _state_changes(target, "creating_resync_policy", "resync_policy_created")

    def began(job: Job) -> None:
        with sync.lock:
            policy["last_started"] = int(job.started)
            policy["last_job_state"] = "running"
        with peer.lock:
            target_began(job)

    def do(job: Job) -> None:
        reverse_name = reverse_policy_name(policy["name"])
        snapshot = sync.snapshots(policy["name"])
        path = policy["source_root_path"]
        was_protected = sync.protects(path)
        _protect_or_fail(sync, path)
        try:
            copy_folder(snapshot.latest, sync.files.path(path), job.canceled)
            job.checkpoint()
        except Exception:
            if not was_protected:
                sync.protect(path, False)
            raise
        peer.snapshots(reverse_name).adopt(peer.snapshots(policy["name"]).latest)
        sync.snapshots(reverse_name).adopt(snapshot.latest)
        _turn_round(sync, peer, policy, reverse_name)

    def ended(job: Job) -> None:
        policy["last_job_state"] = job.state
        with peer.lock:
            target_ended(job)

    return JobWork(do, began, ended)


def reverse_policy_name(name: str) -> str:
    return name.removesuffix(MIRROR_SUFFIX) if name.endswith(MIRROR_SUFFIX) else name + MIRROR_SUFFIX


def _turn_round(sync: SyncIq, peer: SyncIq, policy: Document, reverse_name: str) -> None:
    with peer.lock:
        reverse = peer.policies.get(reverse_name)
        if reverse is None:
            reverse = new_policy(
                {
                    "name": reverse_name,
                    "action": policy["action"],
                    "source_root_path": policy["target_path"],
                    "target_path": policy["source_root_path"],
                    "target_host": sync.host,
                    "has_sync_state": True,
                }
            )
            peer.policies[reverse_name] = reverse
        reverse["enabled"] = True
    with sync.lock:
        sync.add_target_policy(reverse, peer)["failover_failback_state"] = "writes_disabled"
        policy["enabled"] = False
        policy["next_run"] = None


def _protect_or_fail(sync: SyncIq, ifs_path: str) -> None:
    try:
        sync.protect(ifs_path, True)
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        text = f"Unable to make {ifs_path} read-only on {sync.cluster_name}: a client holds a file open"
        raise JobFailed(text) from error


def _demand_state(target: Document, wanted: str, purpose: str) -> None:
    state = target["failover_failback_state"]
    if state != wanted:
        raise JobRefused(f"Cannot {purpose} policy '{target['name']}': its state is {state}, not {wanted}")
