# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections as FreeBSD's ``netstat`` prints them on every node. Private to the collection; pure.

``isi_for_array`` puts ``<cluster>-<LNN>: `` before each line and mixes the lines of different nodes. Address and port are
joined by a dot. ``-W`` is needed: without it addresses are cut to 16 characters, and a cut one still looks like one.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .pools import normalised

# The words after isi_for_array. No option stands before "netstat": the sudo rule of the commercial tool admits none.
NETSTAT = "netstat -anW -p tcp"

_LINE = re.compile(
    r"^(?P<cluster>.+)-(?P<lnn>\d+): +(?P<proto>tcp\d*) +\d+ +\d+ +"
    r"(?P<local>\S+)\.(?P<local_port>\d+|\*) +(?P<peer>\S+)\.(?P<peer_port>\d+|\*) +(?P<state>[A-Z_0-9]+)\s*$"
)
_NODE = re.compile(r"^(?P<cluster>[^:\s][^:]*)-(?P<lnn>\d+): ")

# States in which a client may still believe that it is served.
ALIVE = frozenset({"ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_1", "FIN_WAIT_2", "LAST_ACK", "CLOSING", "SYN_RCVD"})
ESTABLISHED = "ESTABLISHED"


@dataclass(frozen=True)
class Socket:
    """One TCP connection of one node."""

    lnn: int
    local: str
    local_port: int
    peer: str
    peer_port: int
    state: str


def parse(output: str) -> tuple[list[Socket], set[int]]:
    """Return the connections (not the listeners), and the numbers of the nodes that answered."""
    sockets: list[Socket] = []
    nodes: set[int] = set()
    for line in output.splitlines():
        node = _NODE.match(line)
        if node:
            nodes.add(int(node["lnn"]))
        match = _LINE.match(line)
        if not match or "*" in (match["local"], match["peer"], match["local_port"], match["peer_port"]):
            continue
        sockets.append(
            Socket(
                lnn=int(match["lnn"]),
                local=normalised(match["local"]),
                local_port=int(match["local_port"]),
                peer=normalised(match["peer"]),
                peer_port=int(match["peer_port"]),
                state=match["state"],
            )
        )
    return sorted(sockets, key=lambda s: (s.lnn, s.local, s.peer, s.peer_port)), nodes


def to_pool(sockets: t.Iterable[Socket], addresses: t.Container[str], port: int = 445) -> list[Socket]:
    """Return the connections to a port of the given addresses."""
    return [s for s in sockets if s.local_port == port and s.local in addresses]
