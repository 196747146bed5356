# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one task tells the log of its run: that it began, what it said meanwhile, how it ended. Private to the collection."""

from __future__ import annotations

import os
import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.event_log import append_event
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.progress import Progress

# A variable of a task: where the log of its run lies. Empty where none is kept.
LOG_PATH = "__failover_event_log"

HIDDEN = "not written down (no_log)"


class TaskEvents:
    """Writes the events of one task. A log that can't be written never stops a failover: it is said once, and the run goes on."""

    def __init__(self, path: str, task: str, module: str, secret: bool, check_mode: bool) -> None:
        self._path, self._task, self._module, self._secret, self._check_mode = path, task, module, secret, check_mode

    @classmethod
    def of(cls, action: ActionBase, task_vars: t.Mapping[str, t.Any] | None) -> TaskEvents:
        """Return what writes down what an action does, where its run keeps a log."""
        task, raw = action._task, (task_vars or {}).get(LOG_PATH)
        path = str(action._templar.template(raw)).strip() if raw else ""
        # As the option of the report is read: a folder may be given as ~/reports.
        path = os.path.expanduser(os.path.expandvars(path))
        # The name was rendered when the task began; once more would obey what a cluster has put into it.
        return cls(path, str(task.name or task.action), str(task.action), bool(task.no_log), bool(task.check_mode))

    def began(self) -> None:
        """Write down that the task begins."""
        self._write("step_started", module=self._module, check_mode=self._check_mode)

    def listening(self, show: Progress) -> Progress:
        """Return what shows a line of progress and writes it down."""

        def told(line: str) -> None:
            show(line)
            self.said(line)

        return told

    def said(self, line: str, kind: str = "message") -> None:
        """Write down one line that the operator saw."""
        self._write(kind, text=HIDDEN if self._secret else str(line))

    def ended(self, result: t.Mapping[str, t.Any]) -> None:
        """Write down how the task ended."""
        failed = bool(result.get("failed"))
        facts: dict[str, t.Any] = {"changed": bool(result.get("changed")), "failed": failed}
        if "seconds" in result:
            facts["seconds"] = float(result["seconds"])
        if failed:
            facts["text"] = HIDDEN if self._secret else str(result.get("msg") or "")
        self._write("step_failed" if failed else "step_ended", **facts)

    def _write(self, kind: str, **facts: t.Any) -> None:
        if not self._path:
            return
        try:
            append_event(self._path, kind, task=self._task, **facts)
        except OSError as error:
            self._path = ""
            Display().warning(
                f"The log of this run could not be written ({error}). The run goes on; what follows in this task is not in it."
            )
