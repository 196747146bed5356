# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client is started once in a folder, waited for with a deadline, and ended whatever it does."""

from __future__ import annotations

import pathlib
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from ledger.clients import Client, LedgerError

STATUS = {"clusters": {}}


class Shell(Client):
    """A client that is a shell script."""

    script = "exit 0"

    def command(self):
        return self.enter("client1", ["sh", "-c", self.script, "sh", str(self.log), str(self.stop_file)])


def client(folder, script):
    made = Shell(lambda host, argv: argv, STATUS, folder)
    made.script = script
    return made


WRITE = """echo '{"event": "acknowledged", "time": 1.0, "sequence": 0}' >> "$1"; """


def test_waits_for_what_is_acknowledged_and_stops(tmp_path):
    running = client(tmp_path / "run", WRITE + 'until [ -e "$2" ]; do sleep 0.05; done')
    running.start()
    running.wait_until_acknowledged(1, 10)
    running.stop(10)
    assert running.process.returncode == 0


def test_client_that_ended_is_not_waited_for(tmp_path):
    running = client(tmp_path / "run", "echo the mount failed >&2; exit 3")
    running.start()
    # Far longer than any test may last.
    with pytest.raises(LedgerError, match=r"0 of 1 records .* when it ended(.|\n)*the mount failed"):
        running.wait_until_acknowledged(1, 3600)


def test_deadline_passes(tmp_path):
    running = client(tmp_path / "run", WRITE + "sleep 30")
    running.start()
    running.wait_until_acknowledged(1, 30)
    with pytest.raises(LedgerError, match=r"1 of 2 records were acknowledged in 1 s"):
        running.wait_until_acknowledged(2, 0.6)
    with pytest.raises(LedgerError, match=r"ended by force"):
        running.stop(0.2)


def test_the_whole_chain_of_processes_is_ended(tmp_path):
    running = client(tmp_path / "run", 'sh -c "while :; do date >> \\"$1.beat\\"; sleep 0.05; done" sh "$1"; true')
    running.start()
    beat = tmp_path / "run" / "ledger.log.beat"
    deadline = time.monotonic() + 10
    while not beat.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    with pytest.raises(LedgerError):
        running.stop(0.2)
    size = beat.stat().st_size
    time.sleep(0.3)
    assert beat.stat().st_size == size


def test_second_run_in_a_folder_is_refused(tmp_path):
    client(tmp_path / "run", "exit 0").start()
    with pytest.raises(LedgerError, match="exists already"):
        client(tmp_path / "run", "exit 0").start()
