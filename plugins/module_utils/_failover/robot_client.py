# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The synthetic client of a drill: writes numbered records to a share by its name, without a pause, until it is told to stop.

Private to the collection. It behaves like a patient application: what breaks is connected again, by name, and what was not
acknowledged is written once more. At the end it reads its file back, compares every record, and removes the file.
"""

from __future__ import annotations

import contextlib
import json
import pathlib
import time
import typing as t

from .._onefs.errors import OnefsError
from .._onefs.smb_files import ShareFiles
from .robot_log import lost_records, record
from .service_check import resolve

#: What a drill leaves when it is killed bears this name, and the next one removes it.
PREFIX = "seamless-robot-"
INTERVAL_SECONDS = 0.05
RETRY_SECONDS = 0.1
# How long the end may take where nobody serves.
END_SECONDS = 60.0


class RobotClient:
    """Writes until ``stops`` says so."""

    def __init__(
        self,
        name: str,
        share: str,
        account: tuple[str, str],
        dns_servers: t.Sequence[str],
        log: pathlib.Path,
        stops: t.Callable[[], bool],
        file: str,
    ) -> None:
        """Keep what is needed; nothing is sent yet."""
        self._name, self._share, self._account = name, share, account
        self._dns_servers = list(dns_servers)
        self._log = log
        self._stops = stops
        self._file = file
        self._files: ShareFiles | None = None

    def run(self) -> None:
        """Write until the end, then compare and remove."""
        number = 0
        self._until_done(self._remove_older, self._stops)
        while not self._stops():
            if self._until_done(lambda n=number: self._write(n), self._stops):  # type: ignore[misc]
                self._note("acknowledged", number=number, address=self._files.address if self._files else "")
                number += 1
            time.sleep(INTERVAL_SECONDS)
        end = time.monotonic() + END_SECONDS
        lost: list[int] = []
        compared = self._until_done(lambda: lost.extend(self._compare(number)), lambda: time.monotonic() > end)
        removed = self._until_done(self._remove, lambda: time.monotonic() > end)
        self._disconnect()
        self._note("ended", lost=len(lost) if compared else None, removed=removed)

    def _write(self, number: int) -> None:
        data = record(number)
        self._connected().write(self._file, data, number * len(data))

    def _compare(self, acknowledged: int) -> list[int]:
        content = self._connected().read(self._file) if acknowledged else b""
        return lost_records(content, range(acknowledged))

    def _remove(self) -> None:
        if self._connected().exists(self._file):
            self._connected().delete(self._file)

    def _remove_older(self) -> None:
        for name in self._connected().names(f"{PREFIX}*"):
            self._connected().delete(name)

    def _until_done(self, operation: t.Callable[[], None], gives_up: t.Callable[[], bool]) -> bool:
        while True:
            try:
                operation()
            except OnefsError as error:
                self._note("error", text=error.message[:300])
                self._disconnect()
                if gives_up():
                    return False
                time.sleep(RETRY_SECONDS)
            else:
                return True

    def _connected(self) -> ShareFiles:
        """Ask DNS for the name, and connect to the first address that serves the share."""
        if self._files is not None:
            return self._files
        addresses, trouble = resolve(self._name, self._dns_servers)
        last = OnefsError(
            f"Looking for the addresses of {self._name} at {', '.join(self._dns_servers) or 'the resolvers of this machine'}: "
            f"{trouble.rstrip('. ')}. Look at the members of its pool, and who answers for that name."
        )
        for address in sorted(addresses):
            try:
                files = ShareFiles(address, self._share, *self._account)
                files.__enter__()
            except OnefsError as error:
                last = error
            else:
                self._files = files
                return files
        raise last

    def _disconnect(self) -> None:
        files, self._files = self._files, None
        if files is not None:
            with contextlib.suppress(OSError):
                files.drop()

    def _note(self, event: str, **more: t.Any) -> None:
        with open(self._log, "a", encoding="utf-8") as stream:
            stream.write(json.dumps({"event": event, "at": round(time.time(), 4), **more}) + "\n")
