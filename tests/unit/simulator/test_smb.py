# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shares per zone, sessions and open files per node, the service switch."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from onefs_sim.ports import SmbOpenFile, SmbSession
from onefs_sim.samba_shares import EVERYONE, NONE, WRITE, level

SHARES = "/platform/12/protocols/smb/shares"
SESSIONS = "/platform/1/protocols/smb/sessions"
ALL_SESSIONS = "/platform/11/protocols/smb/sessions?lnn=all"
OPEN_FILES = "/platform/1/protocols/smb/openfiles"
EVERYBODY = {"id": "SID:S-1-1-0"}
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
        leave.wait(30)
        write_shares(shares)

    node.write_shares = slow
    first = threading.Thread(
        target=lambda: pair.caller("boston").write("PUT", SHARES + "/sales?zone=sales", {"description": "one"})
    )
    first.start()
    assert entered.wait(30)
    answer = pair.caller("boston").call("PUT", SHARES + "/sales?zone=sales", {"description": "two"})
    leave.set()
    first.join()
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["message"] == "Conflict updating share(s): File exists"


def test_many_writers_at_once_are_refused_in_part_and_leave_nothing_half_written(pair: Any) -> None:
    """Some get their turn in time; what was answered is what is there, and what the nodes know."""
    zones = pair.boston.zones
    zones.smb_choices = dataclasses.replace(zones.smb_choices, share_write_seconds=0.05, share_patience_seconds=0.1)

    refused = threading.Event()
    node = pair.nodes["boston"][0]
    write_shares = node.write_shares

    def slow(shares: Any) -> None:
        refused.wait(10)
        write_shares(shares)

    # The first write lasts until another is refused, however slow the machine is.
    node.write_shares = slow

    def create(number: int) -> int:
        body = {"name": f"s{number}", "path": "/ifs/data/sales"}
        code = int(pair.caller("boston").call("POST", SHARES + "?zone=sales", body).status_code)
        if code == 409:
            refused.set()
        return code

    with ThreadPoolExecutor(max_workers=12) as writers:
        codes = list(writers.map(create, range(12)))
    assert set(codes) == {201, 409}
    created = {f"s{number}" for number, code in enumerate(codes) if code == 201} | {"sales"}
    caller = pair.caller("boston")
    assert {one["name"] for one in caller.get(SHARES + "?zone=sales")["shares"]} == created
    assert {one.name for one in pair.nodes["boston"][1].shares["sales"]} == created
    for number, code in enumerate(codes):
        if code == 409:
            assert create(number) == 201, "a pause later it is taken"


def test_a_write_that_fails_half_way_never_was(pair: Any) -> None:
    caller, node = pair.caller("boston"), pair.nodes["boston"][0]

    def broken(shares: Any) -> None:
        raise OSError("the node's disk is full")

    node.write_shares, write_shares = broken, node.write_shares
    assert caller.call("DELETE", SHARES + "/sales?zone=sales").status_code == 500
    node.write_shares = write_shares
    assert [one["name"] for one in caller.get(SHARES + "?zone=sales")["shares"]] == ["sales"]


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"name": "a/b"}, 400, "name"),
        ({"name": "x]\n[y"}, 400, "name"),
        ({"name": "global"}, 400, "name"),
        ({"path": "/ifs/data/finance"}, 400, "path"),
        ({"path": "/ifs/data/sales/../finance"}, 400, "path"),
        ({"path": "/ifs/data/sales/nowhere", "create_path": False}, 400, "path"),
        ({"colour": "red"}, 400, "colour"),
        ({"zone": "sales"}, 400, "zone"),
        ({"host_acl": ["deny:ALL", "allow:192.0.2.1"]}, 400, "host_acl"),
        ({"host_acl": ["perhaps:192.0.2.1"]}, 400, "host_acl"),
        ({"host_acl": ["allow:192.0.2.1\nguest ok = yes"]}, 400, "host_acl"),
        ({"permissions": [{"permission": "full", "permission_type": "allow", "trustee": {}}]}, 400, "permissions"),
        (
            {"permissions": [{"permission": "all", "permission_type": "allow", "trustee": EVERYBODY}]},
            400,
            "permissions",
        ),
        ({"run_as_root": [{"name": 'x"\nguest ok = yes', "type": "user"}]}, 400, "run_as_root"),
        ({"name": "Sales"}, 409, "name"),
    ],
)
def test_what_of_a_share_is_refused(pair: Any, fields: dict[str, Any], status: int, field: str) -> None:
    body = {"name": "new", "path": "/ifs/data/sales", **fields}
    answer = pair.caller("boston").call("POST", SHARES + "?zone=sales", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)


