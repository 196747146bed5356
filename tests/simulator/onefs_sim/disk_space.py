# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which parts of /ifs have no room left: what is there can be read, deleted and renamed, nothing can be written."""

from __future__ import annotations

import errno
import os
import threading


class DiskSpace:
    """The full folders of one cluster."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._full: list[str] = []

    def fill(self, ifs_path: str) -> None:
        """Leave no room at or below a path."""
        if ifs_path != "/ifs" and not ifs_path.startswith("/ifs/"):
            raise ValueError(f"'{ifs_path}' is not below /ifs")
        with self._lock:
            self._full.append(ifs_path.rstrip("/"))

    def free(self, ifs_path: str) -> None:
        """Take one `fill` back."""
        with self._lock:
            self._full.remove(ifs_path.rstrip("/"))

    def demand(self, ifs_path: str) -> None:
        """Raise OSError(ENOSPC) where there is no room."""
        with self._lock:
            if any(f"{ifs_path.rstrip('/')}/".startswith(f"{full}/") for full in self._full):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), ifs_path)
