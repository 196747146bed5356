# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a policy's schedule lets it run: the subset of OneFS's schedule texts that the simulator understands."""

from __future__ import annotations

import re
from dataclasses import dataclass

WHEN_MODIFIED = "when-source-modified"
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_EVERY = re.compile(r"every (?:(\d{1,4}) )?(minute|hour|day)s?(?: at (\d{1,2}):(\d{2})(?: ?(AM|PM))?)?", re.IGNORECASE)


class BadSchedule(Exception):
    """A schedule that means nothing, or that is not simulated."""


@dataclass(frozen=True)
class Every:
    """Again and again, counted from midnight (UTC), so that a restart changes nothing."""

    interval_seconds: int
    offset_seconds: int = 0

    def next_after(self, moment: float) -> int:
        """Return the first time after a moment, in seconds since 1970."""
        return int((moment - self.offset_seconds) // self.interval_seconds + 1) * self.interval_seconds + (
            self.offset_seconds
        )


@dataclass(frozen=True)
class WhenModified:
    """After each change of the source, when the policy's delay is over."""


Schedule = Every | WhenModified | None


def parse(text: str) -> Schedule:
    """Read a schedule: empty (by hand only), `when-source-modified`, `every 2 hours`, `every 1 days at 12:00 PM`."""
    if not text:
        return None
    if text == WHEN_MODIFIED:
        return WhenModified()
    if text == "when-snapshot-taken":
        raise BadSchedule("Schedule 'when-snapshot-taken' is not simulated: snapshots do not start policies here")
    found = _EVERY.fullmatch(text.strip())
    if found is None:
        raise BadSchedule(f"Invalid schedule '{text}'")
    number, unit, hour_text, minute_text, half = found.groups()
    count = int(number or 1)
    if not count:
        raise BadSchedule(f"Invalid schedule '{text}'")
    offset = 0
    if hour_text:
        hour, minute = int(hour_text), int(minute_text)
        if unit.lower() != "day" or minute > 59 or hour > (12 if half else 23) or (half and not hour):
            raise BadSchedule(f"Invalid schedule '{text}'")
        if half:
            hour = hour % 12 + (12 if half.upper() == "PM" else 0)
        offset = hour * 3600 + minute * 60
    return Every(count * _SECONDS[unit.lower()], offset)
