# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which calls a cluster's API was last asked for, in their order, as an access log would have them."""

from __future__ import annotations

import collections
import threading
import time
from typing import Any

KEPT_CALLS = 5000


class CallRecord:
    """The newest calls, each with its moment by the clock that all clusters of a pair share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: collections.deque[dict[str, Any]] = collections.deque(maxlen=KEPT_CALLS)

    def note(self, method: str, target: str) -> None:
        """Take one call, before anything is done about it; `target` is the path with its query."""
        with self._lock:
            self._calls.append({"at": time.monotonic(), "method": method, "target": target})

    def since(self, moment: float) -> list[dict[str, Any]]:
        """Return the calls that came at a moment or later."""
        with self._lock:
            return [dict(call) for call in self._calls if call["at"] >= moment]
