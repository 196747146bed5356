# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/interfaces: every argument, every version, and what is said of a node that is down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

INTERFACES = "/platform/21/network/interfaces"
SUBNETS = "/platform/21/network/groupnets/groupnet0/subnets"
POOL = SUBNETS + "/subnet1/pools/sales"
BOTH = {"1:ext-1", "2:ext-1"}


def ids(answer: Any) -> set[str]:
    return {one["id"] for one in answer["interfaces"]}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("owner=groupnet0.subnet1.sales", BOTH),
        ("owner=groupnet0.subnet1", BOTH),
        ("owner=groupnet0", {*BOTH, "1:mgmt-1", "2:mgmt-1"}),
        ("owner=groupnet0.subnet1.sal", set()),
        ("lnn=2&owner=groupnet0.subnet1.sales", {"2:ext-1"}),
        ("lnn=1&lnn=2&owner=groupnet0.subnet1.sales", BOTH),
        ("lnn=1,2&owner=groupnet0.subnet1.sales", BOTH),
        ("type=smartconnect_service", {"1:ext-1"}),
        ("type=dynamic", set()),
        ("alloc_method=static&lnn=1", {"1:ext-1", "1:mgmt-1"}),
        ("flag=ACCEPT_ROUTER_ADVERT&lnn=1", {"1:ext-1", "1:ext-2", "1:ext-agg", "1:mgmt-1"}),
        ("flag=OTHER", set()),
        ("network=internal", set()),
        ("network=all&lnn=1&type=static", {"1:ext-1", "1:mgmt-1"}),
        ("linklayer=infiniband", set()),
        ("vlan_id=20", set()),
    ],
)
def test_arguments(pair: Any, query: str, expected: set[str]) -> None:
    assert ids(pair.caller("boston").get(f"{INTERFACES}?{query}")) == expected


def test_a_type_narrows_the_addresses(pair: Any) -> None:
    (interface,) = pair.caller("boston").get(INTERFACES + "?type=smartconnect_service")["interfaces"]
    assert interface["ip_addrs"] == ["127.77.1.130"]
    assert [owner["type"] for owner in interface["owners"]] == ["smartconnect_service"]


def test_access_zones_can_be_left_out(pair: Any) -> None:
    caller = pair.caller("boston")
    query = "?owner=groupnet0.subnet1.sales&lnn=1&include_access_zones="
    zones = {
        text: {owner["access_zone"] for owner in caller.get(INTERFACES + query + text)["interfaces"][0]["owners"]}
        for text in ("true", "false")
    }
    assert zones == {"true": {"sales", "finance", ""}, "false": {""}}


def test_a_vlan_is_shown_below_its_interface(pair: Any) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", SUBNETS + "/subnet1", {"vlan_enabled": True, "vlan_id": 20})
    (interface,) = caller.get(INTERFACES + "?lnn=2&vlan_id=20")["interfaces"]
    (vlan,) = interface["vlans"]
    assert (vlan["vlan_id"], vlan["ip_addrs"]) == (20, ["127.77.1.132", "127.77.1.142"])
    assert {owner["vlan_id"] for owner in interface["owners"]} == {20}
    assert caller.get(INTERFACES + "?lnn=2&vlan_id=20&include_vlans=false")["interfaces"][0]["vlans"] == []
    assert "macaddr" not in caller.get("/platform/16/network/interfaces?vlan_id=20")["interfaces"][0]["vlans"][0]


def test_gateway_of_the_subnet(pair: Any) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", SUBNETS + "/subnet1", {"gateway": "127.77.1.254"})
    interface = caller.get(INTERFACES + "?owner=groupnet0.subnet1.sales")["interfaces"][0]
    assert (interface["ipv4_gateway"], interface["ipv6_gateway"]) == ("127.77.1.254", None)


