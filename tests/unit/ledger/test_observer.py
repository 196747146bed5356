# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The observer calls two writers what they are, and counts the time in which nobody serves."""

from __future__ import annotations

from typing import Any

from live.observer import Observation


def cluster(serves: bool, writable: bool) -> dict[str, Any]:
    return {"addresses": ["198.51.100.11"] if serves else [], "writable": writable}


def test_a_zone_that_lacks_an_address_is_not_whole_again_before_the_last_one_is_up() -> None:
    observation = Observation()
    for second, addresses in enumerate((2, 1, 0, 1, 2, 2)):
        serving = {"addresses": ["198.51.100.11", "198.51.100.12"][:addresses], "writable": True}
        observation.note(float(second), {"boston": serving})
    assert observation.lacking == [(1.0, 4.0)]
    assert observation.dark == [(2.0, 3.0)]


def seen(*samples: tuple[tuple[bool, bool], tuple[bool, bool]]) -> Observation:
    observation = Observation()
    for second, (boston, newyork) in enumerate(samples):
        observation.note(float(second), {"boston": cluster(*boston), "newyork": cluster(*newyork)})
    return observation


def test_two_that_serve_and_may_be_written_are_a_violation() -> None:
    found = seen(((True, True), (False, False)), ((True, True), (True, True)))
    assert [moment for moment, _serving in found.two_writers] == [1.0]


def test_one_that_serves_read_only_is_no_writer() -> None:
    assert seen(((True, False), (True, True)), ((True, True), (True, False))).two_writers == []


def test_dark_is_counted_from_the_first_sample_without_a_writer() -> None:
    dark, served = ((False, True), (True, False)), ((True, True), (False, False))
    assert seen(served, dark, dark, dark, served, dark).longest_dark_seconds == 2.0
