# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare what a client was told with what the target's disk holds."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import itertools
import json
import pathlib
import sys
from collections.abc import Sequence
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import event_log
import records


@dataclasses.dataclass(frozen=True)
class Pause:
    """A time without acknowledgements."""

    seconds: float
    started: float
    ended: float


def read_log(path: pathlib.Path) -> list[dict[str, Any]]:
    """Return the events of a log."""
    return event_log.parse(path.read_text(encoding="utf-8", errors="replace"))


def check(events: Sequence[dict[str, Any]], folder: pathlib.Path, moment: float | None = None) -> dict[str, Any]:
    """Return how many records were acknowledged, and what became of each; `folder` is on the disk that serves now.

    With a `moment` (seconds since 1970) the acknowledgements before and after it are counted too.
    """
    file = folder / records.FILE
    data = file.read_bytes() if file.exists() else b""
    told = [event for event in events if event["event"] == "acknowledged"]
    # A record that was acknowledged twice is one record.
    acknowledged = list({event["sequence"]: event for event in reversed(told)}.values())[::-1]
    states = [records.state(data, event["sequence"]) for event in acknowledged]
    pause = longest_pause(acknowledged)
    result = {
        "acknowledged": len(acknowledged),
        "found": states.count("found"),
        "lost": states.count("lost"),
        "corrupted": states.count("corrupted"),
        "acknowledged_twice": len(told) - len(acknowledged),
        "torn_lines": _count(events, "torn"),
        "longest_pause_seconds": round(pause.seconds, 3),
        "longest_pause_started": pause.started,
        "longest_pause_ended": pause.ended,
        "acknowledged_before_pause": sum(event["time"] <= pause.started for event in acknowledged),
        "acknowledged_after_pause": sum(event["time"] >= pause.ended for event in acknowledged),
        "silent_at_end_seconds": _silent_at_end(events, acknowledged),
        "closed": any(event["event"] == "close" and event["errno"] == 0 for event in events),
        "remounts": remounts(events),
        "reopened": _count(events, "reopened"),
        "errors": _count(events, "error"),
        "servers": list(dict.fromkeys(event["server"] for event in acknowledged if event.get("server"))),
        "edited_file": _edited(events, folder),
    }
    if _count(events, "cached"):
        result["cached_file"] = _cached(events, folder)
    if moment is not None:
        result["acknowledged_before"] = sum(event["time"] < moment for event in acknowledged)
        result["acknowledged_after"] = sum(event["time"] >= moment for event in acknowledged)
    return result


def longest_pause(acknowledged: Sequence[dict[str, Any]]) -> Pause:
    """Return the longest time between two acknowledgements; its length by the clock that nobody sets."""
    pauses = [
        Pause(_seconds(earlier, later), earlier["time"], later["time"])
        for earlier, later in itertools.pairwise(acknowledged)
    ]
    return max(pauses, key=lambda pause: pause.seconds, default=Pause(0.0, 0.0, 0.0))


def remounts(events: Sequence[dict[str, Any]]) -> int:
    """Return how often a share was mounted again: as logged, and as the kernel's number of the mount betrays."""
    again = max(_count(events, "mounted") - 1, 0)
    mounts = {event["mount"] for event in events if event.get("mount")}
    return max(again, len(mounts) - 1, 0)


def _seconds(earlier: dict[str, Any], later: dict[str, Any]) -> float:
    clock = "monotonic" if "monotonic" in earlier and "monotonic" in later else "time"
    elapsed = float(later[clock] - earlier[clock])
    # A machine that was started in between began to count anew.
    return elapsed if elapsed >= 0 else float(later["time"] - earlier["time"])


def _count(events: Sequence[dict[str, Any]], name: str) -> int:
    return sum(event["event"] == name for event in events)


def _silent_at_end(events: Sequence[dict[str, Any]], acknowledged: Sequence[dict[str, Any]]) -> float:
    """Return how long the client still ran after its last acknowledgement: a client that never came back shows here."""
    times = [event["time"] for event in events if "time" in event]
    return round(max(times[-1] - acknowledged[-1]["time"], 0.0), 3) if acknowledged else 0.0


def _edited(events: Sequence[dict[str, Any]], folder: pathlib.Path) -> dict[str, Any]:
    """Say what the application heard when it saved and closed its edited file, and whether that is whole."""
    saved = next((event for event in events if event["event"] == "saved"), None)
    file = folder / records.DOCUMENT
    found = hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""
    return {"saved": saved is not None and saved["errno"] == 0, "intact": found == records.document_sha256()}


def _cached(events: Sequence[dict[str, Any]], folder: pathlib.Path) -> dict[str, Any]:
    """Return the fate of what an application wrote and never flushed, and what close() told it."""
    file = folder / records.CACHED
    data = file.read_bytes() if file.exists() else b""
    written = [event["sequence"] for event in events if event["event"] == "cached"]
    missing = sum(records.state(data, sequence) != "found" for sequence in written)
    closed = next((event["errno"] for event in events if event["event"] == "cached_closed"), None)
    return {"written": len(written), "missing": missing, "close_errno": closed}


def main() -> int:
    """Print the result; exit 1 where something acknowledged is missing or wrong."""
    parser = argparse.ArgumentParser(description="Compare a ledger client's log with the files on a disk.")
    parser.add_argument("log", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--moment", type=float, help="count acknowledgements before and after it (seconds since 1970)")
    options = parser.parse_args()
    result = check(read_log(options.log), options.folder, options.moment)
    print(json.dumps(result, indent=2))
    return 1 if result["lost"] or result["corrupted"] else 0


if __name__ == "__main__":
    sys.exit(main())