def test_a_dead_node_by_cache(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    pair.nodes["boston"][1].powered = False
    until(lambda: (2, "ext-1") in pair.boston.network.down)
    assert {one["lnn"] for one in caller.get(INTERFACES + "?cache=no-cache")["interfaces"]} == {1}
    for cache in ("nodes-first", "cache-only"):
        found = {one["id"]: one for one in caller.get(f"{INTERFACES}?cache={cache}")["interfaces"]}
        assert found["2:ext-1"]["status"] == "unknown"
        assert found["2:ext-1"]["ip_addrs"] == ["127.77.1.132", "127.77.1.142"]
    old = {one["id"]: one["status"] for one in caller.get("/platform/7/network/interfaces")["interfaces"]}
    assert (old["1:ext-1"], old["2:ext-1"]) == ("up", "not_available")


def test_a_dropped_link(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    pair.nodes["boston"][0].dropped.add("ext-1")

    def status() -> str:
        return str(caller.get(INTERFACES + "?lnn=1&owner=groupnet0.subnet1.sales")["interfaces"][0]["status"])

    until(lambda: status() == "no_carrier")
    pair.nodes["boston"][0].dropped.clear()
    until(lambda: status() == "up")


def test_kernel_and_plan_differ_until_a_change_is_applied(pair: Any) -> None:
    caller = pair.caller("boston")
    pair.boston.network.apply_delay_seconds = 3600
    caller.write("PUT", POOL, {"ifaces": []})
    held = {
        cache: [
            address
            for one in caller.get(f"{INTERFACES}?cache={cache}")["interfaces"]
            for owner in one["owners"]
            if owner["pool"] == "sales"
            for address in owner["ip_addrs"]
        ]
        for cache in ("no-cache", "nodes-first", "cache-only")
    }
    assert held["no-cache"] == held["nodes-first"] == ["127.77.1.131", "127.77.1.132"]
    assert held["cache-only"] == []


def test_local_interfaces_are_those_of_the_node_that_is_asked(pair: Any) -> None:
    found = pair.caller("boston", lnn=2).get("/platform/16/local/network/interfaces")
    assert {one["lnn"] for one in found["interfaces"]} == {2}


def test_interfaces_of_a_pool(pair: Any) -> None:
    caller = pair.caller("boston")
    uri = POOL.replace("/21/", "/7/") + "/interfaces"
    found = caller.get(uri)["interfaces"]
    assert {one["id"] for one in found} == BOTH
    assert found[0]["owners"] == [
        {"groupnet": "groupnet0", "subnet": "subnet1", "pool": "sales", "ip_addrs": ["127.77.1.131"]}
    ]
    assert ids(caller.get(uri + "?lnns=2")) == {"2:ext-1"}


def test_names_of_interfaces(pair: Any) -> None:
    caller = pair.caller("boston")
    (names,) = caller.get("/platform/21/network/interface-names")["interface_names"]
    assert names == {"ethernet": ["ext-1", "ext-2", "ext-agg", "mgmt-1"], "infiniband": []}
    assert caller.call("GET", "/platform/20/network/interface-names").status_code == 404


def test_versions(pair: Any) -> None:
    caller = pair.caller("boston")
    since = {"flags": 14, "mtu": 14, "speed": 14, "vlans": 14, "linklayer": 21, "macaddr": 21}
    owner_since = {"id": 14, "ip_addrs": 14, "access_zone": 14, "subtype": 18, "prefixlen": 21}
    for version in (3, 4, 7, 14, 16, 18, 21):
        interface = caller.get(f"/platform/{version}/network/interfaces")["interfaces"][0]
        assert {name for name in since if name in interface} == {n for n, one in since.items() if one <= version}
        owner = interface["owners"][0]
        assert {n for n in owner_since if n in owner} == {n for n, one in owner_since.items() if one <= version}


def test_pages(pair: Any) -> None:
    caller = pair.caller("boston")
    first = caller.get(INTERFACES + "?limit=3&sort=id&dir=DESC&owner=groupnet0")
    assert [one["id"] for one in first["interfaces"]] == ["2:mgmt-1", "2:ext-1", "1:mgmt-1"]
    rest = caller.get(f"{INTERFACES}?resume={first['resume']}")
    assert [one["id"] for one in rest["interfaces"]] == ["1:ext-1"]
