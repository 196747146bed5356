# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the action plugins: the work of a module, inside the controller process. Private to the collection.

A module over a local connection costs a few tenths of a second before it does anything, and clients wait meanwhile. So
where a task's connection is local its work runs right here; where it is delegated to another host, the module is sent.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import typing as t

from ansible.plugins.action import ActionBase
from ansible.plugins.loader import filter_loader, test_loader
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import timed
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.progress import Progress
from ansible_collections.seamless.smb_failover.plugins.plugin_utils.live_display import LiveDisplay
from ansible_collections.seamless.smb_failover.plugins.plugin_utils.task_events import TaskEvents

LOCAL = frozenset({"local", "ansible.builtin.local", "ansible.legacy.local"})

PR_SET_PDEATHSIG = 1

# Variables of a task: what is shown in large letters, so to speak, before it begins, and after it went well.
BANNER_BEFORE, BANNER_AFTER = "__failover_banner", "__failover_banner_after"


def load_filters_and_tests() -> None:
    """Load what templates use in the process that forks the workers, so that not each of them loads it anew.

    That costs a worker some 10 ms of its processor, and clients wait for nine of them. The controller imports an action
    plugin before it forks the first worker for it.
    """
    for loader, own in ((filter_loader, "printable"), (test_loader, "gone_controller")):
        list(loader.all())
        # With one of a collection all its others are loaded.
        loader.get(f"seamless.smb_failover.{own}")


load_filters_and_tests()


def die_with_controller() -> None:
    """Let the kernel end this worker with the process that forked it.

    Otherwise a worker whose controller was killed would go on with its task, while the next run already takes over.
    """
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


class InProcessAction(ActionBase):
    """Run ``entry`` here, or send the module of the same name where the task's connection is not local."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _requires_connection = False

    argument_spec: t.ClassVar[dict[str, t.Any]] = {}
    rules: t.ClassVar[dict[str, t.Any]] = {}

    @staticmethod
    def entry(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
        """Do the work of the module; each concrete action names its own."""
        raise NotImplementedError

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the work of the module."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        # The task's own connection counts: a play on localhost may delegate a task to a jump host.
        events = TaskEvents.of(self, task_vars)
        if self._connection.transport not in LOCAL:
            events.began()
            result.update(self._execute_module(task_vars=task_vars))
            for line in result.get("progress") or ():
                events.said(str(line))
            events.ended(result)
            return result
        die_with_controller()
        _validation, args = self.validate_argument_spec(argument_spec=self.argument_spec, **self.rules)
        live = LiveDisplay()
        self._announce(live, events, BANNER_BEFORE, task_vars)
        events.began()
        result.update(timed(type(self).entry, args, bool(self._task.check_mode), events.listening(live.line)))
        failed = bool(result.get("failed"))
        live.ended(float(result["seconds"]), failed)
        events.ended(result)
        if not failed:
            self._announce(live, events, BANNER_AFTER, task_vars)
        return result

    def _announce(
        self, live: LiveDisplay, events: TaskEvents, variable: str, task_vars: dict[str, t.Any] | None
    ) -> None:
        """Show a banner that the task carries; one that comes out empty is none."""
        raw = (task_vars or {}).get(variable)
        text = str(self._templar.template(raw)).strip() if raw else ""
        if text:
            live.banner(text)
            events.said(text, kind="banner")
