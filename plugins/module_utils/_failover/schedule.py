# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Set when SyncIQ policies run by themselves. Private to the collection."""

from __future__ import annotations

import typing as t

from .._onefs.connection import Connection
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .._onefs.synciq import SyncJobFailed, read_policy, set_schedule
from .facts import source_argument_spec

ARGUMENT_SPEC: dict[str, t.Any] = {
    **source_argument_spec(),
    "policies": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "schedule": {"type": "str", "default": ""},
            "enabled": {"type": "bool", "default": True},
        },
    },
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Set the schedules of policies on one cluster; returns what they were."""
    del progress
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    with PapiSession(Connection.from_params(params["source"])) as papi:
        for wanted in params["policies"]:
            name = wanted["name"]
            policy = read_policy(papi, name)
            if policy is None:
                if check_mode:
                    continue
                raise SyncJobFailed(
                    f"Setting the schedule of SyncIQ policy '{name}' on {papi.connection.host}: there is no such policy. "
                    "Check the name with 'isi sync policies list' there."
                )
            before[name] = {"schedule": policy.schedule, "enabled": policy.enabled}
            after[name] = {"schedule": wanted["schedule"] or "", "enabled": wanted["enabled"]}
            if not check_mode:
                set_schedule(papi, name, after[name]["schedule"], after[name]["enabled"])
    policies = [{"name": name, **values} for name, values in before.items()]
    return {"changed": before != after, "policies": policies, "diff": {"before": before, "after": after}}
