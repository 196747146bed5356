# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module's work inside the controller process.

Private to the collection. The clusters are driven from the controller, so a task with a local connection needs no
process of its own: that saves some 0.35 s a task, and lets the work tell live what it does.
"""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._onefs.entry import Entry, run_entry

LOCAL_TRANSPORTS = frozenset({"local", "ansible.builtin.local", "ansible.legacy.local"})

display = Display()


class InProcessAction(ActionBase):  # type: ignore[misc]
    """The base of every action of this collection; a concrete one names its options and its work."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    argument_spec: t.ClassVar[dict[str, t.Any]]
    rules: t.ClassVar[dict[str, t.Any]] = {}
    entry: t.ClassVar[Entry]

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Do the work here where the connection is local, or send the module to where the task was delegated."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        if self._connection.transport not in LOCAL_TRANSPORTS:
            result.update(self._execute_module(task_vars=task_vars))
            return result
        _spec, params = self.validate_argument_spec(argument_spec=self.argument_spec, **self.rules)
        name = str(self._task.action).rsplit(".", 1)[-1]

        def tell(line: str) -> None:
            # Of all ways out of a worker only this one arrives at once, at a terminal and in AWX.
            display.display(f"  {name}: {line}")

        result.update(run_entry(type(self).entry, params, bool(self._task.check_mode), tell))
        return result
