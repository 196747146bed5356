# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/smb/sessions and /protocols/smb/openfiles: per node, as the SMB servers have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..allocation import Document
from ..ports import NodePort, SmbOpenFile, SmbSession
from ..rows import Rows
from ..smb_settings import SmbChoices
from .answers import NO_CONTENT, Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, limit_of, list_answer, make_token, opened
from .routing import Route

SESSIONS = "/protocols/smb/sessions"
OPEN_FILES = "/protocols/smb/openfiles"

#: Nodes that are looked at at the same time.
LOOKING_AT_ONCE = 16

_One = TypeVar("_One", SmbSession, SmbOpenFile)
_Choice = Callable[[SmbSession], bool]


class SmbSessionsApi:
    """Handlers of SMB sessions and open files."""

    def __init__(self, nodes: Mapping[int, NodePort], choices: Callable[[], SmbChoices]) -> None:
        self._nodes = nodes
        self._choices = choices

    def routes(self) -> list[Route]:
        return [
            Route("GET", SESSIONS, self.list_by_node, (*LIST_ARGUMENTS, "lnn", "lnn_skip"), 11),
            Route("GET", "/local" + SESSIONS, self.list_local_node, LIST_ARGUMENTS, 11),
            Route("DELETE", SESSIONS + "/{computer}/{user}", self.close_of_user),
            Route("DELETE", SESSIONS + "/{session}", self.close_by_id, ("lnn",), 11),
            Route("GET", SESSIONS, self.list_local, LIST_ARGUMENTS),
            Route("DELETE", SESSIONS + "/{computer}", self.close_of_computer),
            Route("GET", OPEN_FILES, self.list_open_files, LIST_ARGUMENTS),
            Route("DELETE", OPEN_FILES + "/{file}", self.close_open_file),
        ]

    def list_local(self, request: Request) -> Answer:
        """Version 1: this node only."""
        return self._list_of(self._nodes[request.lnn], request, self._choices().node_sessions_cover)

    def list_local_node(self, request: Request) -> Answer:
        """Version 11 of the node that was asked."""
        return self._list_of(self._nodes[request.lnn], request, self._choices().sessions_cover)

    @staticmethod
    def _list_of(node: NodePort, request: Request, cover: str) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            return shown(node.smb_sessions(), cover, session_document)

        return list_answer(request, "sessions", listing)

    def list_by_node(self, request: Request) -> Answer:
        query, offset = opened(request)
        limit = limit_of(query)
        lnns = self._wanted_nodes(query, request.lnn)
        # Nodes look at the same time: asking an SMB server takes a while.
        with ThreadPoolExecutor(max_workers=LOOKING_AT_ONCE) as looking:
            looked = list(looking.map(lambda lnn: self._nodes[lnn].smb_sessions(), lnns))
        end = offset + limit
        nodes = []
        cover = self._choices().sessions_cover
        listed = [shown(found, cover, session_document) for found in looked]
        total = sum(len(found) for found in listed)
        position = 0
        for lnn, found in zip(lnns, listed, strict=True):
            sessions = found[max(0, offset - position) : max(0, end - position)]
            # A node without sessions is told of once, on the page that its neighbours are on.
            if sessions or (not found and offset <= position and (position < end or total <= end)):
                nodes.append({"id": lnn, "lnn": lnn, "resume": None, "sessions": sessions, "total": len(found)})
            position += len(found)
        token = make_token(query, end) if end < total else None
        return Answer.of({"nodes": nodes, "resume": token, "total": total})

    def _wanted_nodes(self, query: Mapping[str, list[str]], asked: int) -> list[int]:
        wanted = query.get("lnn", [str(asked)])[0]
        skipped = _numbers(query.get("lnn_skip", [""])[0])
        lnns = sorted(self._nodes) if wanted == "all" else _numbers(wanted)
        for lnn in lnns:
            if lnn not in self._nodes:
                raise Refusal("AEC_NOT_FOUND", f"Node {lnn} does not exist", "lnn")
        return [lnn for lnn in lnns if lnn not in skipped]

    def close_by_id(self, request: Request) -> Answer:
        text = request.names["session"]
        if not text.isdigit():
            return self._close(request, lambda session: session.computer == text)
        # The node that was asked first: two nodes may use one number.
        lnns = self._wanted_nodes(request.query, request.lnn) if "lnn" in request.query else sorted(self._nodes)
        for lnn in sorted(lnns, key=lambda one: (one != request.lnn, one)):
            try:
                self._nodes[lnn].close_smb_session(int(text))
            except LookupError:
                continue
            return NO_CONTENT
        raise Refusal("AEC_NOT_FOUND", f"SMB session {text} not found")

    def close_of_computer(self, request: Request) -> Answer:
        return self._close(request, lambda session: session.computer == request.names["computer"])

    def close_of_user(self, request: Request) -> Answer:
        computer, user = request.names["computer"], request.names["user"].lower()
        return self._close(request, lambda session: session.computer == computer and session.user.lower() == user)

    def _close(self, request: Request, chosen: _Choice) -> Answer:
        node = self._nodes[request.lnn]
        closed = 0
        for session in node.smb_sessions():
            if chosen(session):
                try:
                    node.close_smb_session(session.session_id)
                except LookupError:
                    continue
                closed += 1
        if not closed:
            raise Refusal("AEC_NOT_FOUND", "No such SMB session on this node")
        return NO_CONTENT

    def list_open_files(self, request: Request) -> Answer:
        node = self._nodes[request.lnn]

        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            return shown(node.smb_open_files(), self._choices().open_files_cover, open_file_document)

        return list_answer(request, "openfiles", listing)

    def close_open_file(self, request: Request) -> Answer:
        text = request.names["file"]
        if not text.isdigit():
            raise Refusal("AEC_BAD_REQUEST", f"Invalid open file id '{text}'")
        try:
            self._nodes[request.lnn].close_smb_open_file(int(text))
        except LookupError as error:
            raise Refusal("AEC_NOT_FOUND", f"Open file {text} not found on this node") from error
        return NO_CONTENT


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",") if part]
    except ValueError as error:
        raise Refusal("AEC_BAD_REQUEST", f"Invalid node number in '{text}'", "lnn") from error


def covers(cover: str, zone: str) -> bool:
    """Whether a list shows what belongs to a zone."""
    return cover == "all" or zone == "System"


def shown(found: Sequence[_One], cover: str, document: Callable[[_One], Document]) -> Sequence[Document]:
    """Return the documents of those that a list covers; made when they are looked at."""
    if cover != "all":
        found = [one for one in found if covers(cover, one.zone)]
    return Rows(len(found), lambda at: document(found[at]))


def session_document(session: SmbSession) -> Document:
    return {
        "active_time": session.active_seconds,
        "client_type": session.client_type,
        "computer": session.computer,
        "encryption": session.encryption,
        "guest_login": session.guest_login,
        "id": session.session_id,
        "idle_time": session.idle_seconds,
        "openfiles": session.open_files,
        "user": session.user,
    }


def open_file_document(file: SmbOpenFile) -> Document:
    return {
        "file": file.path,
        "id": file.file_id,
        "locks": file.locks,
        "permissions": list(file.permissions),
        "user": file.user,
    }
