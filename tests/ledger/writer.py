# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the ledger through a mounted folder, inside the guest. Standard library only: the guest has no other.

Each record is written and flushed before its acknowledgement is logged. What fails is not acknowledged and is tried
again; nothing is ever truncated. One more file is opened and edited early, without a flush, and saved at the very end.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import records  # noqa: E402  (found by the line above: the guest knows no packages)
from event_log import Log  # noqa: E402

# The descriptor is of no more use; the file is opened again by its path.
REOPEN = {errno.EBADF, errno.ESTALE, errno.ENOENT}
EDIT_AT = 100
RETRY_SECONDS = 0.1


class Pace:
    """Keeps an interval from start to start, however long each turn takes; after a pause nothing is caught up."""

    def __init__(self, interval_seconds: float) -> None:
        self.interval_seconds = interval_seconds
        self._next = time.monotonic()

    def wait(self) -> None:
        """Wait until the next turn."""
        now = time.monotonic()
        self._next = max(self._next + self.interval_seconds, now)
        time.sleep(self._next - now)


class Stopped(Exception):
    """The stop file is there."""


class File:
    """An open file of the share that is written until the write is acknowledged, whatever it takes."""

    def __init__(self, path: str, log: Log) -> None:
        self.path = path
        self.log = log
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)

    def write(self, data: bytes, offset: int, flush: bool) -> None:
        """Write all, and flush; an error is raised, and then nothing counts as acknowledged."""
        done = 0
        while done < len(data):
            done += os.pwrite(self.descriptor, data[done:], offset + done)
        if flush:
            os.fsync(self.descriptor)

    def write_until_done(self, data: bytes, offset: int, what: str, flush: bool = True, stop: str = "") -> float:
        """Write until it is acknowledged; returns the seconds of the try that was. Gives up only for the stop file."""
        while True:
            started = time.monotonic()
            try:
                self.write(data, offset, flush)
            except OSError as error:
                self.log.write("error", what=what, offset=offset, errno=error.errno, text=os.strerror(error.errno or 0))
                time.sleep(RETRY_SECONDS)
                if error.errno in REOPEN:
                    self._reopen()
                if stop and os.path.exists(stop):
                    raise Stopped from error
            else:
                return time.monotonic() - started

    def _reopen(self) -> None:
        """Open the file by its path, if it is there. It is not created: that would hide a loss."""
        try:
            descriptor = os.open(self.path, os.O_RDWR)
        except OSError as error:
            self.log.write("error", what="open", errno=error.errno, text=os.strerror(error.errno or 0))
            return
        stale, self.descriptor = self.descriptor, descriptor
        try:
            os.close(stale)
        except OSError as error:
            self.log.write("error", what="close", errno=error.errno, text=os.strerror(error.errno or 0))
        self.log.write("reopened", file=os.path.basename(self.path), how="path")

    def close(self) -> int:
        """Close, and return what the application is told: 0, or the number of the error."""
        try:
            os.close(self.descriptor)
        except OSError as error:
            return error.errno or errno.EIO
        return 0


def server_address() -> str:
    """Return the address that the kernel's client is connected to, or nothing where it does not say."""
    try:
        with open("/proc/fs/cifs/DebugData", encoding="utf-8", errors="replace") as stream:
            for line in stream:
                if "Address:" in line:
                    return line.split("Address:")[1].split()[0]
    except OSError:
        return ""
    return ""


def mount_number(folder: str) -> str:
    """Return the kernel's number of the mount that holds a folder: another number is another mount."""
    with open("/proc/self/mountinfo", encoding="utf-8") as stream:
        mounts = [line.split() for line in stream]
    return next((fields[0] for fields in reversed(mounts) if fields[4] == folder), "")


def write_ledger(ledger: File, document: File, log: Log, stop: str, interval_seconds: float) -> None:
    """Write numbered records, one after the other, until the stop file is there."""
    sequence, pace = 0, Pace(interval_seconds)
    while not os.path.exists(stop):
        seconds = ledger.write_until_done(records.make(sequence), sequence * records.SIZE, "record", stop=stop)
        log.write("acknowledged", sequence=sequence, seconds=round(seconds, 4), server=server_address())
        sequence += 1
        if sequence == EDIT_AT:
            document.write_until_done(records.EDIT, 0, "edit", flush=False, stop=stop)
            log.write("edited", sha256=records.document_sha256())
        pace.wait()


def write_cached(path: str, log: Log, stop: str, interval_seconds: float) -> None:
    """Write records as an application does that believes what write() returns, and close at the very end."""
    cached = File(path, log)
    sequence, pace = 0, Pace(interval_seconds)
    while not os.path.exists(stop):
        try:
            cached.write(records.make(sequence), sequence * records.SIZE, flush=False)
        except OSError as error:
            log.write("error", what="cached", errno=error.errno, text=os.strerror(error.errno or 0))
        else:
            log.write("cached", sequence=sequence)
            sequence += 1
        pace.wait()
    log.write("cached_closed", errno=cached.close())


def main() -> int:
    """Write until the stop file is there; then save and close."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("log")
    parser.add_argument("stop")
    parser.add_argument("--interval", type=float, default=0.02)
    parser.add_argument("--subfolder", default="", help="folder of the share to write in")
    parser.add_argument("--cached", action="store_true", help="write one more file that is never flushed")
    options = parser.parse_args()
    log = Log(options.log)
    folder = os.path.join(options.folder, options.subfolder)
    ledger = File(os.path.join(folder, records.FILE), log)
    document = File(os.path.join(folder, records.DOCUMENT), log)
    beside = threading.Thread(
        target=write_cached, args=(os.path.join(folder, records.CACHED), log, options.stop, options.interval)
    )
    if options.cached:
        beside.start()
    log.write("open", server=server_address(), mount=mount_number(options.folder))
    try:
        write_ledger(ledger, document, log, options.stop, options.interval)
    except Stopped:
        log.write("gave_up", why="stopped while the server did not answer")
    document.write_until_done(records.SAVE, len(records.EDIT), "save")
    log.write("saved", errno=document.close())
    if options.cached:
        beside.join()
    log.write("close", errno=ledger.close(), mount=mount_number(options.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
