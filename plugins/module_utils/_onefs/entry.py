# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two doors to a module's work, and what both add to its result.

Private to the collection. A module's work is one function; it runs either in the controller's process (the action
plugins) or where the module was sent to (:func:`run_module`). Errors of the engine become a failed task here, at one place.
"""

from __future__ import annotations

import time
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .errors import OnefsError
from .progress import Progress, silent

Entry = t.Callable[[t.Dict[str, t.Any], bool, Progress], t.Dict[str, t.Any]]


def run_entry(entry: Entry, params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Do the work; returns a result that says when it started (epoch seconds) and how long it took, failed or not."""
    started = time.time()
    clock = time.monotonic()
    try:
        result = dict(entry(params, check_mode, progress))
    except OnefsError as error:
        result = {"changed": False, **error.details, "failed": True, "msg": error.message}
    result.setdefault("started", started)
    result.setdefault("seconds", round(time.monotonic() - clock, 3))
    return result


def run_module(argument_spec: dict[str, t.Any], entry: Entry, **rules: t.Any) -> None:
    """Be a module: read the options, do the work, and end with its result."""
    module = AnsibleModule(argument_spec=argument_spec, supports_check_mode=True, **rules)
    result = run_entry(entry, dict(module.params), bool(module.check_mode), silent)
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)
