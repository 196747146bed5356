# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns and rows of everything that `isi` prints.

Captured from real clusters (public documents): the rows of a pool up to Static Routes, the columns of pools, interfaces,
zones and SyncIQ policies, and how wide a column is. All others follow the same pattern and are assumptions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

Document = Mapping[str, Any]


class Column(NamedTuple):
    """A title and how to show the field; `field` names what must be there for the row to be shown at all."""

    title: str
    field: str
    show: Callable[[Any], str]


def text(value: Any) -> str:
    """Show a value; nothing is a dash."""
    if value is None or value == "" or value == []:
        return "-"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def blank(value: Any) -> str:
    """Show a value; nothing is nothing. Captured so for the SmartConnect zone of a pool."""
    return str(value or "")


def members(value: list[Document]) -> str:
    return text([f"{one['lnn']}:{one['iface']}" for one in value])


def ranges(value: list[Document]) -> str:
    return text([f"{one['low']}-{one['high']}" for one in value])


def routes(value: list[Document]) -> str:
    return text([f"{one['subnet']}/{one['prefixlen']}-{one['gateway']}" for one in value])


def moment(value: int | None) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(value)) if value else "-"


def span(seconds: int | None) -> str:
    """Show a duration as 35s, 1m 5s, 2h 0m 4s."""
    if seconds is None:
        return "-"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes}m {rest}s" if hours else f"{minutes}m {rest}s" if minutes else f"{rest}s"


def source_part(name: str) -> Callable[[Any], str]:
    """Show one half of a policy's source network."""
    return lambda network: text((network or {}).get(name))


def owners(value: list[Document]) -> list[str]:
    """Return the pools of an interface by their dotted names; a subnet that lends an address itself has no pool."""
    return sorted(".".join(part for part in (one["groupnet"], one["subnet"], one["pool"]) if part) for one in value)


def interface_status(word: str) -> str:
    """Show up as Up, no_carrier as No Carrier."""
    return word.replace("_", " ").title()


# Captured.

INTERFACE_COLUMNS = (
    Column("LNN", "lnn", text),
    Column("Name", "name", text),
    Column("Status", "status", interface_status),
    Column("Owners", "owners", lambda value: text(owners(value))),
    Column("IP Addresses", "ip_addrs", lambda value: text(sorted(value))),
)
POOL_COLUMNS = (
    Column("ID", "id", text),
    Column("SC Zone", "sc_dns_zone", blank),
    Column("IP Ranges", "ranges", ranges),
    Column("Allocation Method", "alloc_method", text),
)
ZONE_COLUMNS = (Column("Name", "name", text), Column("Path", "path", text))
POLICY_COLUMNS = (
    Column("Name", "name", text),
    Column("Path", "source_root_path", text),
    Column("Action", "action", text),
    Column("Enabled", "enabled", text),
    Column("Target", "target_host", text),
)
POOL_ROWS = (
    Column("ID", "id", text),
    Column("Groupnet", "groupnet", text),
    Column("Subnet", "subnet", text),
    Column("Name", "name", text),
    Column("Rules", "rules", text),
    Column("Access Zone", "access_zone", text),
    Column("Allocation Method", "alloc_method", text),
    Column("Aggregation Mode", "aggregation_mode", text),
    Column("SC Suspended Nodes", "sc_suspended_nodes", text),
    Column("Description", "description", text),
    Column("Ifaces", "ifaces", members),
    Column("IP Ranges", "ranges", ranges),
    Column("Rebalance Policy", "rebalance_policy", text),
    Column("SC Auto Unsuspend Delay", "sc_auto_unsuspend_delay", text),
    Column("SC Connect Policy", "sc_connect_policy", text),
    Column("SC Zone", "sc_dns_zone", blank),
    Column("SC DNS Zone Aliases", "sc_dns_zone_aliases", text),
    Column("SC Failover Policy", "sc_failover_policy", text),
    Column("SC Subnet", "sc_subnet", text),
    Column("SC TTL", "sc_ttl", text),
    Column("Static Routes", "static_routes", routes),
    # From here on assumed: what newer releases print besides.
    Column("NFSv3 RRoCE only", "nfsv3_rroce_only", text),
    Column("NFS RRoCE only", "nfs_rroce_only", text),
    Column("Firewall Policy", "firewall_policy", text),
    Column("IPv6 Perform DAD", "ipv6_perform_dad", text),
)

# Assumed.

