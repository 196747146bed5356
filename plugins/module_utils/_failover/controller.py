# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process that carries a run out, so that a later one can tell whether it still lives.

Private to the collection. A process number is used again after a while, and means nothing on another machine or in another
container: the time at which the process started, the boot and the process namespace go with it. Where these are not the
same as here, or cannot be read, nobody can tell, and nothing is taken over without being told.
"""

from __future__ import annotations

import getpass
import os
import pathlib
import re
import socket
import typing as t

from .._onefs.printable import printable
from . import awx_job

PROC = pathlib.Path("/proc")
# A lease says it, and whoever may write to /ifs may write anything there.
_PID = re.compile(r"[0-9]{1,10}", re.ASCII)


def this_controller(proc: pathlib.Path = PROC) -> dict[str, t.Any]:
    """Return ``user``, ``host``, ``pid``, ``started`` (clock ticks since boot) and ``kernel`` of the run that calls."""
    pid = _topmost(proc, os.getpid())
    return {
        "user": _user(),
        "host": socket.gethostname(),
        "pid": pid,
        "started": _started(proc, pid),
        "kernel": _kernel(proc),
    }


def is_gone(recorded: t.Mapping[str, t.Any], proc: pathlib.Path = PROC) -> bool:
    """Tell whether a recorded controller ran on this very kernel and has ended; False where that cannot be told."""
    kernel, pid = _kernel(proc), str(recorded.get("pid"))
    if not kernel or recorded.get("kernel") != kernel or not recorded.get("started") or not _PID.fullmatch(pid):
        return False
    return bool(_started(proc, int(pid)) != recorded["started"])


def describe(recorded: t.Mapping[str, t.Any]) -> str:
    """Name a controller in a message."""
    if not recorded:
        return "a controller that did not say who it is"
    process = printable(f"{recorded.get('user')}@{recorded.get('host')} (process {recorded.get('pid')})")
    job = _job(recorded)
    return f"{job} ({process})" if job else process


def how_to_tell(recorded: t.Mapping[str, t.Any]) -> str:
    """Say what whoever is asked whether a controller is gone should look at first."""
    if not _job(recorded):
        return ""
    return f"Look at job {awx_job.plain(recorded['awx']['job_id'])} in AWX: while it is pending or running, its run goes on."


def _job(recorded: t.Mapping[str, t.Any]) -> str:
    job = recorded.get("awx")
    return awx_job.describe(job) if isinstance(job, t.Mapping) else ""


def _user() -> str:
    """Return the account's name; a container may run under a number that no file knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _kernel(proc: pathlib.Path) -> str:
    """Return what tells this boot and this process namespace from all others; empty where there is no /proc."""
    try:
        boot = (proc / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink(proc / 'self/ns/pid')}"
    except OSError:
        return ""


def _started(proc: pathlib.Path, pid: int) -> str:
    """Return when a process started, empty where there is none; one that only waits for its parent to notice has ended."""
    fields = _fields(proc, pid)
    return "" if not fields or fields[0] in "ZX" else fields[19]


def _fields(proc: pathlib.Path, pid: int) -> list[str]:
    try:
        # The name of the program, in brackets, may hold blanks and brackets itself.
        return (proc / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _topmost(proc: pathlib.Path, pid: int) -> int:
    """Climb from a worker to the process that forked it: a fork has the same command line."""
    while True:
        fields = _fields(proc, pid)
        parent = int(fields[1]) if fields else 0
        if parent <= 1 or _command(proc, parent) != _command(proc, pid):
            return pid
        pid = parent


def _command(proc: pathlib.Path, pid: int) -> bytes:
    try:
        return (proc / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""
