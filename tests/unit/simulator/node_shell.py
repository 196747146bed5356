# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of a node of the pair on loopback addresses: its socket is real, only the node's root is a folder."""

from __future__ import annotations

import os
import pathlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from onefs_sim.cluster import Cluster
from onefs_sim.node_commands.isi_cli import papi as local_papi
from onefs_sim.node_commands.isi_cli.main import main


@dataclass(frozen=True)
class Done:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class NodeShell:
    """Runs `isi` on a node; this very process is who calls, under whatever name the node's accounts give it."""

    def __init__(self, folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def become(self, user: str) -> None:
        for root in self.folder.iterdir():
            (root / "etc").mkdir(exist_ok=True)
            (root / "etc/passwd").write_text(f"{user}:x:{os.getuid()}:0::/:/bin/sh\n", encoding="utf-8")

    def isi(self, line: str, lnn: int = 1) -> Done:
        """Run a line of `isi` on a node."""
        return self.isi_words(line.split(), lnn)

    def isi_words(self, words: list[str], lnn: int = 1) -> Done:
        self._monkeypatch.setattr(local_papi, "SOCKET", str(self.folder / str(lnn) / "run/papi.sock"))
        code = main(words)
        said = self._capsys.readouterr()
        return Done(code, said.out, said.err)

    def succeed(self, line: str, lnn: int = 1) -> Done:
        done = self.isi(line, lnn)
        assert (done.code, done.err) == (0, "")
        return done


@contextmanager
def node_shell(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[NodeShell]:
    """Open the local sockets of a cluster. A short folder of its own: an address of a socket holds 107 bytes."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for node in cluster.nodes:
            (folder / str(node.lnn) / "run").mkdir(parents=True)
        shell = NodeShell(folder, monkeypatch, capsys)
        shell.become("root")
        cluster.open_local_sockets({node.lnn: folder / str(node.lnn) for node in cluster.nodes})
        yield shell
