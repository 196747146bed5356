# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has what open: who is on the list, how it is shown, and how often."""

from __future__ import annotations

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.client_inventory import (
    Inventory,
    SessionIndex,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.open_file_list import (
    CHANGED_SECONDS,
    SHOWN_ROWS,
    UNCHANGED_SECONDS,
    LiveList,
    OpenRow,
    lines,
    open_rows,
    writing,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.session_check import describe, summarise
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.netstat import Socket
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pace import Pace
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb import OpenFile, Session

SERVER = "198.51.100.11"


def rows_of(inventory: Inventory) -> list[OpenRow]:
    return open_rows(inventory, SessionIndex(inventory))


def inventory(sessions: list[Session], files: list[OpenFile], connected: list[str]) -> Inventory:
    sockets = tuple(Socket(1, SERVER, 445, client, 5000, "ESTABLISHED") for client in connected)
    return Inventory(sockets, tuple(sessions), tuple(files), (1,), ())


def session(client: str, user: str) -> Session:
    return Session(1, 1, client, user, 1, 0, client)


def opened(user: str, path: str, *permissions: str, lnn: int = 1) -> OpenFile:
    return OpenFile(lnn, 1, path, user, 2, permissions)


def row(path: str = "/ifs/a", access: str = "write", user: str = "alice") -> OpenRow:
    return OpenRow(path, user, ("192.0.2.1",), 1, access, 0)


def test_files_of_connected_clients_are_listed_those_for_writing_first() -> None:
    files = [
        opened("alice", "/ifs/a", "read"),
        opened("alice", "/ifs/b", "read", "write"),
        opened("bob", "/ifs/c", "write"),
    ]
    found = rows_of(inventory([session("192.0.2.1", "alice"), session("192.0.2.9", "bob")], files, ["192.0.2.1"]))
    # bob is connected to another pool: his file is nothing that this failover ends.
    assert [(one.path, one.access, one.clients) for one in found] == [
        ("/ifs/b", "write", ("192.0.2.1",)),
        ("/ifs/a", "read", ("192.0.2.1",)),
    ]


def test_every_client_that_may_have_it_open_is_named() -> None:
    both = [session("192.0.2.1", "alice"), session("192.0.2.2", "alice")]
    (found,) = rows_of(inventory(both, [opened("alice", "/ifs/a", "write")], ["192.0.2.1", "192.0.2.2"]))
    assert found.clients == ("192.0.2.1", "192.0.2.2")


def test_a_file_that_two_have_open_for_writing_counts_once() -> None:
    assert writing([row(), row(user="bob"), row("/ifs/b"), row("/ifs/c", "read")]) == 2


def test_what_a_client_calls_its_file_does_not_steer_the_terminal() -> None:
    (_head, line) = lines("boston", [row("/ifs/a\x1b[2J\nfatal: no")], 0)
    assert line == "  alice at 192.0.2.1: /ifs/a\\x1b[2J\\nfatal: no (write)"


def test_a_long_list_is_cut_and_says_so() -> None:
    told = lines("boston", [row(f"/ifs/{number:03}") for number in range(SHOWN_ROWS + 5)], 3)
    assert len(told) == SHOWN_ROWS + 2
    assert told[-1] == "  and 5 more"
    assert "no more than 3 files" in told[0]


def test_the_list_is_shown_at_a_calm_pace() -> None:
    now = [100.0]
    told: list[str] = []
    live = LiveList("boston", 0, told.append, 60, clock=lambda: now[0])

    def shown(rows: list[OpenRow], after_seconds: float) -> bool:
        now[0] += after_seconds
        told.clear()
        live.show(rows)
        return bool(told)

    assert shown([row()], 0)
    assert not shown([row()], CHANGED_SECONDS)
    assert shown([row("/ifs/b")], 0.1)
    assert not shown([row("/ifs/c")], CHANGED_SECONDS / 2)
    assert shown([row("/ifs/c")], CHANGED_SECONDS)
    assert not shown([row("/ifs/c")], UNCHANGED_SECONDS / 2)
    assert shown([row("/ifs/c")], UNCHANGED_SECONDS)


def test_the_deadline_says_who_still_writes_and_the_result_has_the_list() -> None:
    files = [opened("alice", "/ifs/a", "read", "write"), opened("alice", "/ifs/b", "read")]
    found = inventory([session("192.0.2.1", "alice")], files, ["192.0.2.1"])
    assert "1 files that are open for writing ('/ifs/a' of 'alice')" in describe(
        "boston", "closed_files", found, (), Pace()
    )
    result = summarise(found, [], (), reached=False)
    assert result["open_files_total"] == 2
    assert result["open_files"][0] == {
        "path": "/ifs/a",
        "user": "alice",
        "clients": ["192.0.2.1"],
        "node": 1,
        "access": "write",
        "locks": 2,
    }
