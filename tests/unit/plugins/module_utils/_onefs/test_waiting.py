# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import NotReached
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.waiting import wait_until


class Clock:
    """Time that passes only while somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def wait(clock: Clock, reached_after: float, deadline: float, interval: float, lines: list[str]) -> float:
    started = clock.now
    return wait_until(
        lambda: clock.now - started >= reached_after,
        deadline,
        interval,
        lines.append,
        lambda: "the state",
        clock=clock,
        sleep=clock.sleep,
    )


def test_what_already_holds_is_not_waited_for() -> None:
    clock = Clock()
    assert wait(clock, 0, 10, 1, []) == 0
    assert clock.pauses == []


def test_returns_how_long_it_took() -> None:
    assert wait(Clock(), 2.5, 10, 0.5, []) == pytest.approx(2.5)


def test_the_deadline_is_kept_and_asked_once_more() -> None:
    clock = Clock()
    assert wait(clock, 1.0, 1.0, 0.7, []) == pytest.approx(1.0)
    with pytest.raises(NotReached, match="Waited 1 s for the state"):
        wait(Clock(), 1.1, 1.0, 0.7, [])


def test_a_deadline_of_nothing_asks_once() -> None:
    with pytest.raises(NotReached):
        wait(Clock(), 1, 0, 1, [])


def test_short_waits_are_quiet_long_ones_are_told_now_and_then() -> None:
    lines: list[str] = []
    wait(Clock(), 0.9, 60, 0.1, lines)
    assert lines == []
    wait(Clock(), 35, 60, 0.5, lines)
    assert len(lines) == 7
    assert lines[0] == "waiting 1 s of 60 s: the state"
    assert lines[-1] == "waiting 31 s of 60 s: the state"


def test_a_long_wait_is_looked_at_ever_more_calmly() -> None:
    clock = Clock()
    waited = wait(clock, 3600, 7200, 0.05, [])
    assert clock.pauses[:5] == [0.05] * 5
    assert max(clock.pauses) == 2.0
    assert waited <= 3602
    assert len(clock.pauses) < 2500
    short = Clock()
    assert wait(short, 30, 60, 0.05, []) <= 30 * 1.01


def test_what_changes_at_each_look_is_told_once_a_second() -> None:
    clock, lines = Clock(), list[str]()
    looks = iter(range(1000))
    wait_until(lambda: clock.now >= 110, 60, 0.1, lines.append, lambda: f"{next(looks)} bytes", clock, clock.sleep)
    assert 8 <= len(lines) <= 10


@pytest.mark.parametrize(
    ("took", "rest"), [(0.0, 0.1), (0.02, 0.08), (0.05, 0.05), (0.08, 0.08), (0.1, 0.1), (2.0, 0.1)]
)
def test_what_answers_slowly_has_as_long_a_rest_up_to_the_interval(took: float, rest: float) -> None:
    clock = Clock()

    def probe() -> bool:
        clock.now += took
        return len(clock.pauses) == 3

    wait_until(probe, 9.0, 0.1, lambda _line: None, lambda: "the state", clock, clock.sleep)
    assert clock.pauses == pytest.approx([rest] * 3)
