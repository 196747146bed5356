# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at both clusters many times a second, knows nothing of the failover, and says who could be written to when."""

from __future__ import annotations

import pathlib
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from onefs_sim.control import ask

INTERVAL_SECONDS = 0.02


@dataclass
class Observation:
    """What was seen of one access zone. A writer is a cluster that serves the zone at an address and lets clients write."""

    samples: int = 0
    two_writers: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    dark_since: float | None = None
    longest_dark_seconds: float = 0.0
    #: When nobody could be written to, each from when to when, by the machine's monotonic clock.
    dark: list[tuple[float, float]] = field(default_factory=list)
    #: When writers had fewer addresses than before, the dark included.
    lacking: list[tuple[float, float]] = field(default_factory=list)
    lacking_since: float | None = None
    most_addresses: int = 0

    def note(self, now: float, serving: dict[str, Any]) -> None:
        """Take one sample: cluster to addresses and whether it may be written."""
        self.samples += 1
        writers = [name for name, one in serving.items() if one["addresses"] and one["writable"]]
        if len(writers) > 1:
            self.two_writers.append((now, serving))
        self._note_addresses(now, sum(len(serving[name]["addresses"]) for name in writers))
        if writers:
            if self.dark_since is not None:
                self.dark.append((self.dark_since, now))
            self.dark_since = None
        else:
            self.dark_since = now if self.dark_since is None else self.dark_since
            self.longest_dark_seconds = max(self.longest_dark_seconds, now - self.dark_since)

    def _note_addresses(self, now: float, addresses: int) -> None:
        self.most_addresses = max(self.most_addresses, addresses)
        if addresses < self.most_addresses:
            self.lacking_since = now if self.lacking_since is None else self.lacking_since
        elif self.lacking_since is not None:
            self.lacking.append((self.lacking_since, now))
            self.lacking_since = None


class Observer:
    """Samples a zone of a pair in a thread of its own for as long as it is entered."""

    def __init__(self, state_dir: pathlib.Path, zone: str) -> None:
        self._control = state_dir / "control"
        self._zone = zone
        self._stop = threading.Event()
        self._trouble: list[BaseException] = []
        self._thread = threading.Thread(target=self._watch, name="observer", daemon=True)
        self.seen = Observation()

    def __enter__(self) -> Observation:
        self._thread.start()
        return self.seen

    def __exit__(self, *exc_info: object) -> None:
        self._stop.set()
        self._thread.join()
        if self._trouble:
            raise self._trouble[0]

    def _watch(self) -> None:
        try:
            while not self._stop.wait(INTERVAL_SECONDS):
                answer = ask(self._control, {"verb": "serving"})
                self.seen.note(time.monotonic(), {name: zones[self._zone] for name, zones in answer.items()})
        except BaseException as error:
            self._trouble.append(error)
