# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers that want the same lease in the same instant: one has it, the other changes nothing and says who has it."""

from __future__ import annotations

import concurrent.futures
import pathlib
import subprocess
import threading

import pytest
from faults.gate import Event, Gate
from running_pair import RunningPair, failover

WAYS = (("boston", "newyork"), ("newyork", "boston"))
TOLD = ("moves this access zone since", "holds it since", "took it in this moment")


def race(pair: RunningPair, folder: pathlib.Path, arguments: list[str]) -> list[subprocess.CompletedProcess[str]]:
    """Run one failover twice; both stand before the lease, and then go for it in the same instant."""
    start = threading.Barrier(2)

    def passed(event: Event) -> None:
        if event.event == "begins" and event.file == "lease" and "Lease: take" in event.task:
            start.wait(timeout=300)

    def run(number: int) -> subprocess.CompletedProcess[str]:
        with Gate(folder / f"gate{number}", passed) as gate:
            return pair.play("failover", *arguments, more_environment=gate.environment)

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as workers:
        return list(workers.map(run, range(2)))


@pytest.mark.parametrize("rounds", [1, pytest.param(6, marks=pytest.mark.faults)])
def test_of_two_controllers_one_wins(rounds, tmp_path):
    with RunningPair("race", "--prerequisites") as pair, pair.observed("sales") as seen:
        for number in range(rounds):
            source, target = WAYS[number % 2]
            runs = race(pair, tmp_path, failover(source, target))
            won = [run for run in runs if run.returncode == 0]
            lost = [run for run in runs if run.returncode]
            assert len(won) == 1, "\n".join(run.stdout for run in runs)
            assert any(words in lost[0].stdout for words in TOLD), lost[0].stdout
            assert "Fence: take" not in lost[0].stdout
            serving = [
                name
                for name, cluster in pair.configuration().items()
                for pool in cluster["network"]["pools"]
                if pool["name"] == "sales" and pool["ifaces"]
            ]
            assert serving == [target]
    assert seen.two_writers == []
