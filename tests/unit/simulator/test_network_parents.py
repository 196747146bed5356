# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groupnets, subnets, rules and settings: made, read, changed, deleted, and in the words of each API version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

GROUPNETS = "/platform/21/network/groupnets"
SUBNETS = GROUPNETS + "/groupnet0/subnets"
POOL = SUBNETS + "/subnet1/pools/sales"
RULES = POOL + "/rules"


def test_groupnet_from_beginning_to_end(pair: Any) -> None:
    caller = pair.caller("boston")
    assert caller.write("POST", GROUPNETS, {"name": "tenant", "dns_servers": ["192.0.2.53"]}, 201) == {"id": "tenant"}
    caller.write("PUT", GROUPNETS + "/tenant", {"dns_search": ["example.com"], "allow_wildcard_subdomains": False})
    (groupnet,) = caller.get(GROUPNETS + "/tenant")["groupnets"]
    assert groupnet["dns_servers"] == ["192.0.2.53"]
    assert (groupnet["dns_search"], groupnet["allow_wildcard_subdomains"]) == (["example.com"], False)
    caller.write("PUT", GROUPNETS + "/tenant", {"allow_wildcard_subdomains": "@DEFAULT"})
    assert caller.get(GROUPNETS + "/tenant")["groupnets"][0]["allow_wildcard_subdomains"] is True
    older = caller.get("/platform/3/network/groupnets?sort=name&dir=DESC")["groupnets"]
    assert [one["name"] for one in older] == ["tenant", "groupnet0"]
    assert "allow_wildcard_subdomains" not in older[0]
    caller.write("DELETE", GROUPNETS + "/tenant")
    assert caller.call("GET", GROUPNETS + "/tenant").status_code == 404


def test_subnet_from_beginning_to_end(pair: Any) -> None:
    caller = pair.caller("boston")
    body = {"name": "green", "addr_family": "ipv4", "prefixlen": 24, "gateway": "127.78.1.1"}
    assert caller.write("POST", SUBNETS, body, 201) == {"id": "groupnet0.green"}
    (subnet,) = caller.get(SUBNETS + "/green")["subnets"]
    assert (subnet["base_addr"], subnet["gateway_priority"], subnet["mtu"]) == ("127.78.1.0", 3, 1500)
    assert "green" in caller.get(GROUPNETS + "/groupnet0")["groupnets"][0]["subnets"]
    caller.write("PUT", SUBNETS + "/green", {"name": "blue", "prefixlen": 16, "mtu": 9000})
    (subnet,) = caller.get(SUBNETS + "/blue")["subnets"]
    assert (subnet["id"], subnet["base_addr"], subnet["mtu"]) == ("groupnet0.blue", "127.78.0.0", 9000)
    caller.write("PUT", SUBNETS + "/blue", {"mtu": "@DEFAULT"})
    assert caller.get(SUBNETS + "/blue")["subnets"][0]["mtu"] == 1500
    caller.write("POST", SUBNETS + "/blue/pools", {"name": "p"}, 201)
    assert caller.get(SUBNETS + "/blue")["subnets"][0]["pools"] == ["p"]
    assert caller.call("DELETE", SUBNETS + "/blue").status_code == 409
    caller.write("DELETE", SUBNETS + "/blue/pools/p")
    caller.write("DELETE", SUBNETS + "/blue")
    assert caller.get(GROUPNETS + "/groupnet0")["groupnets"][0]["subnets"] == ["subnet0", "subnet1"]


