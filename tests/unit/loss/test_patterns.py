# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The applications of the loss test write what the checker looks for, and the checker sees each kind of damage."""

from __future__ import annotations

import errno
import pathlib
from collections.abc import Callable

import pytest
from ledger.event_log import Log, parse
from loss import contents, patterns, witnesses
from loss.checker import CHECKS, Fate, Window, pause, witness
from loss.patterns import PATTERNS, Diary
from loss.places import Handle, MountedPlace, Place
from loss.witnesses import WITNESSES

TURNS = 30


class Failing(MountedPlace):
    """A folder of which some calls fail, as those of a share do during a failover."""

    def __init__(self, folder: str, broken: Callable[[], bool]) -> None:
        super().__init__(folder)
        self.broken = broken

    def open(self, name: str, create: bool) -> Handle:
        if self.broken():
            raise OSError(errno.EHOSTDOWN, "injected")
        return super().open(name, create)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = lambda seconds: type("Pace", (), {"wait": lambda self: None})()  # noqa: E731
    for module in (patterns, witnesses):
        monkeypatch.setattr(module, "Pace", pace)
    monkeypatch.setattr(patterns, "RETRY_SECONDS", 0)
    monkeypatch.setattr(witnesses, "POLL_SECONDS", 0)


def run(name: str, folder: pathlib.Path, place: Place | None = None) -> list[dict[str, object]]:
    """Let one application take some turns; return its events."""
    (folder / name).mkdir(exist_ok=True)
    left = iter(range(TURNS))
    log = folder / f"{name}.log"
    PATTERNS[name](place or MountedPlace(str(folder)), Diary(Log(str(log))), lambda: next(left, None) is None)
    return parse(log.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", list(PATTERNS))
def test_all_that_was_acknowledged_is_found(name: str, tmp_path: pathlib.Path) -> None:
    fate = CHECKS[name](run(name, tmp_path), tmp_path)
    assert fate.acknowledged >= TURNS - patterns.OPEN_FILES
    assert (fate.lost, fate.torn) == ((), ())


@pytest.mark.parametrize("name", list(PATTERNS))
def test_what_fails_is_not_acknowledged_and_harms_nothing(name: str, tmp_path: pathlib.Path) -> None:
    calls = iter(range(10000))
    events = run(name, tmp_path, Failing(str(tmp_path), lambda: next(calls) % 3 == 0))
    assert any(event["event"] == "failed" and event["errno"] == errno.EHOSTDOWN for event in events)
    fate = CHECKS[name](events, tmp_path)
    assert fate.acknowledged > 0
    assert (fate.lost, fate.torn) == ((), ())


def damaged(path: pathlib.Path) -> None:
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "file", "number"),
    [
        ("append", "file.bin", 0),
        ("create", patterns.name_of(7), 7),
        ("rename", patterns.name_of(7), 7),
        ("close", patterns.name_of(7), 7),
        ("sequential", "file.bin", 0),
    ],
)
def test_a_missing_file_is_lost_and_a_changed_byte_is_torn(
    name: str, file: str, number: int, tmp_path: pathlib.Path
) -> None:
    events = run(name, tmp_path)
    path = tmp_path / name / file
    damaged(path)
    assert CHECKS[name](events, tmp_path).torn == (number,)
    path.unlink()
    assert number in CHECKS[name](events, tmp_path).lost


def test_the_end_of_a_file_that_is_missing_is_lost(tmp_path: pathlib.Path) -> None:
    events = run("append", tmp_path)
    file = tmp_path / "append/file.bin"
    file.write_bytes(file.read_bytes()[: 20 * patterns.RECORD])
    assert CHECKS["append"](events, tmp_path) == Fate(TURNS, tuple(range(20, TURNS)), ())


def test_an_old_version_in_the_place_of_an_acknowledged_one_is_lost(tmp_path: pathlib.Path) -> None:
    events = run("rename", tmp_path)
    file = tmp_path / "rename" / patterns.name_of(3)
    file.write_bytes(contents.make("old", 3, patterns.small_size(3)))
    assert CHECKS["rename"](events, tmp_path).lost == (3,)
    unacknowledged = [e for e in events if not (e["event"] == "acknowledged" and e["number"] == 3)]
    assert CHECKS["rename"](unacknowledged, tmp_path).lost == ()


def test_a_file_that_was_only_created_must_be_there(tmp_path: pathlib.Path) -> None:
    (tmp_path / "create").mkdir()
    events = [{"event": "created", "number": 1, "time": 1.0}]
    assert CHECKS["create"](events, tmp_path).lost == (1,)
    (tmp_path / "create" / patterns.name_of(1)).touch()
    assert CHECKS["create"](events, tmp_path).lost == ()


def test_a_pause_counts_where_it_touches_the_failover() -> None:
    events = [{"event": "acknowledged", "time": t, "monotonic": t} for t in (0.0, 50.0, 51.0, 60.0, 61.0)]
    assert pause(events, Window(55.0, 70.0)) == (9.0, 51.0)


def run_witness(name: str, folder: pathlib.Path) -> list[dict[str, object]]:
    """Let a witness live through one failover; return its events."""
    (folder / name).mkdir()
    log, polls = folder / f"{name}.log", iter(range(1000))
    moments = {"begin": 0, "dark": 0, "end": 40}

    def come(moment: str, failover: int) -> bool:
        return failover == 1 and next(polls) >= moments[moment]

    WITNESSES[name](MountedPlace(str(folder)), Log(str(log)), come, lambda: next(polls) > 80)
    return parse(log.read_text(encoding="utf-8"))


def test_witnesses_say_what_became_of_what_nobody_promised(tmp_path: pathlib.Path) -> None:
    events = {name: run_witness(name, tmp_path) for name in WITNESSES}
    found = witness(events, tmp_path, 1)
    assert found["never_flushed"]["written"] > 0
    assert (found["never_flushed"]["missing"], found["never_flushed"]["close_errno"]) == (0, 0)
    assert found["unsaved_edit"] == {"errno": 0, "close_errno": 0, "intact": True}
    assert found["created_in_the_dark"]["intact"]
    file = tmp_path / "never_flushed/1.bin"
    file.write_bytes(file.read_bytes()[:-4096])
    (tmp_path / "unsaved_edit/1.bin").write_bytes(b"")
    (tmp_path / "created_in_the_dark/1.bin").unlink()
    found = witness(events, tmp_path, 1)
    assert found["never_flushed"]["missing"] == 1
    assert not found["unsaved_edit"]["intact"] and not found["created_in_the_dark"]["intact"]
    assert witness(events, tmp_path, 2) == {}
