# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics come from what is there at the moment of the call."""

from __future__ import annotations

from typing import Any

from onefs_sim.ports import SmbSession

CURRENT = "/platform/1/statistics/current"
CONNECTED = "node.clientstats.connected.smb"


def test_figures_follow_the_nodes(pair: Any) -> None:
    caller = pair.caller("boston", lnn=2)
    pair.nodes["boston"][1].sessions = [
        SmbSession(1, "198.51.100.101", "alice", 2),
        SmbSession(2, "198.51.100.102", "alice", 0),
    ]

    def values(query: str) -> list[tuple[int, str, Any]]:
        return [(one["devid"], one["key"], one["value"]) for one in caller.get(f"{CURRENT}?{query}")["stats"]]

    assert values(f"keys={CONNECTED},node.clientstats.active.smb2&devid=all") == [
        (1, CONNECTED, 0),
        (2, CONNECTED, 2),
        (1, "node.clientstats.active.smb2", 0),
        (2, "node.clientstats.active.smb2", 1),
    ]
    assert values(f"key={CONNECTED}") == [(2, CONNECTED, 2)], "by default of the node that was called"
    assert values("key=cluster.health") == [(0, "cluster.health", 0)]
    pair.nodes["boston"][0].powered = False
    assert values("key=cluster.health") == [(0, "cluster.health", 2)]
    down = caller.get(f"{CURRENT}?key=node.health&devid=all")["stats"][0]
    assert (down["devid"], down["value"], down["error"]) == (1, None, "Node is down")


def test_space_and_keys(pair: Any) -> None:
    caller = pair.caller("boston")
    space = {one["key"]: one["value"] for one in caller.get(f"{CURRENT}?keys=ifs.bytes&substr=true")["stats"]}
    assert set(space) == {"ifs.bytes.avail", "ifs.bytes.total", "ifs.bytes.used"}
    assert 0 < space["ifs.bytes.used"] < space["ifs.bytes.total"]
    assert CONNECTED in {one["key"] for one in caller.get("/platform/1/statistics/keys")["keys"]}
    assert caller.get(f"/platform/1/statistics/keys/{CONNECTED}")["keys"][0]["scope"] == "node"


def test_an_unknown_key_does_not_spoil_the_others(pair: Any) -> None:
    caller = pair.caller("boston")
    unknown, known = caller.get(f"{CURRENT}?keys=no.such.key,cluster.health")["stats"]
    assert (unknown["key"], unknown["error"], unknown["value"]) == ("no.such.key", "Unknown key", None)
    assert (known["error"], known["value"]) == (None, 0)
    assert caller.call("GET", "/platform/1/statistics/keys/no.such.key").status_code == 404
    assert caller.call("GET", f"{CURRENT}?key=node.health&devid=7").status_code == 400
