# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long clients wait for an acknowledgement while their zone is moved, by us and by the floors."""

from __future__ import annotations

import contextlib
import pathlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

from ledger.checker import longest_pause, read_log
from ledger.clients import BACK_SECONDS, Client, KernelClient, LedgerError, SmbprotocolClient
from running_pair import RunningPair, failover

from .cutover import RunFailed
from .floor import KINDS, Floor

CLIENTS: dict[str, type[Client]] = {"kernel": KernelClient, "smbprotocol": SmbprotocolClient}
METHODS = ("smartconnect", "ip_takeover")
CONTENDERS = ("ours", *KINDS)
#: A record is written every 0.02 s, and Linux's client knows a name's address for 5 s: one that is moved sooner after it connected
#: goes back to where it came from.
BEFORE_RECORDS = 300
AFTER_RECORDS = 50
START_SECONDS = 120.0

#: Who moves the zone, from where, and to where.
Move = tuple[str, str, str]


def there_and_back(contender: str) -> tuple[Move, ...]:
    return ((contender, "boston", "newyork"), (contender, "newyork", "boston"))


@contextlib.contextmanager
def writing(pair: RunningPair, cluster: str, trip: str) -> Iterator[dict[str, Client]]:
    """Let both clients write to the cluster that serves, each in a folder of its own."""
    clients: dict[str, Client] = {}
    for name, kind in CLIENTS.items():
        client = kind(pair.enter, pair.status, pair.folder({"kernel": "client2"}.get(name, "client1"), f"pause-{trip}"))
        client.subfolder = f"pause-{name}-{trip}"
        folder = pathlib.Path(pair.status["clusters"][cluster]["ifs"]) / "data/sales" / client.subfolder
        folder.mkdir()
        folder.chmod(0o777)
        clients[name] = client
    try:
        for client in clients.values():
            client.start()
        for client in clients.values():
            client.wait_until_acknowledged(1, START_SECONDS)
        yield clients
    finally:
        # Those that were started and still run end with the pair at the latest.
        for client in clients.values():
            with contextlib.suppress(LedgerError, OSError):
                client.stop()


def go_on(clients: dict[str, Client], records: int, deadline_seconds: float) -> None:
    """Wait until each client has so many more records acknowledged."""
    wanted = {name: client.acknowledged() + records for name, client in clients.items()}
    for name, client in clients.items():
        client.wait_until_acknowledged(wanted[name], deadline_seconds)


def pause_of(client: Client, since: float) -> float:
    """Return the longest time without an acknowledgement since a moment."""
    told = [one for one in read_log(client.log) if one["event"] == "acknowledged" and one["time"] >= since]
    return longest_pause(told).seconds


def move(
    pair: RunningPair, floor: Floor, how: Move, method: str, clients: dict[str, Client], before_records: int
) -> dict[str, float]:
    """Move the zone under the clients; returns how long each of them waited."""
    contender, source, target = how
    go_on(clients, before_records, START_SECONDS)
    # The last acknowledgement before is the beginning of a pause.
    since = time.time() - 1.0
    if contender in KINDS:
        floor.move(contender, source, target, method)
    else:
        done = pair.play("failover", *failover(source, target, f"failover_method={method}"))
        if done.returncode:
            raise RunFailed(f"{contender}, {source} to {target}: {done.stdout[-3000:]}")
    go_on(clients, AFTER_RECORDS, BACK_SECONDS)
    pauses = {name: round(pause_of(client, since), 3) for name, client in clients.items()}
    if contender in KINDS:
        floor.settle(source, target)
    return pauses


def run(
    pair: RunningPair,
    floor: Floor,
    moves: Sequence[Move],
    method: str,
    trip: str,
    before_records: int = BEFORE_RECORDS,
) -> list[dict[str, Any]]:
    """Let the clients live through some moves of the zone, and see what they noticed of each, and lost of all."""
    found = []
    with writing(pair, moves[0][1], trip) as clients:
        for how in moves:
            found.append({"pause_seconds": move(pair, floor, how, method, clients, before_records)})
    served_by = moves[-1][2]
    for name, client in clients.items():
        seen = client.check(served_by)
        found[-1].setdefault("lost", {})[name] = seen["lost"] + seen["corrupted"]
    return found
