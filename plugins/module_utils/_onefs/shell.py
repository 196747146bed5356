# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands on a node over SSH. Private to the collection.

Host keys are checked by default and unknown ones refused: whoever answers in the cluster's place would get the password.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import os
import time
import typing as t
from dataclasses import dataclass

from .errors import MissingLibrary, ShellError, ShellUnreachable

try:
    import paramiko

    HAS_PARAMIKO = True
    # Without a handler Python prints what paramiko logs, tracebacks too, on stderr; all of it is in the exception as well.
    logging.getLogger("paramiko").addHandler(logging.NullHandler())
except ImportError:
    HAS_PARAMIKO = False

if t.TYPE_CHECKING:
    from .connection import Connection

CHUNK = 65536
POLL_SECONDS = 0.01
# What 252 nodes with 100,000 connections print is 13 MB.
LARGEST_OUTPUT_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True)
class CommandResult:
    """How a command ended."""

    command: str
    exit_code: int
    stdout: str
    stderr: str
    seconds: float


class Shell:
    """An SSH connection to one cluster; connects with the first command."""

    def __init__(self, connection: Connection) -> None:
        """Keep the connection; nothing is sent yet."""
        self.connection = connection
        self._client: t.Any = None

    def __enter__(self) -> Shell:
        """Return the shell."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def open(self) -> None:
        """Connect now; what comes first is not held up by it then."""
        if self._client is None:
            self._connect()

    def run(self, command: str, timeout_seconds: float = 30.0, stdin: bytes | None = None) -> CommandResult:
        """Run a command; its exit code is returned, not judged. Raises ShellError where it does not end in time."""
        self.open()
        started = time.monotonic()
        try:
            channel = self._client.get_transport().open_session(timeout=timeout_seconds)
            channel.exec_command(command)
            # A command that ends without reading its input breaks the pipe; its exit code and error output tell why.
            with contextlib.suppress(OSError):
                if stdin is not None:
                    channel.sendall(stdin)
                channel.shutdown_write()
            stdout, stderr = self._collect(channel, command, started + timeout_seconds)
        # EOFError is paramiko's word for a connection that ended between two of its messages.
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ShellUnreachable(
                f"Running '{command}' on {self.connection.ssh_host}: the SSH connection broke ({_spoken(error)}). Check the node, then "
                "run again."
            ) from error
        return CommandResult(
            command,
            channel.recv_exit_status(),
            stdout.decode(errors="replace"),
            stderr.decode(errors="replace"),
            time.monotonic() - started,
        )

    def _collect(self, channel: t.Any, command: str, deadline: float) -> tuple[bytearray, bytearray]:
        """Read both streams as they come: a command that fills one while we read the other would hang."""
        stdout, stderr = bytearray(), bytearray()
        while True:
            # Asked before the streams are looked at: whatever was sent before the end is there by then.
            ended = channel.exit_status_ready() and (channel.eof_received or channel.closed)
            read = 0
            # One chunk a turn: a command that prints without end must meet the deadline, too.
            if channel.recv_ready():
                chunk = channel.recv(CHUNK)
                stdout += chunk
                read += len(chunk)
            if channel.recv_stderr_ready():
                chunk = channel.recv_stderr(CHUNK)
                stderr += chunk
                read += len(chunk)
            if len(stdout) + len(stderr) > LARGEST_OUTPUT_BYTES:
                channel.close()
                raise ShellError(
                    f"Running '{command}' on {self.connection.ssh_host}: it printed more than {LARGEST_OUTPUT_BYTES} bytes and was "
                    "ended. Look whether what answers there is the cluster's node."
                )
            if ended and not read:
                if not channel.eof_received and channel.recv_exit_status() < 0:
                    raise ConnectionError("it ended before the command did")
                return stdout, stderr
            if time.monotonic() > deadline:
                channel.close()
                raise ShellError(
                    f"Running '{command}' on {self.connection.ssh_host}: it did not end in time. "
                    f"It had said: {stderr[-2000:].decode(errors='replace').strip() or 'nothing'}. Look at the node's load and run again."
                )
            if not read:
                time.sleep(POLL_SECONDS)

    def _connect(self) -> None:
        if not HAS_PARAMIKO:
            raise MissingLibrary("Running commands on a node", "paramiko", "where the task runs")
        connection = self.connection
        where = f"{connection.ssh_user}@{connection.ssh_host}:{connection.ssh_port}"
        client = paramiko.SSHClient()
        try:
            self._trust(client)
            client.connect(
                connection.ssh_host,
                port=connection.ssh_port,
                username=connection.ssh_user,
                password=connection.ssh_password or None,
                key_filename=connection.ssh_key_file or None,
                timeout=connection.timeout_seconds,
                banner_timeout=connection.timeout_seconds,
                auth_timeout=connection.timeout_seconds,
                allow_agent=not (connection.ssh_key_file or connection.ssh_password),
                look_for_keys=not (connection.ssh_key_file or connection.ssh_password),
            )
        except (paramiko.SSHException, OSError, EOFError) as error:
            client.close()
            raise ShellUnreachable(
                f"Logging in to {where} over SSH: {_spoken(error)}. Check onefs_ssh_host and onefs_ssh_user, "
                "the key or password, and that the host key is in onefs_ssh_known_hosts_file or onefs_ssh_host_key."
            ) from error
        self._client = client

    def _trust(self, client: t.Any) -> None:
        connection = self.connection
        if not connection.ssh_check_host_key:
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
            return
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        if connection.ssh_known_hosts_file:
            # A key that is given needs no file.
            if not connection.ssh_host_key or os.path.exists(connection.ssh_known_hosts_file):
                client.load_host_keys(connection.ssh_known_hosts_file)
        else:
            client.load_system_host_keys()
        if connection.ssh_host_key:
            kind, key = _host_key(connection.ssh_host_key)
            name = (
                connection.ssh_host if connection.ssh_port == 22 else f"[{connection.ssh_host}]:{connection.ssh_port}"
            )
            client.get_host_keys().add(name, kind, key)


def _spoken(error: Exception) -> str:
    """Return the kind of an error, and what it says, if it says anything."""
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _host_key(text: str) -> tuple[str, t.Any]:
    """Read a host key as ``ssh-keyscan`` and ``known_hosts`` write it, without the name of the host."""
    parts = text.split()
    try:
        return parts[0], paramiko.PKey.from_type_string(parts[0], base64.b64decode(parts[1], validate=True))
    except (IndexError, ValueError, paramiko.SSHException) as error:
        raise ShellUnreachable(
            f"Reading onefs_ssh_host_key: it is no host key ({error}). Give type and key, such as 'ssh-ed25519 AAAA...', as the "
            "node has it in /etc/ssh/ssh_host_ed25519_key.pub."
        ) from error
