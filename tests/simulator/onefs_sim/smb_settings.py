# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SMB settings of a cluster and of each access zone, and where a tester chooses what nobody outside Dell knows."""

from __future__ import annotations

from dataclasses import dataclass

from .allocation import Document

COVERS = ("all", "system")

SMB_GLOBAL_DEFAULTS: Document = {
    "access_based_share_enum": False,
    "audit_fileshare": "none",
    "audit_logon": "none",
    "dot_snap_accessible_child": True,
    "dot_snap_accessible_root": True,
    "dot_snap_visible_child": False,
    "dot_snap_visible_root": True,
    "enable_security_signatures": False,
    "guest_user": "nobody",
    "ignore_eas": False,
    "onefs_cpu_multiplier": 4,
    "onefs_num_workers": 0,
    "reject_unencrypted_access": True,
    "require_security_signatures": False,
    "server_side_copy": True,
    "server_string": "PowerScale Server",
    "service": True,
    "srv_cpu_multiplier": 4,
    "srv_num_workers": 0,
    "support_multichannel": True,
    "support_netbios": False,
    "support_smb1": False,
    "support_smb2": True,
    "support_smb3_encryption": False,
}

#: What a zone may say for itself.
SMB_ZONE_DEFAULTS: Document = {
    name: SMB_GLOBAL_DEFAULTS[name]
    for name in (
        "access_based_share_enum",
        "enable_security_signatures",
        "reject_unencrypted_access",
        "require_security_signatures",
        "server_side_copy",
        "support_multichannel",
        "support_smb1",
        "support_smb2",
        "support_smb3_encryption",
    )
}


@dataclass(frozen=True)
class SmbChoices:
    """The choices of one cluster's SMB.

    Dell says that the commands for sessions and open files see the System zone only since OneFS 8.0. Whether that holds
    for version 11 of the sessions, which asks every node, is not known; nor does a captured list of open files say it.
    """

    #: Zones in version 11 of the sessions.
    sessions_cover: str = "all"
    #: Zones in version 1 of the sessions, which is of one node.
    node_sessions_cover: str = "system"
    #: Zones in the open files.
    open_files_cover: str = "all"
    #: What one write of the share database takes.
    share_write_seconds: float = 0.005
    #: How long another writer waits for its turn before it is refused.
    share_patience_seconds: float = 0.05

    def __post_init__(self) -> None:
        for name in (self.sessions_cover, self.node_sessions_cover, self.open_files_cover):
            if name not in COVERS:
                raise ValueError(f"sessions and open files cover {' or '.join(COVERS)}, not '{name}'")
