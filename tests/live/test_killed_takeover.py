# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller that dies while one cluster takes over from a dead one: the same command ends it, also where the dead one is back."""

from __future__ import annotations

import pathlib
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest
from dead_cluster import UNPLANNED, WAIVED, changed, give_power, kill, shut_ports
from faults.disturbed_pair import DisturbedPair
from faults.gate import Event, Gate
from running_pair import failover

pytestmark = pytest.mark.faults
BEFORE, FIRST_CHANGE = "before", "after its first change"


@pytest.fixture
def pair() -> Iterator[DisturbedPair]:
    with DisturbedPair("killed", "--prerequisites") as running:
        known = running.play("remember_clusters", *failover("boston", "newyork"))
        assert known.returncode == 0, known.stdout
        yield running


def take_over(
    pair: DisturbedPair, folder: pathlib.Path, method: str, task: str, when: str
) -> subprocess.CompletedProcess[str]:
    """Take over from boston, and kill the controller at a task: before it, or once newyork has got a first change in it."""
    kill(pair, "boston")
    over = threading.Event()

    def watch(since: float) -> None:
        while not over.wait(0.005):
            if any(call.changes and call.cluster == "newyork" for _at, call in pair.calls(since)):
                gate.kill_controller()
                return

    def passed(event: Event) -> None:
        if event.event != "begins" or task not in event.task:
            return
        if when == BEFORE:
            gate.kill_controller()
        else:
            threading.Thread(target=watch, args=(time.monotonic(),), daemon=True).start()

    with Gate(folder / "gate", passed) as gate:
        try:
            killed = pair.play("unplanned_failover", *words(method), more_environment=gate.environment)
        finally:
            over.set()
    assert gate.killed and killed.returncode != 0 and "PLAY RECAP" not in killed.stdout, killed.stdout
    return killed


def words(method: str) -> list[str]:
    """Return the arguments of the run that is killed, and of the same command again."""
    return failover("boston", "newyork", *UNPLANNED, WAIVED, f"failover_method={method}")


@pytest.mark.parametrize(
    ("method", "task", "when"),
    [
        ("smartconnect", "Mark: ", BEFORE),
        ("smartconnect", "Mark: ", FIRST_CHANGE),
        ("smartconnect", "Allow writes: ", FIRST_CHANGE),
        ("smartconnect", "Names: ", FIRST_CHANGE),
        ("smartconnect", "Online: ", BEFORE),
        ("ip_takeover", "Online: ", FIRST_CHANGE),
        ("smartconnect", "Verify: ", BEFORE),
    ],
)
def test_the_same_command_finishes_it(
    pair: DisturbedPair, tmp_path: pathlib.Path, method: str, task: str, when: str
) -> None:
    with pair.observed("sales") as seen:
        take_over(pair, tmp_path, method, task, when)
        finished = pair.play("unplanned_failover", *words(method))
        assert finished.returncode == 0, finished.stdout
        # The dead cluster has its old configuration still; who serves is what the observer sees.
        assert seen.dark_since is None
        again = pair.play("unplanned_failover", *words(method))
        assert again.returncode == 0 and changed(again.stdout) == 0, again.stdout
    assert seen.two_writers == []


def test_before_a_client_could_come_the_planned_failover_undoes_it_and_moves_in_order(
    pair: DisturbedPair, tmp_path: pathlib.Path
) -> None:
    with pair.observed("sales") as seen:
        take_over(pair, tmp_path, "smartconnect", "Online: ", BEFORE)
        # Its network was never kept away: nobody else serves, so it may.
        pair.clear()
        home = failover("boston", "newyork")
        kept = pair.play("quarantine_returning_source", *home)
        assert kept.returncode != 0 and "never came to serve" in kept.stdout, kept.stdout
        moved = pair.play("failover", *home)
        assert moved.returncode == 0, moved.stdout
        assert pair.serving() == "newyork"
    assert seen.two_writers == []


def test_after_that_the_quarantine_ends_it(pair: DisturbedPair, tmp_path: pathlib.Path) -> None:
    """The dead cluster is back, so that the killed command would be refused: it lives."""
    with pair.observed("sales") as seen:
        take_over(pair, tmp_path, "smartconnect", "Verify: ", BEFORE)
        shut_ports(pair, "boston")
        give_power(pair, "boston")
        returned = failover("boston", "newyork")
        kept = pair.play("quarantine_returning_source", *returned)
        assert kept.returncode == 0, kept.stdout
        pair.clear()
        back = pair.play("quarantine_returning_source", *returned, "-e", "failover_discard=sales")
        assert back.returncode == 0, back.stdout
        home = pair.play("failback", *failover("newyork", "boston"))
        assert home.returncode == 0, home.stdout
        assert pair.serving() == "boston"
    assert seen.two_writers == []
