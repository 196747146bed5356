# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets this very process speak from a host of a simulated pair, for tests that call a library instead of a command."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import pathlib
from collections.abc import Iterator

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def _enter(path: str) -> None:
    with open(path, encoding="utf-8") as namespace:
        if _libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns to {path}")


@contextlib.contextmanager
def inside(state_dir: pathlib.Path, host: str) -> Iterator[None]:
    """Put the calling thread, and those that it starts, into the network of a host; files and names stay this machine's."""
    first_process = json.loads((state_dir / "processes.json").read_text(encoding="utf-8"))["inner"]
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _enter(f"/proc/{first_process}/root/run/netns/{host}")
        yield
    finally:
        if _libc.setns(before, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns back")
        os.close(before)
