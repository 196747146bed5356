# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is connected to the addresses of IP pools, on every node, with what open.

Private to the collection. Three sources are joined: ``netstat`` knows which address a client is connected to, sessions
know the user, open files know the path. Where the join is ambiguous every possible client is named, none is guessed.
"""

from __future__ import annotations

import shlex
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .._onefs import netstat
from .._onefs.cluster import ClusterIdentity, read_cluster
from .._onefs.errors import NodesMissing, OnefsError, ShellError, UnexpectedAnswer
from .._onefs.papi import PapiSession
from .._onefs.shell import CommandResult, Shell
from .._onefs.smb import NodeSessions, OpenFile, Session, read_open_files, read_sessions

# Options of every module that asks all nodes for their connections.
READING_SPEC: dict[str, t.Any] = {
    "allow_missing_nodes": {"type": "bool", "default": False},
    "sudo": {"type": "bool", "default": True},
    "isi_for_array_path": {"type": "str", "default": "/usr/bin/isi_for_array"},
    "command_timeout_seconds": {"type": "int", "default": 30},
}


@dataclass(frozen=True)
class Inventory:
    """Everything that was read about the clients of some addresses, at one time."""

    sockets: tuple[netstat.Socket, ...]
    sessions: tuple[Session, ...]
    open_files: tuple[OpenFile, ...]
    nodes: tuple[int, ...]
    missing_nodes: tuple[int, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """How to read: which command on the node, and what a missing node means."""

    command: str
    command_timeout_seconds: float
    allow_missing_nodes: bool


def reading_from(params: t.Mapping[str, t.Any]) -> Reading:
    """Take the reading options of a module."""
    command = f"{shlex.quote(params['isi_for_array_path'])} {netstat.NETSTAT}"
    return Reading(
        command=f"sudo -n {command}" if params["sudo"] else command,
        command_timeout_seconds=float(params["command_timeout_seconds"]),
        allow_missing_nodes=bool(params["allow_missing_nodes"]),
    )


DEFAULT_READING = reading_from({name: option["default"] for name, option in READING_SPEC.items()})


def read_netstat(
    shell: Shell, reading: Reading, cluster: ClusterIdentity, addresses: t.Container[str] | None = None
) -> netstat.Reading:
    """Run netstat on all nodes, and refuse an answer that cannot be trusted; see :func:`understand_netstat`."""
    return understand_netstat(run_netstat(shell, reading), shell, reading, cluster, addresses)


def run_netstat(shell: Shell, reading: Reading) -> CommandResult:
    """Run netstat on all nodes."""
    return shell.run(reading.command, timeout_seconds=reading.command_timeout_seconds)


def understand_netstat(
    result: CommandResult,
    shell: Shell,
    reading: Reading,
    cluster: ClusterIdentity,
    addresses: t.Container[str] | None = None,
) -> netstat.Reading:
    """Take the answer apart, and refuse one that cannot be trusted; only connections to ``addresses`` are kept, where some are given."""
    found = netstat.parse(result.stdout, addresses)
    where = f"Running '{reading.command}' on {shell.connection.ssh_host} as {shell.connection.ssh_user}"
    stderr = result.stderr.strip()[:500] or "nothing on stderr"
    if not found.nodes:
        raise ShellError(
            f"{where}: exit code {result.exit_code}, no node answered ({stderr}). "
            "Run the playbook seamless.smb_failover.prerequisites: the sudo rule may be missing."
        )
    missing = missing_nodes(found, cluster)
    if reading.allow_missing_nodes:
        return found
    if missing:
        raise NodesMissing(
            f"{where}: node {', '.join(map(str, missing))} of {cluster.name} did not answer ({stderr}), so nobody knows who is "
            "connected there. Bring it back, or set allow_missing_nodes.",
            {"missing_nodes": missing},
        )
    # A node that the cluster itself holds for down explains an exit code, but no line that cannot be read.
    failed = result.exit_code != 0 and len(cluster.up_nodes()) == len(cluster.nodes)
    if failed or found.problems:
        raise UnexpectedAnswer(
            f"{where}: exit code {result.exit_code}, and the answer cannot be trusted "
            f"({'; '.join((*found.problems[:3], stderr))}). Run the command by hand on that node and mend what it shows, "
            "or set allow_missing_nodes."
        )
    return found


def missing_nodes(found: netstat.Reading, cluster: ClusterIdentity) -> list[int]:
    """Return the nodes that are up and did not answer; one that is down has no clients."""
    return sorted(cluster.up_nodes() - found.nodes)


def read_inventory(
    papi: PapiSession,
    shell: Shell,
    addresses: t.Container[str],
    nodes: NodeSessions,
    reading: Reading,
    cluster: ClusterIdentity | None = None,
) -> Inventory:
    """Read connections, sessions and open files of every node, and say which node did not answer.

    Connections come over SSH, and the rest is asked for meanwhile. Which nodes there are is read unless ``cluster`` says it.
    """
    cluster = cluster or read_cluster(papi)
    with ThreadPoolExecutor(max_workers=2) as workers:
        connected = workers.submit(read_netstat, shell, reading, cluster, addresses)
        # Where nodes may be missing, which ones is known only from what netstat said.
        logged_in = None if reading.allow_missing_nodes else workers.submit(nodes.open)
        try:
            sessions = read_sessions(papi, nodes)
            if logged_in:
                logged_in.result()
            open_files = read_open_files(papi, nodes) if logged_in else None
        except OnefsError:
            # What netstat met names the node, and says more.
            connected.result()
            raise
    found = connected.result()
    missing = missing_nodes(found, cluster)
    if open_files is None:
        open_files = read_open_files(papi, nodes, skip=missing)
    return Inventory(
        sockets=tuple(netstat.to_pool(found.sockets, addresses)),
        sessions=tuple(sessions),
        open_files=tuple(open_files),
        nodes=tuple(sorted(found.nodes)),
        missing_nodes=tuple(missing),
        problems=found.problems,
    )


def join(inventory: Inventory, index: SessionIndex, addresses: t.Container[str]) -> list[dict[str, t.Any]]:
    """Return one entry for each node and client that is connected to ``addresses``."""
    mine: dict[tuple[int, str], list[netstat.Socket]] = {}
    for found in inventory.sockets:
        if found.local in addresses:
            mine.setdefault((found.lnn, found.peer), []).append(found)
    return [_entry(index, lnn, client, sockets) for (lnn, client), sockets in mine.items()]


class SessionIndex:
    """Sessions and open files by where they are looked for; a large cluster has a hundred thousand of them."""

    def __init__(self, inventory: Inventory) -> None:
        self.sessions: dict[tuple[int, str], list[Session]] = {}
        self.clients: dict[tuple[int, str], set[str]] = {}
        self.files: dict[tuple[int, str], list[OpenFile]] = {}
        for session in inventory.sessions:
            self.sessions.setdefault((session.lnn, session.client), []).append(session)
            self.clients.setdefault((session.lnn, session.user), set()).add(session.client)
        for file in inventory.open_files:
            self.files.setdefault((file.lnn, file.user), []).append(file)

    def clients_possible(self, file: OpenFile) -> list[str]:
        """Return every client that may have opened a file: OneFS names the user only."""
        return sorted(self.clients.get((file.lnn, file.user), ()))


def _entry(index: SessionIndex, lnn: int, client: str, sockets: t.Sequence[netstat.Socket]) -> dict[str, t.Any]:
    sessions = index.sessions.get((lnn, client), [])
    users = sorted({s.user for s in sessions})
    files = [file for user in users for file in index.files.get((lnn, user), ())]
    states: dict[str, int] = {}
    for found in sockets:
        states[found.state] = states.get(found.state, 0) + 1
    return {
        "node": lnn,
        "client": client,
        "connections": states,
        "established": states.get(netstat.ESTABLISHED, 0),
        "drained": not any(state in netstat.ALIVE for state in states),
        "server_addresses": sorted({found.local for found in sockets}),
        "users": users,
        "computers": sorted({s.computer or s.client for s in sessions}),
        "sessions": sorted(s.id for s in sessions),
        "open_files": [_file(index, file) for file in files],
        "open_for_write": sorted({file.path for file in files if file.for_writing}),
    }


def _file(index: SessionIndex, file: OpenFile) -> dict[str, t.Any]:
    return {
        "id": file.id,
        "path": file.path,
        "user": file.user,
        "permissions": list(file.permissions),
        "locks": file.locks,
        "clients_possible": index.clients_possible(file),
    }


def alive(inventory: Inventory) -> set[str]:
    """Return the clients that may still believe that they are served."""
    return {s.peer for s in inventory.sockets if s.state in netstat.ALIVE}


def established(inventory: Inventory) -> set[str]:
    """Return the clients that have an established connection."""
    return {s.peer for s in inventory.sockets if s.state == netstat.ESTABLISHED}


def is_drained(inventory: Inventory) -> bool:
    """Whether no client can still believe that it is served."""
    return not alive(inventory)
