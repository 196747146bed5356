# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""End the SMB sessions of the clients that are connected to some addresses. Private to the collection.

OneFS has no switch that stops SMB on one pool, and a session does not say to which address its client is connected. So the
clients are found with ``netstat``, and every session of these clients is ended; one that a client has by another pool
comes back at once. A client that is cut off while the address is up comes right back, so this is done again and again until
the address is gone, and once more after: what is left then is a client that met silence in the middle of its login.
"""

from __future__ import annotations

import typing as t

from .._onefs import netstat
from .._onefs.smb import close_session, read_sessions
from .._onefs.waiting import wait_until
from .client_inventory import DEFAULT_READING, read_sockets

if t.TYPE_CHECKING:
    from .._onefs.papi import PapiSession
    from .._onefs.progress import Progress
    from .._onefs.shell import Shell

POLL_SECONDS = 0.1


def clients_of(shell: Shell, addresses: t.Container[str]) -> set[tuple[int, str]]:
    """Return node and address of every client that is connected to the SMB port of ``addresses``."""
    sockets, _nodes = read_sockets(shell, DEFAULT_READING)
    return {(s.lnn, s.peer) for s in netstat.to_pool(sockets, addresses) if s.state == netstat.ESTABLISHED}


def close_sessions(papi: PapiSession, clients: t.Container[tuple[int, str]]) -> int:
    """End every session of these clients; returns how many there were."""
    sessions = [s for s in read_sessions(papi) if (s.lnn, s.client) in clients]
    for session in sessions:
        close_session(papi, session)
    return len(sessions)


def close_leftovers(
    papi: PapiSession, shell: Shell, addresses: t.Container[str], deadline_seconds: float, progress: Progress
) -> None:
    """End what still has a connection to addresses that are gone, until no session of theirs is left."""
    left: list[int] = [0]

    def closed() -> bool:
        left[0] = close_sessions(papi, clients_of(shell, addresses))
        return left[0] == 0

    wait_until(
        closed,
        deadline_seconds,
        POLL_SECONDS,
        progress,
        lambda: f"{papi.connection.host}: {left[0]} sessions to end",
    )
