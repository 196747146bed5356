# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node of a simulated cluster: a host with real Samba, real OpenSSH and sudo. Implements what `ports` asks for."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from typing import Any

from . import samba, samba_status, world
from .ports import Share, SmbOpenFile, SmbSession
from .process_stat import stat_fields
from .site import NodeSite

#: What Samba is given to close a file.
CLOSE_SECONDS = 2.0


class Node:
    """One node; its servers are started by the supervisor."""

    def __init__(self, site: NodeSite, root: pathlib.Path) -> None:
        self.lnn = site.lnn
        self.name = self.namespace = site.name
        self.site = site
        self.root = root
        self.powered = True
        #: False where something keeps its gratuitous ARPs from the neighbours, as switches with ARP inspection do.
        self.announces = True
        #: Interfaces whose port at the switch is shut; power does not open it.
        self.unplugged: set[str] = set()
        #: Access zone by address.
        self._zones: dict[str, str | None] = {}
        self._probe: socket.socket | None = None

    def links(self) -> dict[str, bool]:
        """Return which interfaces have a carrier."""
        return {name: world.has_carrier(self._prober(), name) for name in self.site.interfaces}

    def _prober(self) -> socket.socket:
        """Return a socket to ask the node's network namespace with; it is opened once: links are looked at often."""
        if self._probe is None:
            self._probe = self.open_socket(socket.AF_INET, socket.SOCK_DGRAM)
        return self._probe

    def network_bytes(self) -> float:
        """Return the bytes that came and went."""
        return float(world.traffic(self.name))

    def processor_seconds(self) -> float:
        """Return the processor time of the processes that run on the node now."""
        ticks = os.sysconf("SC_CLK_TCK")
        seconds = 0.0
        for pid in processes_below(self.root):
            with contextlib.suppress(OSError):
                fields = stat_fields(pid)
                seconds += (int(fields[11]) + int(fields[12])) / ticks
        return seconds

    def open_socket(self, family: int, kind: int) -> socket.socket:
        """Make a socket in the node's network namespace."""
        return world.in_namespace(self.name, lambda: socket.socket(family, kind))

    def add_address(self, interface: str, address: str, prefixlen: int) -> None:
        """Bring an address up and announce it."""
        world.add_address(self.name, interface, address, prefixlen, self.announces)

    def announce(self, interface: str) -> None:
        """Let the neighbours know the addresses of an interface that has come up: they may have been elsewhere meanwhile."""
        if self.announces:
            for address in self.addresses().get(interface, []):
                world.announce(self.name, interface, address)

    def remove_address(self, interface: str, address: str, prefixlen: int) -> None:
        """Take an address down; its sockets live on."""
        world.remove_address(self.name, interface, address, prefixlen)

    def addresses(self) -> dict[str, list[str]]:
        """Return what the kernel has now."""
        return world.addresses(self.name)

    def serve_zone(self, address: str, zone: str | None) -> None:
        """Choose the zone whose shares clients find at an address."""
        self._zones[address] = zone
        samba.serve_zone(self.root, address, zone)

    def write_shares(self, shares_by_zone: Mapping[str, Sequence[Share]]) -> None:
        """Replace what each zone shares."""
        for zone, shares in shares_by_zone.items():
            samba.write_zone(self.root, zone, shares)
        if self.powered and (self.root / samba.HOME.lstrip("/") / "pid" / "smbd.pid").exists():
            samba.reload(self.name, self.root)

    def smb_sessions(self) -> list[SmbSession]:
        """Return the sessions that Samba has."""
        return [session for _pid, session in self._sessions(self._status())]

    def _status(self) -> Mapping[str, Any]:
        """Ask Samba; a node without power has no clients, whatever Samba's records kept."""
        return samba_status.read(self.name, self.root) if self.powered else {}

    def _sessions(self, status: Mapping[str, Any]) -> list[tuple[int, SmbSession]]:
        return samba_status.sessions(status, samba_status.connections(self.name), self._zones) if status else []

    def smb_open_files(self) -> list[SmbOpenFile]:
        """Return the files that are open in Samba."""
        status = self._status()
        zones = samba_status.zones_by_pid(self._sessions(status)) if status.get("open_files") else {}
        return [handle.file for handle in samba_status.handles(status, zones)]

    def _handles(self) -> list[samba_status.OpenHandle]:
        return samba_status.handles(self._status())

    def close_smb_session(self, session_id: int) -> None:
        """End the process that serves the session: its connection ends with it, as on OneFS."""
        for pid, session in self._sessions(self._status()):
            if session.session_id == session_id:
                self._end(pid)
                return
        raise LookupError(session_id)

    def close_smb_open_file(self, file_id: int) -> None:
        """Close one file and nothing else; return when it is closed."""
        found = [handle for handle in self._handles() if handle.file.file_id == file_id]
        if not found:
            raise LookupError(file_id)
        self._serves_clients(found[0].pid)
        samba.close_file(self.name, self.root, found[0])
        deadline = time.monotonic() + CLOSE_SECONDS
        while any(handle == found[0] for handle in self._handles()):
            if time.monotonic() > deadline:
                raise world.WorldError(f"Samba on {self.name} did not close {found[0].file.path}")

    def _end(self, pid: int) -> None:
        self._serves_clients(pid)
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError as error:
            raise LookupError(f"process {pid} of {self.name} has ended already") from error

    def _serves_clients(self, pid: int) -> None:
        """LookupError unless this is a child of the node's own smbd: Samba's records may be old."""
        master = int((self.root / samba.HOME.lstrip("/") / "pid" / "smbd.pid").read_text(encoding="ascii"))
        try:
            parent = int(stat_fields(pid)[1])
        except (ProcessLookupError, FileNotFoundError) as error:
            raise LookupError(f"process {pid} of {self.name} has ended already") from error
        if parent != master:
            raise LookupError(f"process {pid} does not serve clients of {self.name}")


