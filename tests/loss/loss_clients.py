# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two clients of the loss test: the Linux kernel's and smbprotocol, each with all applications at once."""

from __future__ import annotations

import os
import pathlib
import shutil
import sys
import time
from typing import Any

from ledger.clients import Client, KernelClient, LedgerError
from ledger.event_log import parse

from loss import patterns, witnesses
from loss.application import LEDGER
from loss.checker import CHECKS, Fate, read_events, witness

HERE = pathlib.Path(__file__).resolve().parent
POLL_SECONDS = 0.2
TAIL_BYTES = 4096
#: What the two are called in the results.
KERNEL, SMBPROTOCOL = "kernel", "smbprotocol"


class Applications(Client):
    """All applications of one client, in a folder of the share of their own."""

    #: Name of the folder in the share.
    subfolder = ""

    def share(self, cluster: str) -> pathlib.Path:
        """Return the folder on a cluster's disk."""
        return pathlib.Path(self.status["clusters"][cluster]["ifs"]) / "data" / "sales" / self.subfolder

    def start_on(self, cluster: str) -> None:
        """Start writing to the cluster that serves."""
        for name in (*patterns.PATTERNS, *witnesses.WITNESSES):
            (self.share(cluster) / name).mkdir(parents=True, exist_ok=True)
            (self.share(cluster) / name).chmod(0o777)
        self.share(cluster).chmod(0o777)
        self.start()

    def mark(self, moment: str, failover: int) -> None:
        """Let the applications know that a moment of a failover has come."""
        (self.folder / f"{moment}-{failover}").touch()

    def wait_for(self, name: str, event: str, failover: int, deadline_seconds: float) -> bool:
        """Wait until a witness has written something down about a failover; says whether it did."""
        deadline = time.monotonic() + deadline_seconds
        while not any(e["event"] == event and e["failover"] == failover for e in self._last_events(name)):
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True

    def _last_events(self, name: str) -> list[dict[str, Any]]:
        """Return the events that an application wrote down last; all that it has written would take long to read."""
        with open(self.folder / f"{name}.log", "rb") as log:
            log.seek(max(log.seek(0, os.SEEK_END) - TAIL_BYTES, 0))
            lines = log.read().decode(errors="replace").splitlines()
        return [event for event in parse("\n".join(lines)) if "failover" in event]

    def came_back(self, records: int, deadline_seconds: float) -> bool:
        """Wait for so many more acknowledged records; says whether they came."""
        try:
            self.wait_until_acknowledged(self.acknowledged() + records, deadline_seconds)
        except LedgerError:
            return False
        return True

    def last_words(self) -> float:
        """Return when any of the applications last wrote anything down, in seconds since 1970."""
        return max((file.stat().st_mtime for file in self.folder.glob("*.log")), default=0.0)

    def fates(self, cluster: str) -> dict[str, Fate]:
        """Return what became of all that was acknowledged so far."""
        events = read_events(self.folder)
        return {name: check(events[name], self.share(cluster)) for name, check in CHECKS.items()}

    def witnessed(self, cluster: str, failover: int) -> dict[str, object]:
        """Return the fate of what nobody promised to keep."""
        return witness(read_events(self.folder), self.share(cluster), failover)

    def remove(self, cluster: str) -> None:
        """Remove what was written, and the logs."""
        shutil.rmtree(self.share(cluster), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class KernelApplications(Applications, KernelClient):
    """All applications in the guest."""

    program = HERE / "application.py"

    def program_options(self) -> list[str]:
        return ["--subfolder", self.subfolder]


class SmbprotocolApplications(Applications):
    """All applications in one process of Python, each with a connection of its own."""

    def command(self) -> list[str]:
        smb = self.status["smb"]
        argv = ["env", f"LOSS_PASSWORD={smb['password']}", f"PATH={os.environ['PATH']}", sys.executable]
        argv += [str(HERE / "application.py"), self.subfolder, str(self.log), str(self.stop_file)]
        argv += ["--smb", smb["fqdn"], smb["share"], smb["user"], "--resolver", self.status["dns"]["data_address"]]
        return self.enter("client1", argv)


CLIENTS: dict[str, type[Applications]] = {KERNEL: KernelApplications, SMBPROTOCOL: SmbprotocolApplications}
assert LEDGER in patterns.PATTERNS
