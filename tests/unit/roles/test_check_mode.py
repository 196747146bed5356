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
    # The report lies on the controller, and is written unless the command line says --check.
    allowed = {'  check_mode: "{{ ansible_check_mode }}"'} if path.name == "report.yml" else set()
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "ansible_check_mode" in line and line not in allowed]


def test_there_are_steps() -> None:
    assert len(list(TASKS.glob("*.yml"))) > 15
