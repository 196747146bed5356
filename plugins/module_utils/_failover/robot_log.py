# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the synthetic client of a drill saw: its events, and what follows from them. Private to the collection; pure functions."""

from __future__ import annotations

import json
import typing as t
from dataclasses import dataclass

RECORD_BYTES = 64


def record(number: int) -> bytes:
    """Return the record of a number; no two are alike, so that none passes for another."""
    return f"{number:012d} seamless.smb_failover drill".encode().ljust(RECORD_BYTES - 1) + b"\n"


def lost_records(content: bytes, acknowledged: t.Iterable[int]) -> list[int]:
    """Return the numbers of acknowledged records that a file does not have at their place."""
    return [
        number
        for number in acknowledged
        if content[number * RECORD_BYTES : (number + 1) * RECORD_BYTES] != record(number)
    ]


@dataclass(frozen=True)
class Mark:
    """A moment (epoch seconds) from which on pauses belong to a part of the drill."""

    name: str
    at: float


@dataclass(frozen=True)
class Pause:
    """The longest time in which nothing was acknowledged."""

    seconds: float
    began: float


def parse(text: str) -> list[dict[str, t.Any]]:
    """Return the events of a log; a line that is being written is left out."""
    events = []
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            events.append(event)
    return events


def longest_pause(times: t.Sequence[float], begin: float, end: float) -> Pause | None:
    """Return the longest pause that began within a time; None where nothing was acknowledged in it and after."""
    pauses = [
        Pause(round(after - before, 3), before) for before, after in zip(times, times[1:]) if begin <= before < end
    ]
    return max(pauses, key=lambda pause: pause.seconds, default=None)


def summarise(events: t.Sequence[t.Mapping[str, t.Any]], marks: t.Sequence[Mark]) -> dict[str, t.Any]:
    """Return what the client saw, with the longest pause from each mark to the next one."""
    acknowledged = [event for event in events if event.get("event") == "acknowledged"]
    times = [float(event["at"]) for event in acknowledged]
    ending = next((event for event in events if event.get("event") == "ended"), None)
    pauses: dict[str, float | None] = {}
    for mark, end in zip(marks, [*(mark.at for mark in marks[1:]), float("inf")]):
        found = longest_pause(times, mark.at, end)
        pauses[mark.name] = found.seconds if found else None
    return {
        "acknowledged": len(acknowledged),
        "addresses": list(dict.fromkeys(str(event.get("address")) for event in acknowledged)),
        "errors": sum(event.get("event") == "error" for event in events),
        "last_error": next((str(e.get("text")) for e in reversed(events) if e.get("event") == "error"), ""),
        "pauses": pauses,
        # Where the client did not come to its end nobody has compared anything.
        "lost": None if ending is None else ending.get("lost"),
        "removed": bool(ending and ending.get("removed")),
    }
