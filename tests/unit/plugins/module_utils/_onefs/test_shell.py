# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import logging
import pathlib
import socket
import threading
import time
import typing as t
from collections.abc import Iterator

import paramiko
import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import shell as shell_module
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import ShellError, ShellUnreachable
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.shell import Shell
from error_catalogue.parts import take_apart


class Node(paramiko.ServerInterface):
    """An SSH server that knows a few commands."""

    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if (username, password) == ("svc", "pass") else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: t.Any, command: bytes) -> bool:
        threading.Thread(target=self.answer, args=(channel, command.decode()), daemon=True).start()
        return True

    def answer(self, channel: t.Any, command: str) -> None:
        if command == "hang":
            return
        if command in ("vanish", "vanish in the middle"):
            if command != "vanish":
                channel.sendall(b"half of a line")
                time.sleep(0.2)
            channel.get_transport().close()
            return
        given = channel.makefile("rb").read()
        if command == "cat":
            channel.sendall(given)
        elif command == "flood":
            with contextlib.suppress(OSError, EOFError):
                while True:
                    channel.sendall(b"o" * 30_000)
            return
        elif command == "both":
            channel.sendall(b"o" * 300_000)
            channel.sendall_stderr(b"e" * 300_000)
        else:
            channel.sendall(b"said\n")
            channel.sendall_stderr(b"complained\n")
        channel.send_exit_status(3 if command == "fail" else 0)
        channel.close()


@pytest.fixture(scope="module")
def host_key() -> paramiko.RSAKey:
    return paramiko.RSAKey.generate(2048)


@pytest.fixture
def node(host_key: paramiko.RSAKey) -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _address = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(peer)
            transport.add_server_key(host_key)
            transport.start_server(event=threading.Event(), server=Node())

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


@pytest.fixture
def connection(node: int, host_key: paramiko.RSAKey) -> Connection:
    return Connection(
        host="127.0.0.1",
        ssh_host="127.0.0.1",
        ssh_port=node,
        ssh_user="svc",
        ssh_password="pass",
        ssh_host_key=f"ssh-rsa {host_key.get_base64()} a comment",
        timeout_seconds=30,
    )


def changed(connection: Connection, **fields: t.Any) -> Connection:
    return Connection(**{**vars(connection), **fields})


def test_output_error_output_and_exit_code_are_kept_apart(connection: Connection) -> None:
    with Shell(connection) as shell:
        result = shell.run("fail")
    assert (result.exit_code, result.stdout, result.stderr) == (3, "said\n", "complained\n")


def test_much_on_both_streams_does_not_hang(connection: Connection) -> None:
    with Shell(connection) as shell:
        result = shell.run("both")
    assert (len(result.stdout), len(result.stderr)) == (300_000, 300_000)


def test_input_is_passed(connection: Connection) -> None:
    with Shell(connection) as shell:
        assert shell.run("cat", stdin=b"in and out").stdout == "in and out"


def test_a_command_that_does_not_end_is_given_up(connection: Connection) -> None:
    with Shell(connection) as shell, pytest.raises(ShellError, match="hang"):
        shell.run("hang", timeout_seconds=0.3)


@pytest.mark.parametrize("command", ["vanish", "vanish in the middle"])
def test_a_connection_that_breaks_under_a_command_is_told_at_once(connection: Connection, command: str) -> None:
    with Shell(connection) as shell, pytest.raises(ShellUnreachable) as caught:
        shell.run(command, timeout_seconds=60)
    parts = take_apart(caught.value.message)
    assert parts.tried == f"Running '{command}' on 127.0.0.1"
    assert parts.came_back.startswith("the SSH connection broke (") and "Error" in parts.came_back
    assert parts.to_do == "Check the node, then run again."


