# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A rehearsal of level 2 and whatever else wants its access zone: one has it, the other is told, and a failover goes first."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest
from running_pair import RunningPair, failover
from test_rehearsal import LOGINS, copied, descendants, names_below_ifs, writes

pytestmark = pytest.mark.faults
# Longer than whatever is done meanwhile takes; a call that is cut off ends with its rehearsal.
HELD_SECONDS = 150
# A controller of which nobody here can tell whether it lives.
ELSEWHERE = {"user": "robot", "host": "elsewhere", "pid": 7, "started": "1", "kernel": "another"}


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("lease", "--prerequisites") as running:
        yield running


@contextlib.contextmanager
def rehearsing(
    pair: RunningPair, *more: str, held_up_at: tuple[str, str] = ("POST", "smb/shares")
) -> Iterator[subprocess.Popen[str]]:
    """Rehearse, and be held up by one call of the target, until the end."""
    method, path = held_up_at
    pair.inject("newyork", "call", "--method", method, "--path", path, "--hang", str(HELD_SECONDS), "--count", "1")
    with pair.playing("rehearsal", *copied(pair, *more)) as process:
        deadline = time.monotonic() + 120
        while not any(fault.get("hit") for fault in pair.faults()):
            assert process.poll() is None, process.stdout.read() if process.stdout else ""
            assert time.monotonic() < deadline, "the rehearsal was not held up"
            time.sleep(0.05)
        yield process
    pair.clear()


def killed(process: subprocess.Popen[str]) -> None:
    """Kill a run and all that came of it, as a machine that loses its power does."""
    for pid in descendants(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def of_another_machine(pair: RunningPair) -> None:
    """Let the newest lease be that of a controller of which nobody here can tell whether it lives."""
    folder = pathlib.Path(pair.status["clusters"]["newyork"]["ifs"]) / ".seamless_smb_failover/leases/sales"
    newest = max(folder.glob("*.opened.json"))
    newest.write_text(
        json.dumps({**json.loads(newest.read_text(encoding="utf-8")), "controller": ELSEWHERE}), encoding="utf-8"
    )


def serving(pair: RunningPair) -> list[str]:
    """Return the clusters whose pool of the zone has interfaces."""
    return [
        name
        for name, cluster in pair.configuration().items()
        for pool in cluster["network"]["pools"]
        if pool["name"] == "sales" and pool["ifaces"]
    ]


def test_of_two_rehearsals_one_wins_and_the_other_is_told_by_whom(pair: RunningPair) -> None:
    before, files, written = pair.configuration(), names_below_ifs(pair, "newyork"), len(writes(pair, "boston"))
    with rehearsing(pair, f"onefs_timeout={HELD_SECONDS}") as first:
        second = pair.play("rehearsal", *copied(pair))
        assert second.returncode != 0
        assert "holds access zone 'sales' on newyork since" in second.stdout
        assert "(process " in second.stdout
        assert "Copy: snapshot" not in second.stdout
        moved = pair.play("failover", *failover("boston", "newyork"))
        assert moved.returncode != 0
        assert "Stop: a rehearsal holds the lease" in moved.stdout
        assert "-e failover_take_over=true" in moved.stdout
        assert set(writes(pair, "boston")[written:]) <= LOGINS
        killed(first)
    again = pair.play("rehearsal", *copied(pair))
    assert again.returncode == 0, again.stdout
    assert pair.configuration() == before
    assert names_below_ifs(pair, "newyork") == files
    assert set(writes(pair, "boston")[written:]) == LOGINS


def test_what_another_machine_left_is_taken_over_where_that_is_said(pair: RunningPair) -> None:
    before = pair.configuration()
    with rehearsing(pair) as first:
        killed(first)
    of_another_machine(pair)
    refused = pair.play("rehearsal", *copied(pair))
    assert refused.returncode != 0
    assert "robot@elsewhere (process 7)" in refused.stdout
    again = pair.play("rehearsal", *copied(pair, "failover_take_over=true"))
    assert again.returncode == 0, again.stdout
    assert pair.configuration() == before


def test_a_rehearsal_waits_for_a_failover_that_was_interrupted(pair: RunningPair) -> None:
    before = pair.configuration()
    pair.inject(
        "newyork", "call", "--method", "POST", "--path", "sync/jobs", "--hang", str(HELD_SECONDS), "--count", "1"
    )
    pair.inject(
        "boston", "call", "--method", "POST", "--path", "sync/jobs", "--hang", str(HELD_SECONDS), "--count", "1"
    )
    folder = pathlib.Path(pair.status["clusters"]["newyork"]["ifs"]) / ".seamless_smb_failover/leases/sales"
    known = set(folder.glob("*.opened.json"))
    with pair.playing("failover", *failover("boston", "newyork")) as process:
        deadline = time.monotonic() + 120
        while set(folder.glob("*.opened.json")) == known:
            assert process.poll() is None, process.stdout.read() if process.stdout else ""
            assert time.monotonic() < deadline, "no lease was taken"
            time.sleep(0.05)
        refused = pair.play("rehearsal", *copied(pair, "failover_take_over=true"))
        assert refused.returncode != 0
        assert "Stop: a failover has not ended" in refused.stdout
        assert "Copy: snapshot" not in refused.stdout
        killed(process)
    pair.clear()
    ended = pair.play("failover", *failover("boston", "newyork"))
    assert ended.returncode == 0, ended.stdout
    home = pair.play("failover", *failover("newyork", "boston", "failover_mode=failback"))
    assert home.returncode == 0, home.stdout
    assert serving(pair) == ["boston"]
    assert [zone["name"] for zone in pair.configuration()["newyork"]["zones"]] == [
        zone["name"] for zone in before["newyork"]["zones"]
    ]


def test_a_failover_goes_ahead_of_a_rehearsal_with_one_word(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    directory = f"failover_report_directory={tmp_path}"
    # All of the copy is there, its addresses too, on interfaces that the failover needs.
    with rehearsing(pair, directory, held_up_at=("PUT", "pools/seamless-rehearsal-sales")) as first:
        moved = pair.play("failover", *failover("boston", "newyork", "failover_take_over=true"))
        assert moved.returncode == 0, moved.stdout
        assert serving(pair) == ["newyork"]
        told = first.communicate(timeout=240)[0]
    assert first.returncode != 0
    assert "Stop: a failover went ahead" in told
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["result"], report["rehearsal"]["gave_way"]) == ("failed", True)
    assert "went ahead of it" in told

    # The clusters have changed places: no rehearsal comes here for a while, so it is removed by itself.
    cleaned = pair.play("rehearsal", *copied(pair, "rehearsal_clean_up_only=true"))
    assert cleaned.returncode == 0, cleaned.stdout
    assert [path for path in names_below_ifs(pair, "newyork") if "seamless-rehearsal" in path] == []
    assert not any("seamless-rehearsal" in json.dumps(part) for part in pair.configuration()["newyork"].values())
