# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells whoever listens which task begins and how it ended, and goes on only when it is told to."""

from __future__ import annotations

import json
import os
import pathlib
import socket
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: step_gate
type: aggregate
short_description: Stop before each task until a test says go
description:
  - Connects to the socket that the environment variable C(STEP_GATE) names, and waits there for an answer to each event.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Runs in the controller's own process, so nothing of a task has happened yet when its beginning is told."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "step_gate"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(os.environ["STEP_GATE"])
        self._answers = self._socket.makefile("rb")

    def _tell(self, event: str, task: Any, **more: object) -> None:
        # A path ends with the number of the line.
        file = pathlib.PurePath((task.get_path() or "").rpartition(":")[0]).stem
        self._say({"event": event, "file": file, "task": task.get_name(), **more})

    def _say(self, told: dict[str, object]) -> None:
        self._socket.sendall(json.dumps(told).encode() + b"\n")
        if not self._answers.readline():
            raise RuntimeError("the gate is gone")

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        self._tell("begins", task)

    def v2_runner_on_ok(self, result: Any) -> None:
        self._tell("ended", _task(result), how="ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._tell("ended", _task(result), how="failed")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._tell("ended", _task(result), how="skipped")

    def v2_playbook_on_stats(self, stats: Any) -> None:
        self._say({"event": "over", "file": "", "task": ""})


def _task(result: Any) -> Any:
    """Return the task of a result; ansible-core 2.19 gave the attribute another name."""
    return result.task if hasattr(result, "task") else result._task
