# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a OneFS share becomes in Samba: who may come in, who may write, from which hosts."""

from __future__ import annotations

from collections.abc import Sequence

from .ports import Share, SharePermission

EVERYONE = "S-1-1-0"
#: The SID that no token carries: a list of valid users with it alone lets nobody in, with "access denied" as on OneFS.
#: A share that is not available would be unknown to the client instead.
NOBODY = "S-1-0-0"

NONE, READ, WRITE = 0, 1, 2
LEVELS = {"read": READ, "change": WRITE, "full": WRITE}


def share_section(share: Share) -> str:
    """Return the share's part of smb.conf."""
    lines = [
        f"[{share.name}]",
        f"path = {share.ifs_path}",
        f"browseable = {_word(share.browsable)}",
        "create mask = 0664",
        *_access_lines(share.permissions),
        *_host_lines(share.host_acl),
    ]
    if share.run_as_root:
        lines.append(f"admin users = {_names(share.run_as_root)}")
    if share.smb3_encryption:
        lines.append("smb encrypt = required")
    if share.access_based_enumeration:
        lines.append("hide unreadable = yes")
    if not share.oplocks:
        lines.append("oplocks = no")
    return "\n  ".join(lines) + "\n"


def level(permissions: Sequence[SharePermission], trustee: str) -> int:
    """What the ordered list leaves to a trustee: the first entry that speaks of a right decides it.

    What is said to Everyone is said to each. A user's groups are another trustee each: Samba puts them together.
    """
    may_read: bool | None = None
    may_write: bool | None = None
    for entry in permissions:
        if entry.trustee not in (trustee, EVERYONE):
            continue
        # To allow writing allows reading; to deny reading denies all, to deny "change" or "full" does too, as both
        # contain it.
        if may_read is None:
            may_read = entry.allows
        if may_write is None and (LEVELS[entry.permission] == WRITE or not entry.allows):
            may_write = entry.allows
    if not may_read:
        return NONE
    return WRITE if may_write else READ


def _access_lines(permissions: Sequence[SharePermission]) -> list[str]:
    others = level(permissions, EVERYONE)
    named = {one.trustee: level(permissions, one.trustee) for one in permissions if one.trustee != EVERYONE}
    writers = [name for name, may in named.items() if may == WRITE]
    readers = [name for name, may in named.items() if may == READ]
    shut_out = [name for name, may in named.items() if may == NONE]
    lines = [f"read only = {_word(others != WRITE)}"]
    if others == NONE:
        lines.append(f"valid users = {_names([*writers, *readers]) or NOBODY}")
    if shut_out:
        lines.append(f"invalid users = {_names(shut_out)}")
    if others != WRITE and writers:
        lines.append(f"write list = {_names(writers)}")
    if others == WRITE and readers:
        lines.append(f"read list = {_names(readers)}")
    return lines


def _host_lines(host_acl: Sequence[str]) -> list[str]:
    """`allow:` and `deny:` clauses; Samba, too, lets an allowed host in whatever is denied."""
    found: dict[str, list[str]] = {"allow": [], "deny": []}
    for clause in host_acl:
        kind, _, hosts = clause.partition(":")
        found[kind].append(hosts)
    return [f"hosts {kind} = {' '.join(hosts)}" for kind, hosts in found.items() if hosts]


def _names(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _word(value: bool) -> str:
    return "yes" if value else "no"
