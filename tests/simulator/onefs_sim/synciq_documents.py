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
    "total_phases",
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


def job_document(job: Job) -> Document:
    """Show a job as GET /sync/jobs does."""
    ended = job.ended if job.ended is not None else job.clock.now()
    return {
        **dict.fromkeys(_ZERO_COUNTERS, 0),
        **job.counts,
        "action": job.action,
        "dead_node": False,
        "duration": int(ended - job.started),
        "encrypted": job.policy["encrypted"],
        "end_time": int(job.ended) if job.ended is not None else None,
        "error": job.errors[-1] if job.errors else "",
        "errors": list(job.errors),
        "id": job.policy_name,
        "job_id": job.number,
        "phases": [],
        "policy": {"name": job.policy_name, "source_root_path": job.policy["source_root_path"]},
        "policy_action": job.policy["action"],
        "policy_id": job.policy["id"],
        "policy_name": job.policy_name,
        "retransmitted_files": [],
        "start_time": int(job.started),
        "state": job.state,
        "sync_type": job.sync_type,
        "target_snapshots": [],
        "warnings": [],
        "workers": [],
    }


def report_document(job: Job) -> Document:
    """Show an ended job as GET /sync/reports does."""
    document = job_document(job)
    del document["workers"]
    return {**document, "id": f"{job.number}-{job.policy_name}", "subreport_count": 0}
