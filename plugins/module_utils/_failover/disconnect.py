# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""End the SMB sessions of the clients that are connected to some addresses.

Private to the collection. OneFS has no switch that stops SMB on one pool, and a session does not say to which address its
client is connected. So ``netstat``, run once before, tells who must not be touched: a client that is connected to other
addresses of that node only. Everybody else loses the session, those that log in meanwhile too. A client that is cut off
while the address is up comes right back, so this is done again and again until the address is gone, and once more after.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._onefs import netstat
from .._onefs.addresses import normalise
from .._onefs.smb import NodeSessions, Session, end_sessions, read_sessions
from .._onefs.waiting import wait_until
from .client_inventory import DEFAULT_READING, read_netstat

if t.TYPE_CHECKING:
    from .._onefs.cluster import ClusterIdentity
    from .._onefs.papi import PapiSession
    from .._onefs.progress import Progress
    from .._onefs.shell import Shell

POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Bystanders:
    """Who is connected to what, by node and client address, when it was looked."""

    involved: frozenset[tuple[int, str]]
    others: frozenset[tuple[int, str]]

    def spares(self, session: Session) -> bool:
        """Whether a session must be left alone."""
        key = (session.lnn, session.client)
        if key in self.involved:
            return False
        if normalise(session.client) is None:
            # A client without an address cannot be told from those of other pools on its node.
            return any(lnn == session.lnn for lnn, _client in self.others)
        return key in self.others


def sort_clients(sockets: t.Iterable[netstat.Socket], addresses: t.Container[str]) -> Bystanders:
    """Tell the clients of ``addresses`` from those that are connected to other addresses only."""
    involved: set[tuple[int, str]] = set()
    elsewhere: set[tuple[int, str]] = set()
    for lnn, local, local_port, peer, _peer_port, state in sockets:
        if local_port == netstat.SMB_PORT and state in netstat.ALIVE:
            (involved if local in addresses else elsewhere).add((lnn, peer))
    return Bystanders(frozenset(involved), frozenset(elsewhere - involved))


def look_around(shell: Shell, addresses: t.Container[str], cluster: ClusterIdentity) -> Bystanders:
    """Ask all nodes who is connected."""
    return sort_clients(read_netstat(shell, DEFAULT_READING, cluster).sockets, addresses)


def close_sessions(papi: PapiSession, nodes: NodeSessions, bystanders: Bystanders, serving: t.Container[int]) -> int:
    """End every session on the nodes that serve the addresses, but for bystanders; returns how many there were."""
    sessions = [s for s in read_sessions(papi, nodes) if s.lnn in serving and not bystanders.spares(s)]
    end_sessions(nodes, sessions)
    return len(sessions)


def close_leftovers(
    papi: PapiSession,
    nodes: NodeSessions,
    bystanders: Bystanders,
    serving: t.Container[int],
    deadline_seconds: float,
    progress: Progress,
) -> int:
    """End what logged in before the addresses were gone, until no such session is left; returns how many there were."""
    ended = [0, 0]

    def closed() -> bool:
        ended[0] = close_sessions(papi, nodes, bystanders, serving)
        ended[1] += ended[0]
        return ended[0] == 0

    wait_until(
        closed,
        deadline_seconds,
        POLL_SECONDS,
        progress,
        lambda: f"{papi.connection.host}: {ended[0]} sessions to end",
    )
    return ended[1]