ZONE_ROWS = (
    Column("Name", "name", text),
    Column("Path", "path", text),
    Column("Groupnet", "groupnet", text),
    Column("Zone ID", "zone_id", text),
)
POLICY_ROWS = (
    Column("ID", "id", text),
    Column("Name", "name", text),
    Column("Path", "source_root_path", text),
    Column("Action", "action", text),
    Column("Enabled", "enabled", text),
    Column("Target", "target_host", text),
    Column("Description", "description", text),
    Column("Source Include Directories", "source_include_directories", text),
    Column("Source Exclude Directories", "source_exclude_directories", text),
    Column("Source Subnet", "source_network", source_part("subnet")),
    Column("Source Pool", "source_network", source_part("pool")),
    Column("Target Path", "target_path", text),
    Column("Restrict Target Network", "restrict_target_network", text),
    Column("Accelerated Failback", "accelerated_failback", text),
    Column("Conflicted", "conflicted", text),
    Column("Schedule", "schedule", text),
    Column("RPO Alert", "rpo_alert", text),
    Column("Has Sync State", "has_sync_state", text),
    Column("Last Job State", "last_job_state", text),
    Column("Last Started", "last_started", moment),
    Column("Last Success", "last_success", moment),
    Column("Next Run", "next_run", moment),
)
JOB_COLUMNS = (
    Column("Policy Name", "policy_name", text),
    Column("ID", "job_id", text),
    Column("State", "state", text),
    Column("Action", "action", text),
    Column("Duration", "duration", span),
)
JOB_ROWS = (
    *JOB_COLUMNS,
    Column("Sync Type", "sync_type", text),
    Column("Start Time", "start_time", moment),
    Column("End Time", "end_time", moment),
    Column("Errors", "errors", text),
)
REPORT_COLUMNS = (
    Column("Policy Name", "policy_name", text),
    Column("Job ID", "job_id", text),
    Column("Start Time", "start_time", moment),
    Column("End Time", "end_time", moment),
    Column("Action", "action", text),
    Column("State", "state", text),
)
REPORT_ROWS = (*REPORT_COLUMNS, Column("Duration", "duration", span), Column("Errors", "errors", text))
TARGET_COLUMNS = (
    Column("Name", "name", text),
    Column("Source", "source_host", text),
    Column("Target Path", "target_path", text),
    Column("Last Job State", "last_job_state", text),
    Column("FOFB State", "failover_failback_state", text),
)
TARGET_ROWS = (
    Column("ID", "id", text),
    *TARGET_COLUMNS,
    Column("Source Cluster GUID", "source_cluster_guid", text),
    Column("Last Source Coordinator IP", "last_source_coordinator_ip", text),
    Column("Last Update From Source", "last_update_from_source", moment),
    Column("Legacy Policy", "legacy_policy", text),
)
SESSION_COLUMNS = (
    Column("Computer", "computer", text),
    Column("User", "user", text),
    Column("Client Type", "client_type", text),
    Column("Openfiles", "openfiles", text),
    Column("Active Time", "active_time", span),
    Column("Idle Time", "idle_time", span),
    Column("Guest Login", "guest_login", text),
    Column("Encryption", "encryption", text),
)
SESSION_ROWS = (Column("ID", "id", text), *SESSION_COLUMNS)
OPEN_FILE_COLUMNS = (
    Column("ID", "id", text),
    Column("File", "file", text),
    Column("User", "user", text),
    Column("# Locks", "locks", text),
)
OPEN_FILE_ROWS = (*OPEN_FILE_COLUMNS, Column("Permissions", "permissions", text))
SHARE_COLUMNS = (Column("Share Name", "name", text), Column("Path", "path", text))
SHARE_ROWS = (
    *SHARE_COLUMNS,
    Column("Description", "description", text),
    Column("Browsable", "browsable", text),
    Column("Continuously Available", "continuously_available", text),
)
VERSION_ROWS = (
    Column("Type", "type", text),
    Column("Release", "release", text),
    Column("Build", "build", text),
    Column("Revision", "revision", text),
)
NODE_STATUS_COLUMNS = (
    Column("LNN", "lnn", text),
    Column("Node State", "node_state", text),
    Column("IP Status", "ip_status", text),
    Column("Interfaces Usable", "usable", text),
    Column("SMB Running", "protocols_running", text),
    Column("Suspended", "suspended", text),
    Column("SC DNS Resolvable", "sc_dns_resolvable", text),
)
