# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can't be meant is refused before anything changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from running_pair import RunningPair, failover


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("refused", "--prerequisites") as running:
        yield running


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["failover_access_zone=legal"], "has no access zone 'legal'"),
        (["failover_target=boston"], "Name two clusters"),
        (
            ["failover_access_zone=", '{"failover_pools": ["groupnet0.subnet1.nope"]}'],
            "no IP pool 'groupnet0.subnet1.nope'",
        ),
    ],
)
def test_bad_input_is_refused_before_anything_changes(pair: RunningPair, arguments: list[str], words: str) -> None:
    before = pair.configuration()
    run = pair.play("failover", *failover("boston", "newyork", *arguments))
    assert run.returncode != 0
    assert words in run.stdout
    assert pair.configuration() == before
