# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who has what open: the list that an operator sees while clients are waited for, and that the journal keeps.

Private to the collection. Open handles do not survive a move between two clusters, so whoever is on this list when the fence
falls is at risk. Names come from clients: what can't be printed does not reach a terminal.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import asdict, dataclass

from .._onefs.pace import spoken_seconds
from .._onefs.printable import printable
from .client_inventory import alive

if t.TYPE_CHECKING:
    from .._onefs.progress import Progress
    from .client_inventory import Inventory, SessionIndex

SHOWN_ROWS = 10
# What the journal and the report keep; a large cluster has a hundred thousand open files.
KEPT_ROWS = 1000
CHANGED_SECONDS = 5.0
UNCHANGED_SECONDS = 30.0


@dataclass(frozen=True)
class OpenRow:
    """One open file: who may have it open, from where, and for what."""

    path: str
    user: str
    clients: tuple[str, ...]
    node: int
    access: str
    locks: int

    @property
    def for_writing(self) -> bool:
        """Whether it is open for writing."""
        return self.access == "write"

    def as_dict(self) -> dict[str, t.Any]:
        """Return the row as results have it."""
        return {**asdict(self), "clients": list(self.clients)}


def open_rows(inventory: Inventory, index: SessionIndex) -> list[OpenRow]:
    """List what clients that are connected may have open, what is open for writing first.

    OneFS names a file's user and no client. A file of which every possible client is connected elsewhere is no one's here.
    """
    connected = alive(inventory)
    rows = []
    for file in inventory.open_files:
        clients = tuple(client for client in index.clients_possible(file) if client in connected)
        if clients:
            access = "write" if file.for_writing else "read"
            rows.append(OpenRow(file.path, file.user, clients, file.lnn, access, file.locks))
    return sorted(rows, key=lambda row: (not row.for_writing, row.path, row.user, row.node))


def writing(rows: t.Iterable[OpenRow]) -> int:
    """Count the files that are open for writing: one that two clients have open is one."""
    return len({row.path for row in rows if row.for_writing})


def lines(host: str, rows: t.Sequence[OpenRow], limit: int) -> list[str]:
    """Say the list in lines for a terminal."""
    for_writing = sum(row.for_writing for row in rows)
    told = [
        f"{host}: {for_writing} open for writing, {len(rows) - for_writing} for reading; going on when no more than {limit} files "
        "are open for writing"
    ]
    for row in rows[:SHOWN_ROWS]:
        locked = f", {row.locks} locks" if row.locks else ""
        told.append(
            f"  {printable(row.user)} at {printable(' or '.join(row.clients))}: {printable(row.path)} ({row.access}{locked})"
        )
    if len(rows) > SHOWN_ROWS:
        told.append(f"  and {len(rows) - SHOWN_ROWS} more")
    return told


class LiveList:
    """Shows the list when it changes, but not too often, and now and then when it does not."""

    def __init__(
        self,
        host: str,
        limit: int,
        progress: Progress,
        deadline_seconds: float,
        clock: t.Callable[[], float] = time.monotonic,
    ) -> None:
        self._until = clock() + deadline_seconds
        self._host = host
        self._limit = limit
        self._progress = progress
        self._clock = clock
        self._shown: list[str] = []
        self._shown_at = 0.0

    def show(self, rows: t.Sequence[OpenRow]) -> None:
        """Take the list as it is now."""
        told, now = lines(self._host, rows, self._limit), self._clock()
        pause = CHANGED_SECONDS if told != self._shown else UNCHANGED_SECONDS
        if self._shown and now - self._shown_at < pause:
            return
        self._shown, self._shown_at = told, now
        self._progress(f"{told[0]}, or in {spoken_seconds(max(0.0, self._until - now))}")
        for line in told[1:]:
            self._progress(line)
