# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three applications without patience: what becomes of work that nobody promised to keep, in each failover.

One never flushes what it writes. One opens a file before, edits it meanwhile and saves it after. One creates a file while
nobody serves. Each does everything once, believes what it is told, and writes that down. Standard library only.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from ledger.event_log import Log
from ledger.writer import Pace

from loss import contents
from loss.places import STALE, Handle, Place

RECORD = 4096
EDIT_RECORDS = 8
DARK_SIZE = 4096
POLL_SECONDS = 0.05

#: Says whether a moment of a failover has come: its name, such as begin, dark or end, and the failover's number.
Come = Callable[[str, int], bool]


def errno_of(work: Callable[[], None]) -> int:
    """Do something once; return 0, or the number of the error."""
    try:
        work()
    except OSError as error:
        return error.errno or -1
    return 0


def wait_for(come: Come, moment: str, failover: int, stopped: Callable[[], bool]) -> bool:
    """Wait for a moment; False where the end of all comes first."""
    while not come(moment, failover):
        if stopped():
            return False
        time.sleep(POLL_SECONDS)
    return True


def never_flushed(place: Place, log: Log, come: Come, stopped: Callable[[], bool]) -> None:
    """In each failover write records as an application does that believes what write() returns, and close at its end."""
    failover = 1
    while wait_for(come, "begin", failover, stopped):
        name = f"never_flushed/{failover}.bin"
        handle, number, pace = place.open(name, create=True), 0, Pace(0.04)
        while not come("end", failover) and not stopped():
            try:
                handle.write(contents.make(name, number, RECORD), number * RECORD)
            except OSError as error:
                log.write("failed", failover=failover, number=number, errno=error.errno)
                time.sleep(0.1)
                handle = _renewed(place, name, handle, error)
            else:
                log.write("written", failover=failover, number=number)
                number += 1
            pace.wait()
        log.write("closed", failover=failover, errno=errno_of(handle.close))
        failover += 1


def _renewed(place: Place, name: str, handle: Handle, error: OSError) -> Handle:
    """Open the file by its path where the handle is of no more use, and if it is there."""
    if error.errno in STALE:
        try:
            return place.open(name, create=False)
        except OSError:
            return handle
    return handle


def unsaved_edit(place: Place, log: Log, come: Come, stopped: Callable[[], bool]) -> None:
    """In each failover open a file before, edit it without saving, and save and close it after."""
    failover = 1
    while wait_for(come, "begin", failover, stopped):
        name = f"unsaved_edit/{failover}.bin"
        handle = place.open(name, create=True)
        for number in range(EDIT_RECORDS):
            handle.write(contents.make(name, number, RECORD), number * RECORD)
        log.write("edited", failover=failover)
        wait_for(come, "end", failover, stopped)
        end = contents.make(name, EDIT_RECORDS, RECORD)

        def save(handle: Handle = handle, end: bytes = end) -> None:
            handle.write(end, EDIT_RECORDS * RECORD)
            handle.flush()

        saved = errno_of(save)
        log.write("saved", failover=failover, errno=saved, close_errno=errno_of(handle.close))
        failover += 1


def created_in_the_dark(place: Place, log: Log, come: Come, stopped: Callable[[], bool]) -> None:
    """In each failover create, write and close a file while nobody serves; try once."""
    failover = 1
    place.open("created_in_the_dark/0.bin", create=True).close()
    while wait_for(come, "dark", failover, stopped):
        name = f"created_in_the_dark/{failover}.bin"
        began = time.monotonic()

        def save(name: str = name) -> None:
            handle = place.open(name, create=True)
            try:
                handle.write(contents.make(name, 0, DARK_SIZE), 0)
            finally:
                handle.close()

        told = errno_of(save)
        log.write("created", failover=failover, errno=told, seconds=round(time.monotonic() - began, 3))
        failover += 1


WITNESSES: dict[str, Callable[[Place, Log, Come, Callable[[], bool]], None]] = {
    "never_flushed": never_flushed,
    "unsaved_edit": unsaved_edit,
    "created_in_the_dark": created_in_the_dark,
}
