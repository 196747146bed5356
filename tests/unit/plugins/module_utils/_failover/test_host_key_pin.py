# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host key is pinned because somebody vouches for it, never replaced, and only what was pinned here is taken off; real SSH on loopback."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import threading
from collections.abc import Iterator
from typing import Any

import paramiko
import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.host_key_pin import (
    HostKey,
    HostKeyRefused,
    checked_fingerprints,
    checked_hosts,
    require_trust,
    run,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import BadOption

OTHER = "elsewhere.example.com,10.0.0.1 ssh-ed25519 AAAA somebody's own\n# a comment\n"
HOST = "127.0.0.1"


class Server:
    """An SSH server that shows its key to whoever connects, and no more."""

    def __init__(self) -> None:
        self.key = paramiko.ECDSAKey.generate()
        self.listener = socket.create_server((HOST, 0))
        self.port = int(self.listener.getsockname()[1])
        self._transports: list[paramiko.Transport] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                transport = paramiko.Transport(self.listener.accept()[0])
                transport.add_server_key(self.key)
                transport.start_server(event=threading.Event(), server=paramiko.ServerInterface())
                self._transports.append(transport)

    def close(self) -> None:
        self.listener.close()
        for transport in self._transports:
            transport.close()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def pin(server: Server, path: pathlib.Path, check: bool = False, **options: Any) -> dict[str, Any]:
    params = {
        "hosts": [HOST],
        "port": server.port,
        "known_hosts_file": str(path),
        "fingerprints": [],
        "trust_on_first_use": False,
        "state": "present",
        **options,
    }
    return run(params, check, lambda line: None)


def fingerprint(server: Server) -> str:
    return HostKey(server.key.get_name(), server.key.get_base64()).fingerprint


def test_a_fingerprint_is_what_ssh_keygen_prints(server: Server) -> None:
    # Paramiko computes it too.
    assert fingerprint(server) == server.key.fingerprint


def test_a_key_is_pinned_for_its_fingerprint_and_taken_off(server: Server, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "ssh" / "known_hosts"
    path.parent.mkdir()
    path.write_text(OTHER, encoding="utf-8")
    path.chmod(0o644)
    vouched = {"fingerprints": ["SHA256:" + "A" * 43, fingerprint(server)]}
    foreseen = pin(server, path, check=True, **vouched)
    assert path.read_text(encoding="utf-8") == OTHER
    done = pin(server, path, **vouched)
    assert foreseen == done
    assert done["diff"]["before"] == ""
    line = f"[{HOST}]:{server.port} {server.key.get_name()} {server.key.get_base64()} seamless.smb_failover\n"
    assert done["diff"]["after"] == line
    assert path.read_text(encoding="utf-8") == OTHER + line
    assert path.stat().st_mode & 0o777 == 0o644
    known = paramiko.HostKeys(str(path))
    assert known.check(f"[{HOST}]:{server.port}", server.key)
    # Once it is pinned nobody has to vouch for it.
    assert not pin(server, path)["changed"]
    assert pin(server, path, state="absent")["changed"]
    assert path.read_text(encoding="utf-8") == OTHER
    assert not pin(server, path, state="absent")["changed"]


def test_a_new_file_is_the_accounts_alone(server: Server, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "new" / "known_hosts"
    assert pin(server, path, trust_on_first_use=True)["changed"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["known_hosts"]


def test_a_link_stays_a_link(server: Server, tmp_path: pathlib.Path) -> None:
    (tmp_path / "real").write_text(OTHER.rstrip("\n"), encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert pin(server, tmp_path / "link", trust_on_first_use=True)["known_hosts_file"] == str(tmp_path / "real")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8").startswith(OTHER)


def test_a_key_that_nobody_vouches_for_is_refused(server: Server, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "known_hosts"
    with pytest.raises(HostKeyRefused, match="none of the fingerprints") as refused:
        pin(server, path, fingerprints=["SHA256:" + "A" * 43])
    assert fingerprint(server) in refused.value.message
    assert not path.exists()


@pytest.mark.parametrize("vouched", [False, True])
def test_another_key_than_the_pinned_one_is_refused_whoever_vouches(
    server: Server, tmp_path: pathlib.Path, vouched: bool
) -> None:
    path = tmp_path / "known_hosts"
    pin(server, path, trust_on_first_use=True)
    before = path.read_text(encoding="utf-8")
    server.key = paramiko.ECDSAKey.generate()
    with pytest.raises(HostKeyRefused, match="another key is pinned"):
        pin(server, path, trust_on_first_use=True, fingerprints=[fingerprint(server)] if vouched else [])
    assert path.read_text(encoding="utf-8") == before


def test_lines_of_others_are_never_taken_off(server: Server, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "known_hosts"
    own = f"[{HOST}]:{server.port} {server.key.get_name()} {server.key.get_base64()}\n"
    path.write_text(own, encoding="utf-8")
    assert not pin(server, path)["changed"]
    assert not pin(server, path, state="absent")["changed"]
    assert path.read_text(encoding="utf-8") == own


def test_nobody_there_is_said(tmp_path: pathlib.Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = int(taken.getsockname()[1])
    params = {
        "hosts": [HOST],
        "port": port,
        "known_hosts_file": str(tmp_path / "k"),
        "fingerprints": [],
        "trust_on_first_use": True,
    }
    with pytest.raises(HostKeyRefused, match="Check onefs_ssh_host"):
        run({**params, "state": "present"}, False, lambda line: None)


def test_a_first_use_is_none_where_another_kind_of_key_is_pinned() -> None:
    pinned, shown = HostKey("ssh-rsa", "AAAA"), HostKey("ssh-ed25519", "BBBB")
    with pytest.raises(HostKeyRefused, match="another key is pinned"):
        require_trust("boston", shown, [pinned], (), first_use=True)
    assert require_trust("boston", shown, [pinned], {shown.fingerprint}, first_use=False)


@pytest.mark.parametrize("host", ["a b", "*", "a\nevil ssh-rsa AAAA", "!boston", "@cert-authority", "", "a,b", "|1|x"])
def test_what_is_a_line_or_a_pattern_is_no_host(host: str) -> None:
    with pytest.raises(BadOption, match="is none"):
        checked_hosts([host])


@pytest.mark.parametrize("text", ["MD5:00:11", "SHA256:short", "", "SHA256:" + "*" * 43])
def test_what_ssh_keygen_does_not_print_is_no_fingerprint(text: str) -> None:
    with pytest.raises(BadOption, match="ssh-keygen -l"):
        checked_fingerprints([text])
