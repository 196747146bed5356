# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of folders: real copies that nobody writes to, below /ifs/.snapshot as on OneFS."""

from __future__ import annotations

import pathlib
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from .clock import ClusterClock
from .ports import FilesPort
from .replication import copy_folder

FOLDER = "/ifs/.snapshot"
#: What a snapshot of /ifs leaves out: other snapshots, and SyncIQ's own state.
_LEFT_OUT = (".snapshot", ".ifsvar")


class SnapshotLocked(Exception):
    """Something else depends on the snapshot."""


class SnapshotExists(Exception):
    """There is a snapshot of that name."""


@dataclass
class Snapshot:
    """One snapshot; times are seconds since 1970."""

    number: int
    name: str
    path: str
    created: int
    expires: int | None = None
    alias: str | None = None
    size_bytes: int = field(default=0)


class Snapshots:
    """The snapshots of one cluster, by number."""

    def __init__(self, files: FilesPort, clock: ClusterClock) -> None:
        self.lock = threading.RLock()
        self._files = files
        self._clock = clock
        self._snapshots: dict[int, Snapshot] = {}
        self._next_number = 1
        #: Whether something depends on a snapshot, so that it can neither be deleted nor expire.
        self.holds: Callable[[Snapshot], bool] = lambda _snapshot: False

    def all(self) -> list[Snapshot]:
        """Return those that have not expired; those that have are gone after this."""
        with self.lock:
            now = self._clock.now()
            for snapshot in list(self._snapshots.values()):
                if snapshot.expires is not None and snapshot.expires <= now and not self.holds(snapshot):
                    self.delete(snapshot)
            return list(self._snapshots.values())

    def is_past(self, moment: int) -> bool:
        return moment <= self._clock.now()

    def find(self, text: str) -> Snapshot | None:
        """Find a snapshot by name or number."""
        return next((one for one in self.all() if text in (one.name, str(one.number))), None)

    def take(self, path: str, name: str, expires: int | None, alias: str | None) -> Snapshot:
        """Copy a folder as it is now."""
        with self.lock:
            number = self._next_number
            name = name or f"s{number}"
            self._refuse_twice(name)
            self._next_number += 1
            snapshot = Snapshot(number, name, path, int(self._clock.now()), expires, alias)
            snapshot.size_bytes = self._copy(path, self._folder(snapshot))
            self._snapshots[number] = snapshot
            return snapshot

    def _refuse_twice(self, name: str) -> None:
        if any(one.name == name for one in self.all()):
            raise SnapshotExists(name)

    def _folder(self, snapshot: Snapshot) -> pathlib.Path:
        return self._files.path(f"{FOLDER}/{snapshot.name}")

    def _copy(self, path: str, folder: pathlib.Path) -> int:
        """Copy into a folder that has the same layout as /ifs; return how many bytes lie there then."""
        live = self._files.path(path)
        parts = [live] if path != "/ifs" else [one for one in live.iterdir() if one.name not in _LEFT_OUT]
        root = self._files.path("/ifs")
        folder.mkdir(parents=True)
        for part in parts:
            target = folder / part.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            if part.is_dir() and not part.is_symlink():
                copy_folder(part, target)
            else:
                shutil.copy2(part, target, follow_symlinks=False)
        return sum(one.lstat().st_size for one in folder.rglob("*") if one.is_file())

    def rename(self, snapshot: Snapshot, name: str) -> None:
        with self.lock:
            if name != snapshot.name:
                self._refuse_twice(name)
                old = self._folder(snapshot)
                snapshot.name = name
                old.rename(self._folder(snapshot))

    def configuration(self) -> list[dict[str, str]]:
        return [{"name": one.name, "path": one.path} for one in sorted(self.all(), key=lambda one: one.name)]

    def delete(self, snapshot: Snapshot) -> None:
        with self.lock:
            if self.holds(snapshot):
                raise SnapshotLocked(snapshot.name)
            del self._snapshots[snapshot.number]
            shutil.rmtree(self._folder(snapshot))


def stored_path(ifs_path: str) -> str:
    """Return where the content of a folder's `.snapshot` really is: /ifs/a/.snapshot/one/b is /ifs/.snapshot/one/a/b."""
    parts = pathlib.PurePosixPath(ifs_path).relative_to("/ifs").parts
    if ".snapshot" not in parts:
        return ifs_path
    where = parts.index(".snapshot")
    before, name, after = parts[:where], parts[where + 1 : where + 2], parts[where + 2 :]
    return "/".join((FOLDER, *name, *(before if name else ()), *after))
