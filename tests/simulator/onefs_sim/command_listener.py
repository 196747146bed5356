# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hears from isi_for_array on a node when a command ended that ran on all of them: that is work of the cluster, too."""

from __future__ import annotations

import json
import logging
import pathlib
import socket
import threading
import time

from . import local_socket
from .work_record import WorkRecord

LOG = logging.getLogger("onefs_sim.commands")

#: Below the node's /run, as isi_for_array knows it.
SOCKET = "run/onefs-sim-work.sock"
LONGEST_MESSAGE = 65536


class CommandListener:
    """Takes the commands of one node; each message is one that ended just now."""

    def __init__(self, root: pathlib.Path, work: WorkRecord) -> None:
        self._work = work
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        # isi_for_array runs as root.
        local_socket.bind(self._socket, root / SOCKET, 0o600)
        self._thread = threading.Thread(target=self._listen, name="commands", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        # The thread waits in a read, which ends with the socket's life.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while message := self._socket.recv(LONGEST_MESSAGE):
            try:
                told = json.loads(message)
                self._work.note("command", str(told["what"]), min(float(told["began"]), time.monotonic()))
            except (ValueError, TypeError, KeyError) as error:
                LOG.warning("no command: %r (%s)", message, error)
