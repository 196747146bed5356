# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of a ledger client: one event a line, in JSON. Standard library only: the guest knows no packages."""

from __future__ import annotations

import json
import os
import time
from typing import Any

ACKNOWLEDGED = b'{"event": "acknowledged"'


class Log:
    """A log that is whole up to its last line, whenever the machine stops."""

    def __init__(self, path: str) -> None:
        torn = _ends_within_a_line(path)
        self._stream = open(path, "a", encoding="utf-8", buffering=1)  # noqa: SIM115 (open as long as the process)
        if torn:
            self._stream.write("\n")

    def write(self, event: str, **fields: object) -> None:
        """Write one event with both clocks: one to compare with other machines, one that nobody can set."""
        moment = {"time": round(time.time(), 4), "monotonic": round(time.monotonic(), 4)}
        self._stream.write(json.dumps({"event": event, **moment, **fields}) + "\n")


def _ends_within_a_line(path: str) -> bool:
    """Say whether the last writer died in the middle of a line."""
    if not os.path.exists(path) or os.path.getsize(path) == 0:
        return False
    with open(path, "rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read() != b"\n"


def parse(text: str) -> list[dict[str, Any]]:
    """Return the events. A torn last line is left out; a torn line before it becomes an event of its own."""
    lines = text.splitlines()
    events: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        try:
            events.append(json.loads(line))
        except ValueError:
            if number < len(lines):
                events.append({"event": "torn", "line": number})
    return events
