# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets of the clients during one failover, kept only where a client paused longer than was asked for.

They are taken where the clients are plugged in: all that they send and hear passes there, ARP as well.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator

from running_pair import RunningPair

INTERFACES = {"client1": "ext-1", "client2": "uml0"}
#: Enough for the headers of TCP and of SMB.
BYTES_A_PACKET = 192
WAIT_SECONDS = 5.0


@contextlib.contextmanager
def no_capture() -> Iterator[None]:
    """Take nothing."""
    yield


class Captured:
    """One capture for each client; `keep` says at the end whether it is worth its space."""

    def __init__(self, pair: RunningPair, folder: pathlib.Path) -> None:
        if not shutil.which("tcpdump"):
            raise SystemExit("--capture needs the program tcpdump; apt-get install tcpdump")
        self._pair = pair
        self._files = {host: folder / f"{host}.pcap" for host in INTERFACES}
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Captured:
        self._folder.mkdir(parents=True, exist_ok=True)
        for host, file in self._files.items():
            command = [
                "tcpdump",
                "-i",
                INTERFACES[host],
                "-s",
                str(BYTES_A_PACKET),
                "-U",
                "-Z",
                "root",
                "-w",
                str(file),
            ]
            self._processes.append(
                subprocess.Popen(
                    self._pair.enter(host, command),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        deadline = time.monotonic() + WAIT_SECONDS
        while not all(file.exists() for file in self._files.values()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return self

    def __exit__(self, *exc_info: object) -> None:
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()

    def drop(self) -> None:
        """Forget what was taken: nobody paused for long."""
        shutil.rmtree(self._folder, ignore_errors=True)
