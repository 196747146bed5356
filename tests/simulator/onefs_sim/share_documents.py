# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SMB shares as PAPI shows them, what may be said of one, and what an SMB server has to know of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .allocation import Document
from .ports import Share, SharePermission
from .samba_shares import EVERYONE as EVERYONE_SID

EVERYONE = f"SID:{EVERYONE_SID}"

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

#: What a share takes from its zone's settings when nobody says it at the share.
SETTINGS_OF_ZONE = tuple(
    name
    for name in SHARE_DEFAULTS
    if name
    not in (
        "allow_variable_expansion",
        "auto_create_directory",
        "browsable",
        "description",
        "inheritable_path_acl",
        "permissions",
        "run_as_root",
    )
)

#: What Windows, too, refuses in a share's name, and what would end a line of the server's configuration.
_BAD_IN_NAME = re.compile(r'["/\\\[\]:|<>+=;,*?%\x00-\x1f\x7f]')
_BAD_ANYWHERE = re.compile(r"[\x00-\x1f\x7f]")
_HOST_CLAUSE = re.compile(r"(allow|deny):[\w.:/\-]+", re.ASCII)
_NAME = re.compile(r"[^\x00-\x1f\x7f\"@+&%,]+")
_IDENTITIES = {"UID": "S-1-22-1-", "GID": "S-1-22-2-"}


class BadShare(Exception):
    """A share cannot be like this; `field` says what of it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def check_share(fields: Mapping[str, Any]) -> None:
    """Refuse what the types alone do not: names, hosts and trustees that mean nothing."""
    name = fields.get("name", "share")
    if _BAD_IN_NAME.search(name) or name != name.strip() or name.lower() in ("global", "homes", "printers", "ipc$"):
        raise BadShare("name", f"Invalid share name '{name}'")
    if _BAD_ANYWHERE.search(fields.get("path", "")) or "/../" in fields.get("path", "") + "/":
        raise BadShare("path", "Invalid share path")
    clauses = fields.get("host_acl", [])
    for number, clause in enumerate(clauses):
        if not _HOST_CLAUSE.fullmatch(clause):
            raise BadShare("host_acl", f"Invalid host ACL clause '{clause}'")
        if clause.startswith("deny:") and number != len(clauses) - 1:
            raise BadShare("host_acl", "A deny clause must be the final entry of a host ACL")
    for entry in fields.get("permissions", []):
        for required in ("permission", "permission_type", "trustee"):
            if required not in entry:
                raise BadShare("permissions", f"Missing required field 'permissions.{required}'")
        trustee_name(entry["trustee"], "permissions")
    for persona in fields.get("run_as_root", []):
        trustee_name(persona, "run_as_root")


def trustee_name(persona: Mapping[str, Any], field: str) -> str:
    """Return a persona as an SMB server takes it: a SID, or a name with @ before that of a group."""
    kind, _, value = str(persona.get("id") or "").partition(":")
    name = str(persona.get("name") or "")
    if kind == "SID" and re.fullmatch(r"S-1-\d+(-\d+)+", value):
        return value
    if kind in _IDENTITIES and value.isdigit():
        return _IDENTITIES[kind] + value
    if kind in ("USER", "GROUP"):
        persona, name = {"type": kind.lower()}, value
    if name.lower() == "everyone":
        return EVERYONE_SID
    if not name or not _NAME.fullmatch(name):
        raise BadShare(field, f"Failed to find the persona '{persona.get('id') or name}'")
    unqualified = name.rpartition("\\")[2]
    return f"@{unqualified}" if persona.get("type") == "group" else unqualified


def node_share(share: Document) -> Share:
    """What an SMB server has to know of a share document."""
    return Share(
        name=share["name"],
        ifs_path=share["path"],
        description=share["description"],
        browsable=share["browsable"],
        continuously_available=share["continuously_available"],
        permissions=tuple(
            SharePermission(
                trustee_name(one["trustee"], "permissions"), one["permission"], one["permission_type"] == "allow"
            )
            for one in share["permissions"]
        ),
        host_acl=tuple(share["host_acl"]),
        run_as_root=tuple(trustee_name(one, "run_as_root") for one in share["run_as_root"]),
        smb3_encryption=share["smb3_encryption_enabled"],
        access_based_enumeration=share["access_based_enumeration"],
        oplocks=share["oplocks"],
    )
