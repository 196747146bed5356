# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SMB sessions and open files of every node. Private to the collection.

Sessions come from one call for all nodes; open files only from the node that is asked. Neither says at which address of
the cluster a client is connected: that only ``netstat`` tells.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .errors import OnefsError, PapiError
from .pools import normalised

if t.TYPE_CHECKING:
    from .papi import PapiSession

SESSIONS = "/platform/11/protocols/smb/sessions"
OPEN_FILES = "/platform/1/protocols/smb/openfiles"


class NodeMissing(OnefsError):
    """A node did not answer, so nobody knows what its clients do."""


@dataclass(frozen=True)
class Session:
    """An SMB session; ``client`` is the client's address."""

    lnn: int
    id: int
    client: str
    user: str
    open_files: int
    idle_seconds: int


@dataclass(frozen=True)
class OpenFile:
    """A file that is open on a node."""

    lnn: int
    id: int
    path: str
    user: str
    locks: int
    permissions: tuple[str, ...]

    @property
    def for_writing(self) -> bool:
        """Whether it was opened for writing."""
        return "write" in self.permissions


def read_sessions(papi: PapiSession) -> list[Session]:
    """Return the SMB sessions of all nodes."""
    answer = papi.get(SESSIONS, lnn="all")
    found: list[Session] = []
    for node in answer.get("nodes") or []:
        found += [
            Session(
                lnn=int(node["lnn"]),
                id=int(session["id"]),
                client=_client(str(session.get("computer") or "")),
                user=str(session.get("user") or ""),
                open_files=int(session.get("openfiles") or 0),
                idle_seconds=int(session.get("idle_time") or 0),
            )
            for session in node.get("sessions") or []
        ]
    return found


def close_session(papi: PapiSession, session: Session) -> None:
    """End a session; one that ended by itself meanwhile is as good."""
    try:
        papi.delete(f"{SESSIONS}/{session.id}", lnn=session.lnn)
    except PapiError as error:
        if error.status != 404:
            raise


def read_open_files(papi: PapiSession, node_hosts: t.Mapping[int, str]) -> list[OpenFile]:
    """Ask every node for its open files; ``node_hosts`` has an address of each node by its number."""
    found: list[OpenFile] = []
    for lnn, host in sorted(node_hosts.items()):
        try:
            with papi.for_node(host) as node:
                answers = node.list(OPEN_FILES, "openfiles")
        except OnefsError as error:
            raise NodeMissing(
                f"Reading the open files of node {lnn} of {papi.connection.host} at {host}: {error} "
                "Give an address of each node in onefs_node_hosts, or allow missing nodes."
            ) from error
        found += [
            OpenFile(
                lnn=lnn,
                id=int(answer["id"]),
                path=_ifs_path(str(answer.get("file") or "")),
                user=str(answer.get("user") or ""),
                locks=int(answer.get("locks") or 0),
                permissions=tuple(str(permission) for permission in answer.get("permissions") or []),
            )
            for answer in answers
        ]
    return found


def _client(computer: str) -> str:
    try:
        return normalised(computer)
    except ValueError:
        return computer


def _ifs_path(path: str) -> str:
    """Return the path in the spelling with slashes: OneFS shows some as a Windows client would."""
    path = path.replace("\\", "/")
    if path[:3].upper() == "C:/":
        path = path[2:]
    return path if path.startswith("/") else "/" + path
