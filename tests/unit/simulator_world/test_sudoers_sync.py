# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi_mcp: the newest override reaches every node, a broken one none. visudo is real, only its root is not."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess

import pytest
from onefs_sim import sudoers_sync
from onefs_sim.ssh_server import OVERRIDE, RENDERED, SUDOERS
from onefs_sim.sudoers_sync import SudoersSync

RULE = "svc-failover ALL=(root) NOPASSWD: /usr/bin/isi_for_array netstat -anW -p tcp\n"
VISUDO = shutil.which("visudo", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")

pytestmark = pytest.mark.skipif(VISUDO is None, reason="visudo (package sudo) checks the rules")


def below(root: pathlib.Path, path: str) -> pathlib.Path:
    return root / path.lstrip("/")


@pytest.fixture
def roots(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> list[pathlib.Path]:
    """Two nodes with the rules that they start with; visudo is called without chroot."""
    nodes = [tmp_path / "node-1", tmp_path / "node-2"]
    for root in nodes:
        for path in (OVERRIDE, RENDERED):
            below(root, path).parent.mkdir(parents=True)
        below(root, RENDERED).write_text(SUDOERS, encoding="utf-8")
    real = subprocess.run

    def without_chroot(argv: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        _chroot, root, _visudo, *words = argv
        command = [str(VISUDO), *words[:-1], str(below(pathlib.Path(root), words[-1]))]
        # The caller says what an exit code means to it.
        return real(command, **options)  # type: ignore[call-overload,no-any-return] # pylint: disable=subprocess-run-check

    monkeypatch.setattr(sudoers_sync.subprocess, "run", without_chroot)
    return nodes


def rendered(roots: list[pathlib.Path]) -> list[str]:
    return [below(root, RENDERED).read_text(encoding="utf-8") for root in roots]


def test_nothing_changes_without_an_override(roots: list[pathlib.Path]) -> None:
    SudoersSync(roots).distribute()
    assert rendered(roots) == [SUDOERS, SUDOERS]


@pytest.mark.parametrize("edited", [0, 1])
def test_an_override_on_any_node_reaches_all(roots: list[pathlib.Path], edited: int) -> None:
    below(roots[edited], OVERRIDE).write_text(SUDOERS + RULE, encoding="utf-8")
    SudoersSync(roots).distribute()
    assert rendered(roots) == [SUDOERS + RULE] * 2
    assert [below(root, OVERRIDE).read_text(encoding="utf-8") for root in roots] == [SUDOERS + RULE] * 2


def test_rendered_rules_are_closed_to_others(roots: list[pathlib.Path]) -> None:
    below(roots[0], OVERRIDE).write_text(SUDOERS + RULE, encoding="utf-8")
    SudoersSync(roots).distribute()
    assert [below(root, RENDERED).stat().st_mode & 0o777 for root in roots] == [0o440, 0o440]


def test_the_newest_override_wins(roots: list[pathlib.Path]) -> None:
    for root, text, moment in ((roots[0], SUDOERS + RULE, 1000), (roots[1], SUDOERS, 2000)):
        below(root, OVERRIDE).write_text(text, encoding="utf-8")
        os.utime(below(root, OVERRIDE), (moment, moment))
    SudoersSync(roots).distribute()
    assert rendered(roots) == [SUDOERS, SUDOERS]
    assert below(roots[0], OVERRIDE).read_text(encoding="utf-8") == SUDOERS


def test_a_broken_override_reaches_no_node(roots: list[pathlib.Path]) -> None:
    below(roots[0], OVERRIDE).write_text(SUDOERS + "this is no rule\n", encoding="utf-8")
    sync = SudoersSync(roots)
    sync.distribute()
    sync.distribute()
    assert rendered(roots) == [SUDOERS, SUDOERS]
    assert not below(roots[1], OVERRIDE).exists()


def test_it_is_corrected_after_a_broken_one(roots: list[pathlib.Path]) -> None:
    sync = SudoersSync(roots)
    for text in (SUDOERS + "this is no rule\n", SUDOERS + RULE):
        below(roots[0], OVERRIDE).write_text(text, encoding="utf-8")
        sync.distribute()
    assert rendered(roots) == [SUDOERS + RULE] * 2


def test_what_is_edited_while_an_older_one_is_checked_stays(
    roots: list[pathlib.Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    edited = below(roots[0], OVERRIDE)
    edited.write_text(SUDOERS, encoding="utf-8")
    os.utime(edited, (1000, 1000))
    checked = sudoers_sync.subprocess.run

    def edit_meanwhile(argv: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
        if edited.read_text(encoding="utf-8") == SUDOERS:
            edited.write_text(SUDOERS + RULE, encoding="utf-8")
        return checked(argv, **options)  # type: ignore[call-overload,no-any-return] # pylint: disable=subprocess-run-check

    monkeypatch.setattr(sudoers_sync.subprocess, "run", edit_meanwhile)
    sync = SudoersSync(roots)
    sync.distribute()
    sync.distribute()
    assert rendered(roots) == [SUDOERS + RULE] * 2
