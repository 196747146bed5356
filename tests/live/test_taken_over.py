# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller that hangs is taken over; when it wakes up, it changes nothing more."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

from faults.disturbed_pair import SOURCE, TARGET, DisturbedPair
from faults.gate import Event, Gate
from faults.verdict import Run
from running_pair import failover

POOL = "/pools/sales"


def parent_of(pid: int) -> int:
    """Return a process's parent, 0 where it has ended."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def tree(pid: int) -> Iterator[int]:
    """Return a process and all that descend from it."""
    yield pid
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        if parent_of(int(stat.parent.name)) == pid:
            yield from tree(int(stat.parent.name))


def ancestors(pid: int) -> Iterator[int]:
    """Return what lies between a process and this one: nsenter stops with the process that it started."""
    parent = parent_of(pid)
    while parent not in (0, 1, os.getpid()):
        yield parent
        parent = parent_of(parent)


class Held:
    """Stops a run, its workers too, as soon as it has changed a pool of the source."""

    def __init__(self, pair: DisturbedPair) -> None:
        self._pair = pair
        self._began = 0.0
        self._pids: list[int] = []
        self.stopped = threading.Event()

    def passed(self, gate: Gate, event: Event) -> None:
        """Wait for the first change of the fence."""
        if event.event == "begins" and event.file == "fence" and not self._began:
            self._began = time.monotonic()
            threading.Thread(target=self._stop, args=(gate,), daemon=True).start()

    def _stop(self, gate: Gate) -> None:
        while not any(call.changes and POOL in call.target for _at, call in self._pair.calls(self._began)):
            time.sleep(0.005)
        self._pids = list(tree(gate.controller))
        for pid in self._pids:
            os.kill(pid, signal.SIGSTOP)
        self.stopped.set()

    def wake(self) -> None:
        """Let it go on."""
        for pid in [*ancestors(self._pids[0]), *self._pids]:
            os.kill(pid, signal.SIGCONT)


def report_of(folder: pathlib.Path) -> dict[str, Any]:
    """Return the report that a run left."""
    found: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return found


def test_a_controller_that_wakes_up_after_it_was_taken_over_changes_nothing_more(tmp_path: pathlib.Path) -> None:
    with DisturbedPair("taken-over", "--prerequisites") as pair:
        client = pair.client("smbprotocol")
        client.start()
        client.wait_until_acknowledged(50, 60)
        held = Held(pair)
        ended: list[Run] = []
        first = threading.Thread(
            target=lambda: ended.append(
                pair.fail_over("smartconnect", held.passed, f"failover_report_directory={tmp_path / 'held'}")
            )
        )
        first.start()
        assert held.stopped.wait(120)

        folder = tmp_path / "refused"
        refused = pair.play("failover", *failover(SOURCE, TARGET, f"failover_report_directory={folder}"))
        assert refused.returncode != 0
        assert "-e failover_take_over=true" in refused.stdout
        report = report_of(folder)
        assert (report["result"], report["served_by"], report["run_id"]) == ("refused", "unknown", "")
        assert re.match(r"Run [0-9a-f]{12} of .+ moves this access zone since \d{4}-\d\d-\d\dT", report["message"]), (
            report
        )
        assert "-e failover_take_over=true. Nothing was changed." in report["message"]
        assert "refused: nothing was changed" in (folder / "report.md").read_text(encoding="utf-8")
        second = pair.play("failover", *failover(SOURCE, TARGET, "failover_take_over=true"))
        assert second.returncode == 0, second.stdout
        after = pair.configuration()

        held.wake()
        first.join(120)
        (run,) = ended
        assert run.returncode != 0
        assert "this run no longer holds its lease" in run.output
        report = report_of(tmp_path / "held")
        assert (report["result"], report["served_by"]) == ("taken_over", "unknown"), run.output
        assert "this run no longer holds its lease" in report["message"]
        assert pair.configuration() == after
        assert pair.serving() == TARGET
        assert run.two_writers == 0

        client.wait_until_back(50)
        client.stop()
        result = client.check(TARGET)
        assert (result["lost"], result["corrupted"]) == (0, 0), result
