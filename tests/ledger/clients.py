# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ledger clients, as a test or the demo uses them: start, wait, stop, check."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from . import fetch_uml
from .checker import check, read_log
from .event_log import ACKNOWLEDGED

HERE = pathlib.Path(__file__).resolve().parent
GUEST_ADDRESS = "198.51.100.102/24"
GUEST_MEMORY = "160M"
POLL_SECONDS = 0.05
#: A client that no RST reached gives its connection up by itself after three echo intervals, of a minute each.
BACK_SECONDS = 240.0


class LedgerError(RuntimeError):
    """A client did not start, or did not end."""


class Client:
    """What both clients have in common: a folder with a log and a stop file, and a process in the pair."""

    #: From one record to the next.
    interval_seconds = 0.02
    #: Folder of the share that it writes in, which must be there; the share's own if there are no other clients.
    subfolder = ""

    def __init__(
        self, enter: Callable[[str, list[str]], list[str]], status: dict[str, Any], folder: pathlib.Path
    ) -> None:
        """`enter` makes the command that runs another in a host of the pair; `status` is the pair's own."""
        self.enter = enter
        self.status = status
        self.folder = folder.resolve()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> pathlib.Path:
        return self.folder / "ledger.log"

    @property
    def stop_file(self) -> pathlib.Path:
        return self.folder / "stop"

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        """Start writing, into a folder that holds no ledger yet: records are numbered from 0."""
        if self.log.exists():
            raise LedgerError(
                f"{type(self).__name__}: {self.log} exists already, and a second run would count its records twice; "
                "give a new folder, or remove this one"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        self.stop_file.unlink(missing_ok=True)
        self.log.touch()
        with open(self.folder / "console", "ab") as console:
            # A session of its own, so that all of it can be ended: the command is a chain of processes.
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                cwd=HERE.parents[1],
                start_new_session=True,
            )

    def acknowledged(self) -> int:
        """Return how many records were acknowledged so far."""
        return self.log.read_bytes().count(ACKNOWLEDGED)

    def wait_until_acknowledged(self, number: int, deadline_seconds: float) -> None:
        """Wait until so many records are acknowledged."""
        deadline = time.monotonic() + deadline_seconds
        while self.acknowledged() < number:
            ended = self.process is None or self.process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise LedgerError(
                    f"{type(self).__name__}: {self.acknowledged()} of {number} records were acknowledged "
                    f"{'when it ended' if ended else f'in {deadline_seconds:.0f} s'}; look at {self.log}; "
                    f"its console ends with:\n{self.console()[-1500:]}"
                )
            time.sleep(POLL_SECONDS)

    def wait_until_back(self, records: int) -> None:
        """Wait until it wrote so many more records, for as long as it may need to find the other cluster by itself."""
        self.wait_until_acknowledged(self.acknowledged() + records, BACK_SECONDS)

    def console(self) -> str:
        """Return what the client printed."""
        return (self.folder / "console").read_text(encoding="utf-8", errors="replace")

    def stop(self, deadline_seconds: float = 60.0) -> None:
        """Let it save, close and end."""
        self.stop_file.touch()
        if self.process is None:
            return
        try:
            self.process.wait(deadline_seconds)
        except subprocess.TimeoutExpired as error:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            raise LedgerError(
                f"{type(self).__name__} was told to save, close and end, and did not in {deadline_seconds:.0f} s; "
                f"it was ended by force; look at the last lines of {self.log}"
            ) from error

    def check(self, served_by: str, moment: float | None = None) -> dict[str, Any]:
        """Compare the log with the disk of the cluster that serves now."""
        ifs = pathlib.Path(self.status["clusters"][served_by]["ifs"])
        return check(read_log(self.log), ifs / "data" / "sales" / self.subfolder, moment)


class KernelClient(Client):
    """The Linux kernel's own SMB client, in User Mode Linux. With `cached` it also writes a file that is never flushed."""

    cached = False
    #: What a careful administrator mounts with; empty for what mount.cifs does by itself.
    mount_options = "hard,noserverino"
    #: What runs in the guest: PROGRAM FOLDER LOG STOP OPTIONS.
    program = HERE / "writer.py"

    def program_options(self) -> list[str]:
        """Return what the program is given beyond folder, log and stop file: words without spaces and commas."""
        subfolder = ["--subfolder", self.subfolder] if self.subfolder else []
        return ["--interval", str(self.interval_seconds), *subfolder, *(["--cached"] if self.cached else [])]

    def command(self) -> list[str]:
        kernel = fetch_uml.fetch()
        smb = self.status["smb"]
        credentials = self.folder / "credentials"
        credentials.touch(mode=0o600)
        credentials.write_text(f"username={smb['user']}\npassword={smb['password']}\n", encoding="utf-8")
        argv = [
            "env",
            f"TMPDIR={self.folder}",
            f"HOME={self.folder}",
            str(kernel),
            f"mem={GUEST_MEMORY}",
            "umid=ledger",
            f"uml_dir={self.folder}",
            "root=/dev/root",
            "rootfstype=hostfs",
            "rootflags=/",
            "ro",
            f"init={HERE / 'guest-init'}",
            "con=null",
            "con0=fd:0,fd:1",
            "vec0:transport=raw,ifname=uml0,depth=128",
            f"ledger_folder={self.folder}",
            f"ledger_program={self.program}",
            f"ledger_modules={fetch_uml.modules()}",
            f"ledger_address={GUEST_ADDRESS}",
            f"ledger_share=//{smb['fqdn']}/{smb['share']}",
            f"ledger_mount={self.mount_options}",
            f"ledger_options={','.join(self.program_options())}",
        ]
        return self.enter("client2", argv)


class SmbprotocolClient(Client):
    """An SMB client in Python, quick to start and precise in its log."""

    def command(self) -> list[str]:
        smb = self.status["smb"]
        argv = [
            sys.executable,
            str(HERE / "smbprotocol_writer.py"),
            smb["fqdn"],
            smb["share"],
            smb["user"],
            smb["password"],
        ]
        argv += [str(self.log), str(self.stop_file), "--resolver", self.status["dns"]["data_address"]]
        argv += ["--interval", str(self.interval_seconds), "--subfolder", self.subfolder]
        return self.enter("client1", argv)
