# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A socket in the root file system of a node, for programs that run there."""

from __future__ import annotations

import os
import pathlib
import socket


def bind(listener: socket.socket, path: pathlib.Path, mode: int) -> None:
    """Bind a local socket to a path, which an older one may still have."""
    path.unlink(missing_ok=True)
    # By way of the open folder: the whole path may be longer than the 107 bytes that an address holds.
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        listener.bind(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.close(folder)
    path.chmod(mode)
