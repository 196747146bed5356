# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast something goes, and about how long it still takes, from what was seen of it so far.

Private to the collection. Where there is no basis for a figure none is given.
"""

from __future__ import annotations

import collections
import time
import typing as t

# The pace of the last while counts: a job that slowed down does not finish at the pace of its beginning.
WINDOW_SECONDS = 30.0
# What was seen for less than this says nothing about the rest.
LEAST_BASIS_SECONDS = 2.0

Seen = tuple[float, float]  # at which second, how much was done


def rate(seen: t.Sequence[Seen]) -> float | None:
    """Return how much is done in a second, or None where too little was seen or nothing moved."""
    if not seen or seen[-1][0] - seen[0][0] < LEAST_BASIS_SECONDS or seen[-1][1] <= seen[0][1]:
        return None
    return (seen[-1][1] - seen[0][1]) / (seen[-1][0] - seen[0][0])


def seconds_left(seen: t.Sequence[Seen], total: float | None) -> float | None:
    """Return how long the rest takes at the pace so far, or None where that can't be said."""
    pace = rate(seen)
    if pace is None or total is None or total <= seen[-1][1]:
        return None
    return (total - seen[-1][1]) / pace


def spoken_seconds(seconds: float) -> str:
    """Say a time as exactly as an estimate is: 8 s, 40 s, 5 min, 3 h."""
    if seconds < 10:
        return f"{max(1, round(seconds))} s"
    if seconds < 90:
        return f"{round(seconds / 5) * 5} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h"


def spoken_bytes(count: float) -> str:
    """Say a number of bytes with three digits."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} bytes" if unit == "bytes" else f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


class Pace:
    """Remembers how far something was, and says how far it is, how fast it goes and about how long it still takes."""

    def __init__(self, spoken: t.Callable[[float], str] = "{:g}".format, clock: t.Callable[[], float] = time.monotonic):
        self._spoken = spoken
        self._clock = clock
        self._seen: collections.deque[Seen] = collections.deque()

    def saw(self, done: float) -> None:
        """Take what is done by now; less than before means that something else began."""
        now = self._clock()
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[0][0] > WINDOW_SECONDS:
            self._seen.popleft()

    def so_far(self, total: float | None = None) -> str:
        """Say how much is done, of how much where that is known, and at which rate."""
        done = self._seen[-1][1] if self._seen else 0.0
        of_total = f" of {self._spoken(total)}" if total is not None and total > done else ""
        pace = rate(self._seen)
        return f"{self._spoken(done)}{of_total}" + (f", {self._spoken(pace)}/s" if pace is not None else "")

    def left(self, total: float | None) -> str:
        """Say about how long the rest takes, nothing where there is no basis; begins with a comma."""
        seconds = seconds_left(self._seen, total)
        return "" if seconds is None else f", about {spoken_seconds(seconds)} left"
