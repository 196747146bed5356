# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The privileges that the collection's calls use: what readiness asks for, and what the role of the account is made of.

Private to the collection; pure. ``docs/privileges.md`` says which call needs which, and is compared with this list by a test.
"""

from __future__ import annotations

import typing as t

WRITE = (
    "ISI_PRIV_AUTH_PROVIDERS",
    "ISI_PRIV_AUTH_ZONES",
    "ISI_PRIV_NETWORK",
    "ISI_PRIV_SMB",
    "ISI_PRIV_SNAPSHOT",
    "ISI_PRIV_SYNCIQ",
)
READ = (
    "ISI_PRIV_LOGIN_PAPI",
    "ISI_PRIV_LOGIN_SSH",
    "ISI_PRIV_NS_IFS_ACCESS",
    "ISI_PRIV_NS_TRAVERSE",
    "ISI_PRIV_AUTH_USERS",
    "ISI_PRIV_EVENT",
    "ISI_PRIV_LICENSE",
    "ISI_PRIV_NFS",
    "ISI_PRIV_QUOTA_QUOTAMANAGEMENT",
    "ISI_PRIV_S3",
    "ISI_PRIV_STATISTICS",
    "ISI_PRIV_SYS_TIME",
)
# Used by rehearsals of level 2 and by the snapshot before a discard alone: without the permission to write a failover works all the same.
WRITE_FOR_REHEARSALS = frozenset({"ISI_PRIV_SNAPSHOT"})
# Who has the parent has these.
PARENTS = {
    "ISI_PRIV_AUTH_ZONES": "ISI_PRIV_AUTH",
    "ISI_PRIV_AUTH_PROVIDERS": "ISI_PRIV_AUTH",
    "ISI_PRIV_AUTH_USERS": "ISI_PRIV_AUTH",
    "ISI_PRIV_QUOTA_QUOTAMANAGEMENT": "ISI_PRIV_QUOTA",
}


def used() -> dict[str, str]:
    """Return each privilege with its permission, ``r`` or ``w``."""
    return {**dict.fromkeys(READ, "r"), **dict.fromkeys(WRITE, "w")}


def needed_for_a_failover() -> dict[str, str]:
    """Return each privilege with the permission without which a failover does not work."""
    return {name: "r" if name in WRITE_FOR_REHEARSALS else permission for name, permission in used().items()}


def permission_of(granted: t.Mapping[str, str], name: str) -> str:
    """Return what an account may do with a privilege, ``-`` for nothing."""
    return granted.get(name) or granted.get(PARENTS.get(name, ""), "-")
