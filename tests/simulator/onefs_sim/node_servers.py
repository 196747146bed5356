# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server programs of the nodes of one cluster: started together, and ended as a node's death ends them."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
from collections.abc import Sequence

from . import samba, world
from .node import Node, processes_below
from .ssh_server import SSHD_CONFIGURATION

SSHD = ("/usr/sbin/sshd", "-D", "-e", "-f", SSHD_CONFIGURATION)
SMBD = ("smbd", "--foreground", "--no-process-group", "-s", samba.CONFIGURATION, "-l", f"{samba.HOME}/log")
# isi_for_array enters a node by the namespaces and the root of its sshd.
ANCHORS = "/etc/onefs-sim-nodes.json"


class NodeServers:
    """smbd and sshd of every node of a cluster."""

    def __init__(self, nodes: Sequence[Node], logs: pathlib.Path) -> None:
        self._nodes = list(nodes)
        self._logs = logs
        self._running: dict[str, list[subprocess.Popen[bytes]]] = {}

    def start(self, node: Node) -> None:
        """Start the servers of a node."""
        self._running[node.name] = [
            world.start(node.name, node.root, argv, self._logs / f"{node.name}.{name}.log")
            for name, argv in (("sshd", SSHD), ("smbd", SMBD))
        ]
        anchors = [
            {"lnn": each.lnn, "name": each.name, "pid": self._running[each.name][0].pid}
            for each in self._nodes
            if each.name in self._running
        ]
        for each in self._nodes:
            world.write(each.root, ANCHORS, json.dumps(anchors))

    def signal_sshd(self, node: Node, number: signal.Signals) -> bool:
        """Send sshd a signal; returns whether there is one."""
        sshd = self._running[node.name][0]
        if sshd.poll() is not None:
            return False
        sshd.send_signal(number)
        return True

    def power_off(self, node: Node) -> None:
        """Let a node die: its links first, so that nobody hears of it, then all that runs on it."""
        for interface in node.site.interfaces:
            world.set_link(node.name, interface, False)
        node.powered = False
        for pid in processes_below(node.root):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self._running[node.name]:
            process.wait()

    def power_on(self, node: Node) -> None:
        """Start a dead node again."""
        self.start(node)
        node.powered = True
        for interface in node.site.interfaces:
            if interface not in node.unplugged:
                world.set_link(node.name, interface, True)
                node.announce(interface)
