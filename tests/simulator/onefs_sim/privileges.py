# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OneFS's privileges, and what it means to have one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Parent of the privileges that have none.
ZERO = "ISI_PRIV_ZERO"
LOGIN_PAPI = "ISI_PRIV_LOGIN_PAPI"
#: Permissions from the least to the most; an action is either permitted (r or x) or not.
PERMISSIONS = ("-", "+", "r", "x", "w")


@dataclass(frozen=True)
class Privilege:
    """One privilege; `permission` is the most that it can be granted with."""

    id: str
    name: str
    description: str
    permission: str = "w"
    parent: str = ZERO
    category: str = "Configuration"


def _login(word: str, name: str, description: str) -> Privilege:
    return Privilege(f"ISI_PRIV_LOGIN_{word}", name, description, "r", ZERO, "Login")


def _files(word: str, name: str, description: str) -> Privilege:
    return Privilege(f"ISI_PRIV_{word}", name, description, "r", ZERO, "Namespace")


#: Since 9.3 a privilege has sub-privileges, which have their parent's permission until they are granted their own.
PRIVILEGES: Mapping[str, Privilege] = {
    one.id: one
    for one in (
        _login("CONSOLE", "Console", "Log in from the console"),
        _login("PAPI", "Platform API", "Log in to the platform API and the web administration"),
        _login("SSH", "SSH", "Log in with SSH"),
        Privilege("ISI_PRIV_SYS_TIME", "Time", "Change the system time", category="System"),
        Privilege("ISI_PRIV_AUTH", "Auth", "Configure identities and authentication providers", category="Security"),
        Privilege("ISI_PRIV_AUTH_GROUPS", "Auth Groups", "Configure local groups", "w", "ISI_PRIV_AUTH", "Security"),
        Privilege(
            "ISI_PRIV_AUTH_PROVIDERS",
            "Auth Providers",
            "Configure authentication providers",
            "w",
            "ISI_PRIV_AUTH",
            "Security",
        ),
        Privilege("ISI_PRIV_AUTH_USERS", "Auth Users", "Configure local users", "w", "ISI_PRIV_AUTH", "Security"),
        Privilege("ISI_PRIV_AUTH_ZONES", "Auth Zones", "Configure access zones", "w", "ISI_PRIV_AUTH", "Security"),
        Privilege("ISI_PRIV_ROLE", "Role", "Create roles and assign privileges", category="Security"),
        Privilege("ISI_PRIV_CLUSTER", "Cluster", "Configure cluster identity and general settings"),
        Privilege("ISI_PRIV_DEVICES", "Devices", "Configure nodes and drives"),
        Privilege("ISI_PRIV_EVENT", "Event", "View and change system events"),
        Privilege("ISI_PRIV_LICENSE", "License", "Activate licences"),
        Privilege("ISI_PRIV_NETWORK", "Network", "Configure network interfaces"),
        Privilege("ISI_PRIV_NFS", "NFS", "Configure the NFS server"),
        Privilege("ISI_PRIV_QUOTA", "Quota", "Configure file system quotas"),
        Privilege(
            "ISI_PRIV_QUOTA_QUOTAMANAGEMENT", "Quota Management", "Configure single quotas", "w", "ISI_PRIV_QUOTA"
        ),
        Privilege("ISI_PRIV_S3", "S3", "Configure the S3 server"),
        Privilege("ISI_PRIV_SMB", "SMB", "Configure the SMB server"),
        Privilege("ISI_PRIV_SNAPSHOT", "Snapshot", "Schedule, take and view snapshots"),
        Privilege("ISI_PRIV_STATISTICS", "Statistics", "View file system performance statistics"),
        Privilege("ISI_PRIV_SYNCIQ", "SyncIQ", "Configure SyncIQ"),
        _files("NS_TRAVERSE", "Namespace Traverse", "Traverse and view directory metadata"),
        _files("NS_IFS_ACCESS", "Namespace Access", "Access /ifs through the namespace API"),
    )
}


def permission_of(granted: Mapping[str, str], privilege_id: str) -> str:
    """Return the permission that somebody with these grants has: its own, else its parent's."""
    while privilege_id in PRIVILEGES:
        if privilege_id in granted:
            return granted[privilege_id]
        privilege_id = PRIVILEGES[privilege_id].parent
    return "-"


def allows(permission: str, write: bool) -> bool:
    """Whether a permission is enough to read, or to write."""
    return permission == "w" if write else permission != "-"


def greatest(permissions: list[str]) -> str:
    """Return the most permissive one: who is in two roles has the better of each."""
    return max(permissions, key=PERMISSIONS.index, default="-")
