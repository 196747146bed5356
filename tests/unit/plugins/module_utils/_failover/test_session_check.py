# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is connected is read over real SSH and from a simulated cluster, and waited for until a deadline."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import session_check
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import NotReached
from error_catalogue.parts import take_apart
from onefs_sim.ports import SmbSession
from unit.plugins.module_utils.ssh_node import SshNode

POOL = "groupnet0.subnet1.sales"
CLIENT = "198.51.100.101"
HEAD = "Proto Recv-Q Send-Q Local Address          Foreign Address        (state)"

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(pair: Any, options: Callable[[str], dict[str, Any]], ssh_node: SshNode, tmp_path: pathlib.Path) -> Ask:
    """Return the module's work as a call; one client is connected to a pool of boston, on node 1."""
    address = pair.sites["boston"].pools[1].low
    pair.nodes["boston"][0].sessions = [SmbSession(1, CLIENT, "alice", 0)]
    netstat = tmp_path / "isi_for_array"
    lines = [f"boston-{n}: {line}" for n in (1, 2) for line in ("Active Internet connections", HEAD)]
    lines.insert(2, f"boston-1: tcp4 0 0 {address}.445 {CLIENT}.51234 ESTABLISHED")
    netstat.write_text("#!/bin/sh\ncat <<'END'\n" + "\n".join(lines) + "\nEND\n", encoding="utf-8")
    netstat.chmod(0o755)

    def run(check_mode: bool = False, **more: Any) -> dict[str, Any]:
        params = {
            **{name: option.get("default") for name, option in session_check.ARGUMENT_SPEC.items()},
            **options("boston"),
            **ssh_node.options(),
            "pools": [POOL],
            "sudo": False,
            "isi_for_array_path": str(netstat),
            "deadline_seconds": 1,
            **more,
        }
        return session_check.run(params, check_mode, lambda _line: None)

    return run


def test_a_client_is_told_with_its_user(ask: Ask) -> None:
    found = ask()
    assert (found["clients"], found["established"], found["drained"], found["reached"]) == ([CLIENT], 1, False, True)
    assert found["pools"][0]["clients"][0]["users"] == ["alice"]


def test_a_client_that_does_not_leave_in_time_ends_the_task_with_what_was_seen(ask: Ask) -> None:
    with pytest.raises(NotReached) as caught:
        ask(wait_for="drained")
    parts = take_apart(caught.value.message)
    assert parts.tried.startswith("Waited 1 s for 127.77.1.21")
    assert f"1 clients to leave ({CLIENT}), 0 files open for writing" in parts.came_back
    assert parts.to_do.startswith("Look at the named part of the cluster")
    assert (caught.value.details["clients"], caught.value.details["reached"]) == ([CLIENT], False)


def test_a_deadline_may_be_no_failure(ask: Ask) -> None:
    found = ask(wait_for="clients", clients=["198.51.100.102"], fail_on_deadline=False)
    assert (found["reached"], found["missing"], found["returned"]) == (False, ["198.51.100.102"], [])
    # Nothing is waited for where a real run would bring it about.
    assert ask(True, wait_for="drained", deadline_seconds=600)["reached"]
