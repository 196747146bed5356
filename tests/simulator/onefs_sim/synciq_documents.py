# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SyncIQ's policies, target policies, jobs and reports look like in PAPI."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .allocation import Document
from .replication import CopyCount

if TYPE_CHECKING:
    from .synciq import Job

#: GET-only fields of a policy and those that a job changes by itself: not part of the configuration.
POLICY_RUN_TIME_FIELDS = (
    "conflicted",
    "database_mirrored",
    "has_sync_state",
    "last_job_state",
    "last_started",
    "last_success",
    "next_run",
    "source_domain_marked",
)

POLICY_DEFAULTS: Document = {
    "accelerated_failback": False,
    "action": "sync",
    "allow_copy_fb": False,
    "bandwidth_reservation": None,
    "changelist": False,
    "check_integrity": True,
    "cloud_deep_copy": "deny",
    "conflicted": False,
    "database_mirrored": False,
    "delete_quotas": True,
    "description": "",
    "disable_file_split": False,
    "disable_fofb": False,
    "disable_quota_tmp_dir": False,
    "disable_stf": False,
    "elliptic_curve_list": "",
    "enable_hash_tmpdir": False,
    "enabled": True,
    "encrypted": True,
    "encryption_cipher_list": "",
    "expected_dataloss": False,
    "file_matching_pattern": {"or_criteria": None},
    "force_interface": False,
    "has_sync_state": False,
    "ignore_recursive_quota": False,
    "job_delay": 0,
    "last_job_state": "unknown",
    "last_started": None,
    "last_success": None,
    "linked_service_policies": None,
    "log_level": "notice",
    "log_removed_files": False,
    "next_run": None,
    "ocsp_address": "",
    "ocsp_issuer_certificate_id": "",
    "password_set": False,
    "priority": 0,
    "report_max_age": 31536000,
    "report_max_count": 2000,
    "restrict_target_network": False,
    "rpo_alert": None,
    "schedule": "",
    "service_policy": False,
    "skip_lookup": False,
    "skip_when_source_unmodified": False,
    "snapshot_sync_existing": False,
    "snapshot_sync_pattern": "*",
    "source_certificate_id": "",
    "source_domain_marked": False,
    "source_exclude_directories": [],
    "source_include_directories": [],
    "source_network": None,
    "source_snapshot_archive": False,
    "source_snapshot_expiration": 0,
    "source_snapshot_pattern": "",
    "sync_existing_snapshot_expiration": False,
    "sync_existing_target_snapshot_pattern": "%{SnapName}-%{SnapCreateTime}",
    "target_certificate_id": "",
    "target_compare_initial_sync": False,
    "target_detect_modifications": True,
    "target_snapshot_alias": "SIQ-%{SrcCluster}-%{PolicyName}-latest",
    "target_snapshot_archive": False,
    "target_snapshot_expiration": 0,
    "target_snapshot_pattern": "SIQ-%{SrcCluster}-%{PolicyName}-%Y-%m-%d_%H-%M-%S",
    "workers_per_node": 3,
}

LATEST = 23
#: PAPI version in which a field of policies appeared: those of 8.0.1 (version 3) by its own description, later ones by
#: the first of Dell's SDKs that has them.
POLICY_SINCE = {
    **dict.fromkeys(
        (
            "bandwidth_reservation",
            "database_mirrored",
            "delete_quotas",
            "disable_quota_tmp_dir",
            "enable_hash_tmpdir",
            "encrypted",
            "encryption_cipher_list",
            "ignore_recursive_quota",
            "linked_service_policies",
            "ocsp_address",
            "ocsp_issuer_certificate_id",
            "service_policy",
            "source_certificate_id",
            "source_domain_marked",
            "sync_existing_snapshot_expiration",
            "sync_existing_target_snapshot_pattern",
            "target_certificate_id",
        ),
        7,
    ),
    "allow_copy_fb": 14,
    "elliptic_curve_list": 18,
}
#: PAPI versions in which jobs learned a state, and the names of what they do step by step.
SINCE_PRIOR_FAILURES = 18
SINCE_STEPS = 22
SUCCESS_WITH_PRIOR_FAILURES = "success w/ prior failures"

SETTINGS_DEFAULTS: Document = {
    "bandwidth_reservation_reserve_absolute": None,
    "bandwidth_reservation_reserve_percentage": 1,
    "cluster_certificate_id": "",
    "elliptic_curve_list": "",
    "encryption_cipher_list": "",
    "encryption_required": False,
    "force_interface": False,
    "max_concurrent_jobs": 50,
    "ocsp_address": "",
    "ocsp_issuer_certificate_id": "",
    "password_set": False,
    "preferred_rpo_alert": 0,
    "renegotiation_bytes": 1073741824,
    "renegotiation_period": 28800,
    "report_email": [],
    "report_max_age": 31536000,
    "report_max_count": 2000,
    "restrict_target_network": False,
    "rpo_alerts": True,
    "service": "on",
    "service_history_max_age": 31536000,
    "service_history_max_count": 2000,
    "source_network": None,
    "tw_chkpt_interval": 60,
    "use_workers_per_node": False,
}
#: PAPI version in which a setting appeared.
SETTINGS_SINCE = {"elliptic_curve_list": 17, "renegotiation_bytes": 17, "use_workers_per_node": 16}

