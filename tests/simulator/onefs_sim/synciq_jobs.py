# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of each kind of SyncIQ job: sync, allow_write, allow_write_revert, resync_prep."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from .allocation import Document
from .replication import copy_folder
from .synciq import Job, JobFailed, JobNeedsAttention, JobRefused, SyncIq
from .synciq_choices import PRIOR_FAILURES, QUOTA_SCAN, QUOTA_SCAN_MESSAGE
from .synciq_documents import SUCCESS_WITH_PRIOR_FAILURES, counters, new_policy

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
        ending = sync.next_ending()
        if ending == QUOTA_SCAN:
            raise JobNeedsAttention(QUOTA_SCAN_MESSAGE)
        if ending == PRIOR_FAILURES:
            job.good_end = SUCCESS_WITH_PRIOR_FAILURES
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
        target_folder = peer.files.path(policy["target_path"])
        target_folder.mkdir(parents=True, exist_ok=True)
        peer.protect(policy["target_path"], True)
        peer.demand_space(policy["target_path"])
        source_snapshot, target_snapshot = sync.snapshots(policy["name"]), peer.snapshots(policy["name"])
        job.enter("STF_PHASE_TW" if job.sync_type == "initial" else "STF_PHASE_SUMM_TREE")
        source_snapshot.take(live, job.control())
        job.enter("STF_PHASE_CT_FILES", policy["action"])
        kilobits = sync.rules.bandwidth_kilobits(sync.clock.now())
        speed = None if kilobits is None else max(1, kilobits // 8)
        control = job.control(speed, chosen_paths(policy), policy["action"] == "sync")
        watch = threading.Thread(target=_watch_peer, args=(sync, job), daemon=True)
        watch.start()
        try:
            count = copy_folder(source_snapshot.candidate, target_folder, control)
            job.counts = counters(count)
            job.enter("STF_PHASE_IDMAP_SEND")
            peer_of(sync)
        except Exception:
            # The target goes back to its last good state by itself, unless it was given up by its own side.
            if target_snapshot.exists() and not job.lost.is_set():
                copy_folder(target_snapshot.latest, target_folder)
            raise
        target_snapshot.adopt(target_folder)
        source_snapshot.accept()

    def ended(job: Job) -> None:
        policy["last_job_state"] = job.state
        if job.succeeded:
            policy["last_success"] = int(job.ended or sync.clock.now())
            policy["has_sync_state"] = True
        if job.state == "needs_attention" or (job.state == "failed" and sync.choices.any_failure_conflicts):
            policy["conflicted"] = True
        peer = sync.reached_peer()
        if peer is not None:
            with peer.lock:
                target = peer.target_policies.get(policy["name"])
                if target is not None:
                    target["last_job_state"] = job.state
                    if job.succeeded:
                        target["last_update_from_source"] = int(job.started)
                peer.target_reports.append(job)

    return JobWork(do, began, ended)


def _watch_peer(sync: SyncIq, job: Job) -> None:
    """Break a copy off when the network to the target carries nothing any more."""
    while job.ended is None and not job.lost.wait(1.0):
        if sync.reached_peer() is None:
            job.lost.set()


def chosen_paths(policy: Document) -> tuple[str, ...]:
    """Return rsync's arguments for what of the source travels."""
    root = policy["source_root_path"].rstrip("/")

    def below(path: str) -> str:
        return path.removeprefix(root).strip("/")

    found = [f"--exclude=/{below(path)}/" for path in policy["source_exclude_directories"] or ()]
    included = [below(path) for path in policy["source_include_directories"] or ()]
    if included:
        parents = {"/".join(path.split("/")[:depth]) for path in included for depth in range(1, path.count("/") + 1)}
        found += [f"--include=/{path}/" for path in sorted(parents)]
        found += [f"--include=/{path}/***" for path in included] + ["--exclude=*"]
    return tuple(found)


def _state_changes(target: Document, during: str, after: str) -> tuple[Callable[[Job], None], Callable[[Job], None]]:
    """A target policy passes through one state to another; a job that fails leaves the one before."""
    before = target["failover_failback_state"]

    def began(job: Job) -> None:
        target["failover_failback_state"] = during
        target["last_job_state"] = "running"

    def ended(job: Job) -> None:
        target["failover_failback_state"] = after if job.succeeded else before
        target["last_job_state"] = job.state

    return began, ended


def allow_write_work(sync: SyncIq, target: Document) -> JobWork:
    """Make the target writable, at the state of the last good sync."""
    _demand_state(target, "writes_disabled", "allow writes on")

    def do(job: Job) -> None:
        snapshot = sync.snapshots(target["name"])
        if not snapshot.exists():
            raise JobFailed(f"Policy {target['name']} never completed a sync; there is no state to allow writes on")
        sync.lose_job_of_source(target["name"])
        # A sync that broke off half-way has left a mixture: back to the last good state.
        job.enter("STF_PHASE_FAILOVER")
        copy_folder(snapshot.latest, sync.files.path(target["target_path"]), job.control())
        job.checkpoint()
        sync.protect(target["target_path"], False)

    return JobWork(do, *_state_changes(target, "enabling_writes", "writes_enabled"))


def allow_write_revert_work(sync: SyncIq, target: Document) -> JobWork:
    """Make the target read-only again; what was written since the failover is lost."""
    _demand_state(target, "writes_enabled", "revert writes on")

    def do(job: Job) -> None:
        _protect_or_fail(sync, target["target_path"])
        job.enter("STF_PHASE_FAILOVER_REVERT")
        copy_folder(sync.snapshots(target["name"]).latest, sync.files.path(target["target_path"]))

    return JobWork(do, *_state_changes(target, "disabling_writes", "writes_disabled"))


def resync_prep_work(sync: SyncIq, policy: Document) -> JobWork:
    """Turn the direction round: this side goes read-only and back to the last common state; the mirror is made."""
    if not policy["enabled"]:
        raise JobRefused(f"Policy '{policy['name']}' is disabled; resync_prep needs it enabled")
    if policy["schedule"]:
        raise JobRefused(f"Policy '{policy['name']}' has a schedule; resync_prep needs a manual policy")
    if policy["source_include_directories"] or policy["source_exclude_directories"]:
        raise JobRefused(f"Policy '{policy['name']}' includes or excludes directories; it does not allow failback")
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
            job.enter("STF_PHASE_DOMAIN_MARK", "resync_prep_domain_mark")
            job.enter("STF_PHASE_RESTORE", "resync_prep_restore")
            copy_folder(snapshot.latest, sync.files.path(path), job.control())
            job.enter("STF_PHASE_FINALIZE", "resync_prep_finalize")
        except Exception:
            if not was_protected:
                sync.protect(path, False)
            raise
        peer.snapshots(reverse_name).adopt(peer.snapshots(policy["name"]).latest)
        sync.snapshots(reverse_name).adopt(snapshot.latest)
        job.enter("STF_PHASE_COMMIT", "resync_prep_commit")
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
