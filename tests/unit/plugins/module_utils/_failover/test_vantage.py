# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node looks for another cluster over SSH, with its own Python; one that can't is no vantage point, and the run goes on."""

from __future__ import annotations

import os
import pathlib
import socket
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import vantage
from error_catalogue.parts import Parts, take_apart
from unit.plugins.module_utils.ssh_node import ADDRESS, USER, SshNode


def looked(ssh_node: SshNode, port: int) -> tuple[dict[str, Any], list[str]]:
    """Let the node look at one port; return the result and what was said meanwhile."""
    said: list[str] = []
    params = {
        "vantage_point": "newyork",
        "probes": [{"kind": "smb", "address": ADDRESS, "port": port, "name": ""}],
        "controls": [],
        "from_cluster": {"onefs_host": "newyork.example.com", "onefs_user": USER, **ssh_node.options()},
        "rounds": 1,
        "pause_seconds": 0.0,
        "timeout_seconds": 2.0,
    }
    return vantage.run(params, False, said.append), said


def test_what_a_node_sees_is_taken_over(ssh_node: SshNode) -> None:
    with socket.create_server((ADDRESS, 0)) as alive:
        result, said = looked(ssh_node, int(alive.getsockname()[1]))
    assert (result["trouble"], result["probed"]) == ("", 1)
    assert len(result["signs"]) == 1
    assert said[-1].startswith("newyork: ")


@pytest.mark.parametrize(
    ("python", "code", "words"),
    [
        ("echo 'python3: no such program' >&2; exit 127", 127, "python3: no such program"),
        ("echo '{}'", 0, "nothing on stderr"),
        ("echo Welcome to this node", 0, "nothing on stderr"),
    ],
    ids=["no Python", "an answer to something else", "no answer but a greeting"],
)
def test_a_node_that_cannot_look_is_no_vantage_point(
    ssh_node: SshNode, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, python: str, code: int, words: str
) -> None:
    program = tmp_path / "python3"
    program.write_text(f"#!/bin/sh\n{python}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    result, said = looked(ssh_node, 1)
    assert result["signs"] == []
    assert said == [f"newyork: {result['trouble']}"]
    assert take_apart(result["trouble"]) == Parts(
        f"Looking from a node of {ADDRESS} as {USER}",
        f"'python3 -' ended with exit code {code} ({words}). That node is no vantage point",
        "name hosts in failover_vantage_hosts.",
    )
