# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the ledger over SMB from Python: precise about what the server acknowledged, honest about reconnecting.

After a broken connection the name is resolved again and the files are opened again, never truncated, and only what was
not acknowledged is written once more. An acknowledgement is the server's answer to WRITE and to FLUSH.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
from collections.abc import Callable

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import records
from event_log import Log
from smb_share import TROUBLE, Share
from writer import EDIT_AT, Pace

RETRY_SECONDS = 0.05


def until_done(share: Share, what: str, operation: Callable[[], None]) -> float:
    """Do it until it is acknowledged, over as many connections as it takes; returns the seconds of the last try."""
    while True:
        started = time.monotonic()
        try:
            if share.connection is None:
                share.connect()
            operation()
        except TROUBLE as error:
            share.log.write("error", what=what, text=f"{type(error).__name__}: {error}"[:160])
            share.drop()
            time.sleep(RETRY_SECONDS)
        else:
            return time.monotonic() - started


def write_ledger(share: Share, stop: pathlib.Path, interval_seconds: float) -> None:
    """Write numbered records, one after the other, until the stop file is there."""
    sequence, pace = 0, Pace(interval_seconds)
    while not stop.exists():
        record, offset = records.make(sequence), sequence * records.SIZE
        # The values are bound now: what is written once more is this record and no other.
        write = lambda record=record, offset=offset: share.write(records.FILE, record, offset, flush=True)  # noqa: E731
        seconds = until_done(share, "record", write)
        share.log.write("acknowledged", sequence=sequence, seconds=round(seconds, 4), server=share.server)
        sequence += 1
        if sequence == EDIT_AT:
            until_done(share, "edit", lambda: share.write(records.DOCUMENT, records.EDIT, 0, flush=False))
            share.log.write("edited", sha256=records.document_sha256())
        pace.wait()


def main() -> int:
    """Write until the stop file is there; then save and close."""
    parser = argparse.ArgumentParser()
    for name in ("name", "share", "user", "password", "log", "stop"):
        parser.add_argument(name)
    parser.add_argument("--resolver", required=True)
    parser.add_argument("--interval", type=float, default=0.02)
    parser.add_argument("--subfolder", default="", help="folder of the share to write in")
    options = parser.parse_args()
    log = Log(options.log)
    share = Share(options.name, options.share, options.user, options.password, options.resolver, log)
    share.hold(records.FILE, options.subfolder)
    share.hold(records.DOCUMENT, options.subfolder)
    log.write("mounted")
    write_ledger(share, pathlib.Path(options.stop), options.interval)
    until_done(share, "save", lambda: share.write(records.DOCUMENT, records.SAVE, len(records.EDIT), flush=True))
    until_done(share, "close", lambda: share.close(records.DOCUMENT))
    log.write("saved", errno=0)
    until_done(share, "close", lambda: share.close(records.FILE))
    log.write("close", errno=0)
    share.drop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
