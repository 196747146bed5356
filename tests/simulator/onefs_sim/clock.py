# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The time that a cluster believes it is: what all its answers, headers and records show."""

from __future__ import annotations

import time


class ClusterClock:
    """The real time plus an offset, which a tester may change while the cluster runs."""

    def __init__(self) -> None:
        self.offset_seconds = 0.0

    def now(self) -> float:
        """Return the seconds since 1970, by this cluster's clock."""
        return time.time() + self.offset_seconds
