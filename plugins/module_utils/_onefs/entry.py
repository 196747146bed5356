# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the work of a module where the module was sent to. Private to the collection."""

from __future__ import annotations

import time
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .errors import OnefsError
from .progress import Progress

Entry = t.Callable[[dict[str, t.Any], bool, Progress], dict[str, t.Any]]


def timed(entry: Entry, params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Run an entry; its result, failed or not, says when it started (epoch seconds) and how long it took."""
    started, clock = time.time(), time.monotonic()
    try:
        result = entry(params, check_mode, progress)
    except OnefsError as error:
        result = {"changed": False, **error.details, "failed": True, "msg": error.message}
    return {**result, "started": round(started, 3), "seconds": round(time.monotonic() - clock, 3)}


def run_module(argument_spec: dict[str, t.Any], entry: Entry, **rules: t.Any) -> None:
    """Run an entry as a module: its errors become a failed task, its progress a list in the result."""
    module = AnsibleModule(argument_spec=argument_spec, supports_check_mode=True, **rules)
    lines: list[str] = []
    result = timed(entry, module.params, module.check_mode, lines.append)
    if result.pop("failed", False):
        module.fail_json(**result, progress=lines)
    module.exit_json(**result, progress=lines)
