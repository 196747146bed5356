# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run costs the machine that it is started on: processor time and memory of a process and all below it."""

from __future__ import annotations

import contextlib
import os
import pathlib
import subprocess
import threading
from dataclasses import dataclass

SAMPLE_SECONDS = 0.25


@dataclass(frozen=True)
class ProcessUse:
    """Of a process and all that it started."""

    processor_seconds: float
    #: The most that all together had at one time; a page that several share is counted once.
    peak_bytes: int


def measured(process: subprocess.Popen[str]) -> tuple[str, int, ProcessUse]:
    """Wait for a process whose output is a pipe; return its output, its return code, and what it needed."""
    done = threading.Event()
    peaks = [0]
    sampler = threading.Thread(target=_sample, args=(process.pid, done, peaks), name="memory", daemon=True)
    sampler.start()
    try:
        assert process.stdout is not None
        output = process.stdout.read()
        _pid, status, usage = os.wait4(process.pid, 0)
    finally:
        done.set()
        sampler.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    return output, process.returncode, ProcessUse(usage.ru_utime + usage.ru_stime, peaks[0])


def _sample(pid: int, done: threading.Event, peaks: list[int]) -> None:
    while not done.wait(SAMPLE_SECONDS):
        peaks[0] = max(peaks[0], sum(_own_bytes(one) for one in _below(pid)))


def _below(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            # Processes end while they are looked at.
            with contextlib.suppress(OSError):
                parent = int(
                    (entry / "stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[1]
                )
                children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _own_bytes(pid: int) -> int:
    """Return a process's share of the memory that it uses: pages of its own, and its part of those that are shared."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
