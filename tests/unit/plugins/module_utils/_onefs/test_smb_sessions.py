# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many sessions are ended by several at once, each on its own node, and not by more than a node can bear."""

from __future__ import annotations

import json
import threading
import typing as t

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import smb
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import NodesMissing, PapiError
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb import (
    ENDED_AT_ONCE,
    NodeSessions,
    Session,
    end_sessions,
    open_file_from_answer,
)

HOSTS = {1: "192.0.2.11", 2: "192.0.2.12"}


class Nodes:
    """What was ended where; each ends a session when as many are asked at once as are expected."""

    def __init__(self, at_once: int) -> None:
        self.ended: list[tuple[str, str]] = []
        self.refusals: dict[str, PapiError] = {}
        self.now = self.most = 0
        self.lock = threading.Lock()
        self.together = threading.Barrier(at_once, timeout=20)

    def delete(self, papi: PapiSession, path: str, repeatable: bool = True, **query: t.Any) -> None:
        del repeatable
        assert not query
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.together.wait()
        with self.lock:
            self.now -= 1
            self.ended.append((papi.connection.host, path.rpartition("/")[2]))
        if refusal := self.refusals.get(path.rpartition("/")[2]):
            raise refusal


def session(lnn: int, number: int) -> Session:
    return Session(lnn, number, "198.51.100.101", "writer", 0, 0)


@pytest.fixture
def nodes(monkeypatch: pytest.MonkeyPatch) -> t.Callable[[int], tuple[Nodes, NodeSessions]]:
    def make(at_once: int) -> tuple[Nodes, NodeSessions]:
        found = Nodes(at_once)

        def delete(papi: PapiSession, path: str, **query: t.Any) -> None:
            found.delete(papi, path, **query)

        monkeypatch.setattr(PapiSession, "delete", delete)
        return found, NodeSessions(PapiSession(Connection(host="192.0.2.10", user="svc", password="pass")), HOSTS)

    return make


def test_many_sessions_are_ended_by_several_at_once(nodes: t.Any) -> None:
    asked, sessions = nodes(2 * ENDED_AT_ONCE)
    held = [session(lnn, number) for number in range(10 * ENDED_AT_ONCE) for lnn in HOSTS]
    end_sessions(sessions, held)
    assert sorted(asked.ended) == sorted((HOSTS[one.lnn], str(one.id)) for one in held)
    assert asked.most == 2 * ENDED_AT_ONCE


def test_a_few_need_no_help(nodes: t.Any) -> None:
    asked, sessions = nodes(1)
    end_sessions(sessions, [session(1, 7), session(1, 8), session(1, 9)])
    assert asked.ended == [(HOSTS[1], "7"), (HOSTS[1], "8"), (HOSTS[1], "9")]
    end_sessions(sessions, [])


def test_one_that_is_gone_is_as_good_and_another_refusal_is_told(nodes: t.Any) -> None:
    asked, sessions = nodes(1)
    asked.refusals["7"] = PapiError(404, "AEC_NOT_FOUND", "gone", "DELETE", smb.ALL_SESSIONS, HOSTS[1])
    end_sessions(sessions, [session(1, 7), session(1, 8)])
    assert [number for _host, number in asked.ended] == ["7", "8"]
    asked.refusals["9"] = PapiError(403, "AEC_FORBIDDEN", "no", "DELETE", smb.ALL_SESSIONS, HOSTS[1])
    with pytest.raises(PapiError, match="no"):
        end_sessions(sessions, [session(1, 9)])


def test_a_node_that_lets_nobody_in_is_named(monkeypatch: pytest.MonkeyPatch, nodes: t.Any) -> None:
    _asked, sessions = nodes(1)
    opened = []

    def let_in(papi: PapiSession) -> None:
        opened.append(papi.connection.host)
        if papi.connection.host == HOSTS[2]:
            raise PapiError(503, "", "restarting", "POST", "/session/1/session", HOSTS[2])

    monkeypatch.setattr(PapiSession, "open", let_in)
    with pytest.raises(NodesMissing, match=r"Logging in to node 2 of 192\.0\.2\.10: .*restarting.*onefs_node_hosts"):
        sessions.open()
    assert sorted(opened) == sorted(HOSTS.values())


def test_what_many_open_files_have_in_common_is_held_once() -> None:
    answers = json.loads(
        '[{"user": "CORP\\\\a", "permissions": ["read", "write"]}, {"user": "CORP\\\\a", "permissions": ["read", "write"]}]'
    )
    one, other = (open_file_from_answer(1, answer) for answer in answers)
    assert one.user == "CORP\\a" and one.user is other.user
    assert one.permissions == ("read", "write") and one.permissions is other.permissions
