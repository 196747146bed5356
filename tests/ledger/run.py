#!/usr/bin/env python3
# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a ledger client on a simulated pair from the shell: start it, stop it, compare its log with a cluster's disk.

    tests/ledger/run.py start --client kernel --pair pair --folder /tmp/ledger
    tests/ledger/run.py stop  --client kernel --pair pair --folder /tmp/ledger
    tests/ledger/run.py check --client kernel --pair pair --folder /tmp/ledger --served-by newyork

The client lives in the pair: `onefs-sim down` ends it, whatever became of the shell that started it.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import time
from typing import Any

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from ledger.checker import read_log  # noqa: E402
from ledger.clients import POLL_SECONDS, Client, KernelClient, LedgerError, SmbprotocolClient  # noqa: E402

SIM = TESTS / "simulator" / "onefs-sim"
CLIENTS: dict[str, type[Client]] = {"kernel": KernelClient, "smbprotocol": SmbprotocolClient}


def read_status(pair: str) -> dict[str, Any]:
    """Return the status of a pair, given by its name or by a file that holds it."""
    file = pathlib.Path(pair)
    if file.is_file():
        status: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return status
    done = subprocess.run([str(SIM), "--name", pair, "status", "--json"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LedgerError(f"asked for the status of the pair '{pair}': {done.stderr.strip()}")
    status = json.loads(done.stdout)
    return status


def client_of(options: argparse.Namespace) -> Client:
    """Return the client that the options name."""
    status = read_status(options.pair)

    def enter(host: str, argv: list[str]) -> list[str]:
        return [str(SIM), "--name", status["name"], "--state-dir", status["state_dir"], "exec", host, "--", *argv]

    return CLIENTS[options.client](enter, status, options.folder)


def stop(client: Client, deadline_seconds: float) -> None:
    """Let a client that another process started save and close; its log says when it has."""
    client.stop()
    deadline = time.monotonic() + deadline_seconds
    while not any(event["event"] == "close" for event in read_log(client.log)):
        if time.monotonic() > deadline:
            raise LedgerError(
                f"told the client of {client.folder} to save and close, and it did not in {deadline_seconds:.0f} s; "
                f"look at the last lines of {client.log}; 'onefs-sim down' ends it"
            )
        time.sleep(POLL_SECONDS)


def main() -> int:
    """Do one of the three; exit 1 where something acknowledged is missing or wrong, 2 where the client did not work."""
    parser = argparse.ArgumentParser(description="Run a ledger client on a simulated pair.")
    parser.add_argument("verb", choices=["start", "stop", "check"])
    parser.add_argument("--client", choices=sorted(CLIENTS), default="kernel")
    parser.add_argument("--pair", default="pair", help="name of the pair, or file with what 'up --json' printed")
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="where the client keeps its log")
    parser.add_argument(
        "--acknowledged", type=int, default=1, help="start: wait until so many records are acknowledged"
    )
    parser.add_argument("--deadline", type=float, default=60.0, help="start, stop: how many seconds to wait")
    parser.add_argument("--served-by", default="newyork", help="check: the cluster whose disk is looked at")
    parser.add_argument("--moment", type=float, help="check: count acknowledgements before and after this time too")
    options = parser.parse_args()
    try:
        client = client_of(options)
        if options.verb == "start":
            client.start()
            client.wait_until_acknowledged(options.acknowledged, options.deadline)
        elif options.verb == "stop":
            stop(client, options.deadline)
        else:
            result = client.check(options.served_by, options.moment)
            print(json.dumps(result, indent=2))
            return 1 if result["lost"] or result["corrupted"] else 0
    except LedgerError as error:
        print(f"ledger: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
