# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request that the source took and never answered: its client has nothing to send again, and comes back all the same.

The source's kernel acknowledges the request by TCP, and the node loses its address before Samba has answered. No segment of the
client is left that could provoke an RST by the target, so only its next segment wakes it: an echo, if nothing else.
"""

from __future__ import annotations

import contextlib
import pathlib
import re
import subprocess
import threading
import time
from dataclasses import dataclass

import pytest
from faults.gate import Event, Gate
from ledger.clients import KernelClient
from running_pair import RunningPair, failover

CLIENT_ADDRESS = "198.51.100.102"
DEADLINE_SECONDS = 30.0
#: The kernel sends its echo after one to two intervals; a second connection and a loaded machine have room.
ECHO_INTERVAL_SECONDS = 10
BACK_SECONDS = 60.0


@dataclass(frozen=True)
class Connection:
    """The client's connection, as the node sees it, and the process of Samba that serves it."""

    node: str
    address: str
    pid: int
    #: What came from the client and was not yet read, in bytes; its kernel has the acknowledgement already.
    unread: int


def connection_of_client(pair: RunningPair) -> Connection:
    """Look on each node of boston."""
    for node in ("boston-1", "boston-2"):
        for line in pair.sim("exec", node, "--", "ss", "-tnpH", "sport = :445").splitlines():
            _state, unread, _unsent, local, peer, *_more = line.split()
            found = re.search(r"pid=(\d+)", line)
            if CLIENT_ADDRESS in peer and found:
                address = local.rpartition(":")[0].strip("[]").removeprefix("::ffff:")
                return Connection(node, address, int(found[1]), int(unread))
    raise AssertionError(f"{CLIENT_ADDRESS} is connected to no node of boston")


def until_taken(pair: RunningPair) -> Connection:
    """Wait until the stopped process has left something unread, and the client nothing that it could send again."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while (found := connection_of_client(pair)).unread == 0:
        assert time.monotonic() < deadline, "the client sent nothing"
        time.sleep(0.05)
    return found


class Silence:
    """Stops the process that serves the client right before the fence, until the node has lost its address."""

    def __init__(self, pair: RunningPair) -> None:
        self.taken: Connection | None = None
        self.troubles: list[BaseException] = []
        self._pair = pair
        self._waiting: threading.Thread | None = None

    def passed(self, event: Event) -> None:
        if event.event != "begins" or event.file != "fence" or self._waiting:
            return
        held = connection_of_client(self._pair)
        self._signal(held, "STOP")
        self._waiting = threading.Thread(target=self._release, args=(held,), name="release")
        try:
            self.taken = until_taken(self._pair)
        finally:
            self._waiting.start()

    def end(self) -> None:
        """Return when the process goes on."""
        if self._waiting:
            self._waiting.join()
        if self.troubles:
            raise self.troubles[0]

    def _signal(self, held: Connection, name: str) -> None:
        self._pair.sim("exec", held.node, "--", "sh", "-c", f"kill -{name} {held.pid}")

    def _release(self, held: Connection) -> None:
        # One command, so that the process answers before its session is ended: it does at once, and nobody hears it.
        waits = f"while ip -o address | grep -q ' {held.address}/'; do :; done; kill -CONT {held.pid}"
        try:
            command = self._pair.enter(held.node, ["sh", "-c", waits])
            subprocess.run(command, check=True, timeout=DEADLINE_SECONDS, stdout=subprocess.DEVNULL)
        except BaseException as error:
            self.troubles.append(error)
            with contextlib.suppress(RuntimeError):
                self._signal(held, "CONT")


@pytest.mark.faults
@pytest.mark.parametrize("method", ["smartconnect", "ip_takeover"])
def test_client_whose_request_was_taken_and_not_answered_comes_back(method: str) -> None:
    with RunningPair("unanswered", "--prerequisites") as pair:
        client = KernelClient(pair.enter, pair.status, pair.folder("client2", "ledger"))
        client.mount_options = f"hard,noserverino,echo_interval={ECHO_INTERVAL_SECONDS}"
        client.start()
        client.wait_until_acknowledged(100, 60)
        silence = Silence(pair)
        with Gate(pathlib.Path(pair.status["state_dir"]) / "gate", silence.passed) as gate:
            run = pair.play(
                "failover",
                *failover("boston", "newyork", f"failover_method={method}"),
                more_environment=gate.environment,
            )
        silence.end()
        assert gate.troubles == []
        assert run.returncode == 0, run.stdout
        assert silence.taken and silence.taken.unread > 0
        client.wait_until_acknowledged(client.acknowledged() + 100, BACK_SECONDS)
        client.stop()
        result = client.check("newyork")
    assert (result["lost"], result["corrupted"], result["remounts"]) == (0, 0, 0), result
