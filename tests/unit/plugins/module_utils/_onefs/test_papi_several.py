# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several clusters or nodes are asked at the same time: none waits for another."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import MOST_AT_ONCE, on_each

NODES = 8


def test_nobody_waits_for_another() -> None:
    # Each answers only when all are being asked.
    met = threading.Barrier(NODES, timeout=20)
    sessions = {lnn: f"session {lnn}" for lnn in range(NODES, 0, -1)}

    def ask(session: str) -> str:
        met.wait()
        return session.upper()

    answers = on_each(sessions, ask)
    assert list(answers.items()) == [(lnn, f"SESSION {lnn}") for lnn in range(NODES, 0, -1)]


def test_not_more_than_a_few_at_once() -> None:
    met = threading.Barrier(MOST_AT_ONCE + 1, timeout=0.5)
    with pytest.raises(threading.BrokenBarrierError):
        on_each({lnn: lnn for lnn in range(MOST_AT_ONCE + 1)}, lambda _session: met.wait())


def test_the_error_of_the_first_is_told_after_all_were_asked() -> None:
    asked = []

    def ask(session: int) -> None:
        asked.append(session)
        raise ValueError(str(session))

    with pytest.raises(ValueError, match="^1$"):
        on_each({lnn: lnn for lnn in (1, 2, 3)}, ask)
    assert sorted(asked) == [1, 2, 3]


def test_nobody_is_asked_where_there_is_nobody() -> None:
    assert on_each({}, str) == {}
