# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node that is a record: it holds addresses and clients in memory, and its programs read what it writes down."""

from __future__ import annotations

import importlib.machinery
import ipaddress
import pathlib
import socket
import types
from collections.abc import Callable, Mapping, Sequence

from .. import world
from ..ports import Share, SmbOpenFile, SmbSession
from ..site import NodeSite
from ..ssh_server import COMMANDS as COMMAND_SOURCES
from .recorded_connections import RecordedConnections

#: Below the root of the cluster; each node has a folder of programs there, which `isi_for_array` lets answer for it.
COMMANDS = "/var/onefs-sim-nodes"
#: What the kernel would say of the node's connections; the node's own netstat makes FreeBSD's table of it.
SS = """\
#!/bin/sh
[ "$*" = -Htan ] || { echo "ss: a recorded node knows only 'ss -Htan'" >&2; exit 1; }
exec cat "${0%/*}/connections"
"""

#: The table that failover tools ask for is there already: two hundred interpreters would take longer than a cluster does.
NETSTAT = """\
#!/bin/sh
[ "$*" = "-anW -p tcp" ] && exec cat "${0%/*}/table"
exec /usr/bin/netstat "$@"
"""


def _netstat_table() -> Callable[..., list[str]]:
    """Return the function of the nodes' netstat that makes the table."""
    loader = importlib.machinery.SourceFileLoader("onefs_sim_netstat", str(COMMAND_SOURCES / "netstat"))
    module = types.ModuleType(loader.name)
    exec(compile(loader.get_data(loader.path), loader.path, "exec"), module.__dict__)
    made: Callable[..., list[str]] = module.__dict__["table"]
    return made


TABLE = _netstat_table()


class RecordedNode:
    """One node. All nodes of a cluster share one network namespace and one root file system."""

    def __init__(self, site: NodeSite, namespace: str, root: pathlib.Path, linger: bool) -> None:
        self.lnn = site.lnn
        self.name = site.name
        self.namespace = namespace
        self.site = site
        self.root = root
        self.powered = True
        self.connections = RecordedConnections((), {})
        self._linger = linger
        self._held: dict[str, dict[str, None]] = {name: {} for name in site.interfaces}
        self._held["mgmt-1"][site.management_address] = None

    @property
    def commands(self) -> str:
        """The folder of its programs, as seen on the node."""
        return f"{COMMANDS}/{self.lnn}"

    def install(self) -> None:
        """Write its programs."""
        world.write(self.root, f"{self.commands}/ss", SS, 0o755)
        world.write(self.root, f"{self.commands}/netstat", NETSTAT, 0o755)
        self.record()

    def record(self) -> None:
        """Write down which connections it has."""
        listed = "\n".join(self.connections.socket_lines()) + "\n"
        # all sockets, wide, as numbers, of both families
        table = "\n".join(TABLE(listed, True, True, True, None)) + "\n"
        for name, text in (("connections", listed), ("table", table)):
            world.write(self.root, f"{self.commands}/{name}", text)

    def links(self) -> dict[str, bool]:
        """All of its links are up."""
        return dict.fromkeys(self._held, True)

    def network_bytes(self) -> float:
        """Nothing goes over a recorded connection."""
        return 0.0

    def processor_seconds(self) -> float:
        """Nothing runs on a recorded node."""
        return 0.0

    def open_socket(self, family: int, kind: int) -> socket.socket:
        """Make a socket in the cluster's network namespace, where every address of the cluster is local."""
        return world.in_namespace(self.namespace, lambda: socket.socket(family, kind))

    def add_address(self, interface: str, address: str, prefixlen: int) -> None:
        """Write down that it has the address."""
        self._held[interface][address] = None

    def remove_address(self, interface: str, address: str, prefixlen: int) -> None:
        """Write down that the address is gone; its connections stay, or go with it."""
        self._held[interface].pop(address, None)
        if not self._linger:
            self.connections.lose_address(int(ipaddress.ip_address(address)))
            self.record()

    def addresses(self) -> dict[str, list[str]]:
        """Return the addresses by interface."""
        return {interface: list(held) for interface, held in self._held.items()}

    def serve_zone(self, address: str, zone: str | None) -> None:
        """Nobody asks it for shares."""

    def write_shares(self, shares_by_zone: Mapping[str, Sequence[Share]]) -> None:
        """Nobody asks it for shares."""

    def smb_sessions(self) -> Sequence[SmbSession]:
        """Return the recorded sessions."""
        return self.connections.sessions() if self.powered else ()

    def smb_open_files(self) -> Sequence[SmbOpenFile]:
        """Return the recorded open files."""
        return self.connections.open_files() if self.powered else ()

    def close_smb_session(self, session_id: int) -> None:
        """End a session; its connection ends with it."""
        self.connections.close_session(session_id)
        self.record()

    def close_smb_open_file(self, file_id: int) -> None:
        """Close a file."""
        self.connections.close_file(file_id)


class RecordedFiles:
    """An /ifs of empty folders; what is read-only is only written down, for no client writes."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        self.read_only: set[str] = set()

    def path(self, ifs_path: str) -> pathlib.Path:
        """Return the real path."""
        relative = pathlib.PurePosixPath(ifs_path).relative_to("/ifs")
        if ".." in relative.parts:
            raise ValueError(f"{ifs_path} leaves /ifs")
        return self._folder / relative

    def set_read_only(self, ifs_path: str, read_only: bool) -> None:
        """Write it down."""
        (self.read_only.add if read_only else self.read_only.discard)(ifs_path)
