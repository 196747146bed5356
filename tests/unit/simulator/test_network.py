# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pools, the delay between a 204 and the nodes, interfaces as planned and as they are."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

POOL = "/platform/16/network/groupnets/groupnet0/subnets/subnet1/pools/sales"
TRUTH = "/platform/16/network/interfaces?cache=no-cache&owner=groupnet0.subnet1.sales"


def addresses(answer: Any) -> dict[str, list[str]]:
    owners = [(one["id"], owner) for one in answer["interfaces"] for owner in one["owners"]]
    return {place: owner["ip_addrs"] for place, owner in owners if owner["pool"] == "sales" and owner["ip_addrs"]}


def test_static_pools_start_with_lowest_address_on_lowest_node(pair: Any) -> None:
    caller = pair.caller("boston")
    assert addresses(caller.get(TRUTH)) == {"1:ext-1": ["127.77.1.131"], "2:ext-1": ["127.77.1.132"]}
    first, second = pair.nodes["boston"]
    assert first.zones["127.77.1.131"] == "sales"
    assert "127.77.1.130" in first.held["ext-1"]
    assert "127.77.1.133" not in second.held["ext-1"]


def test_a_put_is_partial_and_reaches_the_nodes_later(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    before = caller.get(POOL)["pools"][0]
    # Long enough for the calls in between, on any machine.
    pair.boston.network.apply_delay_seconds = 3
    started = time.monotonic()
    caller.write("PUT", POOL, {"ifaces": []})
    pool = caller.get(POOL)["pools"][0]
    assert pool == {**before, "ifaces": []}
    assert addresses(caller.get(TRUTH)), "the addresses go a moment later"
    # Not members any more, but listed as long as they hold an address of the pool.
    assert addresses(caller.get(TRUTH.replace("no-cache", "cache-only"))) == {}
    until(lambda: addresses(caller.get(TRUTH)) == {})
    assert time.monotonic() - started >= 3
    pair.boston.network.apply_delay_seconds = 0
    assert pair.nodes["boston"][0].zones["127.77.1.131"] is None
    caller.write("PUT", POOL, {"ifaces": before["ifaces"]})
    until(lambda: len(addresses(caller.get(TRUTH))) == 2)


def test_one_put_may_change_zone_and_members(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("newyork")
    zone = {"name": "parked", "path": "/ifs/parked", "create_path": True}
    assert caller.write("POST", "/platform/3/zones", zone, 201) == {"id": "parked"}
    members = [{"lnn": 1, "iface": "ext-1"}, {"lnn": 2, "iface": "ext-1"}]
    caller.write("PUT", POOL, {"access_zone": "parked", "ifaces": members})
    node = pair.nodes["newyork"][0]
    until(lambda: node.zones.get("127.77.2.131") == "parked")
    until(lambda: "127.77.2.131" in node.held["ext-1"])
    caller.write("PUT", POOL, {"access_zone": "sales"})
    until(lambda: node.zones["127.77.2.131"] == "sales")
    assert "127.77.2.131" in node.held["ext-1"]
    assert caller.call("DELETE", "/platform/3/zones/sales").status_code == 409
    caller.write("DELETE", "/platform/3/zones/parked")


def test_an_address_leaves_one_node_before_another_has_it(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    first, second = pair.nodes["boston"]
    first.log = second.log = []
    fields = {
        "ifaces": [{"lnn": 2, "iface": "ext-1"}],
        "ranges": [{"low": "127.77.1.131", "high": "127.77.1.131"}],
    }
    caller.write("PUT", POOL, fields)
    until(lambda: "add 127.77.1.131" in second.log)
    assert second.log.index("remove 127.77.1.131") < second.log.index("add 127.77.1.131")


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        ({"nonsense": 1}, 400, "nonsense"),
        ({"ifaces": "ext-1"}, 400, "ifaces"),
        ({"ifaces": [{"lnn": 1, "iface": "ext-9"}]}, 400, "ifaces"),
        ({"ifaces": [{"lnn": 9, "iface": "ext-1"}]}, 400, "ifaces"),
        ({"ifaces": [{"lnn": 1}]}, 400, "ifaces"),
        ({"access_zone": "nowhere"}, 400, "access_zone"),
        ({"ranges": [{"low": "127.77.1.1", "high": "127.77.1.2"}]}, 400, "ranges"),
        ({"ranges": [{"low": "127.77.1.140", "high": "127.77.1.141"}]}, 409, "ranges"),
        ({"ranges": [{"low": "127.77.1.129", "high": "127.77.1.131"}]}, 409, "ranges"),
        ({"sc_dns_zone": "finance.example.com"}, 409, "sc_dns_zone"),
        ({"sc_ttl": -1}, 400, "sc_ttl"),
        ({"alloc_method": "other"}, 400, "alloc_method"),
    ],
)
def test_bad_fields_change_nothing(pair: Any, fields: dict[str, Any], status: int, field: str) -> None:
    caller = pair.caller("boston")
    before = caller.get(POOL)
    answer = caller.call("PUT", POOL, fields)
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert caller.get(POOL) == before


def test_unknown_pool_is_404(pair: Any) -> None:
    answer = pair.caller("boston").call("PUT", POOL.replace("sales", "nobody"), {"ifaces": []})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "AEC_NOT_FOUND")


