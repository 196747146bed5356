# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The licences of a cluster: each in the state that a tester chose."""

from __future__ import annotations

import datetime
import threading

from .allocation import Document
from .clock import ClusterClock

MODULES = ("OneFS", "SmartConnect Advanced", "SyncIQ", "SnapshotIQ", "SmartQuotas")
STATUSES = ("Unlicensed", "Licensed", "Expired", "Evaluation", "Evaluation Expired")
#: How long ago an expired licence ran out, and how long an evaluation has still to go.
_DAYS = 30


class Licenses:
    """Status of each licensed module."""

    def __init__(self, clock: ClusterClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._statuses = dict.fromkeys(MODULES, "Licensed")

    def set_status(self, name: str, status: str) -> None:
        """Choose a module's status. ValueError names the choices."""
        if name not in MODULES:
            raise ValueError(f"there is no licence '{name}'; there are {', '.join(MODULES)}")
        if status not in STATUSES:
            raise ValueError(f"a licence is never '{status}'; it is one of {', '.join(STATUSES)}")
        with self._lock:
            self._statuses[name] = status

    def permits(self, name: str) -> bool:
        """Whether a module may be used."""
        return self._statuses[name] in ("Licensed", "Evaluation")

    def documents(self) -> list[Document]:
        return [self.document(name) for name in MODULES]

    def document(self, name: str) -> Document:
        """Show one licence; one that never ends has no expiration."""
        status = self._statuses[name]
        expired, evaluates = status.endswith("Expired"), status == "Evaluation"
        document: Document = {
            "expired_alert": expired,
            "expiring_alert": evaluates,
            "id": name,
            "name": name,
            "status": status,
            "tiers": [],
        }
        if expired or evaluates:
            today = datetime.datetime.fromtimestamp(self._clock.now(), datetime.UTC).date()
            ends = today + datetime.timedelta(days=-_DAYS if expired else _DAYS)
            document["expiration"] = ends.isoformat()
            document["days_since_expiry" if expired else "days_to_expiry"] = _DAYS
        return document
