# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SMB sessions and open files of every node.

Private to the collection. Sessions come from one call for all nodes where the release has it; open files only from the
node that is asked. Neither says at which address of the cluster a client is connected: that only ``netstat`` tells.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import typing as t
from dataclasses import dataclass

from .addresses import normalise
from .errors import NodesMissing, OnefsError, PapiError
from .papi import PapiSession, on_each

# Version 11 answers for all nodes (from OneFS 9.2 at the latest), version 1 for the node that is asked.
ALL_SESSIONS = "/platform/11/protocols/smb/sessions"
NODE_SESSIONS = "/platform/1/protocols/smb/sessions"
OPEN_FILES = "/platform/1/protocols/smb/openfiles"

# Sessions that one node is asked to end at the same time: clients wait, and there may be hundreds.
ENDED_AT_ONCE = 4

T = t.TypeVar("T")


@dataclass(frozen=True)
class Session:
    """An SMB session; ``client`` is the client's address, ``computer`` what OneFS says of it."""

    lnn: int
    id: int
    client: str
    user: str
    open_files: int
    idle_seconds: int
    computer: str = ""
    guest: bool = False
    kind: str = ""  # how the client names itself, or the dialect
    active_seconds: int = 0


class OpenFile(t.NamedTuple):
    """A file that is open on a node. A tuple: a large cluster has many thousands of them."""

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


class NodeSessions:
    """Platform API sessions with single nodes, opened when first asked and kept until the end."""

    def __init__(self, papi: PapiSession, hosts: t.Mapping[int, str]) -> None:
        """Keep where each node is reached; nothing is sent yet."""
        self._papi = papi
        self._sessions = {lnn: papi.for_node(host) for lnn, host in hosts.items()}

    def __enter__(self) -> NodeSessions:
        """Return the sessions."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Log out of every node."""
        on_each(self._sessions, PapiSession.close)

    def open(self) -> None:
        """Log in to every node, at the same time."""
        numbers = {papi: lnn for lnn, papi in self._sessions.items()}

        def log_in(papi: PapiSession) -> None:
            try:
                papi.open()
            except OnefsError as error:
                lnn = numbers[papi]
                raise NodesMissing(
                    f"Logging in to node {lnn} of {self._papi.connection.host}: {error.message} "
                    "Give an address of each node in onefs_node_hosts, or allow missing nodes."
                ) from error

        on_each(self._sessions, log_in)

    def nodes(self) -> list[int]:
        """Return the nodes that can be asked."""
        return sorted(self._sessions)

    def of(self, lnn: int) -> PapiSession:
        """Return the session with one node."""
        if lnn not in self._sessions:
            raise NodesMissing(
                f"Asking node {lnn} of {self._papi.connection.host}: no address of that node is known. "
                "Give an address of each node in onefs_node_hosts."
            )
        return self._sessions[lnn]

    def another(self, lnn: int) -> PapiSession:
        """Return one more session with a node, for work that is done by several; the caller logs out."""
        return self._papi.for_node(self.of(lnn).connection.host)

    def ask(self, lnns: t.Iterable[int], question: t.Callable[[int, PapiSession], list[T]]) -> list[T]:
        """Ask nodes the same at the same time; returns what they list, in the order of the nodes."""
        sessions = {lnn: self.of(lnn) for lnn in lnns}
        numbers = {papi: lnn for lnn, papi in sessions.items()}
        answers = on_each(sessions, lambda papi: question(numbers[papi], papi))
        return [one for answer in answers.values() for one in answer]


def read_sessions(papi: PapiSession, node_sessions: NodeSessions | None = None) -> list[Session]:
    """Return the SMB sessions of all nodes; asks each node itself where the release has no call for all."""
    found: list[Session] = []
    try:
        for page in papi.pages(ALL_SESSIONS, lnn="all"):
            for node in page.get("nodes") or []:
                found += [_session(int(node["lnn"]), answer) for answer in node.get("sessions") or []]
    except PapiError as error:
        if error.status != 404 or node_sessions is None:
            raise
        return node_sessions.ask(
            node_sessions.nodes(),
            lambda lnn, node: [_session(lnn, answer) for answer in node.list(NODE_SESSIONS, "sessions")],
        )
    return found


