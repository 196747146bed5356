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
from dataclasses import asdict, dataclass

from .._onefs import netstat
from .._onefs.cluster import read_cluster
from .._onefs.connection import Connection, connection_argument_spec
from .._onefs.errors import NotReached, ShellError
from .._onefs.papi import PapiSession
from .._onefs.pools import INTERFACES, normalised, read_pool
from .._onefs.progress import Progress
from .._onefs.shell import Shell
from .._onefs.smb import NodeMissing, OpenFile, Session, read_open_files, read_sessions
from .._onefs.waiting import wait_until

POLL_SECONDS = 0.5

ARGUMENT_SPEC: dict[str, t.Any] = {
    **connection_argument_spec(),
    "pools": {"type": "list", "elements": "str", "required": True},
    "wait_for": {"type": "str", "choices": ["none", "drained", "clients"], "default": "none"},
    "clients": {"type": "list", "elements": "str", "default": []},
    "deadline_seconds": {"type": "int", "default": 60},
    "fail_on_deadline": {"type": "bool", "default": True},
    "allow_missing_nodes": {"type": "bool", "default": False},
    "sudo": {"type": "bool", "default": True},
    "isi_for_array_path": {"type": "str", "default": "/usr/bin/isi_for_array"},
    "command_timeout_seconds": {"type": "int", "default": 30},
}


@dataclass(frozen=True)
class Inventory:
    """Everything that was read about the clients of some pools, at one time."""

    sockets: tuple[netstat.Socket, ...]
    sessions: tuple[Session, ...]
    open_files: tuple[OpenFile, ...]
    nodes: tuple[int, ...]
    missing_nodes: tuple[int, ...]


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


DEFAULT_READING = reading_from(
    {name: option.get("default") for name, option in ARGUMENT_SPEC.items() if not name.startswith("onefs_")}
)


def read_inventory(
    papi: PapiSession, shell: Shell, addresses: t.Container[str], node_hosts: t.Mapping[int, str], reading: Reading
) -> Inventory:
    """Read connections, sessions and open files of every node, and say which node did not answer."""
    expected = {node.lnn for node in read_cluster(papi).nodes}
    sockets, answered = read_sockets(shell, reading)
    missing = sorted(expected - answered)
    if missing and not reading.allow_missing_nodes:
        raise NodeMissing(
            f"Reading the connections of {papi.connection.host}: node {', '.join(map(str, missing))} did not answer "
            f"'{reading.command}', so nobody knows who is connected there. Bring it back, or set allow_missing_nodes."
        )
    hosts = {lnn: host for lnn, host in node_hosts.items() if lnn not in missing}
    return Inventory(
        sockets=tuple(netstat.to_pool(sockets, addresses)),
        sessions=tuple(read_sessions(papi)),
        open_files=tuple(read_open_files(papi, hosts)),
        nodes=tuple(sorted(answered)),
        missing_nodes=tuple(missing),
    )


def read_sockets(shell: Shell, reading: Reading) -> tuple[list[netstat.Socket], set[int]]:
    """Run netstat on all nodes; returns the connections and the nodes that answered."""
    result = shell.run(reading.command, timeout_seconds=reading.command_timeout_seconds)
    sockets, answered = netstat.parse(result.stdout)
    if not answered:
        raise ShellError(
            f"Running '{reading.command}' on {shell.connection.ssh_host} as {shell.connection.ssh_user}: exit code "
            f"{result.exit_code}, no node answered ({result.stderr.strip() or 'nothing on stderr'}). "
            "The sudo rule may be missing: run the playbook seamless.smb_failover.prerequisites."
        )
    return sockets, answered


def node_addresses(papi: PapiSession, avoid: t.Container[str]) -> dict[int, str]:
    """Return an address of each node at which its platform API can be asked, never one of ``avoid``.

    Addresses of the pool at which this run reaches the cluster come first: they answer there, as we know.
    """
    if papi.connection.node_hosts:
        return dict(papi.connection.node_hosts)
    candidates: dict[int, list[tuple[str, str]]] = {}
    home = ""
    for interface in papi.list(INTERFACES, "interfaces", cache="no-cache"):
        for owner in interface.get("owners") or []:
            if owner.get("type") not in (None, "static", "dynamic"):
                continue
            for address in owner.get("ip_addrs") or []:
                pool = ".".join(str(owner.get(part) or "") for part in ("groupnet", "subnet", "pool"))
                candidates.setdefault(int(interface["lnn"]), []).append((pool, normalised(address)))
                if address == papi.connection.host:
                    home = pool
    hosts: dict[int, str] = {}
    for lnn, found in candidates.items():
        usable = [(pool != home, ":" in address, address) for pool, address in found if address not in avoid]
        if usable:
            hosts[lnn] = min(usable)[2]
    missing = [str(node.lnn) for node in read_cluster(papi).nodes if node.is_up and node.lnn not in hosts]
    if missing:
        raise NodeMissing(
            f"Looking for an address of node {', '.join(missing)} of {papi.connection.host} outside the pools that are checked: "
            "there is none. Give one of each node in onefs_node_hosts."
        )
    return hosts


