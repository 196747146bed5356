# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare what the applications of a client were told with what the disk of the serving cluster holds."""

from __future__ import annotations

import itertools
import pathlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.event_log import parse

from loss import contents, patterns, witnesses

Events = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Fate:
    """What became of the acknowledged writes of one pattern. Lost: nothing, or the old is there; torn: something else."""

    acknowledged: int
    lost: tuple[int, ...]
    torn: tuple[int, ...]


def read_events(folder: pathlib.Path) -> dict[str, Events]:
    """Return the events of each application of a client; read before the disk, so that all acknowledged is on it."""
    found = {}
    for name in (*patterns.PATTERNS, *witnesses.WITNESSES):
        log = folder / ("ledger.log" if name == "append" else f"{name}.log")
        found[name] = parse(log.read_text(encoding="utf-8", errors="replace")) if log.exists() else []
    return found


def numbers(events: Events, name: str) -> list[int]:
    """Return the numbers of the events of a name, each once."""
    return list(dict.fromkeys(event["number"] for event in events if event["event"] == name))


def _fate(acknowledged: Iterable[int], state_of: Callable[[int], str]) -> Fate:
    states = {number: state_of(number) for number in acknowledged}
    lost = tuple(number for number, state in states.items() if state == "lost")
    torn = tuple(number for number, state in states.items() if state == "torn")
    return Fate(len(states), lost, torn)


def _read(path: pathlib.Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def check_append(events: Events, folder: pathlib.Path) -> Fate:
    """Every acknowledged record is at its place."""
    data, size = _read(folder / "append/file.bin"), patterns.RECORD
    return _fate(
        numbers(events, "acknowledged"),
        lambda n: contents.state(data[n * size : (n + 1) * size], contents.make("append", n, size)),
    )


def check_create(events: Events, folder: pathlib.Path) -> Fate:
    """Every file that was created is there, and holds what was flushed."""
    flushed = set(numbers(events, "acknowledged"))

    def state_of(number: int) -> str:
        path = folder / "create" / patterns.name_of(number)
        if not path.exists():
            return "lost"
        if number not in flushed:
            return "found"
        return contents.state(path.read_bytes(), contents.make("create", number, patterns.small_size(number)))

    return _fate(numbers(events, "created"), state_of)


def check_rename(events: Events, folder: pathlib.Path) -> Fate:
    """The new version is in the old one's place where that was acknowledged; else one of the two is, whole."""
    renamed = set(numbers(events, "acknowledged"))

    def state_of(number: int) -> str:
        name, size = patterns.name_of(number), patterns.small_size(number)
        data = _read(folder / "rename" / name)
        if data == contents.make("new", number, size):
            left = number in renamed and (folder / "rename" / f"{name}.tmp").exists()
            return "torn" if left else "found"
        if data == contents.make("old", number, size):
            return "lost" if number in renamed else "found"
        return "torn" if data else "lost"

    return _fate(numbers(events, "old"), state_of)


def check_close(events: Events, folder: pathlib.Path) -> Fate:
    """Every file whose close() succeeded is whole."""

    def state_of(number: int) -> str:
        name = f"close {number}"
        wanted = b"".join(contents.make(name, record, patterns.RECORD) for record in range(patterns.RECORDS_A_FILE))
        return contents.state(_read(folder / "close" / patterns.name_of(number)), wanted)

    return _fate(numbers(events, "acknowledged"), state_of)


def check_sequential(events: Events, folder: pathlib.Path) -> Fate:
    """Every block up to the last flush is at its place."""
    data, size = _read(folder / "sequential/file.bin"), patterns.BLOCK
    return _fate(
        range(max(numbers(events, "acknowledged"), default=0)),
        lambda n: contents.state(data[n * size : (n + 1) * size], contents.make("sequential", n, size)),
    )


CHECKS: dict[str, Callable[[Events, pathlib.Path], Fate]] = {
    "append": check_append,
    "create": check_create,
    "rename": check_rename,
    "close": check_close,
    "sequential": check_sequential,
}


@dataclass(frozen=True)
class Window:
    """The time of one failover, in seconds since 1970."""

    started: float
    ended: float

    def holds(self, event: Mapping[str, Any]) -> bool:
        return self.started <= event["time"] <= self.ended


def pause(events: Events, window: Window) -> tuple[float, float]:
    """Return the longest time without an acknowledgement that touches a window, in seconds, and when it began."""
    told = [event for event in events if event["event"] == "acknowledged"]
    gaps = [
        (float(later["monotonic"] - earlier["monotonic"]), float(earlier["time"]))
        for earlier, later in itertools.pairwise(told)
        if later["time"] >= window.started and earlier["time"] <= window.ended
    ]
    return max(gaps, default=(0.0, 0.0))


def witness(events: Mapping[str, Events], folder: pathlib.Path, failover: int) -> dict[str, Any]:
    """Return the fate of what nobody promised to keep, in one failover; nothing where a witness did not get that far."""

    def last(name: str, event_name: str) -> Mapping[str, Any] | None:
        found = [e for e in events[name] if e["event"] == event_name and e["failover"] == failover]
        return found[-1] if found else None

    def pieces(name: str, count: int) -> list[bool]:
        """Say of each piece of a file whether it is there."""
        data, size = _read(folder / name), witnesses.RECORD
        return [data[n * size : (n + 1) * size] == contents.make(name, n, size) for n in range(count)]

    found: dict[str, Any] = {}
    closed = last("never_flushed", "closed")
    if closed is not None:
        name = f"never_flushed/{failover}.bin"
        written = sum(e["event"] == "written" and e["failover"] == failover for e in events["never_flushed"])
        missing = pieces(name, written).count(False)
        failures = [e["errno"] for e in events["never_flushed"] if e["event"] == "failed" and e["failover"] == failover]
        found["never_flushed"] = {
            "written": written,
            "missing": missing,
            "close_errno": closed["errno"],
            "write_errnos": sorted(set(failures)),
        }
    saved = last("unsaved_edit", "saved")
    if saved is not None:
        name = f"unsaved_edit/{failover}.bin"
        intact = all(pieces(name, witnesses.EDIT_RECORDS + 1))
        found["unsaved_edit"] = {"errno": saved["errno"], "close_errno": saved["close_errno"], "intact": intact}
    created = last("created_in_the_dark", "created")
    if created is not None:
        name = f"created_in_the_dark/{failover}.bin"
        found["created_in_the_dark"] = {
            "errno": created["errno"],
            "seconds": created["seconds"],
            "intact": all(pieces(name, 1)),
        }
    return found