def processes_below(root: pathlib.Path) -> list[int]:
    """Return the processes whose root folder this is."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(path / "root") == str(root):
                found.append(int(path.name))
    return found


class Files:
    """The /ifs of a cluster: one real folder, seen by every node."""

    def __init__(self, folder: pathlib.Path, roots: Sequence[pathlib.Path]) -> None:
        self.folder = folder
        self.roots = list(roots)
        self._separate: set[str] = set()

    def path(self, ifs_path: str) -> pathlib.Path:
        """Return the real path, which is writable whatever the nodes see."""
        relative = pathlib.PurePosixPath(ifs_path).relative_to("/ifs")
        if ".." in relative.parts:
            raise ValueError(f"{ifs_path} leaves /ifs")
        return self.folder / relative

    def separate(self, ifs_path: str) -> None:
        """Make a folder a mount of its own on every node, so that it can become read-only.

        Done before any client comes: one that is connected already would keep its handle of the folder below the mount,
        and would write past the protection.
        """
        if ifs_path in self._separate:
            return
        self.path(ifs_path).mkdir(parents=True, exist_ok=True)
        for root in self.roots:
            target = str(root / ifs_path.lstrip("/"))
            world.run(["mount", "--bind", target, target])
        self._separate.add(ifs_path)

    def set_read_only(self, ifs_path: str, read_only: bool) -> None:
        """Make a folder read-only for everyone on every node, or writable again; on all nodes or on none."""
        self.separate(ifs_path)
        for done, root in enumerate(self.roots):
            try:
                self._remount(root, ifs_path, read_only)
            except world.WorldError as error:
                for earlier in self.roots[:done]:
                    self._remount(earlier, ifs_path, not read_only)
                if "busy" in str(error):
                    raise OSError(errno.EBUSY, f"{ifs_path} is open for writing") from error
                raise

    @staticmethod
    def _remount(root: pathlib.Path, ifs_path: str, read_only: bool) -> None:
        world.run(["mount", "-o", f"remount,bind,{'ro' if read_only else 'rw'}", str(root / ifs_path.lstrip("/"))])
