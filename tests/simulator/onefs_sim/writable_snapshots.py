# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writable snapshots: copies of a snapshot, as real files at a path of their own, that clients may change."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .clock import ClusterClock
from .ports import FilesPort
from .replication import copy_folder
from .snapshots import FOLDER, Snapshot, Snapshots

#: OneFS's default.
MOST_ACTIVE = 30
#: How long one that was deleted is shown as such, and still holds its source.
RECLAIM_SECONDS = 0.5


class Refused(Exception):
    """Why there can be no such writable snapshot."""


@dataclass
class WritableSnapshot:
    """One writable snapshot; `deleted_at` is None as long as it is active."""

    number: int
    path: str
    source: Snapshot
    created: int
    deleted_at: float | None = None


class WritableSnapshots:
    """The writable snapshots of one cluster. A snapshot that one is made of cannot be deleted."""

    def __init__(
        self, files: FilesPort, clock: ClusterClock, snapshots: Snapshots, protects: Callable[[str], bool]
    ) -> None:
        """`protects` tells whether a path belongs to a SyncIQ domain."""
        self.lock = threading.RLock()
        self._files = files
        self._clock = clock
        self._protects = protects
        self._writable: dict[int, WritableSnapshot] = {}
        self._next_number = 1
        snapshots.holds = self._holds

    def all(self) -> list[WritableSnapshot]:
        """Return those that are active, or were deleted a moment ago."""
        with self.lock:
            now = time.monotonic()
            for one in list(self._writable.values()):
                if one.deleted_at is not None and now - one.deleted_at > RECLAIM_SECONDS:
                    del self._writable[one.number]
            return list(self._writable.values())

    def active(self) -> list[WritableSnapshot]:
        return [one for one in self.all() if one.deleted_at is None]

    def find(self, path: str) -> WritableSnapshot | None:
        return next((one for one in self.all() if one.path == path), None)

    def make(self, source: Snapshot, path: str) -> WritableSnapshot:
        """Copy a snapshot to a path that is not there yet."""
        with self.lock:
            self._check(source, path)
            one = WritableSnapshot(self._next_number, path, source, int(self._clock.now()))
            self._next_number += 1
            stored = self._files.path(f"{FOLDER}/{source.name}") / source.path.removeprefix("/ifs/")
            copy_folder(stored, self._files.path(path))
            self._writable[one.number] = one
            return one

    def _check(self, source: Snapshot, path: str) -> None:
        live = self._files.path(path)
        below = f"{path}/"
        if source.name.startswith("SIQ-"):
            raise Refused(f"Source SnapID({source.number}) is a SyncIQ related snapshot")
        if live.exists():
            raise Refused(f"'{path}' already exists")
        if not live.parent.is_dir():
            raise Refused(f"The folder above '{path}' does not exist")
        if source.path == "/ifs" or below.startswith(f"{source.path}/"):
            raise Refused(f"'{path}' is below the path of its source snapshot")
        if any(below.startswith(f"{one.path}/") for one in self.active()):
            raise Refused(f"'{path}' is below another writable snapshot")
        if self._protects(path):
            raise Refused(f"'{path}' belongs to a SyncIQ domain")
        if len(self.active()) >= MOST_ACTIVE:
            raise Refused(f"There are {MOST_ACTIVE} active writable snapshots already")

    def delete(self, one: WritableSnapshot) -> None:
        with self.lock:
            if one.deleted_at is None:
                shutil.rmtree(self._files.path(one.path))
                one.deleted_at = time.monotonic()

    def size_bytes(self, one: WritableSnapshot) -> int:
        folder = self._files.path(one.path)
        return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) if folder.is_dir() else 0

    def _holds(self, source: Snapshot) -> bool:
        return any(one.source is source for one in self.all())
