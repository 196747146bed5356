# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of a node as a machine: no power, no link, nobody let in by SSH, nothing allowed by sudo."""

from __future__ import annotations

import pathlib
import signal
import time
from collections.abc import Callable, Mapping, Sequence

from . import world
from .fault_switchboard import Beginning, Effect, Options
from .node import Node
from .node_servers import NodeServers
from .ssh_server import SSHD_CONFIGURATION, SSHD_PID_FILE, SUDOERS_ENTRY

RESTART_SECONDS = 10.0
# The rule that is written last counts.
SUDO_CLOSED = {"denied": "ALL,!root ALL=(ALL) !ALL\n", "password": "ALL,!root ALL=(ALL) PASSWD: ALL\n"}


class NodeFaults:
    """Begins them on the nodes of one pair."""

    def __init__(
        self,
        nodes: Mapping[str, Sequence[Node]],
        servers: Mapping[str, NodeServers],
        wait_until_up: Callable[[Node], None],
    ) -> None:
        self._nodes = nodes
        self._servers = servers
        self._wait_until_up = wait_until_up

    def beginnings(self) -> dict[str, Beginning]:
        """Return what begins each fault."""
        return {
            "node-down": self._node_down,
            "link-down": self._link_down,
            "arp-unannounced": self._arp_unannounced,
            "ssh-refused": self._ssh_refused,
            "sudo-refused": self._sudo_refused,
        }

    def _chosen(self, place: str, lnn: int | None) -> list[Node]:
        if place not in self._nodes:
            raise ValueError(f"this fault strikes a cluster ({', '.join(self._nodes)}), and '{place}' is none")
        chosen = [node for node in self._nodes[place] if lnn in (None, node.lnn)]
        if not chosen:
            raise ValueError(f"{place} has no node {lnn}; it has: {', '.join(str(n.lnn) for n in self._nodes[place])}")
        return chosen

    def _node_down(self, place: str, options: Options) -> Effect:
        (node,) = self._chosen(place, options["node"])
        if not node.powered:
            raise ValueError(f"{node.name} is down already")
        self._servers[node.name].power_off(node)
        return Effect(lambda: self._power_on(node))

    def _power_on(self, node: Node) -> None:
        # Somebody may have started it in between.
        if not node.powered:
            self._servers[node.name].power_on(node)
            self._wait_until_up(node)

    def _link_down(self, place: str, options: Options) -> Effect:
        (node,) = self._chosen(place, options["node"])
        interface = options["interface"]
        if interface not in node.site.interfaces:
            raise ValueError(f"{node.name} has no interface '{interface}'; it has: {', '.join(node.site.interfaces)}")
        node.unplugged.add(interface)
        world.set_link(node.name, interface, False)

        def undo() -> None:
            node.unplugged.discard(interface)
            # The links of a node without power come back with it.
            if node.powered:
                world.set_link(node.name, interface, True)

        return Effect(undo)

    def _arp_unannounced(self, place: str, options: Options) -> Effect:
        nodes = self._chosen(place, options["node"])
        for node in nodes:
            node.announces = False

        def undo() -> None:
            for node in nodes:
                node.announces = True

        return Effect(undo)

    def _ssh_refused(self, place: str, options: Options) -> Effect:
        undoings = [self._close_ssh(node, options["mode"]) for node in self._chosen(place, options["node"])]
        return Effect(lambda: _each(undoings))

    def _close_ssh(self, node: Node, mode: str) -> Callable[[], None]:
        servers = self._servers[node.name]
        if mode == "hang":
            # The kernel goes on taking connections for a server that is stopped.
            servers.signal_sshd(node, signal.SIGSTOP)
            return lambda: servers.signal_sshd(node, signal.SIGCONT)
        before = _read(node, SSHD_CONFIGURATION)
        if mode == "connection":
            closed = before.replace(f"ListenAddress {node.site.management_address}", "ListenAddress 127.0.0.1")
        else:
            closed = f"DenyUsers *\n{before}"
        self._configure_sshd(node, closed)
        return lambda: self._configure_sshd(node, before)

    def _configure_sshd(self, node: Node, text: str) -> None:
        """Let sshd start anew with another configuration; it keeps its process, and who is in stays in."""
        world.write(node.root, SSHD_CONFIGURATION, text)
        pid_file = node.root / SSHD_PID_FILE.lstrip("/")
        before = _written(pid_file)
        if self._servers[node.name].signal_sshd(node, signal.SIGHUP):
            deadline = time.monotonic() + RESTART_SECONDS
            while _written(pid_file) in (None, before):
                if time.monotonic() > deadline:
                    raise world.WorldError(f"{node.name}: sshd did not start anew in {RESTART_SECONDS:.0f} s")
                time.sleep(0.01)

    def _sudo_refused(self, place: str, options: Options) -> Effect:
        undoings = [_close_sudo(node, SUDO_CLOSED[options["mode"]]) for node in self._chosen(place, options["node"])]
        return Effect(lambda: _each(undoings))


def _close_sudo(node: Node, rule: str) -> Callable[[], None]:
    before = _read(node, SUDOERS_ENTRY)
    world.write(node.root, SUDOERS_ENTRY, before + rule, 0o440)
    return lambda: world.write(node.root, SUDOERS_ENTRY, before, 0o440)


def _read(node: Node, path: str) -> str:
    return (node.root / path.lstrip("/")).read_text(encoding="utf-8")


def _written(path: pathlib.Path) -> tuple[int, int] | None:
    """Tell one writing of a file from another; None while it is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _each(undoings: Sequence[Callable[[], None]]) -> None:
    for undo in undoings:
        undo()
