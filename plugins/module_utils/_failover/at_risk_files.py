# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which open files are at risk, how much, and who may have them open.

Private to the collection; pure. OneFS names a file's user and node, and no session: where that user has several clients on the node
all of them are named, and the row says that it is ambiguous. What can't be told is listed rather than left out.
"""

from __future__ import annotations

import typing as t
from dataclasses import asdict, dataclass

from .plan import Share, is_below

if t.TYPE_CHECKING:
    from .._onefs.smb import OpenFile, Session

RED, AMBER, GREEN = "red", "amber", "green"
CLASSES = (RED, AMBER, GREEN)
WRITE, READ, UNKNOWN = "write", "read", "unknown"

ONLY = "the only client of this user on the node"
ONLY_CONNECTED = "the only client of this user on the node that is connected to these pools"
UNSURE = "unsure: this user's only client on the node is not seen to be connected to these pools"
AMBIGUOUS = "ambiguous: any of these clients"
NOBODY = "unknown: this user has no session on the node"


@dataclass(frozen=True)
class AtRiskFile:
    """A file that is open: where, by whom, for what, and what that means for it."""

    path: str
    share: str
    user: str
    clients: tuple[str, ...]
    ambiguous: bool
    attribution: str
    node: int
    access: str
    locks: int
    handles: int
    risk: str
    reason: str

    def as_dict(self) -> dict[str, t.Any]:
        """Return the row as results have it."""
        return {**asdict(self), "clients": list(self.clients)}


@dataclass(frozen=True)
class Listing:
    """What is open in an access zone, and what was left out."""

    files: tuple[AtRiskFile, ...]
    folders: int  # handles of the shares' own roots, which every client has
    elsewhere: int  # handles of other zones' files
    unlisted: tuple[str, ...]  # sessions that say they have more open than is listed


def access_of(permissions: t.Collection[str]) -> str:
    """Return what a file is open for; what OneFS does not say may be writing."""
    if "write" in permissions:
        return WRITE
    return READ if permissions else UNKNOWN


def judge(access: str, locks: int, unflushed: str = "") -> tuple[str, str]:
    """Return the class of an open file, and why; ``unflushed`` says why its client could not be made to write out what it caches."""
    if unflushed:
        return RED, f"its client may hold data that it has not written: {unflushed}"
    if access == WRITE and locks:
        return RED, "open for writing and locked: the lock is lost, and another client may get it"
    if access == WRITE:
        return AMBER, "open for writing: what the application has not saved is in the client's hands"
    if access == UNKNOWN:
        return AMBER, "OneFS does not say what it is open for"
    if locks:
        return AMBER, "open for reading and locked: the lock is lost"
    return GREEN, "open for reading: it is opened again by its path"


class Sessions:
    """Sessions by node and user. A list of open files may spell a user without the domain that the sessions show."""

    def __init__(self, sessions: t.Iterable[Session]) -> None:
        """Index the sessions."""
        self._exact: dict[tuple[int, str], set[str]] = {}
        self._bare: dict[tuple[int, str], set[str]] = {}
        for session in sessions:
            self._exact.setdefault((session.lnn, session.user.casefold()), set()).add(session.client)
            self._bare.setdefault((session.lnn, bare(session.user)), set()).add(session.client)

    def clients(self, lnn: int, user: str) -> set[str]:
        """Return every client on a node that may be this user's."""
        if bare(user) != user.casefold():
            exact = self._exact.get((lnn, user.casefold()))
            # The same user without a domain is somebody else, or the same one spelled otherwise: nobody can tell.
            plain = self._exact.get((lnn, bare(user)), set())
            return (exact or set()) | plain
        return set(self._bare.get((lnn, user.casefold()), ()))


def bare(user: str) -> str:
    """Return a user's name without the domain."""
    return user.replace("/", "\\").rsplit("\\", 1)[-1].split("@", 1)[0].casefold()


def attribute(possible: t.Collection[str], connected: t.Container[str]) -> tuple[tuple[str, ...], bool, str]:
    """Return the clients that may have a file open, whether that is ambiguous, and how it is known."""
    if not possible:
        return (), True, NOBODY
    near = sorted(client for client in possible if client in connected)
    if len(possible) == 1:
        return tuple(possible), not near, ONLY if near else UNSURE
    if len(near) == 1:
        return tuple(near), False, ONLY_CONNECTED
    return tuple(near or sorted(possible)), True, AMBIGUOUS


def list_files(
    open_files: t.Iterable[OpenFile],
    sessions: t.Sequence[Session],
    connected: t.Container[str],
    shares: t.Sequence[Share],
    roots: t.Sequence[str],
    unflushed: t.Mapping[str, str],
) -> Listing:
    """List what is open below the shares or the root of a zone, what is most at risk first.

    A file of the zone is listed whoever has it open, also one whose clients seem to be connected elsewhere: its path moves.
    """
    index = Sessions(sessions)
    merged: dict[tuple[int, str, str, str], tuple[int, int, str]] = {}
    folders = elsewhere = 0
    counted: dict[tuple[int, str], int] = {}
    for file in open_files:
        counted[file.lnn, bare(file.user)] = counted.get((file.lnn, bare(file.user)), 0) + 1
        share = share_of(file.path, shares)
        if share is None and not any(is_below(file.path, root) for root in roots):
            elsewhere += 1
            continue
        access = access_of(file.permissions)
        if share is not None and file.path == share.path and access == READ:
            folders += 1
            continue
        key = (file.lnn, file.path, file.user, access)
        handles, locks, _share = merged.get(key, (0, 0, ""))
        merged[key] = (handles + 1, max(locks, file.locks), share.name if share else "")
    rows = []
    for (lnn, path, user, access), (handles, locks, share_name) in merged.items():
        clients, ambiguous, attribution = attribute(index.clients(lnn, user), connected)
        risk, reason = judge(access, locks, unflushed.get(path, "") if access != READ else "")
        row = AtRiskFile(
            path, share_name, user, clients, ambiguous, attribution, lnn, access, locks, handles, risk, reason
        )
        rows.append(row)
    rows.sort(key=lambda row: (CLASSES.index(row.risk), row.path, row.user, row.node, row.access))
    return Listing(tuple(rows), folders, elsewhere, tuple(_unlisted(sessions, counted)))


def share_of(path: str, shares: t.Iterable[Share]) -> Share | None:
    """Return the share that leads closest to a path."""
    return max(
        (share for share in shares if is_below(path, share.path)), key=lambda share: len(share.path), default=None
    )


def _unlisted(sessions: t.Iterable[Session], listed: t.Mapping[tuple[int, str], int]) -> t.Iterator[str]:
    """Name who has more open than the list shows: what it covers differs by release and access zone."""
    told: dict[tuple[int, str], int] = {}
    for session in sessions:
        key = (session.lnn, bare(session.user))
        told[key] = told.get(key, 0) + session.open_files
    for (lnn, user), number in sorted(told.items()):
        if number > listed.get((lnn, user), 0):
            yield f"{user} on node {lnn}: sessions say {number} open files, the list shows {listed.get((lnn, user), 0)}"


def summary_of(files: t.Iterable[AtRiskFile]) -> dict[str, int]:
    """Count the rows by class, and those that are ambiguous."""
    rows = list(files)
    found = {risk: sum(row.risk == risk for row in rows) for risk in CLASSES}
    return {**found, "ambiguous": sum(row.ambiguous for row in rows), "total": len(rows)}