def test_a_new_service_address_answers_dns(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", "/platform/4/network/groupnets/groupnet0/subnets/subnet1", {"sc_service_addr": "127.77.1.135"})
    assert caller.get(SUBNETS + "/subnet1")["subnets"][0]["sc_service_addrs"] == [
        {"low": "127.77.1.135", "high": "127.77.1.135"}
    ]
    until(lambda: [one.address for one in pair.boston.network.applied.services] == ["127.77.1.135"])
    node = pair.nodes["boston"][0]
    assert "127.77.1.135" in node.held["ext-1"]
    assert "127.77.1.130" not in node.held["ext-1"]


def test_old_versions_of_a_subnet(pair: Any) -> None:
    caller = pair.caller("boston")
    shown = {
        version: caller.get(f"/platform/{version}/network/subnets?groupnet=groupnet0")["subnets"][1]
        for version in (3, 4, 7, 16, 21)
    }
    assert [version for version in shown if "sc_service_name" in shown[version]] == [4, 7, 16, 21]
    assert [version for version in shown if "sc_service_addr" in shown[version]] == [3, 4]
    assert [version for version in shown if "sc_service_addrs" in shown[version]] == [7, 16, 21]
    assert [version for version in shown if "firewall_policy" in shown[version]] == [16, 21]
    assert [version for version in shown if "linklayer" in shown[version]] == [21]


def test_old_versions_of_a_pool(pair: Any) -> None:
    caller = pair.caller("boston")
    since = {
        "nfsv3_rroce_only": [12, 16, 18],
        "nfs_rroce_only": [19, 21],
        "sc_auto_unsuspend_delay": [3, 12, 16],
        "firewall_policy": [16, 18, 19, 21],
        "ipv6_perform_dad": [16, 18, 19, 21],
        "external_manager": [18, 19, 21],
        "linklayer": [21],
    }
    shown = {
        version: caller.get(POOL.replace("/21/", f"/{version}/"))["pools"][0] for version in (3, 12, 16, 18, 19, 21)
    }
    for field, versions in since.items():
        assert [version for version in shown if field in shown[version]] == versions, field
    caller.write("PUT", POOL.replace("/21/", "/16/"), {"nfsv3_rroce_only": True, "aggregation_mode": "lacp"})
    pool = caller.get(POOL)["pools"][0]
    assert (pool["nfs_rroce_only"], pool["aggregation_mode"]) == (True, "lacp")
    caller.write("PUT", POOL.replace("/21/", "/16/"), {"aggregation_mode": "@DEFAULT", "sc_ttl": 7})
    assert caller.get(POOL)["pools"][0]["aggregation_mode"] == "loadbalance"
    caller.write("PUT", POOL, {"sc_ttl": "@DEFAULT"})
    assert caller.get(POOL)["pools"][0]["sc_ttl"] == 0


def test_rule_from_beginning_to_end(pair: Any) -> None:
    caller = pair.caller("boston")
    before = pair.boston.network.configuration()
    assert caller.write("POST", RULES, {"name": "new", "iface": "ext-1"}, 201) == {"id": "groupnet0.subnet1.sales.new"}
    assert caller.call("POST", RULES, {"name": "new", "iface": "ext-1"}).status_code == 409
    caller.write("PUT", RULES + "/new", {"name": "newer", "iface": "ext-2", "description": "for what comes"})
    (rule,) = caller.get(RULES + "/newer")["rules"]
    assert rule == {
        "description": "for what comes",
        "groupnet": "groupnet0",
        "id": "groupnet0.subnet1.sales.newer",
        "iface": "ext-2",
        "linklayer": "ethernet",
        "name": "newer",
        "node_type": "any",
        "pool": "sales",
        "subnet": "subnet1",
    }
    assert caller.get(POOL)["pools"][0]["rules"] == ["newer"]
    assert [one["name"] for one in caller.get("/platform/3/network/rules?pool=sales")["rules"]] == ["newer"]
    assert "linklayer" not in caller.get("/platform/3/network/rules")["rules"][0]
    assert caller.get("/platform/3/network/rules?pool=finance")["rules"] == []
    caller.write("DELETE", RULES + "/newer")
    assert pair.boston.network.configuration() == before


def test_external_settings(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    assert set(caller.get("/platform/3/network/external")["settings"]) == {
        "default_groupnet",
        "sbr",
        "sc_rebalance_delay",
        "tcp_ports",
    }
    assert "lagg_lacp_fast_timeout" not in caller.get("/platform/16/network/external")["settings"]
    caller.write("PUT", "/platform/16/network/external", {"sc_server_ttl": 77, "tcp_ports": [445]})
    assert caller.get("/platform/16/network/external")["settings"]["tcp_ports"] == [445]
    assert pair.ask("boston", "sales.example.com", "NS").answer[0].ttl == 77
    caller.write("PUT", "/platform/16/network/external", {"sc_server_ttl": "@DEFAULT"})
    assert pair.ask("boston", "sales.example.com", "NS").answer[0].ttl == 900


def test_dns_cache(pair: Any) -> None:
    caller = pair.caller("boston")
    uri = "/platform/3/network/dnscache"
    caller.write("PUT", uri, {"dns_timeout": 9})
    assert caller.get(uri)["settings"]["dns_timeout"] == 9
    caller.write("PUT", uri, {"dns_timeout": "@DEFAULT"})
    assert caller.get(uri)["settings"]["dns_timeout"] == 5
    assert caller.write("POST", uri + "/flush", {}, 200) == {}


def test_the_lists_of_pools(pair: Any) -> None:
    caller = pair.caller("boston")

    def names(query: str) -> list[str]:
        return [one["name"] for one in caller.get(f"/platform/21/network/pools?{query}")["pools"]]

    caller.write("PUT", POOL, {"alloc_method": "dynamic"})
    assert names("alloc_method=dynamic") == ["sales"]
    assert names("subnet=subnet0") == ["management"]
    assert names("groupnet=other") == []
    assert names("access_zone=finance&subnet=subnet1") == ["finance"]
    page = caller.get("/platform/21/network/pools?subnet=subnet1&limit=1")
    assert ([one["name"] for one in page["pools"]], page["total"]) == (["finance"], 2)
    rest = caller.get(f"/platform/21/network/pools?resume={page['resume']}")
    assert ([one["name"] for one in rest["pools"]], rest["resume"]) == (["sales"], None)
    of_subnet = caller.get(SUBNETS + "/subnet1/pools?access_zone=sales")["pools"]
    assert [one["id"] for one in of_subnet] == ["groupnet0.subnet1.sales"]
