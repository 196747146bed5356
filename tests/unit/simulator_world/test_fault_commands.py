# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the command line asks of a running pair about faults, and what it prints."""

from __future__ import annotations

import json

import pytest
from onefs_sim import cli, fault_commands
from onefs_sim.fault_catalogue import KINDS


def asked(*words: str) -> dict[str, object]:
    return fault_commands.question(cli.parser().parse_args(words))


def test_a_fault_is_described_by_its_options() -> None:
    words = "--method PUT --path pools/sales --status 500 --hang 2 --skip 1 --content-type text/plain"
    assert asked("inject", "newyork", "call", *words.split()) == {
        "verb": "inject",
        "place": "newyork",
        "fault": "call",
        "options": {
            "method": "PUT",
            "path": "pools/sales",
            "status": 500,
            "hang": 2.0,
            "skip": 1,
            "content-type": "text/plain",
        },
    }
    assert asked("inject", "controller", "partition", "boston", "--reject")["options"] == {
        "peer": "boston",
        "reject": True,
    }


def test_faults_and_clear_take_a_place_or_none() -> None:
    assert asked("faults") == {"verb": "faults", "place": None}
    assert asked("clear", "boston") == {"verb": "clear", "place": "boston"}


def test_an_order_that_names_no_fault_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="inject PLACE FAULT"):
        asked("inject")
    with pytest.raises(SystemExit):
        asked("inject", "boston", "meteor")
    assert "invalid choice: 'meteor'" in capsys.readouterr().err


def test_the_list_needs_no_pair(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--name", "never-up", "inject", "--list"]) == 0
    printed = capsys.readouterr().out
    for kind in KINDS:
        assert f"{kind.name}: {kind.text}" in printed
    assert cli.main(["--name", "never-up", "inject", "--list", "--json"]) == 0
    assert [entry["fault"] for entry in json.loads(capsys.readouterr().out)] == [kind.name for kind in KINDS]


def test_faults_are_told_in_one_line_each() -> None:
    fault = {
        "number": 3,
        "place": "boston",
        "fault": "network-apply-slow",
        "options": {"seconds": 9.0, "skip": 0, "count": 0},
        "since": "2026-01-01T00:00:00+00:00",
        "seen": 2,
        "hit": 1,
    }
    line = "3. boston: network-apply-slow seconds=9.0 (seen 2, hit 1)"
    assert fault_commands.answer_text("faults", [fault], False) == line
    assert fault_commands.answer_text("inject", fault, False) == line
    assert fault_commands.answer_text("clear", [fault], False) == f"ended {line}"
    assert fault_commands.answer_text("clear", [], False) == "no fault was in force"
    assert json.loads(fault_commands.answer_text("faults", [fault], True)) == [fault]
