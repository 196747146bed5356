# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform API for who is on a node already: HTTP on a local socket, no log-in, the caller is who the kernel says."""

from __future__ import annotations

import pathlib
import socket
import socketserver
import struct
import threading

from .. import local_socket
from .server import Front, PapiHandler

#: Below the node's /run, which /var/run leads to: a link of the node's is not followed from outside.
SOCKET = "run/papi.sock"


class SocketHandler(PapiHandler):
    """One connection of a program on the node."""

    # A local socket has no such option.
    disable_nagle_algorithm = False

    def caller(self) -> str:
        """Return the account that the kernel says is at the other end."""
        size = struct.calcsize("3i")
        _pid, uid, _gid = struct.unpack("3i", self.connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
        server = self.server
        assert isinstance(server, SocketServer)
        return account_name(server.root, uid)

    def address_string(self) -> str:
        return "local"


class SocketServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Listens in the root file system of one node; every connection has a thread."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, root: pathlib.Path, lnn: int, front: Front) -> None:
        self.root = root
        self.lnn = lnn
        self.front = front
        super().__init__(str(root / SOCKET), SocketHandler, bind_and_activate=False)
        local_socket.bind(self.socket, root / SOCKET, 0o666)
        self.server_activate()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name=f"papi-local-{lnn}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


def account_name(root: pathlib.Path, uid: int) -> str:
    """Return who a number is on a node; an unknown one is its own name, which has no privilege."""
    for line in (root / "etc/passwd").read_text(encoding="utf-8").splitlines():
        words = line.split(":")
        if len(words) > 2 and words[2] == str(uid):
            return words[0]
    return str(uid)
