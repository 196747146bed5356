# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections as FreeBSD's ``netstat`` prints them on every node.

Private to the collection; pure. ``isi_for_array`` puts ``<cluster>-<LNN>: `` before each line and mixes the lines of
different nodes. Address and port are joined by a dot. ``-W`` is needed: without it addresses are cut to 16 characters, and
a cut one may still look like an address.
"""

from __future__ import annotations

import operator
import re
import socket
import typing as t
from dataclasses import dataclass

from .addresses import normalise

# The words after isi_for_array. No option stands before "netstat": the sudo rule of the commercial tool admits none.
NETSTAT = "netstat -anW -p tcp"
SMB_PORT = 445

# The cluster's name may hold hyphens: the node number is what follows the last one before the first colon.
_PREFIX = re.compile(r"^(?P<cluster>[^:\s]+)-(?P<lnn>\d{1,9}): ?(?P<rest>.*)$")
_ROW = re.compile(
    r"^\s*(?P<proto>tcp\S*)\s+\d+\s+\d+\s+(?P<local>\S+)\.(?P<local_port>\d{1,5}|\*)\s+(?P<peer>\S+)\.(?P<peer_port>\d{1,5}|\*)"
    r"(?:\s+(?P<state>[A-Z_0-9]+))?\s*$"
)
# A row as all but a few are. No part of it can match white space of any kind, so it is one line however lines are told apart.
_PLAIN = re.compile(
    r"^([^:\s]+-\d{1,9}:) (tcp\S* +\d+ +\d+) +(\S+) +(\S+)\.(\d{1,5}) +([A-Z_0-9]+)$",
    re.MULTILINE,
)
_SERVER = re.compile(r"(\S+)\.(\d{1,5})")
# How much is taken apart at once: all at once is no faster, and takes memory for every word.
_PIECE = 1 << 18
_AFTER_IPV4 = b"\xff\xff\xff\xff"
_HEADER = re.compile(r"Local Address(?P<gap>\s+)Foreign Address")
# A header's columns are 22 wide without -W and 45 with it.
_NARROW_COLUMN = 30

# States in which a client may still believe that it is served.
ALIVE = frozenset({"ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT_1", "FIN_WAIT_2", "LAST_ACK", "CLOSING"})
ESTABLISHED = "ESTABLISHED"


class Socket(t.NamedTuple):
    """One TCP connection of one node. A tuple: a large cluster has a hundred thousand of them."""

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


def parse(output: str, addresses: t.Container[str] | None = None) -> Reading:
    """Read the output of all nodes; a line that is not understood is reported, never dropped in silence.

    Only connections to ``addresses`` are returned, where some are given; the others are read, and not kept.
    """
    narrow: set[int] = set()
    problems: list[str] = []
    rows = _Rows(addresses)
    for line in (line for piece in _pieces(output) for line in rows.take_plain(piece)):
        if not line.strip():
            continue
        prefix = _PREFIX.match(line)
        if prefix is None:
            problems.append(f"a line of no node: {line[:120]!r}")
            continue
        lnn, rest = int(prefix["lnn"]), prefix["rest"]
        header = _HEADER.search(rest)
        if header is not None:
            rows.answered(lnn)
            if len("Local Address") + len(header["gap"]) < _NARROW_COLUMN:
                narrow.add(lnn)
        elif rest.lstrip().startswith("tcp"):
            problem = rows.take(lnn, rest)
            if problem:
                problems.append(problem)
    sockets = rows.in_order()
    for lnn in sorted(narrow & rows.with_ipv6()):
        problems.append(f"node {lnn} printed narrow columns, so IPv6 addresses may be cut (netstat without -W)")
    return Reading(sockets, rows.nodes(), tuple(problems))


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


# What is ordered by comes first: the client's address and port; then the port of the node, the address as text, the state. Plain
# tuples of plain values, which cost the collector of garbage nothing.
_Row = tuple[bytes, int, int, str, str]

_PLACE = operator.itemgetter(0)

# Stands for the connections of an address that nobody asked for.
_UNWANTED: tuple[list[_Row], int] = ([], 0)


class _Rows:
    """Reads rows, and remembers of them what comes again: nodes, addresses, states."""

    def __init__(self, wanted: t.Container[str] | None) -> None:
        self._wanted = wanted
        self._answered: set[int] = set()
        self._with_ipv6: set[int] = set()
        # By node and its address, as bytes and as text.
        self._found: dict[tuple[int, bytes, str], list[_Row]] = {}
        self._ends: dict[tuple[str, str], tuple[list[_Row], int] | None] = {}
        self._addresses: dict[str, tuple[bytes, str] | None] = {}
        self._states: dict[str, str] = {}

    def nodes(self) -> frozenset[int]:
        """Return the nodes that answered."""
        return frozenset(self._answered)

    def with_ipv6(self) -> set[int]:
        """Return the nodes that have a connection to an IPv6 address."""
        return self._with_ipv6

    def answered(self, lnn: int) -> None:
        """Remember that a node answered, with connections or without."""
        self._answered.add(lnn)

    def in_order(self) -> tuple[Socket, ...]:
        """Return all connections, ordered by node, addresses as numbers, and port."""
        # What Socket() does, without a call of Python for each.
        new = tuple.__new__
        return tuple(
            new(Socket, (lnn, local, local_port, peer, peer_port, state))
            for (lnn, _at, local), rows in sorted(self._found.items(), key=_PLACE)
            for _of, peer_port, local_port, peer, state in sorted(rows)
        )

    def take_plain(self, text: str) -> list[str]:
        """Take the rows that are as all but a few are; returns the lines that take a closer look."""
        ends, states = self._ends, self._states
        packed, family = socket.inet_pton, socket.AF_INET
        parts = iter(_PLAIN.split(text))
        others = next(parts).splitlines()
        for prefix, head, local, there, port, state, after in zip(*(parts,) * 7):
            # What was found to be no address is remembered as None.
            end = ends[prefix, local] if (prefix, local) in ends else self._end(prefix, local)
            try:
                # What the C library takes for IPv4 is in its shortest form; to remember so many clients takes longer than to read them.
                place, peer = packed(family, there), there
            except (OSError, ValueError):
                place, peer = self._address(there) or (b"", "")
            if end is None or not peer:
                others.append(f"{prefix} {head} {local} {there}.{port} {state}")
            elif end is not _UNWANTED:
                end[0].append((place, int(port), end[1], peer, states.setdefault(state, state)))
            if after != "\n":
                others += after.splitlines()
        return others

    def _end(self, prefix: str, local: str) -> tuple[list[_Row], int] | None:
        """Return where the connections of a node's address go, and the port, or None where it is no address."""
        match = _SERVER.fullmatch(local)
        address = match and self._address(match[1])
        if match and address:
            lnn = int(prefix[:-1].rpartition("-")[2])
            self.answered(lnn)
            rows = self._rows_of(lnn, address)
            self._ends[prefix, local] = _UNWANTED if rows is None else (rows, int(match[2]))
        else:
            self._ends[prefix, local] = None
        return self._ends[prefix, local]

    def take(self, lnn: int, row: str) -> str | None:
        """Take a row of any kind; returns what is wrong with it. A listener is no connection."""
        self.answered(lnn)
        match = _ROW.match(row)
        if match is None:
            return f"node {lnn}: a row that is no connection: {row.strip()[:120]!r}"
        if "*" in (match["local_port"], match["peer"], match["peer_port"]):
            return None
        local, peer = self._address(match["local"]), self._address(match["peer"])
        if local is None or peer is None:
            return f"node {lnn}: an address that is none (cut?): {row.strip()[:120]!r}"
        rows = self._rows_of(lnn, local)
        if rows is not None:
            state = match["state"] or "CLOSED"
            rows.append((peer[0], int(match["peer_port"]), int(match["local_port"]), peer[1], state))
        return None

    def _rows_of(self, lnn: int, address: tuple[bytes, str]) -> list[_Row] | None:
        """Return the list for the connections of a node's address, or None where nobody asked for it."""
        if ":" in address[1]:
            self._with_ipv6.add(lnn)
        if self._wanted is not None and address[1] not in self._wanted:
            return None
        return self._found.setdefault((lnn, *address), [])

    def _address(self, text: str) -> tuple[bytes, str] | None:
        """Return what an address is ordered by, IPv4 first, and its one form, or None where it is none."""
        if text not in self._addresses:
            self._addresses[text] = _read(text)
        return self._addresses[text]


def _read(text: str) -> tuple[bytes, str] | None:
    try:
        # What the C library takes for IPv4 is in its shortest form.
        return socket.inet_pton(socket.AF_INET, text), text
    except (OSError, ValueError):
        address = normalise(text)
        return None if address is None else (_order(address), address)


def _order(address: str) -> bytes:
    if ":" in address:
        return _AFTER_IPV4 + socket.inet_pton(socket.AF_INET6, address)
    return socket.inet_pton(socket.AF_INET, address)


def _pieces(text: str) -> t.Iterator[str]:
    """Cut a text where lines end."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _PIECE) + 1 or len(text)
        yield text[start:end]
        start = end
