# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair seen from outside: its state folder, its first process, and how it is brought up, entered and ended."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from . import machine
from .machine import Refused
from .process_stat import stat_fields

#: The largest pairs copy a hundred folders before they are up.
UP_SECONDS = 180.0
DOWN_SECONDS = 10.0
# The first file of a pair. A folder without it was not made here, and nothing in it is removed.
MARK = "supervisor.log"
PROCESSES = "processes.json"
STATUS = "status.json"
# Runs in the pair: a resolver of the pair's own, the caller's folder, then the command.
ENTER = 'mount --bind "$1" /etc/resolv.conf && cd "$2" && shift 2 && exec "$@"'


def started(pid: int) -> str:
    """Return when a process started, in clock ticks: a number that was used again is another process."""
    try:
        fields = stat_fields(pid)
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def record_processes(state: pathlib.Path) -> None:
    """Write down who the first process is, by the numbers of the world outside.

    Called by that process before it mounts a /proc of its own: until then /proc shows the numbers of outside. It is the
    first thing it does, so that `down` finds it even when whoever called `up` has died.
    """
    inner = int(os.readlink("/proc/self"))
    outer = int(stat_fields("self")[1])
    record = {"outer": outer, "inner": inner, "outer_started": started(outer), "inner_started": started(inner)}
    new = state / f"{PROCESSES}.new"
    new.write_text(json.dumps(record), encoding="utf-8")
    os.replace(new, state / PROCESSES)


def _unless_gone(_function: object, _path: str, found: tuple[type[BaseException], BaseException, object]) -> None:
    """Let pass what somebody else has removed meanwhile: a client of the pair that tidies up when its network is gone."""
    if not isinstance(found[1], FileNotFoundError):
        raise found[1]


class Pair:
    """One pair by its name."""

    def __init__(self, name: str, state: pathlib.Path) -> None:
        self.name = name
        self.state = state

    @property
    def control(self) -> pathlib.Path:
        """The socket that the first process answers on."""
        return self.state / "control"

    def first_process(self) -> int | None:
        """Return the process that all of the pair hangs on, if it lives and is ours."""
        try:
            recorded = json.loads((self.state / PROCESSES).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        inner = int(recorded["inner"])
        return inner if started(inner) == recorded["inner_started"] != "" else None

    def is_up(self) -> bool:
        """Tell whether the pair lives and has come up completely."""
        return self.first_process() is not None and (self.state / STATUS).exists() and self.control.exists()

    def up(self, supervisor_options: list[str]) -> None:
        """Bring the pair up; one that is up is left as it is, dead leftovers are cleared."""
        machine.check()
        with self._alone():
            if self.is_up():
                print(f"The pair '{self.name}' is up already.", file=sys.stderr)
                return
            self._end()
            self._clear()
            with open(self.state / MARK, "ab") as log:
                outer = subprocess.Popen(
                    [
                        *machine.unshare(),
                        *(sys.executable, "-m", f"{__package__}.first_process", self.name, str(self.state)),
                        *supervisor_options,
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    cwd=pathlib.Path(__file__).resolve().parents[1],
                    env={**os.environ, "PATH": machine.search_path()},
                )
            self._follow(outer)

    def _follow(self, outer: subprocess.Popen[bytes]) -> None:
        """Show the progress until the pair is up."""
        deadline = time.monotonic() + UP_SECONDS
        shown = 0
        while True:
            ended = outer.poll() is not None
            lines = (self.state / MARK).read_text(encoding="utf-8").splitlines()
            for line in lines[shown:]:
                print(line, file=sys.stderr, flush=True)
            shown = len(lines)
            if self.is_up():
                return
            if ended or time.monotonic() > deadline:
                outer.kill()
                outer.wait()
                what = "its first process ended" if ended else f"it was not up after {UP_SECONDS:.0f} s"
                raise Refused(
                    f"tried to bring the pair '{self.name}' up; {what}; the reason is in {self.state / MARK}"
                    f" or in {self.state / 'logs'}, and 'onefs-sim --name {self.name} down' clears it away"
                )
            time.sleep(0.02)

    def down(self) -> bool:
        """End the pair and everything in it; returns whether there was anything."""
        if not self.state.exists():
            return False
        with self._alone():
            self._end()
            self._clear()
        self.state.rmdir()
        return True

    def _end(self) -> None:
        inner = self.first_process()
        if inner is None:
            return
        began = started(inner)
        # The kernel ends every process of a process namespace with its first one; mounts and links go with the last.
        os.kill(inner, signal.SIGKILL)
        deadline = time.monotonic() + DOWN_SECONDS
        while started(inner) == began:
            if time.monotonic() > deadline:
                raise Refused(
                    f"killed process {inner} of the pair '{self.name}'; it still lives after {DOWN_SECONDS:.0f} s"
                )
            time.sleep(0.01)

    def _clear(self) -> None:
        """Empty the state folder."""
        entries = list(self.state.iterdir())
        if entries and not (self.state / MARK).exists():
            raise Refused(
                f"{self.state} is not empty and was not made by onefs-sim (it has no file '{MARK}'); nothing was removed;"
                " name another folder with --state-dir"
            )
        for entry in sorted(entries, key=lambda entry: entry.name == MARK):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, onerror=_unless_gone)
            else:
                entry.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep two callers from bringing the same pair up, or down, at once."""
        while True:
            self.state.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.state, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                # Whoever had the lock may have removed the folder.
                if self.state.exists() and os.fstat(handle).st_ino == self.state.stat().st_ino:
                    yield
                    return
            finally:
                os.close(handle)

    def execute(self, host: str, command: list[str]) -> None:
        """Become a command in a host of the pair, with the caller's folder, environment, input and output."""
        inner = self.first_process()
        if inner is None or not self.is_up():
            raise Refused(f"the pair '{self.name}' is not up; bring it up with 'onefs-sim --name {self.name} up'")
        if not command:
            raise Refused(f"no command for '{host}'; write: onefs-sim exec {host} -- COMMAND")
        place, has_root = self._place(host)
        argv = [
            "nsenter",
            "--target",
            str(inner),
            "--mount",
            "--net",
            "--pid",
            "--",
            "nsenter",
            f"--net=/run/netns/{place}",
        ]
        if has_root:
            argv += [f"--uts=/run/utsns/{place}", "chroot", str(self.state / "world" / place / "root"), *command]
        else:
            resolver = self.state / ("resolv.conf" if host == "controller" else "resolv.client.conf")
            argv += ["unshare", "--mount", "--propagation", "private"]
            argv += ["sh", "-c", ENTER, "sh", str(resolver), os.getcwd(), *command]
        os.execvpe(argv[0], argv, {**os.environ, "PATH": machine.search_path()})

    def _place(self, host: str) -> tuple[str, bool]:
        """Return the network namespace of a host, and whether it has a root file system of that name."""
        status = json.loads((self.state / STATUS).read_text(encoding="utf-8"))
        rooted = {
            node["name"]: node["namespace"] for cluster in status["clusters"].values() for node in cluster["nodes"]
        }
        rooted["dns"] = "dns"
        known = {*rooted, "controller", *status["clients"]}
        if host not in known:
            raise Refused(f"the pair '{self.name}' has no host '{host}'; it has: {', '.join(sorted(known))}")
        return rooted.get(host, host), host in rooted
