# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Five applications that write all the time, each in its own way, and write down what they were told.

What is acknowledged: a record or block that was written and flushed; the name of a file that was created; a new file in
the place of an old one; a file whose close() succeeded. Standard library only: the guest has no other.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ledger.event_log import Log
from ledger.writer import Pace

from loss import contents
from loss.places import STALE, Handle, Place

Stopped = Callable[[], bool]

RECORD = 4096
BLOCK = 64 * 1024
BLOCKS_A_FLUSH = 4
#: Files that are open at a time while they wait to be closed, and the records in each.
OPEN_FILES = 5
RECORDS_A_FILE = 4
RETRY_SECONDS = 0.1
#: After so many errors in a row a file is opened again, whatever the errors were.
PATIENCE = 5


def name_of(number: int) -> str:
    """Return the name of a small file."""
    return f"{number:06d}.bin"


def small_size(number: int) -> int:
    """Return the size of a small file: from a few hundred bytes to 8 KiB."""
    return 256 + (number * 997) % 7936


class Diary:
    """The log of one application: what was acknowledged, and what failed, with the times of begin and end."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def attempt(self, what: str, number: int, work: Callable[[], None]) -> OSError | None:
        """Do something once; write down and return the error if there is one."""
        began = time.time()
        try:
            work()
        except OSError as error:
            seconds = round(time.time() - began, 4)
            fields = {"what": what, "number": number, "began": round(began, 4), "seconds": seconds}
            self.log.write("failed", **fields, errno=error.errno, text=str(error.strerror or error)[:160])
            return error
        return None


class Held:
    """A file that stays open, and is opened again where its handle is of no more use."""

    def __init__(self, place: Place, name: str, diary: Diary) -> None:
        self._place, self._name, self._diary = place, name, diary
        self._failures = 0
        self._handle: Handle | None = None
        self._exists = False

    def write(self, data: bytes, offset: int) -> None:
        self._opened().write(data, offset)

    def flush(self) -> None:
        self._opened().flush()
        self._failures = 0

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()

    def recover(self, error: OSError) -> None:
        """After an error: wait a moment, and let go of a handle that is of no more use."""
        self._failures += 1
        if error.errno in STALE or self._failures >= PATIENCE:
            self._failures = 0
            self._diary.attempt("close", 0, self.close)
        time.sleep(RETRY_SECONDS)

    def _opened(self) -> Handle:
        if self._handle is None:
            self._handle = self._place.open(self._name, create=not self._exists)
            self._exists = True
        return self._handle


def append(place: Place, diary: Diary, stopped: Stopped) -> None:
    """Write records one behind the other and flush each; go on with the same one until it is acknowledged."""
    file, number, pace = Held(place, "append/file.bin", diary), 0, Pace(0.04)

    def once() -> None:
        file.write(contents.make("append", number, RECORD), number * RECORD)
        file.flush()

    while not stopped():
        error = diary.attempt("record", number, once)
        if error is not None:
            file.recover(error)
            continue
        diary.log.write("acknowledged", number=number, server=place.server())
        number += 1
        pace.wait()
    diary.attempt("close", number, file.close)


def create(place: Place, diary: Diary, stopped: Stopped) -> None:
    """Create small files: each is created, written, flushed and closed."""
    number, pace = 0, Pace(0.2)

    def once() -> None:
        handle = place.open(f"create/{name_of(number)}", create=True)
        diary.log.write("created", number=number)
        try:
            handle.write(contents.make("create", number, small_size(number)), 0)
            handle.flush()
            diary.log.write("acknowledged", number=number)
        finally:
            handle.close()

    while not stopped():
        if diary.attempt("file", number, once) is not None:
            time.sleep(RETRY_SECONDS)
        number += 1
        pace.wait()


def rename(place: Place, diary: Diary, stopped: Stopped) -> None:
    """Save as editors do: write a new file beside the old one, flush it, and rename it over the old one."""
    number, pace = 0, Pace(0.25)

    def write(name: str, version: str) -> None:
        handle = place.open(f"rename/{name}", create=True)
        try:
            handle.write(contents.make(version, number, small_size(number)), 0)
            handle.flush()
        finally:
            handle.close()

    def once() -> None:
        write(name_of(number), "old")
        diary.log.write("old", number=number)
        write(f"{name_of(number)}.tmp", "new")
        place.rename(f"rename/{name_of(number)}.tmp", f"rename/{name_of(number)}")
        diary.log.write("acknowledged", number=number)

    while not stopped():
        if diary.attempt("save", number, once) is not None:
            time.sleep(RETRY_SECONDS)
        number += 1
        pace.wait()


def close(place: Place, diary: Diary, stopped: Stopped) -> None:
    """Keep several files open that are written and not flushed, and close the oldest: some are closed during a failover."""
    waiting: list[tuple[int, Handle]] = []
    number, pace = 0, Pace(0.25)

    def begin() -> None:
        handle = place.open(f"close/{name_of(number)}", create=True)
        waiting.append((number, handle))
        for record in range(RECORDS_A_FILE):
            handle.write(contents.make(f"close {number}", record, RECORD), record * RECORD)

    def finish() -> None:
        oldest, handle = waiting.pop(0)
        began = time.time()
        if diary.attempt("close", oldest, handle.close) is None:
            diary.log.write("acknowledged", number=oldest, began=round(began, 4))

    while not stopped():
        error = diary.attempt("begin", number, begin)
        if error is not None:
            # Half a file is no promise: it is closed, and nothing is expected of it.
            if waiting and waiting[-1][0] == number:
                diary.attempt("abandon", number, waiting.pop()[1].close)
            time.sleep(RETRY_SECONDS)
        number += 1
        while len(waiting) > OPEN_FILES:
            finish()
        pace.wait()
    while waiting:
        finish()


def sequential(place: Place, diary: Diary, stopped: Stopped) -> None:
    """Write a large file block by block, flush every few blocks, and write again what was not acknowledged."""
    file, safe, pace = Held(place, "sequential/file.bin", diary), 0, Pace(1.0)

    def once() -> None:
        for block in range(safe, safe + BLOCKS_A_FLUSH):
            file.write(contents.make("sequential", block, BLOCK), block * BLOCK)
        file.flush()

    while not stopped():
        error = diary.attempt("blocks", safe, once)
        if error is not None:
            file.recover(error)
            continue
        safe += BLOCKS_A_FLUSH
        diary.log.write("acknowledged", number=safe)
        pace.wait()
    diary.attempt("close", safe, file.close)


PATTERNS: dict[str, Callable[[Place, Diary, Stopped], None]] = {
    "append": append,
    "create": create,
    "rename": rename,
    "close": close,
    "sequential": sequential,
}
