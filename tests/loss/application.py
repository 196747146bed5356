# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run all applications of one client, each in a thread of its own, until told to stop.

    application.py FOLDER LOG STOP                                       through a mounted folder, in the guest
    application.py FOLDER LOG STOP --smb NAME SHARE USER --resolver IP   over SMB from Python; the password is in LOSS_PASSWORD

Each log is a file beside LOG, and the moments of a failover are files beside STOP: begin-1, dark-1, end-1, begin-2 and so on.
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
import threading
import traceback
from collections.abc import Callable

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from ledger.event_log import Log  # noqa: E402  (found by the line above: the guest knows no packages)

from loss.patterns import PATTERNS, Diary  # noqa: E402
from loss.places import MountedPlace, Place  # noqa: E402
from loss.witnesses import WITNESSES  # noqa: E402

#: The pattern whose log is the client's ledger.
LEDGER = "append"


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", help="where the applications write: a folder, or its path on the share")
    parser.add_argument("log")
    parser.add_argument("stop")
    parser.add_argument("--subfolder", default="")
    parser.add_argument("--smb", nargs=3, metavar=("NAME", "SHARE", "USER"))
    parser.add_argument("--resolver")
    return parser.parse_args()


def place_of(options: argparse.Namespace) -> Place:
    """Return a place of its own for one application."""
    if not options.smb:
        return MountedPlace(os.path.join(options.folder, options.subfolder))
    # The guest has no such library.
    from loss.smb_place import SmbPlace

    name, share, user = options.smb
    return SmbPlace(name, share, user, os.environ["LOSS_PASSWORD"], options.resolver, options.folder)


def main() -> int:
    """Run until the stop file is there; 1 where an application ended by itself."""
    options = parse()
    beside = os.path.dirname(options.stop)
    broken: list[str] = []

    def stopped() -> bool:
        return os.path.exists(options.stop)

    def come(moment: str, failover: int) -> bool:
        return os.path.exists(os.path.join(beside, f"{moment}-{failover}"))

    def guarded(name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException:
            broken.append(name)
            traceback.print_exc()

    def log_of(name: str) -> Log:
        return Log(options.log if name == LEDGER else os.path.join(os.path.dirname(options.log), f"{name}.log"))

    works: dict[str, Callable[[], None]] = {}
    for name, pattern in PATTERNS.items():
        works[name] = functools.partial(pattern, place_of(options), Diary(log_of(name)), stopped)
    for name, witness in WITNESSES.items():
        works[name] = functools.partial(witness, place_of(options), log_of(name), come, stopped)
    threads = [threading.Thread(target=guarded, args=(name, work), name=name) for name, work in works.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
