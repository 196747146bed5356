# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator sees of a task: in a terminal, in a job's output, and beside a callback that writes one document."""

from __future__ import annotations

import io
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.progress import PassingLine
from ansible_collections.seamless.smb_failover.plugins.plugin_utils.live_display import ERASE_LINE, RULE, LiveDisplay


class RecordingScreen:
    """Keeps what goes to standard output, to standard error and to the log file."""

    columns = 40

    def __init__(self) -> None:
        self.out, self.err, self.log = io.StringIO(), io.StringIO(), io.StringIO()

    def display(
        self, msg: str, *, stderr: bool = False, screen_only: bool = False, log_only: bool = False, newline: bool = True
    ) -> None:
        text = msg + "\n" * newline
        if not log_only:
            (self.err if stderr else self.out).write(text)
        if not screen_only:
            self.log.write(text)


@pytest.fixture
def screen() -> RecordingScreen:
    return RecordingScreen()


class Clock:
    """Time that passes when the test says so."""

    now = 50.0

    def __call__(self) -> float:
        return self.now


def tell(screen: RecordingScreen, terminal: bool, callback: str = "default") -> None:
    clock = Clock()
    live = LiveDisplay(screen, terminal, callback, clock)
    live.line("192.0.2.11: reading")
    for seconds in (1, 7):
        clock.now += 6
        live.line(PassingLine(f"waiting {seconds} s of 9 s: the addresses of a pool with a long name to go"))
    live.line("192.0.2.11: gone")


def test_in_a_job_each_line_stays(screen: RecordingScreen) -> None:
    tell(screen, terminal=False)
    lines = screen.out.getvalue().splitlines()
    assert [line.split(":")[0].strip() for line in lines] == [
        "192.0.2.11",
        "waiting 1 s of 9 s",
        "waiting 7 s of 9 s",
        "192.0.2.11",
    ]
    assert "\x1b" not in screen.out.getvalue()


def test_in_a_terminal_a_passing_line_gives_way(screen: RecordingScreen) -> None:
    tell(screen, terminal=True)
    written = screen.out.getvalue()
    passing = [part for part in written.split("\r\x1b[K") if part.startswith("    waiting")]
    assert len(passing) == 2
    # A longer one would wrap, and could not be taken back.
    assert all(len(part) == screen.columns - 1 and "\n" not in part for part in passing)
    assert written.endswith("\r\x1b[K    192.0.2.11: gone\n")
    assert screen.log.getvalue().count("to go\n") == 2, "the log keeps them whole"


@pytest.mark.parametrize("callback", ["json", "ansible.posix.json", "ansible.posix.jsonl"])
def test_a_callback_that_writes_a_document_is_not_spoiled(screen: RecordingScreen, callback: str) -> None:
    live = LiveDisplay(screen, terminal=True, callback=callback)
    tell(screen, terminal=True, callback=callback)
    live.banner("CLIENTS WAIT FROM HERE")
    live.ended(1.0, failed=False)
    assert screen.out.getvalue() == ""
    assert "waiting 7 s of 9 s" in screen.err.getvalue() and "CLIENTS WAIT" in screen.err.getvalue()


def test_a_banner_stands_between_rules(screen: RecordingScreen) -> None:
    live = LiveDisplay(screen, terminal=False, callback="default")
    live.banner("  CLIENTS WAIT FROM HERE\n  until newyork is online\n")
    assert screen.out.getvalue().splitlines() == [RULE, "CLIENTS WAIT FROM HERE", "until newyork is online", RULE]
    assert len(RULE) <= 80


@pytest.mark.parametrize(
    ("seconds", "failed", "line"),
    [(0.01, False, ""), (1.26, False, "    done after 1.3 s\n"), (0.01, True, "    failed after 0.0 s\n")],
)
def test_an_end_is_told_where_somebody_waited(screen: RecordingScreen, seconds: float, failed: bool, line: Any) -> None:
    LiveDisplay(screen, terminal=False, callback="default").ended(seconds, failed)
    assert screen.out.getvalue() == line


@pytest.mark.parametrize("terminal", [True, False])
def test_no_line_steers_the_terminal(screen: RecordingScreen, terminal: bool) -> None:
    live = LiveDisplay(screen, terminal=terminal, callback="default")
    hostile = "a\x1b[2J\rok: [localhost]\u202e\u2028b"
    live.line(hostile)
    live.line(PassingLine("\x1b]0;x\x07"))
    live.banner(f"first\n{hostile}")
    for written in (screen.out.getvalue().replace(ERASE_LINE, ""), screen.log.getvalue().replace(ERASE_LINE, "")):
        assert all(line.isprintable() for line in written.split("\n"))
        assert r"a\x1b[2J\rok: [localhost]\u202e\u2028b" in written


def test_without_a_terminal_a_wait_is_told_at_a_calm_pace(screen: RecordingScreen) -> None:
    clock = Clock()
    live = LiveDisplay(screen, terminal=False, callback="default", clock=clock)
    for second in range(21):
        clock.now = 50.0 + second
        live.line(PassingLine(f"waiting {second} s of 30 s: a job"))
    live.line("done")
    assert screen.out.getvalue().splitlines() == [
        *(f"    waiting {second} s of 30 s: a job" for second in (0, 5, 10, 15, 20)),
        "    done",
    ]


def test_a_name_of_wide_characters_does_not_wrap(screen: RecordingScreen) -> None:
    live = LiveDisplay(screen, terminal=True, callback="default")
    live.line(PassingLine("waiting for " + "売上" * 40))
    shown = screen.out.getvalue().removeprefix(ERASE_LINE)
    assert shown.endswith("…")
    assert screen.columns - 2 <= sum(2 if char in "売上" else 1 for char in shown) <= screen.columns - 1


LONG = "  names: sales.example.com, files.example.com from 198.51.100.11"


def test_a_long_line_breaks_between_words_in_a_terminal_and_is_whole_in_the_log(screen: RecordingScreen) -> None:
    LiveDisplay(screen, True, "default").line(LONG)
    assert screen.out.getvalue().splitlines() == [
        "      names: sales.example.com,",
        "        files.example.com from",
        "        198.51.100.11",
    ]
    assert screen.log.getvalue() == f"    {LONG}\n"


@pytest.mark.parametrize(("terminal", "callback"), [(False, "default"), (True, "ansible.posix.json")])
def test_a_long_line_stays_one_line_where_nobody_reads_it_on_a_terminal(
    screen: RecordingScreen, terminal: bool, callback: str
) -> None:
    LiveDisplay(screen, terminal, callback).line(LONG)
    assert (screen.out.getvalue() or screen.err.getvalue()) == f"    {LONG}\n"


def test_a_path_that_is_longer_than_the_terminal_stays_in_one_piece(screen: RecordingScreen) -> None:
    path = "/ifs/data/sales/" + "folder-" * 6
    LiveDisplay(screen, True, "default").line(f"written: {path}")
    assert screen.out.getvalue().splitlines()[-1].strip() == path


def test_a_banner_breaks_between_words_in_a_terminal_and_nowhere_else(screen: RecordingScreen) -> None:
    text = "SAFE TO SAVE: newyork serves access zone sales, and SyncIQ protects it again."
    LiveDisplay(screen, True, "default").banner(text)
    rows = screen.out.getvalue().splitlines()[1:-1]
    assert len(rows) > 1 and all(len(row) < screen.columns for row in rows)
    assert " ".join(row.strip() for row in rows) == text
    other = RecordingScreen()
    LiveDisplay(other, False, "default").banner(text)
    assert other.out.getvalue().splitlines() == [RULE, text, RULE]
