# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever is done to a log shows: a line changed, taken out, put in, moved, and the end cut off."""

from __future__ import annotations

import json
import pathlib
import stat
import subprocess

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.event_chain import (
    BEGINNING,
    ChainHead,
    check_chain,
    compare_with_head,
    files_noted,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.event_log import append_event, read_head


@pytest.fixture
def log(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "report" / "events.jsonl"
    for step in ("plan", "fence", "prove", "online", "verify"):
        append_event(str(path), "step_started", task=step)
        append_event(str(path), "step_ended", task=step, seconds=0.5, changed=True)
    return path


def faults(content: bytes, head: ChainHead) -> str:
    return "\n".join([*check_chain(content).faults, *compare_with_head(content, head, "report.json")])


def test_a_log_that_nobody_touched_is_whole(log: pathlib.Path) -> None:
    check = check_chain(log.read_bytes())
    assert (check.faults, check.head.count, len(check.events)) == ((), 10, 10)
    assert check.head == read_head(str(log))
    assert faults(log.read_bytes(), check.head) == ""
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


def test_it_can_be_followed_by_hand(log: pathlib.Path) -> None:
    command = f"sed -n 4p {log} | tr -d '\\n' | sha256sum"
    by_hand = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout.split()[0]
    assert json.loads(log.read_text(encoding="ascii").splitlines()[4])["previous_sha256"] == by_hand


def test_a_changed_line_shows(log: pathlib.Path) -> None:
    head = read_head(str(log))
    lines = log.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b"0.5", b"0.1")
    assert "line 5 does not follow line 4" in faults(b"".join(lines), head)


def test_the_last_line_shows_by_what_the_report_holds(log: pathlib.Path) -> None:
    head = read_head(str(log))
    content = log.read_bytes().replace(b'"task":"verify","seconds":0.5', b'"task":"verify","seconds":0.1')
    assert check_chain(content).faults == ()
    assert "line 10 is not the one of which report.json speaks" in faults(content, head)


@pytest.mark.parametrize("first", [0, 4])
def test_a_line_that_was_taken_out_shows(log: pathlib.Path, first: int) -> None:
    head = read_head(str(log))
    lines = log.read_bytes().splitlines(keepends=True)
    del lines[first]
    told = faults(b"".join(lines), head)
    assert f"line {first + 1} does not follow" in told and "its end was cut off" in told
    assert len(told.split("\n")) == 2


def test_lines_that_were_moved_show(log: pathlib.Path) -> None:
    head = read_head(str(log))
    lines = log.read_bytes().splitlines(keepends=True)
    lines[4], lines[5] = lines[5], lines[4]
    told = faults(b"".join(lines), head)
    assert all(f"line {number} does not follow" in told for number in (5, 6, 7))


def test_a_line_that_was_put_in_shows(log: pathlib.Path) -> None:
    head = read_head(str(log))
    lines = log.read_bytes().splitlines(keepends=True)
    lines.insert(6, lines[5])
    assert "line 7 does not follow line 6" in faults(b"".join(lines), head)


@pytest.mark.parametrize("left", [0, 1, 9])
def test_a_cut_end_shows_by_what_the_report_holds(log: pathlib.Path, left: int) -> None:
    head = read_head(str(log))
    content = b"".join(log.read_bytes().splitlines(keepends=True)[:left])
    assert check_chain(content).faults == ()
    assert f"speaks of 10 lines, the log has {left}: its end was cut off" in faults(content, head)


def test_a_log_that_was_written_anew_does_not_fit_the_report(log: pathlib.Path) -> None:
    head = read_head(str(log))
    log.unlink()
    for _step in range(10):
        append_event(str(log), "step_ended", task="all is well")
    assert check_chain(log.read_bytes()).faults == ()
    assert "line 10 is not the one" in faults(log.read_bytes(), head)


def test_what_was_added_since_is_no_fault(log: pathlib.Path) -> None:
    head = read_head(str(log))
    append_event(str(log), "message", text="a later run")
    assert faults(log.read_bytes(), head) == ""
    assert head != read_head(str(log))


def test_a_line_that_was_torn_shows_and_the_next_ones_are_chained(log: pathlib.Path) -> None:
    log.write_bytes(log.read_bytes()[:-20])
    assert "the log was cut off inside it" in check_chain(log.read_bytes()).faults[0]
    append_event(str(log), "message", text="the next run")
    check = check_chain(log.read_bytes())
    assert check.faults == ("line 10 is no event: it was changed, or never written whole",)
    assert check.events[-1]["number"] == 11


def test_hostile_words_stay_on_their_line(log: pathlib.Path) -> None:
    hostile = 'x\n{"number":1}\r\x1b[2J\u202e {{ lookup("pipe", "id") }}'
    append_event(str(log), "message", text=hostile)
    check = check_chain(log.read_bytes())
    assert (check.faults, check.events[-1]["text"]) == ((), hostile)
    assert b"\x1b" not in log.read_bytes()


def test_a_log_does_not_follow_a_link(tmp_path: pathlib.Path) -> None:
    (tmp_path / "events.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=r"symbolic|loop"):
        append_event(str(tmp_path / "events.jsonl"), "message", text="x")
    assert not (tmp_path / "elsewhere").exists()


def test_files_are_known_by_what_was_noted_last() -> None:
    events = [{"kind": "files_written", "files": {"a": "1", "b": "2"}}, {"kind": "files_written", "files": {"a": "3"}}]
    assert files_noted(events) == {"a": "3", "b": "2"}
    assert check_chain(b"").head == ChainHead(0, BEGINNING)