def test_a_server_that_says_nothing_is_told_without_a_traceback(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # As outside of a test, where nobody takes what is logged.
    monkeypatch.setattr(logging.root, "handlers", [])
    with socket.create_server(("127.0.0.1", 0)) as mute:
        stopped = changed(connection, ssh_port=mute.getsockname()[1], timeout_seconds=0.3)
        with Shell(stopped) as shell, pytest.raises(ShellUnreachable, match="over SSH"):
            shell.run("true")
    assert capsys.readouterr().err == ""


def test_an_unknown_host_key_is_refused_by_default(connection: Connection, tmp_path: pathlib.Path) -> None:
    known_hosts = tmp_path / "known_hosts"
    known_hosts.touch()
    unknown = changed(connection, ssh_host_key="", ssh_known_hosts_file=str(known_hosts))
    with Shell(unknown) as shell, pytest.raises(ShellUnreachable, match="onefs_ssh_known_hosts_file"):
        shell.run("true")


def test_another_host_key_than_the_known_one_is_refused(connection: Connection) -> None:
    other = paramiko.RSAKey.generate(2048)
    impostor = changed(connection, ssh_host_key=f"ssh-rsa {other.get_base64()}")
    with Shell(impostor) as shell, pytest.raises(ShellUnreachable):
        shell.run("true")


def test_a_known_host_of_a_file_is_accepted(
    connection: Connection, host_key: paramiko.RSAKey, tmp_path: pathlib.Path
) -> None:
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{connection.ssh_port} ssh-rsa {host_key.get_base64()}\n")
    known = changed(connection, ssh_host_key="", ssh_known_hosts_file=str(known_hosts))
    with Shell(known) as shell:
        assert shell.run("true").exit_code == 0


def test_any_host_key_is_accepted_where_that_was_turned_off(connection: Connection) -> None:
    with Shell(changed(connection, ssh_host_key="", ssh_check_host_key=False)) as shell:
        assert shell.run("true").exit_code == 0


def test_a_host_key_that_is_none_is_said_to_be_none(connection: Connection) -> None:
    with (
        Shell(changed(connection, ssh_host_key="ssh-rsa")) as shell,
        pytest.raises(ShellUnreachable, match="onefs_ssh_host_key"),
    ):
        shell.run("true")


def test_a_wrong_password_is_told_without_the_password(connection: Connection) -> None:
    with Shell(changed(connection, ssh_password="hunter2")) as shell, pytest.raises(ShellUnreachable) as caught:
        shell.run("true")
    assert "svc@127.0.0.1" in caught.value.message
    assert "hunter2" not in caught.value.message


class EndlessChannel:
    """A channel that has always more to say; after a million times it gives up, for a test that would not end."""

    eof_received = False

    def __init__(self) -> None:
        self.left = 1_000_000
        self.closed = False

    def recv_ready(self) -> bool:
        self.left -= 1
        return self.left > 0

    recv_stderr_ready = recv_ready

    def recv(self, _size: int) -> bytes:
        return b"o"

    recv_stderr = recv

    def exit_status_ready(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True


def test_output_without_end_meets_the_deadline(connection: Connection) -> None:
    channel = EndlessChannel()
    with pytest.raises(ShellError, match="did not end in time"):
        Shell(connection)._collect(channel, "flood", time.monotonic() + 0.05)
    assert channel.closed
    assert channel.left > 0


class LateChannel:
    """A channel whose last words, and its end, come between two looks at it."""

    def __init__(self) -> None:
        self.eof_received = self.closed = False
        self.unread = b""

    def recv_ready(self) -> bool:
        return bool(self.unread)

    def recv_stderr_ready(self) -> bool:
        if not self.eof_received:
            self.unread, self.eof_received = b"the last line", True
        return False

    def recv(self, _size: int) -> bytes:
        read, self.unread = self.unread, b""
        return read

    def exit_status_ready(self) -> bool:
        return self.eof_received


def test_what_comes_with_the_end_is_not_lost(connection: Connection) -> None:
    assert Shell(connection)._collect(LateChannel(), "true", time.monotonic() + 30) == (b"the last line", b"")


def test_more_output_than_any_cluster_prints_is_given_up(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell_module, "LARGEST_OUTPUT_BYTES", 500_000)
    with Shell(connection) as shell, pytest.raises(ShellError, match="more than 500000 bytes"):
        shell.run("flood")
