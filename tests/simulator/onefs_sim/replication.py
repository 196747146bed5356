# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies folders as SyncIQ does, with rsync: live folder, snapshots, target."""

from __future__ import annotations

import contextlib
import logging
import os
import pathlib
import re
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass

from .ports import FilesPort
from .process_stat import stat_fields

#: Where OneFS keeps SyncIQ's own state; no share reaches it.
STATE_FOLDER = "/ifs/.ifsvar/modules/tsm"

#: Contents are compared, not times: a record rewritten in place within one clock tick must not be missed.
#: Of the extended attributes only users' own travel (Samba's DOS attributes are among them).
#: A file that changes stays the same file, as SyncIQ keeps a target file's LIN: Samba ties leases to it, and a client that comes
#: back to a cluster with the lease of an hour ago would be refused a file that only has the name of the old one.
RSYNC = ("rsync", "-aHX", "--inplace", "--filter=-x! user.*", "--numeric-ids", "--checksum", "--stats")


#: A copy of the small files of the tests takes a tenth of a second. One that takes as long as this has to say why.
SLOW_SECONDS = 5.0

LOG = logging.getLogger(__name__)


class CopyFailed(Exception):
    """rsync did not copy everything."""


class CopyCanceled(Exception):
    """The job was canceled while rsync ran."""


@dataclass(frozen=True)
class CopyCount:
    """What a copy did."""

    files_total: int = 0
    files_new: int = 0
    files_deleted: int = 0
    files_transferred: int = 0
    bytes_total: int = 0
    bytes_transferred: int = 0


@dataclass(frozen=True)
class CopyControl:
    """What a copy looks at while it goes on."""

    canceled: threading.Event
    #: Cleared while the job is paused.
    unpaused: threading.Event
    #: Set when the other side cannot be reached any more.
    lost: threading.Event
    kilobytes_a_second: int | None = None
    #: rsync's arguments that choose what is copied.
    chosen: tuple[str, ...] = ()
    deletes: bool = True

    def end_if_told(self) -> None:
        if self.canceled.is_set():
            raise CopyCanceled
        if self.lost.is_set():
            raise CopyFailed("Lost the connection to the target cluster")


def copy_folder(source: pathlib.Path, target: pathlib.Path, control: CopyControl | None = None) -> CopyCount:
    """Make `target` an image of `source`. Raises CopyFailed with rsync's own words."""
    target.mkdir(parents=True, exist_ok=True)
    limits = list(control.chosen) if control else []
    if control is None or control.deletes:
        limits.append("--delete")
    if control and control.kilobytes_a_second:
        # Whole files are sent as they are: without this rsync counts only what differs against the limit.
        limits += [f"--bwlimit={control.kilobytes_a_second}", "--whole-file"]
    process = subprocess.Popen(
        [*RSYNC, *limits, f"{source}/", f"{target}/"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
        start_new_session=True,
    )
    stopped = False
    speaks = time.monotonic() + SLOW_SECONDS
    while True:
        try:
            output, errors = process.communicate(timeout=0.1)
            break
        except subprocess.TimeoutExpired:
            if time.monotonic() > speaks and not stopped and not (control and control.kilobytes_a_second):
                speaks += SLOW_SECONDS
                LOG.warning("rsync %s -> %s takes long: %s", source, target, "; ".join(whereabouts(process.pid)))
            if control is None:
                continue
            try:
                control.end_if_told()
            except (CopyCanceled, CopyFailed):
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                raise
            if stopped == control.unpaused.is_set():
                os.killpg(process.pid, signal.SIGCONT if stopped else signal.SIGSTOP)
                stopped = not stopped
    # 24: a file vanished while it was read, which a live folder may do. The exit code alone is not trusted: where
    # another part of this process reaps children, Python reports 0 for a child that it could not wait for.
    if process.returncode not in (0, 24) or "Number of files" not in output:
        words = errors.strip() or output.strip()
        raise CopyFailed(f"rsync {source} -> {target} ended with {process.returncode}: {words}")
    return _count(output)


def whereabouts(leader: int) -> list[str]:
    """Return what the processes of a session do now: state, place in the kernel, system call."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        # Processes end while they are looked at.
        with contextlib.suppress(OSError):
            fields = stat_fields(folder.name)
            if int(fields[3]) == leader:
                places = [(folder / name).read_text(encoding="utf-8").split("\0")[0] for name in ("wchan", "syscall")]
                found.append(f"{folder.name} {fields[0]} {' '.join(places).strip()}")
    return found or ["none of its processes is left, somebody else has its pipes"]


def _count(output: str) -> CopyCount:
    def number(label: str) -> int:
        found = re.search(rf"^{label}: ([\d,]+)", output, re.MULTILINE)
        return int(found.group(1).replace(",", "")) if found else 0

    return CopyCount(
        files_total=number("Number of files"),
        files_new=number("Number of created files"),
        files_deleted=number("Number of deleted files"),
        files_transferred=number("Number of regular files transferred"),
        bytes_total=number("Total file size"),
        bytes_transferred=number("Total transferred file size"),
    )


class PolicySnapshots:
    """What one cluster keeps of one replicated folder: its content at the last good sync, and one in the making."""

    def __init__(self, files: FilesPort, policy_name: str) -> None:
        self._folder = files.path(f"{STATE_FOLDER}/{policy_name}")

    @property
    def latest(self) -> pathlib.Path:
        return self._folder / "latest"

    @property
    def candidate(self) -> pathlib.Path:
        return self._folder / "candidate"

    def exists(self) -> bool:
        return self.latest.is_dir()

    def take(self, live: pathlib.Path, control: CopyControl | None = None) -> CopyCount:
        """Copy the live folder beside the latest snapshot, which stays good until `accept`."""
        return copy_folder(live, self.candidate, control)

    def accept(self) -> None:
        """Make the candidate the latest; the older one becomes the base of the next candidate."""
        older = self._folder / "older"
        if self.latest.is_dir():
            self.latest.rename(older)
        self.candidate.rename(self.latest)
        if older.is_dir():
            older.rename(self.candidate)

    def adopt(self, content: pathlib.Path) -> None:
        """Take a folder's content as the latest."""
        copy_folder(content, self.candidate)
        self.accept()

    def forget(self) -> None:
        if self._folder.is_dir():
            shutil.rmtree(self._folder)
