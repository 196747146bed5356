# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections as FreeBSD's ``netstat`` prints them on every node.

Private to the collection; pure. ``isi_for_array`` puts ``<cluster>-<LNN>: `` before each line and mixes the lines of
different nodes. Address and port are joined by a dot. ``-W`` is needed: without it addresses are cut to 16 characters, and
a cut one may still look like an address.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .addresses import normalise, sort_key

# The words after isi_for_array. No option stands before "netstat": the sudo rule of the commercial tool admits none.
NETSTAT = "netstat -anW -p tcp"
SMB_PORT = 445

# The cluster's name may hold hyphens: the node number is what follows the last one before the first colon.
_PREFIX = re.compile(r"^(?P<cluster>[^:\s]+)-(?P<lnn>\d+): ?(?P<rest>.*)$")
_ROW = re.compile(
    r"^\s*(?P<proto>tcp\S*)\s+\d+\s+\d+\s+(?P<local>\S+)\.(?P<local_port>\d+|\*)\s+(?P<peer>\S+)\.(?P<peer_port>\d+|\*)"
    r"(?:\s+(?P<state>[A-Z_0-9]+))?\s*$"
)
_HEADER = re.compile(r"Local Address(?P<gap>\s+)Foreign Address")
# A header's columns are 22 wide without -W and 45 with it.
_NARROW_COLUMN = 30

# States in which a client may still believe that it is served.
ALIVE = frozenset({"ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_1", "FIN_WAIT_2", "LAST_ACK", "CLOSING"})
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


@dataclass(frozen=True)
class Reading:
    """What the nodes printed: connections, who answered, and lines that could not be understood."""

    sockets: tuple[Socket, ...]
    nodes: frozenset[int]
    problems: tuple[str, ...]


def parse(output: str) -> Reading:
    """Read the output of all nodes; a line that is not understood is reported, never dropped in silence."""
    sockets: list[Socket] = []
    nodes: set[int] = set()
    narrow: set[int] = set()
    problems: list[str] = []
    for line in output.splitlines():
        if not line.strip():
            continue
        prefix = _PREFIX.match(line)
        if prefix is None:
            problems.append(f"a line of no node: {line[:120]!r}")
            continue
        lnn, rest = int(prefix["lnn"]), prefix["rest"]
        header = _HEADER.search(rest)
        if header is not None:
            nodes.add(lnn)
            if len("Local Address") + len(header["gap"]) < _NARROW_COLUMN:
                narrow.add(lnn)
        elif rest.lstrip().startswith("tcp"):
            nodes.add(lnn)
            found = _socket(lnn, rest)
            if isinstance(found, str):
                problems.append(found)
            elif found is not None:
                sockets.append(found)
    for lnn in sorted(narrow & {found.lnn for found in sockets if ":" in found.local}):
        problems.append(f"node {lnn} printed narrow columns, so IPv6 addresses may be cut (netstat without -W)")
    ordered = sorted(sockets, key=lambda s: (s.lnn, sort_key(s.local), sort_key(s.peer), s.peer_port))
    return Reading(tuple(ordered), frozenset(nodes), tuple(problems))


def node_lines(output: str) -> dict[int, list[str]]:
    """Sort the lines of ``isi_for_array`` by the node that printed them, without its prefix."""
    lines: dict[int, list[str]] = {}
    for line in output.splitlines():
        prefix = _PREFIX.match(line)
        if prefix is not None:
            lines.setdefault(int(prefix["lnn"]), []).append(prefix["rest"])
    return lines


def to_pool(sockets: t.Iterable[Socket], addresses: t.Container[str], port: int = SMB_PORT) -> list[Socket]:
    """Return the connections to a port of the given addresses."""
    return [s for s in sockets if s.local_port == port and s.local in addresses]


def _socket(lnn: int, row: str) -> Socket | str | None:
    """Return the connection of a row, None for a listener, or what is wrong with the row."""
    match = _ROW.match(row)
    if match is None:
        return f"node {lnn}: a row that is no connection: {row.strip()[:120]!r}"
    if "*" in (match["local_port"], match["peer"], match["peer_port"]):
        return None
    local, peer = normalise(match["local"]), normalise(match["peer"])
    if local is None or peer is None:
        return f"node {lnn}: an address that is none (cut?): {row.strip()[:120]!r}"
    return Socket(lnn, local, int(match["local_port"]), peer, int(match["peer_port"]), match["state"] or "CLOSED")
