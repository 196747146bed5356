# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal sets check mode on an include, of which Ansible's own variable knows nothing: the role asks another one."""

from __future__ import annotations

import pathlib

import pytest

TASKS = pathlib.Path(__file__).resolve().parents[3] / "roles" / "failover" / "tasks"


@pytest.mark.parametrize("path", sorted(TASKS.glob("*.yml")), ids=lambda path: path.stem)
def test_no_step_asks_the_command_line_whether_it_may_change_something(path: pathlib.Path) -> None:
    assert "ansible_check_mode" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted(TASKS.glob("*.yml")), ids=lambda path: path.stem)
def test_nothing_but_the_report_is_written_in_check_mode(path: pathlib.Path) -> None:
    # The report lies on the controller; what asks clients for their mounts reads.
    found = "check_mode: false" in path.read_text(encoding="utf-8")
    assert found == (path.name in {"write_report.yml", "look_from_clients.yml"})


def test_there_are_steps() -> None:
    assert len(list(TASKS.glob("*.yml"))) > 15
