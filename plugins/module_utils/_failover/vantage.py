# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look for life signs of a cluster from the machine where a task runs, or from a node of another cluster over SSH.

Private to the collection.
"""

from __future__ import annotations

import inspect
import json
import shlex
import typing as t

from .._onefs.connection import Connection, connection_argument_spec
from .._onefs.errors import OnefsError
from .._onefs.progress import Progress
from .._onefs.shell import Shell
from . import life_signs
from .death_proof import spoken

PROBES_SPEC: dict[str, t.Any] = {
    "type": "list",
    "elements": "dict",
    "required": True,
    "options": {
        "kind": {"type": "str", "required": True, "choices": ["api", "ssh", "dns", "smb"]},
        "address": {"type": "str", "required": True},
        "port": {"type": "int", "required": True},
        "name": {"type": "str", "default": ""},
    },
}

ARGUMENT_SPEC: dict[str, t.Any] = {
    "vantage_point": {"type": "str", "required": True},
    "probes": PROBES_SPEC,
    "controls": PROBES_SPEC,
    "from_cluster": {"type": "dict", "options": connection_argument_spec()},
    "rounds": {"type": "int", "default": 3},
    "pause_seconds": {"type": "float", "default": 1.0},
    "timeout_seconds": {"type": "float", "default": 2.0},
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Look; what cannot be looked at is said in the result and judged later. Changes nothing, in check mode or not."""
    del check_mode
    question = {name: params[name] for name in ("probes", "controls", "rounds", "pause_seconds", "timeout_seconds")}
    name = params["vantage_point"]
    try:
        seen = (
            _look_from_cluster(params["from_cluster"], question)
            if params["from_cluster"]
            else life_signs.look(question)
        )
    except OnefsError as error:
        # The other vantage points may be enough; whether they are is judged with all reports at hand.
        progress(f"{name}: {error.message}")
        return {"changed": False, "vantage_point": name, "signs": [], "trouble": error.message}
    progress(
        f"{name}: {', '.join(spoken(seen['signs'])) or 'nothing answers'} ({seen['probed']} addresses, {seen['rounds']} rounds)"
    )
    return {"changed": False, "vantage_point": name, "trouble": "", **seen}


def _look_from_cluster(option: t.Mapping[str, t.Any], question: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Let the Python of a node run the very same text; it needs no more rights than to open connections."""
    connection = Connection.from_params(option)
    command = f"python3 - {shlex.quote(json.dumps(question))}"
    # Each round waits for the slowest of its addresses, and those that are many go in several turns.
    turns = 1 + (len(question["probes"]) + len(question["controls"])) // life_signs.MOST_AT_ONCE
    seconds = (question["rounds"] + 1) * (turns * question["timeout_seconds"] + question["pause_seconds"]) + 30
    with Shell(connection) as shell:
        done = shell.run(command, timeout_seconds=seconds, stdin=inspect.getsource(life_signs).encode())
    try:
        seen = json.loads(done.stdout)
    except ValueError:
        seen = None
    if not isinstance(seen, dict) or not {"machine", "heard", "signs", "unable", "probed", "rounds"} <= set(seen):
        raise OnefsError(
            f"Looking from a node of {connection.ssh_host} as {connection.ssh_user}: 'python3 -' ended with exit code {done.exit_code} "
            f"({done.stderr.strip()[-300:] or 'nothing on stderr'}). That node is no vantage point; name hosts in failover_vantage_hosts."
        )
    return seen
