# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of a run as a chain: each line holds the SHA-256 of the line before it. Private to the collection; pure.

A line that was changed, taken out or moved no longer fits the next one. The end of a log can only be checked against something that
is kept elsewhere: how many lines there were, and the hash of the last one (the head).
"""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import dataclass

#: What the first line holds in place of the hash of the one before it.
BEGINNING = "0" * 64

# The kind of the line that names the other files of a report, with their hashes.
FILES_WRITTEN = "files_written"


@dataclass(frozen=True)
class ChainHead:
    """Where a log stands: how many lines it has, and the SHA-256 of the last one."""

    count: int
    sha256: str


@dataclass(frozen=True)
class ChainCheck:
    """What a log says of itself, as far as it is whole."""

    head: ChainHead
    faults: tuple[str, ...]
    events: tuple[t.Mapping[str, t.Any], ...]


def hash_of(line: bytes) -> str:
    """Return the SHA-256 of a line, without its line break."""
    return hashlib.sha256(line).hexdigest()


def make_line(number: int, previous_sha256: str, event: t.Mapping[str, t.Any]) -> bytes:
    """Return an event as a line of the log, without a line break."""
    whole = {"number": number, **event, "previous_sha256": previous_sha256}
    return json.dumps(whole, ensure_ascii=True, separators=(",", ":"), default=str).encode("ascii")


def check_chain(content: bytes) -> ChainCheck:
    """Return where a log stands and each place at which it is not whole, in words."""
    lines = content.split(b"\n")
    faults: list[str] = []
    if lines[-1]:
        faults.append(f"line {len(lines)} has no end: the log was cut off inside it")
    else:
        lines.pop()
    previous, counted, events = BEGINNING, 0, []
    for number, line in enumerate(lines, start=1):
        event = _event(line)
        # What a line calls itself is compared with the one before it, so that one gap is told once.
        counted += 1
        if event is None:
            faults.append(f"line {number} is no event: it was changed, or never written whole")
        else:
            events.append(event)
            faults += _faults_of(number, event, previous, counted)
            counted = event["number"] if isinstance(event.get("number"), int) else counted
        previous = hash_of(line)
    return ChainCheck(ChainHead(len(lines), previous), tuple(faults), tuple(events))


def compare_with_head(content: bytes, noted: ChainHead, where: str) -> list[str]:
    """Say whether a log still holds what it held when its head was noted; lines that were added since are none of its business."""
    lines = content.split(b"\n")[:-1]
    if len(lines) < noted.count:
        return [f"{where} speaks of {noted.count} lines, the log has {len(lines)}: its end was cut off"]
    found = hash_of(lines[noted.count - 1]) if noted.count else BEGINNING
    if found != noted.sha256:
        return [
            f"line {noted.count} is not the one of which {where} speaks: it was changed, or lines went or came before it"
        ]
    return []


def files_noted(events: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, str]:
    """Return the SHA-256 of each file as the log last noted it."""
    found: dict[str, str] = {}
    for event in events:
        noted = event.get("files")
        if event.get("kind") == FILES_WRITTEN and isinstance(noted, dict):
            found.update({str(name): str(digest) for name, digest in noted.items()})
    return found


def _event(line: bytes) -> dict[str, t.Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def _faults_of(number: int, event: t.Mapping[str, t.Any], previous: str, counted: int) -> list[str]:
    if event.get("previous_sha256") != previous:
        before = f"line {number - 1}" if number > 1 else "the beginning"
        return [
            f"line {number} does not follow {before}: one of them was changed, or lines went, came or were moved between them"
        ]
    if event.get("number") != counted:
        return [f"line {number} calls itself number {event.get('number')!r}"]
    return []
