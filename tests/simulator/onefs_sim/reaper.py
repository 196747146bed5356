# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The duty of a first process: orphans of its process namespace become its children, and somebody must collect them."""

from __future__ import annotations

import contextlib
import os
import pathlib
import threading
import time

from .process_stat import stat_fields

LOOK_SECONDS = 2.0


def start() -> None:
    """Collect from now on."""
    threading.Thread(target=_collect, daemon=True, name="reaper").start()


def _collect() -> None:
    seen: set[int] = set()
    while True:
        time.sleep(LOOK_SECONDS)
        # Children of this program's own are collected at once by whoever started them; one that is dead at two looks
        # has nobody else.
        dead = dead_children(os.getpid())
        for pid in dead & seen:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        seen = dead


def dead_children(parent: int) -> set[int]:
    """Return the children that ended and were not collected."""
    found = set()
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat_fields(path.parent.name)
            if fields[0] == "Z" and int(fields[1]) == parent:
                found.add(int(path.parent.name))
    return found
