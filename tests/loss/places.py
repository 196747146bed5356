# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the applications need of a share, and a share that is mounted. Standard library only: the guest has no other."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import Protocol

#: A file's handle is of no more use; the file is opened again by its path.
STALE = frozenset({errno.EBADF, errno.ESTALE, errno.ENOENT})


class Handle(Protocol):
    """An open file. Each call returns when the server has answered, or raises OSError."""

    def write(self, data: bytes, offset: int) -> None: ...

    def flush(self) -> None: ...

    def close(self) -> None: ...


class Place(Protocol):
    """A folder of a share. Each call returns when the server has answered, or raises OSError."""

    def open(self, name: str, create: bool) -> Handle:
        """Open a file for writing. It is never truncated, and created only if that is said: it would hide a loss."""

    def rename(self, old: str, new: str) -> None:
        """Give a file another name, in the place of the one that has it."""

    def server(self) -> str:
        """Return the address that the client is connected to, or nothing where it does not say."""


class MountedHandle:
    """A file of a mounted folder."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def write(self, data: bytes, offset: int) -> None:
        done = 0
        while done < len(data):
            done += os.pwrite(self._descriptor, data[done:], offset + done)

    def flush(self) -> None:
        os.fsync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


class MountedPlace:
    """A folder of a share that the operating system has mounted."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def open(self, name: str, create: bool) -> Handle:
        return MountedHandle(
            os.open(os.path.join(self._folder, name), os.O_RDWR | (os.O_CREAT if create else 0), 0o644)
        )

    def rename(self, old: str, new: str) -> None:
        os.replace(os.path.join(self._folder, old), os.path.join(self._folder, new))

    def server(self) -> str:
        """Return the address as the kernel's client shows it."""
        with contextlib.suppress(OSError), open("/proc/fs/cifs/DebugData", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if "Address:" in line:
                    return line.split("Address:")[1].split()[0]
        return ""
