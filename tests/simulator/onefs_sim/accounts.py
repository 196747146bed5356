# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of a cluster's System zone, and the roles that give them privileges."""

from __future__ import annotations

import copy
import hmac
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from .allocation import Document
from .privileges import PRIVILEGES, allows, greatest, permission_of

ROOT = "root"
#: Who is in which role when a cluster comes up. Accounts of other names have no role.
MEMBERS = {"SystemAdmin": "admin", "AuditAdmin": "auditor", "SmbFailover": "svc-failover"}
#: Exactly what the collection needs; docs/privileges.md says which call needs which.
FAILOVER_PRIVILEGES = {
    "ISI_PRIV_LOGIN_PAPI": "r",
    "ISI_PRIV_LOGIN_SSH": "r",
    "ISI_PRIV_AUTH_PROVIDERS": "w",
    "ISI_PRIV_AUTH_USERS": "r",
    "ISI_PRIV_AUTH_ZONES": "w",
    "ISI_PRIV_EVENT": "r",
    "ISI_PRIV_LICENSE": "r",
    "ISI_PRIV_NETWORK": "w",
    "ISI_PRIV_NFS": "r",
    "ISI_PRIV_NS_IFS_ACCESS": "r",
    "ISI_PRIV_NS_TRAVERSE": "r",
    "ISI_PRIV_QUOTA_QUOTAMANAGEMENT": "r",
    "ISI_PRIV_S3": "r",
    "ISI_PRIV_SMB": "w",
    "ISI_PRIV_SNAPSHOT": "w",
    "ISI_PRIV_STATISTICS": "r",
    "ISI_PRIV_SYNCIQ": "w",
    "ISI_PRIV_SYS_TIME": "r",
}


@dataclass(frozen=True)
class Account:
    """A local user. `password_expiry`: epoch seconds, 0 for a password that does not end."""

    name: str
    uid: int
    password: str
    password_expiry: int = 0
    locked: bool = False

    @property
    def identity(self) -> Document:
        """The user as other documents refer to it."""
        return {"id": f"UID:{self.uid}", "name": self.name, "type": "user"}


@dataclass
class Role:
    """A role: its members by name, and the permission of each of its privileges by id."""

    name: str
    description: str = ""
    built_in: bool = False
    members: list[str] = field(default_factory=list)
    privileges: dict[str, str] = field(default_factory=dict)


def built_in_roles() -> list[Role]:
    top = {one.id: one.permission for one in PRIVILEGES.values() if one.parent not in PRIVILEGES}
    return [
        Role("AuditAdmin", "View system configuration settings.", True, privileges=dict.fromkeys(top, "r")),
        Role(
            "SecurityAdmin",
            "Administer security configuration.",
            True,
            privileges={name: top[name] for name in ("ISI_PRIV_LOGIN_PAPI", "ISI_PRIV_AUTH", "ISI_PRIV_ROLE")},
        ),
        # All but what is the security administrator's alone.
        Role(
            "SystemAdmin",
            "Administer all aspects of the cluster that are not the security administrator's alone.",
            True,
            privileges={name: permission for name, permission in top.items() if name != "ISI_PRIV_ROLE"},
        ),
    ]


class Accounts:
    """Users and roles of one cluster; what a change of a role means is seen by the next call."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self.lock = threading.RLock()
        uids = {name: 2000 + number for number, name in enumerate(sorted(credentials))} | {ROOT: 0, "admin": 10}
        self.users = {name: Account(name, uids[name], password) for name, password in credentials.items()}
        roles = [*built_in_roles(), Role("SmbFailover", "What a failover needs.", privileges=FAILOVER_PRIVILEGES)]
        self.roles = {role.name: copy.deepcopy(role) for role in roles}
        for role_name, member in MEMBERS.items():
            if member in self.users:
                self.roles[role_name].members.append(member)

    def knows(self, user: str, password: str) -> bool:
        """Whether these are somebody's name and password."""
        account = self.users.get(user)
        return account is not None and hmac.compare_digest(account.password.encode(), password.encode())

    def permission(self, user: str, privilege_id: str) -> str:
        """Return what a user may do with a privilege."""
        if user == ROOT:
            return PRIVILEGES[privilege_id].permission
        with self.lock:
            granted = [role.privileges for role in self.roles.values() if user in role.members]
            return greatest([permission_of(each, privilege_id) for each in granted])

    def permits(self, user: str, privilege_id: str, write: bool = False) -> bool:
        return allows(self.permission(user, privilege_id), write)

    def find(self, text: str) -> Account | None:
        """Find an account by `name`, `USER:name` or `UID:number`."""
        for account in self.users.values():
            if text in (account.name, f"USER:{account.name}", f"UID:{account.uid}"):
                return account
        return None

    def configuration(self) -> Document:
        """Return each role with its members and privileges."""
        with self.lock:
            return {
                name: {"members": sorted(role.members), "privileges": dict(sorted(role.privileges.items()))}
                for name, role in sorted(self.roles.items())
            }
