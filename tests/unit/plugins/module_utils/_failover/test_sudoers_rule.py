# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sudo rule is put into files over real SSH, with a real shell; what stands against it is told, and nothing is replaced."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import sudoers_rule
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import NotReached, ShellError
from error_catalogue.parts import take_apart
from unit.plugins.module_utils.ssh_node import ADDRESS, USER, SshNode

DEFAULT = "root ALL=(ALL) ALL\n"
RULE = "eyeglass ALL=(ALL) NOPASSWD: /usr/bin/isi_for_array netstat*"

Put = Callable[..., dict[str, Any]]


class Files:
    """The files of a node, and programs that stand for those of OneFS."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.override = folder / "override/sudoers"
        self.default = folder / "default/sudoers"
        self.rendered = folder / "sudoers"
        self.default.parent.mkdir()
        self.default.write_text(DEFAULT, encoding="utf-8")
        self.checks = program(folder / "visudo", "exit 0")
        # Of both nodes the same file: they follow as soon as it has changed.
        source = f"if [ -f {self.override} ]; then cat {self.override}; else cat {self.default}; fi > {self.rendered}\n"
        self.everywhere = program(
            folder / "isi_for_array", f'{source}for n in 1 2; do sed "s/^/boston-$n: /" {self.rendered}; done'
        )

    def params(self) -> dict[str, Any]:
        return {
            "override_path": str(self.override),
            "default_path": str(self.default),
            "rendered_path": str(self.rendered),
            "visudo_path": str(self.checks),
            "isi_for_array_path": str(self.everywhere),
        }


def program(path: pathlib.Path, text: str) -> pathlib.Path:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def files(tmp_path: pathlib.Path) -> Files:
    folder = tmp_path / "node"
    folder.mkdir()
    return Files(folder)


@pytest.fixture
def put(pair: Any, options: Callable[[str], dict[str, Any]], ssh_node: SshNode, files: Files) -> Put:
    """Return the module's work as a call."""

    def run(check_mode: bool = False, **more: Any) -> dict[str, Any]:
        params = {
            **{name: option.get("default") for name, option in sudoers_rule.ARGUMENT_SPEC.items()},
            **options("boston"),
            **ssh_node.options(),
            **files.params(),
            "deadline_seconds": 30,
            **more,
        }
        return sudoers_rule.run(params, check_mode, lambda _line: None)

    return run


def test_the_rule_is_put_on_every_node_and_taken_off(put: Put, files: Files) -> None:
    assert put(check_mode=True)["changed"]
    assert not files.override.exists()
    done = put()
    assert (done["changed"], done["nodes"], done["created_from"]) == (True, [1, 2], str(files.default))
    assert files.override.read_text(encoding="utf-8").startswith(DEFAULT)
    assert RULE in files.rendered.read_text(encoding="utf-8")
    assert not put()["changed"]
    assert put(state="absent")["changed"]
    assert files.override.read_text(encoding="utf-8") == DEFAULT


def test_a_release_that_keeps_the_files_elsewhere(put: Put, files: Files) -> None:
    files.default.unlink()
    with pytest.raises(ShellError) as caught:
        put()
    parts = take_apart(caught.value.message)
    assert parts.tried == f"Reading the sudo rules of {ADDRESS}"
    assert parts.came_back == f"there is none of {files.override}, {files.default} and {files.rendered}."
    assert parts.to_do.startswith("Set the path options")


def test_a_file_that_visudo_refuses_replaces_nothing(put: Put, files: Files) -> None:
    program(files.checks, "echo '>>> /etc/sudoers: syntax error near line 2 <<<' >&2; exit 1")
    with pytest.raises(ShellError) as caught:
        put()
    parts = take_apart(caught.value.message)
    assert parts.tried == f"Writing {files.override} (checked with visudo first) on {ADDRESS} as {USER}"
    assert parts.came_back.startswith("exit code 1: >>> /etc/sudoers: syntax error near line 2 <<<")
    assert "become_command" in parts.to_do
    # No file of the attempt is left either.
    assert list(files.override.parent.iterdir()) == []


def test_a_node_that_does_not_follow_is_named(put: Put, files: Files) -> None:
    program(files.everywhere, f"sed 's/^/boston-1: /' {files.override}; sed 's/^/boston-2: /' {files.default}")
    with pytest.raises(NotReached) as caught:
        put(deadline_seconds=1)
    parts = take_apart(caught.value.message)
    assert parts.tried == f"Waited 1 s for {files.rendered} of node 2 to follow"
    assert parts.came_back == "it was not reached."
    assert f"{files.override} on {ADDRESS} is as wanted." in parts.to_do and "MCP service" in parts.to_do
    assert RULE in files.override.read_text(encoding="utf-8")
