# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sessions of all nodes come in pages that go on over the end of a node; every call can be made slow."""

from __future__ import annotations

from typing import Any

import pytest
from onefs_sim.ports import SmbSession

SESSIONS = "/platform/11/protocols/smb/sessions"


def test_pages_go_on_over_the_end_of_a_node(pair: Any) -> None:
    one, other = pair.nodes["boston"]
    one.sessions = [SmbSession(number, f"198.51.100.{number}", "alice", 0) for number in range(1, 6)]
    other.sessions = [SmbSession(number, f"198.51.100.{100 + number}", "bob", 0) for number in range(1, 4)]
    caller = pair.caller("boston")
    answer = caller.get(f"{SESSIONS}?lnn=all&limit=4")
    pages = [[(node["lnn"], len(node["sessions"]), node["total"]) for node in answer["nodes"]]]
    while answer["resume"]:
        answer = caller.get(f"{SESSIONS}?resume={answer['resume']}")
        assert answer["total"] == 8
        pages.append([(node["lnn"], len(node["sessions"]), node["total"]) for node in answer["nodes"]])
    assert pages == [[(1, 4, 5)], [(1, 1, 5), (2, 3, 3)]]


def test_a_node_without_sessions_is_told_of_once(pair: Any) -> None:
    one, other = pair.nodes["boston"]
    caller = pair.caller("boston")
    assert [node["lnn"] for node in caller.get(f"{SESSIONS}?lnn=all")["nodes"]] == [1, 2]
    one.sessions = [SmbSession(number, "198.51.100.1", "alice", 0) for number in (1, 2)]
    answer = caller.get(f"{SESSIONS}?lnn=all&limit=1")
    assert [node["lnn"] for node in answer["nodes"]] == [1]
    last = caller.get(f"{SESSIONS}?resume={answer['resume']}")
    assert ([node["lnn"] for node in last["nodes"]], last["resume"]) == ([1, 2], None)
    assert other.sessions == []


def test_a_cluster_can_take_longer_for_every_call(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    front = pair.boston._front
    waited: list[float] = []
    monkeypatch.setattr(front.stopping, "wait", waited.append)
    pair.caller("boston").get("/platform/latest")
    assert waited == []
    front.latency_seconds = 0.05
    pair.caller("boston").get("/platform/latest")
    assert waited == [0.05]
