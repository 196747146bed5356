# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shares per zone, sessions and open files per node, the service switch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from onefs_sim.ports import SmbOpenFile, SmbSession
from onefs_sim.samba_shares import EVERYONE, NONE, WRITE, level

SHARES = "/platform/12/protocols/smb/shares"
SESSIONS = "/platform/1/protocols/smb/sessions"
ALL_SESSIONS = "/platform/11/protocols/smb/sessions?lnn=all"
OPEN_FILES = "/platform/1/protocols/smb/openfiles"
DENY = [{"permission": "full", "permission_type": "deny", "trustee": {"id": "SID:S-1-1-0"}}]


def test_shares_belong_to_zones(pair: Any) -> None:
    caller = pair.caller("boston")
    assert [one["name"] for one in caller.get(SHARES + "?zone=sales")["shares"]] == ["sales"]
    assert caller.get(SHARES)["shares"] == []
    assert caller.call("GET", SHARES + "/sales").status_code == 404
    assert caller.call("GET", SHARES + "?zone=nowhere").status_code == 404
    assert caller.get(SHARES + "/SALES?zone=sales")["shares"][0]["path"] == "/ifs/data/sales"


def test_the_lock_out_reaches_the_nodes_and_goes(pair: Any) -> None:
    caller = pair.caller("boston")
    before = caller.get(SHARES + "/sales?zone=sales")["shares"][0]
    node = pair.nodes["boston"][1]
    assert level(node.shares["sales"][0].permissions, EVERYONE) == WRITE
    caller.write("PUT", SHARES + "/sales?zone=sales", {"permissions": DENY})
    assert level(node.shares["sales"][0].permissions, EVERYONE) == NONE
    caller.write("PUT", SHARES + "/sales?zone=sales", {"permissions": before["permissions"]})
    assert level(node.shares["sales"][0].permissions, EVERYONE) == WRITE
    assert caller.get(SHARES + "/sales?zone=sales")["shares"][0] == before
    refused = caller.call("PUT", SHARES + "/sales?zone=sales", {"continuously_available": True})
    assert refused.status_code == 400


def test_create_move_and_delete(pair: Any) -> None:
    caller = pair.caller("boston")
    body = {"name": "new", "path": "/ifs/data/sales/new", "create_path": True}
    caller.write("POST", SHARES + "?zone=sales", body, 201)
    assert caller.call("POST", SHARES + "?zone=sales", body).status_code == 409
    assert {one.name for one in pair.nodes["boston"][0].shares["sales"]} == {"sales", "new"}
    caller.write("DELETE", SHARES + "/new?zone=sales")
    caller.write("DELETE", SHARES + "?zone=sales")
    assert pair.nodes["boston"][0].shares["sales"] == []


def test_parallel_share_writes_conflict(pair: Any) -> None:
    """OneFS serialises writes to the share database and answers 409 instead of waiting."""
    entered, leave = threading.Event(), threading.Event()
    node = pair.nodes["boston"][0]
    write_shares = node.write_shares

    def slow(shares: Any) -> None:
        entered.set()
        leave.wait(5)
        write_shares(shares)

    node.write_shares = slow
    first = threading.Thread(
        target=lambda: pair.caller("boston").write("PUT", SHARES + "/sales?zone=sales", {"description": "one"})
    )
    first.start()
    entered.wait(5)
    answer = pair.caller("boston").call("PUT", SHARES + "/sales?zone=sales", {"description": "two"})
    leave.set()
    first.join()
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["message"] == "Conflict updating share(s): File exists"


def session(number: int, computer: str) -> SmbSession:
    return SmbSession(number, computer, "alice", 1)


def test_sessions_are_of_the_node_that_was_asked(pair: Any) -> None:
    first, second = pair.nodes["boston"]
    first.sessions = [session(7, "198.51.100.101"), session(8, "198.51.100.102")]
    second.sessions = [session(9, "198.51.100.103")]
    caller = pair.caller("boston")
    assert [one["id"] for one in caller.get(SESSIONS)["sessions"]] == [7, 8]
    assert [one["id"] for one in pair.caller("boston", lnn=2).get(SESSIONS)["sessions"]] == [9]
    nodes = caller.get(ALL_SESSIONS)["nodes"]
    assert [(one["lnn"], one["total"]) for one in nodes] == [(1, 2), (2, 1)]
    caller.write("DELETE", "/platform/11/protocols/smb/sessions/9")
    assert second.sessions == []
    caller.write("DELETE", f"{SESSIONS}/198.51.100.101/alice")
    caller.write("DELETE", f"{SESSIONS}/198.51.100.102")
    assert first.sessions == []
    assert caller.call("DELETE", "/platform/11/protocols/smb/sessions/9").status_code == 404


def test_open_files_are_of_the_node_that_was_asked(pair: Any) -> None:
    second = pair.nodes["boston"][1]
    second.open_files = [SmbOpenFile(3, "/ifs/data/sales/ledger.txt", "alice", 1, ("read", "write"))]
    assert pair.caller("boston").get(OPEN_FILES)["openfiles"] == []
    caller = pair.caller("boston", lnn=2)
    assert caller.get(OPEN_FILES)["openfiles"][0]["file"] == "/ifs/data/sales/ledger.txt"
    assert pair.caller("boston").call("DELETE", f"{OPEN_FILES}/3").status_code == 404
    caller.write("DELETE", f"{OPEN_FILES}/3")


def test_service_off_ends_sessions_and_serves_nothing(pair: Any, until: Callable[..., Any]) -> None:
    node = pair.nodes["boston"][0]
    node.sessions = [session(7, "198.51.100.101")]
    caller = pair.caller("boston")
    caller.write("PUT", "/platform/7/protocols/smb/settings/global", {"service": False})
    assert node.sessions == []
    assert node.zones["127.77.1.131"] is None
    caller.write("PUT", "/platform/7/protocols/smb/settings/global", {"service": True})
    assert node.zones["127.77.1.131"] == "sales"