def end_sessions(nodes: NodeSessions, sessions: t.Sequence[Session]) -> None:
    """End sessions, several at the same time; one that ended by itself meanwhile is as good.

    Numbers of sessions are the node's own, so the node that holds it is asked.
    """
    mine: dict[int, list[Session]] = {}
    for session in sessions:
        mine.setdefault(session.lnn, []).append(session)
    shares: dict[PapiSession, t.Sequence[Session]] = {}
    with contextlib.ExitStack() as helpers:
        for lnn, held in mine.items():
            # A helper has to log in, which takes as long as ending one session.
            crew = [nodes.of(lnn)]
            for _number in range(1, min(ENDED_AT_ONCE, len(held) // 2)):
                crew.append(helpers.enter_context(nodes.another(lnn)))
            shares.update({papi: held[number :: len(crew)] for number, papi in enumerate(crew)})
        on_each({papi: papi for papi in shares}, lambda papi: _end(papi, shares[papi]))


def _end(node: PapiSession, sessions: t.Sequence[Session]) -> None:
    for session in sessions:
        try:
            node.delete(f"{ALL_SESSIONS}/{session.id}")
        except PapiError as error:
            if error.status != 404 or error.code not in {"AEC_NOT_FOUND", ""}:
                raise


def read_open_files(
    papi: PapiSession, nodes: NodeSessions | t.Mapping[int, str], skip: t.Container[int] = ()
) -> list[OpenFile]:
    """Ask every node for its open files; ``nodes`` are sessions with them, or an address of each by its number."""
    if not isinstance(nodes, NodeSessions):
        with NodeSessions(papi, nodes) as sessions:
            return read_open_files(papi, sessions, skip)

    def read(lnn: int, node: PapiSession) -> list[OpenFile]:
        try:
            return list(open_files_of(node, lnn))
        except OnefsError as error:
            raise NodesMissing(
                f"Reading the open files of node {lnn} of {papi.connection.host}: {error.message} "
                "Give an address of each node in onefs_node_hosts, or allow missing nodes."
            ) from error

    return nodes.ask([lnn for lnn in nodes.nodes() if lnn not in skip], read)


def _session(lnn: int, answer: t.Mapping[str, t.Any]) -> Session:
    computer = str(answer.get("computer") or "")
    return Session(
        lnn=lnn,
        id=int(answer.get("id") or 0),
        client=normalise(computer) or computer,
        user=str(answer.get("user") or ""),
        open_files=int(answer.get("openfiles") or 0),
        idle_seconds=int(answer.get("idle_time") or 0),
        computer=computer,
        guest=bool(answer.get("guest_login")),
        kind=str(answer.get("client_type") or ""),
        active_seconds=int(answer.get("active_time") or 0),
    )


def open_files_of(node: PapiSession, lnn: int) -> t.Iterator[OpenFile]:
    """Ask a node, in a session of its own, for its open files."""
    return (open_file_from_answer(lnn, answer) for answer in node.elements(OPEN_FILES, "openfiles"))


def open_file_from_answer(lnn: int, answer: t.Mapping[str, t.Any]) -> OpenFile:
    """Build an open file from one element of a PAPI answer."""
    return OpenFile(
        lnn=lnn,
        id=int(answer.get("id") or 0),
        path=ifs_path(str(answer.get("file") or "")),
        user=sys.intern(str(answer.get("user") or "")),
        locks=int(answer.get("locks") or 0),
        permissions=_once(tuple(str(permission) for permission in answer.get("permissions") or [])),
    )


@functools.lru_cache(maxsize=64)
def _once(permissions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the same tuple for equal ones: of fifty thousand open files most have one of a few."""
    return permissions


def ifs_path(path: str) -> str:
    r"""Return a path in the spelling with slashes: OneFS shows some as a Windows client would (``C:\ifs\data``)."""
    path = path.replace("\\", "/")
    if path[:3].upper() == "C:/":
        path = path[2:]
    return path if path.startswith("/") else "/" + path