def join(inventory: Inventory, addresses: t.Container[str]) -> list[dict[str, t.Any]]:
    """Return one entry for each node and client that is connected to ``addresses``."""
    mine = [s for s in inventory.sockets if s.local in addresses]
    entries: list[dict[str, t.Any]] = []
    for lnn, client in sorted({(s.lnn, s.peer) for s in mine}):
        sessions = [s for s in inventory.sessions if (s.lnn, s.client) == (lnn, client)]
        users = sorted({s.user for s in sessions})
        connections: dict[str, int] = {}
        for s in mine:
            if (s.lnn, s.peer) == (lnn, client):
                connections[s.state] = connections.get(s.state, 0) + 1
        entries.append(
            {
                "node": lnn,
                "client": client,
                "connections": connections,
                "server_addresses": sorted({s.local for s in mine if (s.lnn, s.peer) == (lnn, client)}),
                "users": users,
                "sessions": [s.id for s in sessions],
                "open_files": [
                    {
                        **asdict(file),
                        "permissions": list(file.permissions),
                        "clients_possible": sorted(
                            {s.client for s in inventory.sessions if s.lnn == lnn and s.user == file.user}
                        ),
                    }
                    for file in inventory.open_files
                    if file.lnn == lnn and file.user in users
                ],
            }
        )
    return entries


def is_drained(inventory: Inventory) -> bool:
    """Whether no client can still believe that it is served."""
    return not any(s.state in netstat.ALIVE for s in inventory.sockets)


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Say who is connected, now or after waiting; changes nothing."""
    del check_mode
    connection = Connection.from_params(params)
    reading = reading_from(params)
    wanted = {normalised(client) for client in params["clients"]}
    with PapiSession(connection) as papi, Shell(connection) as shell:
        by_pool = {pool: set(read_pool(papi, pool).addresses()) for pool in params["pools"]}
        addresses = set().union(*by_pool.values())
        hosts = node_addresses(papi, avoid=addresses)
        latest: list[Inventory] = []

        def reached() -> bool:
            latest[:] = [read_inventory(papi, shell, addresses, hosts, reading)]
            if params["wait_for"] == "drained":
                return is_drained(latest[0])
            if params["wait_for"] == "clients":
                return wanted <= _established(latest[0])
            return True

        def describe() -> str:
            if params["wait_for"] == "clients":
                missing = sorted(wanted - _established(latest[0]))
                return f"{connection.host}: {len(missing)} of {len(wanted)} clients to come back ({', '.join(missing[:5])})"
            busy = sorted({s.peer for s in latest[0].sockets if s.state in netstat.ALIVE})
            return (
                f"{connection.host}: {len(busy)} clients to leave ({', '.join(busy[:5])}), "
                f"{sum(file.for_writing for file in latest[0].open_files)} files open for writing"
            )

        reached_in_time = True
        try:
            wait_until(reached, float(params["deadline_seconds"]), POLL_SECONDS, progress, describe)
        except NotReached:
            if params["fail_on_deadline"]:
                raise
            reached_in_time = False
    return _result(latest[0], by_pool, wanted, reached_in_time)


def _result(
    inventory: Inventory, by_pool: t.Mapping[str, set[str]], wanted: set[str], reached_in_time: bool
) -> dict[str, t.Any]:
    alive = [s for s in inventory.sockets if s.state in netstat.ALIVE]
    return {
        "changed": False,
        "pools": {pool: join(inventory, addresses) for pool, addresses in by_pool.items()},
        "clients": sorted({s.peer for s in alive}),
        "established": sum(s.state == netstat.ESTABLISHED for s in inventory.sockets),
        "open_for_write": sorted({file.path for file in inventory.open_files if file.for_writing}),
        "drained": not alive,
        "missing": sorted(wanted - _established(inventory)),
        "reached": reached_in_time,
        "nodes": list(inventory.nodes),
        "missing_nodes": list(inventory.missing_nodes),
    }


def _established(inventory: Inventory) -> set[str]:
    return {s.peer for s in inventory.sockets if s.state == netstat.ESTABLISHED}


