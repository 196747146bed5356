# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access zones, their SMB shares, and the SMB service switch; told to every node when they change."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from .allocation import Document
from .ports import NodePort, Share

EVERYONE = "SID:S-1-1-0"

ZONE_DEFAULTS: Document = {
    "alternate_system_provider": "no-fallback",
    "auth_providers": ["lsa-local-provider:System", "lsa-file-provider:System"],
    "cache_entry_expiry": 14400,
    "groupnet": "groupnet0",
    "home_directory_umask": 63,
    "ifs_restricted": [],
    "map_untrusted": "",
    "negative_cache_entry_expiry": 60,
    "netbios_name": "",
    "skeleton_directory": "/usr/share/skel",
    "system": False,
    "system_provider": "lsa-file-provider:System",
    "user_mapping_rules": [],
}

SHARE_DEFAULTS: Document = {
    "access_based_enumeration": False,
    "access_based_enumeration_root_only": False,
    "allow_delete_readonly": False,
    "allow_execute_always": False,
    "allow_variable_expansion": False,
    "auto_create_directory": False,
    "browsable": True,
    "ca_timeout": 120,
    "ca_write_integrity": "write-read-coherent",
    "change_notify": "norecurse",
    "continuously_available": False,
    "create_permissions": "default acl",
    "csc_policy": "manual",
    "description": "",
    "directory_create_mask": 448,
    "directory_create_mode": 0,
    "file_create_mask": 448,
    "file_create_mode": 64,
    "file_filter_extensions": [],
    "file_filter_type": "deny",
    "file_filtering_enabled": False,
    "hide_dot_files": False,
    "host_acl": [],
    "impersonate_guest": "never",
    "impersonate_user": "",
    "inheritable_path_acl": False,
    "mangle_byte_start": 60672,
    "mangle_map": ["0x01-0x1F:-1", "0x22:-1", "0x2A:-1"],
    "ntfs_acl_support": True,
    "oplocks": True,
    "permissions": [
        {
            "permission": "full",
            "permission_type": "allow",
            "trustee": {"id": EVERYONE, "name": "Everyone", "type": "wellknown"},
        }
    ],
    "run_as_root": [],
    "smb3_encryption_enabled": False,
    "sparse_file": False,
    "strict_ca_lockout": True,
    "strict_flush": True,
    "strict_locking": False,
}

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


class SharesBusy(Exception):
    """Another write of the share database is under way; OneFS answers this instead of waiting."""


class AccessZones:
    """Zones by name, and the shares of each."""

    def __init__(self, nodes: Sequence[NodePort], zones: Sequence[Document], shares: Mapping[str, Sequence[Document]]):
        self.lock = threading.RLock()
        self._nodes = tuple(nodes)
        self._share_writer = threading.Lock()
        self.zones = {zone["name"]: zone for zone in zones}
        self.shares: dict[str, dict[str, Document]] = {
            name: {share["name"]: share for share in shares.get(name, ())} for name in self.zones
        }
        self.smb_settings = copy.deepcopy(SMB_GLOBAL_DEFAULTS)

    def smb_runs(self) -> bool:
        return bool(self.smb_settings["service"])

    def next_zone_id(self) -> int:
        return max(int(zone["zone_id"]) for zone in self.zones.values()) + 1

    @contextmanager
    def writing_shares(self) -> Iterator[None]:
        """Hold the share database for one write; the nodes know of it at the end."""
        if not self._share_writer.acquire(blocking=False):
            raise SharesBusy
        try:
            with self.lock:
                yield
                self.tell_nodes()
        finally:
            self._share_writer.release()

    def tell_nodes(self) -> None:
        with self.lock:
            by_zone = {zone: [node_share(share) for share in shares.values()] for zone, shares in self.shares.items()}
        for node in self._nodes:
            node.write_shares(by_zone)

    def configuration(self) -> Document:
        with self.lock:
            return {
                "zones": copy.deepcopy([self.zones[name] for name in sorted(self.zones)]),
                "shares": {
                    zone: copy.deepcopy([shares[name] for name in sorted(shares)])
                    for zone, shares in sorted(self.shares.items())
                },
                "smb_settings": copy.deepcopy(self.smb_settings),
            }


def node_share(share: Document) -> Share:
    """What an SMB server has to know of a share document."""
    return Share(
        name=share["name"],
        ifs_path=share["path"],
        description=share["description"],
        browsable=share["browsable"],
        continuously_available=share["continuously_available"],
        admits_clients=_allows(share["permissions"], ("full", "change", "read")),
        admits_writers=_allows(share["permissions"], ("full", "change")),
    )


def _allows(permissions: Sequence[Document], kinds: tuple[str, ...]) -> bool:
    """Whether anybody is let in for one of these kinds; a denial of Everyone, wherever it stands, shuts all out."""
    for entry in permissions:
        everyone = entry["trustee"].get("id") == EVERYONE or entry["trustee"].get("name") == "Everyone"
        if entry["permission_type"] == "deny" and everyone and entry["permission"] in ("full", *kinds):
            return False
    return any(entry["permission_type"] == "allow" and entry["permission"] in kinds for entry in permissions)
