# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of the policies that replicated back, once a failback is over. Private to the collection."""

from __future__ import annotations

import typing as t

from .._onefs.errors import PapiError
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .._onefs.synciq import POLICIES, mirror_name, read_policy, target_state, wait_until_idle
from .._onefs.waiting import wait_until
from .facts import both_connections, pair_argument_spec

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "policies": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "required": True, "choices": ["kept", "deleted"]},
    "deadline_seconds": {"type": "int", "default": 600},
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Wait until no job of the policies runs, either way, then keep or delete them."""
    connections = both_connections(params)
    deadline = float(params["deadline_seconds"])
    before: dict[str, str] = {}
    with PapiSession(connections[0]) as source, PapiSession(connections[1]) as target:
        for name in params["policies"]:
            before[name] = "absent" if read_policy(source, name) is None else "present"
            if check_mode:
                continue
            wait_until_idle(target, mirror_name(name), deadline, progress)
            if before[name] == "present":
                wait_until_idle(source, name, deadline, progress)
            if params["state"] == "deleted":
                _delete(source, target, name, deadline, progress)
    deleted = params["state"] == "deleted"
    after = {name: "absent" if deleted else state for name, state in before.items()}
    return {
        "changed": before != after,
        "deleted": [name for name in before if before[name] != after[name]],
        "diff": {"before": before, "after": after},
    }


def _delete(source: PapiSession, target: PapiSession, name: str, deadline_seconds: float, progress: Progress) -> None:
    """Delete one policy, and wait until the other cluster has let go of its end: OneFS does that on its own, a while later."""
    if read_policy(source, name) is not None:
        try:
            source.delete(f"{POLICIES}/{name}")
        except PapiError as error:
            # The answer to a first attempt may have been lost on its way.
            if error.status != 404:
                raise

    def gone() -> bool:
        return read_policy(source, name) is None and target_state(target, name) == "absent"

    wait_until(
        gone,
        deadline_seconds=deadline_seconds,
        interval_seconds=0.2,
        progress=progress,
        describe=lambda: (
            f"SyncIQ policy '{name}': until {source.connection.host} and {target.connection.host} have let go of it"
        ),
    )
