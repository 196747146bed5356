# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SMB connections of one node with their files, in columns: a hundred thousand of them are no objects until shown."""

from __future__ import annotations

import threading
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence

from ..ports import SmbOpenFile, SmbSession
from ..rows import Rows
from ..site import ShareSite

SMB_PORT = 445
LISTENERS = (22, SMB_PORT, 8080)
GIVEN_NAMES = ("ada", "boris", "carla", "dmitri", "elena", "farid", "greta", "hiro", "ines", "jonas", "kira", "luis")
FAMILY_NAMES = ("abel", "brandt", "costa", "dietz", "eriksen", "fuchs", "garcia", "huber", "ito", "jansen", "kovacs")
#: What a file may be opened for; a column holds the place in this list.
PERMISSIONS = (("read",), ("read", "write"), ("read", "write", "create"))


def dotted(number: int) -> str:
    """Write an IPv4 address."""
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def user_name(number: int) -> str:
    """Return the name of one of any number of invented people."""
    given, family = number % len(GIVEN_NAMES), number // len(GIVEN_NAMES)
    count, place = divmod(family, len(FAMILY_NAMES))
    return f"EXAMPLE\\{GIVEN_NAMES[given]}.{FAMILY_NAMES[place]}{count or ''}"


class RecordedConnections:
    """Sessions, their connections and their open files, which are always of one another."""

    def __init__(self, shares: Sequence[ShareSite], zones: Mapping[int, str]) -> None:
        """`shares`: which files name by their place in it; `zones`: access zone by address of a node."""
        self._shares = shares
        self._zones = zones
        self._lock = threading.RLock()
        # A session: its number, address and port of the client, address of the node, user, seconds without a request.
        self._session, self._client, self._port = array("I"), array("I"), array("H")
        self._server, self._user, self._idle = array("I"), array("I"), array("I")
        # A file: its number, that of its session, its user, its share, its name's number, what it is open for, locks.
        self._file, self._file_session, self._file_user = array("I"), array("I"), array("I")
        self._share, self._name, self._mode, self._locks = array("I"), array("I"), array("B"), array("B")

    def __len__(self) -> int:
        return len(self._session)

    def connect(self, server: int, client: int, port: int, user: int, idle_seconds: int) -> int:
        """Add a connection with its session; returns the number of that."""
        session = len(self._session) + 1
        for column, value in zip(
            self._session_columns(), (session, client, port, server, user, idle_seconds), strict=True
        ):
            column.append(value)
        return session

    def open(self, session: int, user: int, share: int, name: int, mode: int, locks: int) -> None:
        """Add a file of a session."""
        values = (len(self._file) + 1, session, user, share, name, mode, locks)
        for column, value in zip(self._file_columns(), values, strict=True):
            column.append(value)

    def _session_columns(self) -> tuple[array[int], ...]:
        return (self._session, self._client, self._port, self._server, self._user, self._idle)

    def _file_columns(self) -> tuple[array[int], ...]:
        return (
            self._file,
            self._file_session,
            self._file_user,
            self._share,
            self._name,
            self._mode,
            self._locks,
        )

    def sessions(self) -> Sequence[SmbSession]:
        """Return the sessions as they are now."""
        with self._lock:
            session, client, _port, server, user, idle = (column[:] for column in self._session_columns())
            opened = Counter(self._file_session)
        return Rows(
            len(session),
            lambda at: SmbSession(
                session_id=session[at],
                computer=dotted(client[at]),
                user=user_name(user[at]),
                open_files=opened[session[at]],
                active_seconds=idle[at] + 60,
                idle_seconds=idle[at],
                server_address=dotted(server[at]),
                zone=self._zones[server[at]],
            ),
        )

    def open_files(self) -> Sequence[SmbOpenFile]:
        """Return the open files as they are now."""
        with self._lock:
            file, _session, user, share, name, mode, locks = (column[:] for column in self._file_columns())
        return Rows(
            len(file),
            lambda at: SmbOpenFile(
                file_id=file[at],
                path=f"{self._shares[share[at]].path}/report-{name[at]:06}.docx",
                user=user_name(user[at]),
                locks=locks[at],
                permissions=PERMISSIONS[mode[at]],
                zone=self._shares[share[at]].zone,
            ),
        )

    def close_session(self, session_id: int) -> None:
        """End a session with its files and its connection. LookupError: there is none."""
        with self._lock:
            try:
                at = self._session.index(session_id)
            except ValueError as error:
                raise LookupError(session_id) from error
            _remove(self._session_columns(), {at})
            _remove(self._file_columns(), {i for i, one in enumerate(self._file_session) if one == session_id})

    def close_file(self, file_id: int) -> None:
        """Close a file. LookupError: there is none."""
        with self._lock:
            try:
                _remove(self._file_columns(), {self._file.index(file_id)})
            except ValueError as error:
                raise LookupError(file_id) from error

    def lose_address(self, server: int) -> None:
        """End all that came by an address."""
        with self._lock:
            lost = {i for i, one in enumerate(self._server) if one == server}
            sessions = {self._session[i] for i in lost}
            _remove(self._session_columns(), lost)
            _remove(self._file_columns(), {i for i, one in enumerate(self._file_session) if one in sessions})

    def socket_lines(self) -> list[str]:
        """Return what `ss -Htan` prints on the node: its listeners and its connections."""
        lines = [f"LISTEN 0 128 *:{port} *:*" for port in LISTENERS]
        with self._lock:
            rows = zip(self._server, self._client, self._port, strict=True)
            return lines + [
                f"ESTAB 0 0 {dotted(server)}:{SMB_PORT} {dotted(client)}:{port}" for server, client, port in rows
            ]


def _remove(columns: tuple[array[int], ...], places: set[int]) -> None:
    """Take the same places out of all columns."""
    if not places:
        return
    for column in columns:
        kept = array(column.typecode, (value for at, value in enumerate(column) if at not in places))
        column[:] = kept
