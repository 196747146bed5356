# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare what a client was told with what the target's disk holds."""

from __future__ import annotations

import argparse
import itertools
import json
import pathlib
import sys
from collections.abc import Sequence
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import records


def read_log(path: pathlib.Path) -> list[dict[str, Any]]:
    """Return the events; a last line that was torn when the client died is left out."""
    events = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:
            break
    return events


def check(events: Sequence[dict[str, Any]], folder: pathlib.Path) -> dict[str, Any]:
    """Return how many records were acknowledged, and what became of each; `folder` is on the disk that serves now."""
    file = folder / records.FILE
    data = file.read_bytes() if file.exists() else b""
    acknowledged = [event for event in events if event["event"] == "acknowledged"]
    states = [records.state(data, event["sequence"]) for event in acknowledged]
    pauses = [
        (later["time"] - earlier["time"], earlier["time"], later["time"])
        for earlier, later in itertools.pairwise(acknowledged)
    ]
    longest = max(pauses, default=(0.0, 0.0, 0.0))
    mounts = sum(event["event"] == "mounted" for event in events)
    return {
        "acknowledged": len(acknowledged),
        "found": states.count("found"),
        "lost": states.count("lost"),
        "corrupted": states.count("corrupted"),
        "longest_pause_seconds": round(longest[0], 3),
        "longest_pause_started": longest[1],
        "longest_pause_ended": longest[2],
        "acknowledged_before_pause": sum(event["time"] <= longest[1] for event in acknowledged),
        "acknowledged_after_pause": sum(event["time"] >= longest[2] for event in acknowledged),
        "remounts": max(mounts - 1, 0),
        "errors": sum(event["event"] == "error" for event in events),
        "servers": list(dict.fromkeys(event["server"] for event in acknowledged if event.get("server"))),
        "edited_file": _edited(events, folder),
    }


def _edited(events: Sequence[dict[str, Any]], folder: pathlib.Path) -> dict[str, Any]:
    """Say whether the file that was edited before and saved after is whole, and what `close` told its application."""
    saved = next((event for event in events if event["event"] == "saved"), None)
    file = folder / records.DOCUMENT
    content = file.read_bytes() if file.exists() else b""
    return {"saved": saved is not None and saved["errno"] == 0, "intact": content == records.EDIT + records.SAVE}


def main() -> int:
    """Print the result; exit 1 where something acknowledged is missing or wrong."""
    parser = argparse.ArgumentParser(description="Compare a ledger client's log with the files on a disk.")
    parser.add_argument("log", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    result = check(read_log(options.log), options.folder)
    print(json.dumps(result, indent=2))
    return 1 if result["lost"] or result["corrupted"] else 0


if __name__ == "__main__":
    sys.exit(main())