def test_a_share_moves_and_is_renamed(pair: Any) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", SHARES + "/sales?zone=sales", {"name": "moved", "zone": "System"})
    assert caller.get(SHARES + "?zone=sales")["shares"] == []
    assert caller.get(SHARES + "/moved")["shares"][0]["zid"] == 1
    refused = caller.call("PUT", SHARES + "/moved", {"zone": "finance"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "path")
    assert caller.get("/platform/1/protocols/smb/shares-summary")["summary"] == {"count": 1}


def test_pages_and_limits_of_shares(pair: Any) -> None:
    caller = pair.caller("boston")
    for name in ("b", "a"):
        caller.write("POST", SHARES + "?zone=sales", {"name": name, "path": "/ifs/data/sales"}, 201)
    first = caller.get(SHARES + "?zone=sales&limit=2&sort=name")
    second = caller.get(SHARES + f"?resume={first['resume']}")
    assert [one["name"] for one in (*first["shares"], *second["shares"])] == ["a", "b", "sales"]
    assert caller.get(SHARES + "?zone=sales&offset=1")["total"] == 2
    assert caller.get(SHARES + "?zone=sales&scope=default")["shares"] == []
    assert caller.call("GET", SHARES + "?zone=sales&limit=5001").status_code == 400


def test_settings_of_a_zone_reach_new_shares(pair: Any) -> None:
    caller = pair.caller("boston")
    settings = "/platform/7/protocols/smb/settings"
    caller.write("PUT", f"{settings}/share?zone=sales", {"ca_timeout": 30})
    caller.write("POST", SHARES + "?zone=sales", {"name": "new", "path": "/ifs/data/sales"}, 201)
    assert caller.get(SHARES + "/new?zone=sales")["shares"][0]["ca_timeout"] == 30
    assert caller.get(SHARES + "/sales?zone=sales")["shares"][0]["ca_timeout"] == 120
    caller.write("PUT", f"{settings}/share?zone=sales", {"ca_timeout": "@DEFAULT"})
    assert caller.get(f"{settings}/share?zone=sales")["settings"]["ca_timeout"] == 120
    caller.write("PUT", f"{settings}/zone?zone=sales", {"support_multichannel": False})
    assert caller.get(f"{settings}/zone?zone=sales")["settings"]["support_multichannel"] is False
    assert caller.get(f"{settings}/zone")["settings"]["support_multichannel"] is True
    assert caller.call("GET", f"{settings}/zone?zone=nowhere").status_code == 404
    assert "support_smb1" not in caller.get(f"{settings}/global")["settings"]
    assert "support_smb1" in caller.get("/platform/17/protocols/smb/settings/global")["settings"]
    assert caller.call("PUT", f"{settings}/global", {"support_smb1": True}).status_code == 400


def test_what_sessions_cover_can_be_chosen(pair: Any) -> None:
    node, zones, caller = pair.nodes["boston"][0], pair.boston.zones, pair.caller("boston")
    node.sessions = [session(7, "198.51.100.101"), dataclasses.replace(session(8, "198.51.100.102"), zone="sales")]
    node.open_files = [SmbOpenFile(3, "/ifs/data/sales/ledger.txt", "alice", zone="sales")]
    assert [one["id"] for one in caller.get(SESSIONS)["sessions"]] == [7]
    assert caller.get(ALL_SESSIONS)["total"] == 2
    assert len(caller.get("/platform/11/local/protocols/smb/sessions")["sessions"]) == 2
    assert len(caller.get(OPEN_FILES)["openfiles"]) == 1
    zones.smb_choices = dataclasses.replace(
        zones.smb_choices, sessions_cover="system", node_sessions_cover="all", open_files_cover="system"
    )
    assert len(caller.get(SESSIONS)["sessions"]) == 2
    assert caller.get(ALL_SESSIONS)["total"] == 1
    assert caller.get(OPEN_FILES)["openfiles"] == []
    with pytest.raises(ValueError, match="all or system"):
        dataclasses.replace(zones.smb_choices, sessions_cover="some")


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


def test_a_session_is_ended_on_the_node_that_is_named(pair: Any) -> None:
    first, second = pair.nodes["boston"]
    first.sessions, second.sessions = [session(7, "198.51.100.101")], [session(7, "198.51.100.103")]
    caller = pair.caller("boston")
    caller.write("DELETE", "/platform/11/protocols/smb/sessions/7?lnn=2")
    assert (len(first.sessions), second.sessions) == (1, [])
    assert caller.call("DELETE", "/platform/11/protocols/smb/sessions/7?lnn=2").status_code == 404


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
