# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the ledger through a mounted folder, inside the guest. Standard library only: the guest has the machine's Python.

Each record is written and flushed before its acknowledgement is logged. What fails is not acknowledged and is tried again;
nothing is ever truncated. One more file is opened and edited early, without a flush, and saved at the very end.
"""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import records  # noqa: E402  (found by the line above: the guest knows no packages)

REOPEN = {errno.EBADF, errno.ESTALE, errno.ENOENT}
EDIT_AT = 100
RETRY_SECONDS = 0.1
SLOW_SECONDS = 0.2


class Log:
    """A log that is whole up to its last line, whenever the machine stops."""

    def __init__(self, path: str) -> None:
        self._stream = open(path, "a", encoding="utf-8", buffering=1)  # noqa: SIM115 (open as long as the process)

    def write(self, event: str, **fields: object) -> None:
        """Write one event with the time."""
        self._stream.write(json.dumps({"event": event, "time": round(time.time(), 4), **fields}) + "\n")


def server_address() -> str:
    """Return the address that the kernel's client is connected to."""
    try:
        with open("/proc/fs/cifs/DebugData", encoding="utf-8", errors="replace") as stream:
            for line in stream:
                if "Address:" in line:
                    return line.split("Address:")[1].split()[0]
    except OSError:
        return ""
    return ""


def open_again(path: str, log: Log) -> int:
    """Open a file by its path, never truncating it, until it works."""
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            log.write("error", what="open", errno=error.errno)
            time.sleep(RETRY_SECONDS)
        else:
            return descriptor


def main() -> int:
    """Write until the stop file is there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("log")
    parser.add_argument("stop")
    parser.add_argument("--interval", type=float, default=0.02)
    options = parser.parse_args()
    log = Log(options.log)
    path = os.path.join(options.folder, records.FILE)
    ledger = open_again(path, log)
    document = open_again(os.path.join(options.folder, records.DOCUMENT), log)
    log.write("open", server=server_address())
    sequence, server = 0, server_address()
    while not os.path.exists(options.stop):
        started = time.monotonic()
        what = "write"
        try:
            written = os.pwrite(ledger, records.make(sequence), sequence * records.SIZE)
            if written != records.SIZE:
                raise OSError(errno.EIO, "short write")
            what = "flush"
            os.fsync(ledger)
        except OSError as error:
            log.write("error", what=what, sequence=sequence, errno=error.errno)
            time.sleep(RETRY_SECONDS)
            if error.errno in REOPEN:
                os.close(ledger)
                ledger = open_again(path, log)
                log.write("reopen")
            continue
        seconds = time.monotonic() - started
        if seconds > SLOW_SECONDS or sequence % 50 == 0:
            server = server_address()
        log.write("acknowledged", sequence=sequence, seconds=round(seconds, 4), server=server)
        sequence += 1
        if sequence == EDIT_AT:
            os.pwrite(document, records.EDIT, 0)
            log.write("edited")
        time.sleep(options.interval)
    save(document, log)
    try:
        os.close(ledger)
        log.write("close", errno=0)
    except OSError as error:
        log.write("close", errno=error.errno)
    return 0


def save(document: int, log: Log) -> None:
    """Save the file that was edited before, and say what the application hears of it."""
    try:
        os.pwrite(document, records.SAVE, len(records.EDIT))
        os.fsync(document)
        os.close(document)
        log.write("saved", errno=0)
    except OSError as error:
        log.write("saved", errno=error.errno)


if __name__ == "__main__":
    sys.exit(main())
