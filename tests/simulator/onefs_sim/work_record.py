# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster was busy with, from when to when: calls, commands on all nodes, jobs, network changes; what is left of a time is its caller's."""

from __future__ import annotations

import collections
import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

KEPT_WORKS = 50000
KINDS = ("call", "command", "job", "network")


class WorkRecord:
    """The newest works that ended, by the clock that all clusters of a pair share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._works: collections.deque[dict[str, Any]] = collections.deque(maxlen=KEPT_WORKS)

    def note(self, kind: str, what: str, began: float, fields: Sequence[str] = ()) -> None:
        """Take a work that ends now; `began` is a moment of the monotonic clock, `fields` what a call changes."""
        ended = time.monotonic()
        with self._lock:
            self._works.append({"kind": kind, "what": what, "began": began, "ended": ended, "fields": list(fields)})

    @contextlib.contextmanager
    def noted(self, kind: str, what: str, fields: Sequence[str] = ()) -> Iterator[None]:
        """Take what is done meanwhile, however it ends."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.note(kind, what, began, fields)

    def since(self, moment: float) -> list[dict[str, Any]]:
        """Return the works that ended at a moment or later, in the order of their ends."""
        with self._lock:
            return [dict(work) for work in self._works if work["ended"] >= moment]
