# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node's SSH on a port of loopback: a real login, and commands that a real shell runs as whoever runs the test."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import threading
from typing import Any

import paramiko

ADDRESS = "127.0.0.1"
USER, PASSWORD = "svc", "s3cret"
COMMAND_SECONDS = 60


class _Login(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: Any, command: bytes) -> bool:
        threading.Thread(target=_run, args=(channel, command), daemon=True).start()
        return True


def _run(channel: Any, command: bytes) -> None:
    given = channel.makefile("rb").read()
    done = subprocess.run(
        ["/bin/sh", "-c", command], input=given, capture_output=True, check=False, timeout=COMMAND_SECONDS
    )
    with contextlib.suppress(OSError, EOFError):
        channel.sendall(done.stdout)
        channel.sendall_stderr(done.stderr)
        channel.send_exit_status(done.returncode)
        channel.close()


class SshNode:
    """Runs until it is closed."""

    def __init__(self) -> None:
        self.key = paramiko.ECDSAKey.generate()
        self._listener = socket.create_server((ADDRESS, 0))
        self._transports: list[paramiko.Transport] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                transport = paramiko.Transport(self._listener.accept()[0])
                transport.add_server_key(self.key)
                transport.start_server(event=threading.Event(), server=_Login())
                self._transports.append(transport)

    def options(self) -> dict[str, Any]:
        """Return the options of a module that lead here."""
        return {
            "onefs_ssh_host": ADDRESS,
            "onefs_ssh_port": int(self._listener.getsockname()[1]),
            "onefs_ssh_user": USER,
            "onefs_ssh_password": PASSWORD,
            "onefs_ssh_host_key": f"{self.key.get_name()} {self.key.get_base64()}",
        }

    def close(self) -> None:
        """Break every connection off."""
        self._listener.close()
        for transport in self._transports:
            transport.close()
