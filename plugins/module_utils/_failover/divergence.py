# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was changed on a cluster that died, after the last state of it that the other one has.

Private to the collection; reads only. A file that was written has a new time of its own; what was created, renamed or removed shows
by the time of its folder.
"""

from __future__ import annotations

import hashlib
import threading
import typing as t
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from .._onefs.connection import Connection
from .._onefs.errors import PapiError
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .facts import both_connections, pair_argument_spec
from .recovery_point import moment

DETAIL = "type,size,mtime_val"
WORKERS = 4

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "points": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "policy": {"type": "str", "default": ""},
            "path": {"type": "str", "required": True},
            "target_path": {"type": "str", "default": ""},
            "point": {"type": "int", "required": True},
        },
    },
    "most": {"type": "int", "default": 10000},
    "slack_seconds": {"type": "int", "default": 60},
}


@dataclass(frozen=True)
class Entry:
    """A file or a folder as the listing of its parent shows it."""

    path: str
    kind: str
    size: int
    modified: int  # epoch seconds


def entry_from(folder: str, answer: t.Mapping[str, t.Any]) -> Entry:
    """Read one element of a listing."""
    return Entry(
        path=f"{folder.rstrip('/')}/{answer.get('name')}",
        kind=str(answer.get("type") or "object"),
        size=int(answer.get("size") or 0),
        modified=int(answer.get("mtime_val") or 0),
    )


def is_later(entry: Entry, point: int, slack_seconds: int) -> bool:
    """Whether an entry may have changed after the point; a clock may run behind, so a little before counts too."""
    return entry.modified >= point - slack_seconds


def describe(entry: Entry, other: Entry | None) -> dict[str, t.Any]:
    """Say what is known of a changed entry, and what the cluster that took over has in its place."""
    if entry.kind == "container":
        what = "something was created, renamed or removed in this folder" if other else "this folder is here only"
    elif other is None:
        what = "is here only"
    elif (entry.size, entry.modified) == (other.size, other.modified):
        what = "same size and time on both"
    else:
        what = f"differs: {entry.size} bytes of {moment(entry.modified)} here, {other.size} bytes of {moment(other.modified)} there"
    return {**asdict(entry), "modified_time": moment(entry.modified), "what": what}


def fingerprint(entry: Entry) -> bytes:
    """Return the hash of an entry as the returned cluster has it; what the other one has in its place goes on changing."""
    return hashlib.sha256(repr((entry.path, entry.kind, entry.size, entry.modified)).encode()).digest()


def list_digest(fingerprints: t.Iterable[bytes]) -> str:
    """Return the hash of a list, in whatever order it was found."""
    return hashlib.sha256(b"".join(sorted(fingerprints))).hexdigest()


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """List what was changed after the points; changes nothing, in check mode or not."""
    del check_mode
    source, target = both_connections(params)
    found: list[dict[str, t.Any]] = []
    fingerprints: list[bytes] = []
    looked = 0
    for point in params["points"]:
        walk = _Walk(
            source,
            target,
            (point["path"].rstrip("/"), (point["target_path"] or point["path"]).rstrip("/")),
            point["point"],
            params["slack_seconds"],
            params["most"] - len(found),
        )
        walk.go(progress)
        looked += walk.looked
        found += walk.found
        fingerprints += walk.fingerprints
    found.sort(key=lambda one: one["path"])
    total = len(fingerprints)
    progress(f"{source.host}: {total} of {looked} files and folders may hold what {target.host} does not have")
    return {
        "changed": False,
        "differences": found,
        "looked_at": looked,
        "complete": len(found) == total,
        # Of all of them, listed or not.
        "total": total,
        "sha256": list_digest(fingerprints),
    }


class _Walk:
    """Goes through one tree with a few sessions side by side."""

    def __init__(
        self, source: Connection, target: Connection, roots: tuple[str, str], point: int, slack_seconds: int, most: int
    ) -> None:
        self._source, self._target = source, target
        self._point, self._slack_seconds, self._most = point, slack_seconds, most
        self._root, self._target_root = roots
        self._waiting = deque([self._root])
        self._busy = 0
        self._changed = threading.Condition()
        self.found: list[dict[str, t.Any]] = []
        self.fingerprints: list[bytes] = []
        self.looked = 0

    def go(self, progress: Progress) -> None:
        with ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="divergence") as workers:
            for done in [workers.submit(self._work, progress) for _number in range(WORKERS)]:
                done.result()

    def _work(self, progress: Progress) -> None:
        with PapiSession(self._source) as source, PapiSession(self._target) as target:
            while (folder := self._next()) is not None:
                try:
                    self._look(source, target, folder, progress)
                finally:
                    with self._changed:
                        self._busy -= 1
                        self._changed.notify_all()

    def _next(self) -> str | None:
        with self._changed:
            while not self._waiting and self._busy:
                self._changed.wait()
            if not self._waiting:
                return None
            self._busy += 1
            return self._waiting.popleft()

    def _partner(self, folder: str) -> str:
        """Return the folder of the target that a folder was replicated to."""
        return self._target_root + folder[len(self._root) :]

    def _look(self, source: PapiSession, target: PapiSession, folder: str, progress: Progress) -> None:
        entries = _listing(source, folder)
        later = [entry for entry in entries if is_later(entry, self._point, self._slack_seconds)]
        names = (
            {entry.path.rsplit("/", 1)[1]: entry for entry in _listing(target, self._partner(folder))} if later else {}
        )
        described = [describe(entry, names.get(entry.path.rsplit("/", 1)[1])) for entry in later]
        with self._changed:
            before = self.looked // 10000
            self.looked += len(entries)
            if self.looked // 10000 > before:
                progress(
                    f"{source.connection.host}: {self.looked} files and folders looked at, {len(self.fingerprints)} differ"
                )
            room = max(0, self._most - len(self.found))
            self.found += described[:room]
            self.fingerprints += [fingerprint(entry) for entry in later]
            self._waiting.extend(entry.path for entry in entries if entry.kind == "container")
            self._changed.notify_all()


def _listing(papi: PapiSession, folder: str) -> list[Entry]:
    """Return what is in a folder; nothing where there is no such folder."""
    try:
        answers = papi.list(f"/namespace{folder}", "children", detail=DETAIL)
    except PapiError as error:
        if error.status == 404:
            return []
        raise
    return [entry_from(folder, answer) for answer in answers]
