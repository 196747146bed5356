# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the controller that a lease names has ended, told from real processes."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import controller


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """A process that says who it is as a controller, and waits."""
    program = (
        f"import sys; sys.path[:0] = {sys.path!r}; from {controller.__name__} import this_controller;"
        "import json; print(json.dumps(this_controller()), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        yield running
        running.kill()


def recorded(process: subprocess.Popen[str]) -> dict[str, object]:
    assert process.stdout is not None
    said: dict[str, object] = json.loads(process.stdout.readline())
    return said


def test_a_controller_is_not_gone_while_it_runs_and_is_once_it_was_killed(process: subprocess.Popen[str]) -> None:
    said = recorded(process)
    assert said["pid"] == process.pid
    assert not controller.is_gone(said)
    process.kill()
    process.wait()
    assert controller.is_gone(said)


def test_one_that_nobody_has_waited_for_yet_is_gone(process: subprocess.Popen[str]) -> None:
    said = recorded(process)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert controller.is_gone(said)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: {**said, "kernel": "another boot"},
        lambda said: {**said, "kernel": ""},
        lambda said: {**said, "started": ""},
        lambda said: {},
        lambda said: {**said, "pid": "../1"},
        lambda said: {**said, "pid": [1]},
    ],
    ids=["another machine", "unknown machine", "unknown start", "nothing said", "a path", "no number"],
)
def test_where_it_cannot_be_told_nobody_is_called_gone(
    process: subprocess.Popen[str], change: Callable[[dict[str, object]], dict[str, object]]
) -> None:
    said = recorded(process)
    process.kill()
    process.wait()
    assert not controller.is_gone(change(said))


def test_another_process_with_the_same_number_is_not_the_controller() -> None:
    said = {**controller.this_controller(), "started": "1"}
    assert controller.is_gone(said)


def test_without_proc_nothing_is_said(tmp_path: pathlib.Path) -> None:
    assert not controller.is_gone(controller.this_controller(), tmp_path)
    assert controller.this_controller(tmp_path)["kernel"] == ""


def test_a_controller_is_named_in_messages() -> None:
    assert controller.describe({"user": "ops", "host": "tower", "pid": 7}) == "ops@tower (process 7)"
    assert controller.describe({}) == "a controller that did not say who it is"
