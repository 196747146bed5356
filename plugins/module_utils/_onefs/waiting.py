# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for a state, with a deadline.

Private to the collection. Nothing here waits for time to pass: a state is polled until it is reached.
"""

from __future__ import annotations

import random
import time
import typing as t

from .errors import NotReached
from .pace import spoken_seconds
from .progress import PassingLine, Progress

# A wait that is over sooner than this is not worth a line; after that, a line when something changes, but not too often, and now
# and then.
QUIET_SECONDS = 1.0
CHANGED_SECONDS = 1.0
REPEAT_SECONDS = 5.0
# A wait that has lasted long is looked at more rarely: what that adds stays below a hundredth of it.
LATER_BY = 0.01
MOST_SECONDS_BETWEEN = 2.0

_dice = random.Random()


def scattered(seconds: float, dice: random.Random = _dice) -> float:
    """Return about so many seconds: runs that were refused together are not to come back together."""
    return seconds * dice.uniform(0.5, 1.5)


def wait_until(
    probe: t.Callable[[], bool],
    deadline_seconds: float,
    interval_seconds: float,
    progress: Progress,
    describe: t.Callable[[], str],
    clock: t.Callable[[], float] = time.monotonic,
    sleep: t.Callable[[float], None] = time.sleep,
) -> float:
    """Call ``probe`` until it is true; returns the seconds it took, or raises :class:`NotReached`.

    The probe is asked at least once, and once more at the deadline; in between every ``interval_seconds``, and ever more calmly where it
    takes long: a replication of an hour is not asked ten times a second. Whoever answers slowly has as long a rest, up to that interval.
    ``describe`` is asked after the probe, so it may say what the probe has just seen.
    """
    started = clock()
    told: str | None = None
    told_at = started
    while True:
        asked = clock()
        if probe():
            return clock() - started
        now = clock()
        waited = now - started
        if asked - started >= deadline_seconds:
            raise NotReached(
                f"Waited {deadline_seconds:g} s for {describe()}: it was not reached. "
                "Look at the named part of the cluster, and run the same command again; it goes on from the state it finds."
            )
        if waited >= QUIET_SECONDS:
            line = describe()
            if told is None or now - told_at >= (REPEAT_SECONDS if line == told else CHANGED_SECONDS):
                # Short: on a terminal of 80 columns there must be room for what is waited for.
                progress(PassingLine(f"waiting {waited:.0f} s of {spoken_seconds(deadline_seconds)}: {line}"))
                told, told_at = line, now
        calm = max(interval_seconds, min(waited * LATER_BY, MOST_SECONDS_BETWEEN))
        took = now - asked
        sleep(max(0.0, min(max(calm - took, min(took, calm)), deadline_seconds - waited)))