def test_pools_come_and_go(pair: Any) -> None:
    caller = pair.caller("boston")
    pools = POOL.rsplit("/", 1)[0]
    assert caller.write("POST", pools, {"name": "extra"}, 201) == {"id": "groupnet0.subnet1.extra"}
    assert caller.call("POST", pools, {"name": "extra"}).status_code == 409
    names = [one["name"] for one in caller.get("/platform/16/network/pools")["pools"]]
    assert names == ["management", "extra", "finance", "sales"]
    assert [one["name"] for one in caller.get("/platform/16/network/pools?access_zone=sales")["pools"]] == ["sales"]
    caller.write("DELETE", f"{pools}/extra")
    assert caller.call("GET", f"{pools}/extra").status_code == 404


def test_paging_takes_resume_alone(pair: Any) -> None:
    caller = pair.caller("boston")
    first = caller.get("/platform/16/network/pools?limit=2&sort=name&dir=DESC")
    assert [one["name"] for one in first["pools"]] == ["sales", "management"]
    assert first["total"] == 3
    rest = caller.get(f"/platform/16/network/pools?resume={first['resume']}")
    assert [one["name"] for one in rest["pools"]] == ["finance"]
    assert rest["resume"] is None
    assert caller.call("GET", f"/platform/16/network/pools?limit=1&resume={first['resume']}").status_code == 400
    assert "Invalid resume token" in caller.call("GET", "/platform/16/network/pools?resume=nonsense").text


def test_older_versions_use_older_names(pair: Any) -> None:
    caller = pair.caller("boston")
    pool = caller.get(POOL.replace("/16/", "/12/"))["pools"][0]
    assert pool["aggregation_mode"] == "fec"
    assert "nfsv3_rroce_only" in pool
    caller.write("PUT", POOL.replace("/16/", "/12/"), {"aggregation_mode": "fec"})
    interface = caller.get("/platform/7/network/interfaces?lnns=1")["interfaces"][0]
    assert set(interface["owners"][0]) == {"groupnet", "subnet", "pool"}
    assert caller.call("GET", "/platform/7/network/interfaces?cache=no-cache").status_code == 400
    assert "sc_service_addr" in caller.get("/platform/4/network/subnets")["subnets"][0]


def test_status_lists_only_trouble_by_default(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    assert caller.get(POOL + "/status")["status"]["nodes"] == []
    assert caller.write("POST", POOL + "/sc-suspend-nodes", {"lnn": [2]}, 200) == {}
    status = caller.get(POOL + "/status")["status"]
    assert [(node["lnn"], node["suspended"]) for node in status["nodes"]] == [(2, True)]
    assert status["sc_dns_overview"]["resolvable"] == 1
    caller.write("POST", POOL + "/sc-resume-nodes", {"lnn": [2]}, 200)
    assert len(caller.get(POOL + "/status?show_all=true")["status"]["nodes"]) == 2