#: Counters that a job and a report must carry and that this copy does not fill.
_ZERO_COUNTERS = (
    "ads_streams_replicated",
    "block_specs_replicated",
    "bytes_recoverable",
    "bytes_transferred",
    "char_specs_replicated",
    "committed_files",
    "corrected_lins",
    "directories_replicated",
    "dirs_changed",
    "dirs_deleted",
    "dirs_moved",
    "dirs_new",
    "error_checksum_files_skipped",
    "error_io_files_skipped",
    "error_net_files_skipped",
    "failed_chunks",
    "fifos_replicated",
    "file_data_bytes",
    "files_changed",
    "files_linked",
    "files_new",
    "files_selected",
    "files_transferred",
    "files_unlinked",
    "files_with_ads_replicated",
    "flipped_lins",
    "hard_links_replicated",
    "hash_exceptions_fixed",
    "hash_exceptions_found",
    "lins_total",
    "network_bytes_to_source",
    "network_bytes_to_target",
    "new_files_replicated",
    "num_retransmitted_files",
    "quotas_deleted",
    "regular_files_replicated",
    "resynced_lins",
    "retry",
    "running_chunks",
    "sockets_replicated",
    "source_bytes_recovered",
    "source_directories_created",
    "source_directories_deleted",
    "source_directories_linked",
    "source_directories_unlinked",
    "source_directories_visited",
    "source_files_deleted",
    "source_files_linked",
    "source_files_unlinked",
    "sparse_data_bytes",
    "succeeded_chunks",
    "symlinks_replicated",
    "target_bytes_recovered",
    "target_directories_created",
    "target_directories_deleted",
    "target_directories_linked",
    "target_directories_unlinked",
    "target_files_deleted",
    "target_files_linked",
    "target_files_unlinked",
    "total_chunks",
    "total_data_bytes",
    "total_files",
    "total_network_bytes",
    "unchanged_data_bytes",
    "up_to_date_files_skipped",
    "updated_files_replicated",
    "user_conflict_files_skipped",
    "worm_committed_file_conflicts",
)


def new_policy(fields: Mapping[str, Any]) -> Document:
    """Make a policy with OneFS's defaults for what `fields` does not say."""
    return {**copy.deepcopy(POLICY_DEFAULTS), "id": uuid.uuid4().hex, **copy.deepcopy(dict(fields))}


def new_target_policy(policy: Document, source_guid: str, source_host: str) -> Document:
    return {
        "failover_failback_state": "writes_disabled",
        "id": policy["id"],
        "last_job_state": "unknown",
        "last_source_coordinator_ip": source_host,
        "last_update_from_source": None,
        "legacy_policy": False,
        "name": policy["name"],
        "source_cluster_guid": source_guid,
        "source_host": source_host,
        "target_path": policy["target_path"],
    }


def counters(count: CopyCount) -> dict[str, int]:
    return {
        "bytes_transferred": count.bytes_transferred,
        "file_data_bytes": count.bytes_transferred,
        "files_new": count.files_new,
        "files_transferred": count.files_transferred,
        "files_unlinked": count.files_deleted,
        "network_bytes_to_target": count.bytes_transferred,
        "regular_files_replicated": count.files_transferred,
        "total_data_bytes": count.bytes_total,
        "total_files": count.files_total,
        "total_network_bytes": count.bytes_transferred,
    }


def policy_document(policy: Document, version: int) -> Document:
    """Show a policy as one version of the API does."""
    return {name: value for name, value in policy.items() if POLICY_SINCE.get(name, 1) <= version}


def _words(job: Job, version: int) -> tuple[str, str]:
    """Return a job's action and state: each version of the API has words of its own."""
    state = job.state
    if version < SINCE_PRIOR_FAILURES and state == SUCCESS_WITH_PRIOR_FAILURES:
        state = "finished"
    if version < SINCE_STEPS:
        return job.action, state
    return str(job.policy["action"] if job.step == "run" else job.step), state


def job_document(job: Job, version: int = LATEST) -> Document:
    """Show a job as GET /sync/jobs does."""
    action, state = _words(job, version)
    ended = job.ended if job.ended is not None else job.clock.now()
    return {
        **dict.fromkeys(_ZERO_COUNTERS, 0),
        **job.counts,
        "action": action,
        "dead_node": False,
        "duration": max(0, int(ended - job.started)),
        "encrypted": job.policy["encrypted"],
        "end_time": int(job.ended) if job.ended is not None else None,
        "error": job.errors[-1] if job.errors else "",
        "errors": list(job.errors),
        "id": job.policy_name,
        "job_id": job.number,
        "phases": [dict(phase) for phase in job.phases],
        "policy": {
            "action": job.policy["action"],
            "file_matching_pattern": job.policy["file_matching_pattern"],
            "name": job.policy_name,
            "source_exclude_directories": job.policy["source_exclude_directories"],
            "source_include_directories": job.policy["source_include_directories"],
            "source_root_path": job.policy["source_root_path"],
            "target_host": job.policy.get("target_host", ""),
            "target_path": job.policy.get("target_path", ""),
        },
        "policy_action": job.policy["action"],
        "policy_id": job.policy["id"],
        "policy_name": job.policy_name,
        "retransmitted_files": [],
        "start_time": int(job.started),
        "state": state,
        "sync_type": job.sync_type,
        "target_snapshots": [],
        "total_phases": len(job.phases),
        "warnings": [],
        "workers": [],
    }


def report_id(job: Job) -> str:
    return f"{job.number}-{job.policy_name}"


def report_document(job: Job, version: int = LATEST) -> Document:
    """Show an ended job as GET /sync/reports does."""
    document = job_document(job, version)
    del document["workers"]
    return {**document, "id": report_id(job), "subreport_count": 1}
