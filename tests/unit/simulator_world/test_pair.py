# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair seen from outside: what is refused, what is never removed, and which process counts as ours."""

from __future__ import annotations

import json
import os
import pathlib

import pytest
from onefs_sim import cli, machine
from onefs_sim.pair import MARK, PROCESSES, Pair, started


def test_a_missing_program_is_named_with_its_package() -> None:
    absent = machine.missing(lambda program: None if program in ("smbd", "named") else f"/usr/sbin/{program}")
    assert absent == {"smbd": "samba", "named": "bind9"}


def test_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "missing", lambda: {"smbd": "samba", "smbstatus": "samba", "named": "bind9"})
    with pytest.raises(machine.Refused, match=r"smbd \(package samba\).*apt-get install bind9 samba$"):
        machine.check()


def test_a_foreign_folder_is_left_alone(tmp_path: pathlib.Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(machine.Refused, match="not made by onefs-sim"):
        Pair("pair", tmp_path).down()
    assert (tmp_path / "thesis.txt").exists()


def test_down_removes_the_leftovers_of_a_dead_pair(tmp_path: pathlib.Path) -> None:
    state = tmp_path / "state"
    (state / "clusters" / "boston").mkdir(parents=True)
    (state / MARK).touch()
    dead = {"outer": 1, "inner": 1, "outer_started": "never", "inner_started": "never"}
    (state / PROCESSES).write_text(json.dumps(dead), encoding="utf-8")
    assert Pair("pair", state).down()
    assert not state.exists()


def test_what_somebody_else_removes_meanwhile_is_no_error(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    (state / "clients").mkdir(parents=True)
    for file in (state / MARK, state / "clients" / "000637.bin"):
        file.touch()
    unlink = os.unlink

    def after_another(path: str, *, dir_fd: int | None = None) -> None:
        unlink(path, dir_fd=dir_fd)
        if path == "000637.bin":
            unlink(path, dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", after_another)
    assert Pair("pair", state).down()
    assert not state.exists()


def test_down_of_nothing_is_no_error(tmp_path: pathlib.Path) -> None:
    assert not Pair("pair", tmp_path / "state").down()


@pytest.mark.parametrize(("moment", "alive"), [("", True), ("0", False)])
def test_a_number_that_another_process_has_now_is_not_ours(tmp_path: pathlib.Path, moment: str, alive: bool) -> None:
    recorded = {"outer": 1, "inner": os.getpid(), "outer_started": "1", "inner_started": moment or started(os.getpid())}
    (tmp_path / PROCESSES).write_text(json.dumps(recorded), encoding="utf-8")
    assert Pair("pair", tmp_path).first_process() == (os.getpid() if alive else None)


def test_a_process_that_is_gone_never_counts(tmp_path: pathlib.Path) -> None:
    recorded = {"outer": 0, "inner": 2**22 + 1, "outer_started": "", "inner_started": ""}
    (tmp_path / PROCESSES).write_text(json.dumps(recorded), encoding="utf-8")
    assert Pair("pair", tmp_path).first_process() is None


def test_exec_in_a_pair_that_is_down_says_how_to_bring_it_up(tmp_path: pathlib.Path) -> None:
    with pytest.raises(machine.Refused, match="onefs-sim --name mine up"):
        Pair("mine", tmp_path / "state").execute("client1", ["true"])


def test_every_verb_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("up", "down", "status", "exec", "inject", "faults", "clear", "node", "link", "config"):
        with pytest.raises(SystemExit) as ended:
            cli.parser().parse_args([verb, "--help"])
        assert ended.value.code == 0
    assert "inject" in capsys.readouterr().out
