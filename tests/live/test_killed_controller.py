# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller that is killed at any instant: the same command, given again, ends with one cluster serving and nothing lost."""

from __future__ import annotations

import os
import pathlib
import signal
import threading
from collections.abc import Iterator

import pytest
from ledger.clients import SmbprotocolClient
from running_pair import RunningPair, failover

UNDONE, FINISHED = "begins anew", "finishes the earlier one"
# How the name of the task begins in which the controller is killed, how many seconds after it began, and what the next run says.
# Where the kill may fall on either side of the point of no return, both are right.
QUICK = [
    ("Fence:", 0.4, (UNDONE,)),
    ("Allow writes:", 0.2, (UNDONE,)),
    ("Names:", 0.0, (UNDONE,)),
    ("Online:", 0.4, (FINISHED,)),
    ("Wake:", 0.5, (FINISHED,)),
    ("Re-protect: make", 0.1, (FINISHED,)),
]
FURTHER = [
    ("Lease:", 0.0, ()),
    ("Pre-sync: replicate", 0.3, (UNDONE,)),
    ("Drain: see", 0.0, (UNDONE,)),
    ("Fence:", 0.0, (UNDONE,)),
    ("Prove:", 0.1, (UNDONE,)),
    ("Final sync:", 0.2, (UNDONE,)),
    ("Online:", 0.0, (UNDONE, FINISHED)),
    # It may have closed the journal already.
    ("Release:", 0.0, ()),
]
INSTANTS = [*QUICK, *(pytest.param(*instant, marks=pytest.mark.faults) for instant in FURTHER)]


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("killed", "--prerequisites") as running:
        yield running


def controller_below(ancestor: int) -> int:
    """Return the process of ansible-playbook that descends from another, not one of its workers."""
    parents: dict[int, int] = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue

    def descends(pid: int) -> bool:
        while pid not in (0, 1, ancestor):
            pid = parents.get(pid, 0)
        return pid == ancestor

    def is_playbook(pid: int) -> bool:
        try:
            command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return any(word.endswith(b"/ansible-playbook") for word in command[:3])

    found = [pid for pid in parents if descends(pid) and is_playbook(pid)]
    return next(pid for pid in found if parents[pid] not in found)


def play_and_kill(pair: RunningPair, task: str, delay_seconds: float, *arguments: str) -> str:
    """Run the failover and kill its controller in a task; returns what it had said."""
    with pair.playing("failover", *arguments) as process:
        assert process.stdout is not None
        lines = []
        struck = False
        for line in process.stdout:
            lines.append(line)
            if not struck and line.startswith("TASK [") and f": {task}" in line:
                struck = True
                controller = controller_below(process.pid)
                threading.Timer(delay_seconds, os.kill, (controller, signal.SIGKILL)).start()
    assert struck, f"no task began with '{task}':\n{''.join(lines)}"
    return "".join(lines)


@pytest.mark.parametrize("method", ["smartconnect", pytest.param("ip_takeover", marks=pytest.mark.faults)])
@pytest.mark.parametrize(("task", "delay_seconds", "words"), INSTANTS)
def test_same_command_ends_what_was_begun(
    pair: RunningPair, task: str, delay_seconds: float, words: tuple[str, ...], method: str
) -> None:
    serving = next(
        name
        for name, found in pair.configuration().items()
        if any(pool["name"] == "sales" and pool["ifaces"] for pool in found["network"]["pools"])
    )
    other = "newyork" if serving == "boston" else "boston"
    arguments = failover(serving, other, f"failover_method={method}", "failover_wake_hold_seconds=5")
    client = SmbprotocolClient(
        pair.enter, pair.status, pair.folder("client1", f"{task.strip(':')}-{delay_seconds}-{method}")
    )
    client.start()
    client.wait_until_acknowledged(30, 30)

    with pair.observed("sales") as seen:
        killed = play_and_kill(pair, task, delay_seconds, *arguments)
        assert "PLAY RECAP" not in killed, f"the run had ended before it was killed:\n{killed}"
        second = pair.play("failover", *arguments)
    assert seen.two_writers == [] and seen.samples > 100
    assert second.returncode == 0, killed + second.stdout
    assert not words or any(word in second.stdout for word in words), killed + second.stdout
    client.wait_until_acknowledged(client.acknowledged() + 30, 60)
    client.stop()
    result = client.check(other)
    assert (result["lost"], result["corrupted"]) == (0, 0), result

    third = pair.play("failover", *arguments)
    assert third.returncode == 0 and "changed=0" in third.stdout, third.stdout
    zones = {pool["name"]: pool["access_zone"] for pool in pair.configuration()[serving]["network"]["pools"]}
    assert zones["sales"] == "sales"
    for file in ("ledger.bin", "document.txt"):
        pair.sim("exec", f"{other}-1", "--", "rm", "-f", f"/ifs/data/sales/{file}")
