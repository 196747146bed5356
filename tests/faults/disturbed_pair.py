# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fresh pair for one cell: settings to restore, a client that writes, and failovers with a gate before each task."""

from __future__ import annotations

import json
import pathlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from ledger.clients import Client, KernelClient, SmbprotocolClient
from onefs_sim.control import ask
from running_pair import RunningPair, failover

from .course import Call
from .gate import Event, Gate
from .verdict import Run

SOURCE, TARGET = "boston", "newyork"
#: What a run has to change and give back: a schedule, and how long DNS answers live.
SETTINGS = (
    "sync,policies,modify,sales,--schedule,every day at 03:00",
    "network,pools,modify,groupnet0.subnet1.sales,--sc-ttl,2",
)
POOL = "groupnet0.subnet1.sales"
#: So that there is something to lower, to wait for and to restore.
TTL_SECONDS = "1"
#: So short that a run under a fault ends soon; a loaded machine still keeps them.
DEADLINES_SECONDS = {
    "failover_network_deadline_seconds": 10,
    "failover_writes_deadline_seconds": 15,
    "failover_sync_deadline_seconds": 15,
    "failover_verify_deadline_seconds": 10,
    "failover_clients_deadline_seconds": 10,
    "failover_flush_deadline_seconds": 10,
    "onefs_timeout": 3,
}
#: What a run may leave nobody serving for: fence, proof, final sync, writes, online, and the undoing of the last two, each
#: with its deadline, and time for the calls beside.
DARK_LIMIT_SECONDS = (
    4 * DEADLINES_SECONDS["failover_network_deadline_seconds"]
    + DEADLINES_SECONDS["failover_sync_deadline_seconds"]
    + 2 * DEADLINES_SECONDS["failover_writes_deadline_seconds"]
    + 20
)
#: After so long a run does not end by itself.
RUN_LIMIT_SECONDS = 300
#: Ten records a second show what is lost, and leave the machine to the failovers.
RECORD_SECONDS = 0.1
CLIENTS: dict[str, tuple[type[Client], str]] = {
    "smbprotocol": (SmbprotocolClient, "client1"),
    "kernel": (KernelClient, "client2"),
}


class DisturbedPair(RunningPair):
    """What a cell does to a pair, and sees of it."""

    def __enter__(self) -> DisturbedPair:
        super().__enter__()
        for words in SETTINGS:
            self.sim("exec", f"{SOURCE}-1", "--", "isi", *words.split(","))
        for cluster in (SOURCE, TARGET):
            self.sim("exec", f"{cluster}-1", "--", "isi", "network", "pools", "modify", POOL, "--sc-ttl", TTL_SECONDS)
        return self

    @property
    def state(self) -> pathlib.Path:
        return pathlib.Path(self.status["state_dir"])

    def client(self, name: str) -> Client:
        """Return a client that writes the ledger."""
        kind, host = CLIENTS[name]
        client = kind(self.enter, self.status, self.folder(host, "ledger"))
        client.interval_seconds = RECORD_SECONDS
        return client

    def begin(self, words: Sequence[str]) -> None:
        """Inject a fault without a process of its own in between, so that it is there at once."""
        place, fault, *options = words
        given = {name[2:]: _value(value) for name, value in zip(options[::2], options[1::2], strict=True)}
        ask(self.state / "control", {"verb": "inject", "place": place, "fault": fault, "options": given})

    def hits(self) -> int:
        """Return how often the faults in force struck, of those that are counted."""
        return sum(fault.get("hit", 0) for fault in self._faults())

    def jobs_begun(self) -> int:
        """Return how many jobs a fault that waits for jobs has seen."""
        return sum(fault.get("seen", 0) for fault in self._faults())

    def _faults(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ask(self.state / "control", {"verb": "faults", "place": None})
        return found

    def end_faults(self) -> None:
        """End all faults."""
        ask(self.state / "control", {"verb": "clear", "place": None})

    def calls(self, since: float) -> list[tuple[float, Call]]:
        """Return the calls of both clusters, in their order."""
        found = []
        for cluster in self.status["clusters"]:
            for call in ask(self.state / "control", {"verb": "calls", "cluster": cluster, "since": since}):
                found.append((call["at"], Call(cluster, call["method"], call["target"])))
        return sorted(found, key=lambda one: one[0])

    def serving(self) -> str:
        """Return the cluster whose pool has interfaces; nothing where it is none or both."""
        having = [
            name
            for name, found in self.configuration().items()
            if any(pool["name"] == "sales" and pool["ifaces"] for pool in found["network"]["pools"])
        ]
        return having[0] if len(having) == 1 else ""

    def fail_over(self, method: str, passed: Callable[[Gate, Event], None], *more: str) -> Run:
        """Run the failover; `passed` gets each event while the run waits, and the gate, which can kill the controller."""
        gate = Gate(self.state / "gate", lambda event: passed(gate, event))
        smb = self.status["smb"]
        values = [f"{name}={value}" for name, value in DEADLINES_SECONDS.items()]
        values += [f"failover_flush_user={smb['user']}", f"failover_flush_password={smb['password']}"]
        watchdog = threading.Timer(RUN_LIMIT_SECONDS, gate.kill_controller)
        watchdog.start()
        started = time.monotonic()
        try:
            with gate, self.observed("sales") as seen:
                run = self.play(
                    "failover",
                    *failover(SOURCE, TARGET, f"failover_method={method}", *values, *more),
                    more_environment=gate.environment,
                )
        finally:
            watchdog.cancel()
        if gate.troubles:
            raise gate.troubles[0]
        seconds = time.monotonic() - started
        if seconds > RUN_LIMIT_SECONDS:
            raise RuntimeError(f"the run did not end by itself in {RUN_LIMIT_SECONDS} s:\n{run.stdout}")
        # One that is killed as it ends may have printed its recap, and may even have succeeded.
        killed = gate.killed and run.returncode != 0
        dark = round(seen.longest_dark_seconds, 2)
        return Run(run.returncode, run.stdout, killed, dark, len(seen.two_writers), seen.samples, round(seconds, 1))

    def keep(self, folder: pathlib.Path, **texts: str) -> None:
        """Write what was said, for whoever looks for the cause later."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        calls = [f"{at:.3f} {call.cluster} {call.method} {call.target}" for at, call in self.calls(0.0)]
        (folder / "calls.txt").write_text("\n".join(calls), encoding="utf-8")
        (folder / "configuration.json").write_text(json.dumps(self.configuration(), indent=1), encoding="utf-8")
        (folder / "supervisor.log").write_bytes((self.state / "supervisor.log").read_bytes())


def _value(text: str) -> Any:
    """Return the value of an option as the pair wants it: a number where it is one."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
