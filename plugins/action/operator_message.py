# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase
from ansible_collections.seamless.smb_failover.plugins.plugin_utils.live_display import LiveDisplay
from ansible_collections.seamless.smb_failover.plugins.plugin_utils.task_events import TaskEvents

ARGUMENT_SPEC: dict[str, t.Any] = {
    "lines": {"type": "list", "elements": "str", "required": True},
    "banner": {"type": "bool", "default": False},
}


class ActionModule(ActionBase):
    """Run M(seamless.smb_failover.operator_message)."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Show the lines."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(argument_spec=ARGUMENT_SPEC)  # type: ignore[no-untyped-call]
        live = LiveDisplay()
        if args["banner"]:
            live.banner("\n".join(args["lines"]))
        else:
            for line in args["lines"]:
                live.line(line)
        TaskEvents.of(self, task_vars).said("\n".join(args["lines"]), kind="banner" if args["banner"] else "message")
        return {**result, "changed": False, "lines": args["lines"]}
