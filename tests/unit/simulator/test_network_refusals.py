# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OneFS refuses below /network, each with its status, code and field, and without any effect."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

GROUPNETS = "/platform/21/network/groupnets"
SUBNETS = GROUPNETS + "/groupnet0/subnets"
SUBNET = SUBNETS + "/subnet1"
POOLS = SUBNET + "/pools"
POOL = POOLS + "/sales"
RULES = POOL + "/rules"


def member(lnn: int, iface: str = "ext-1") -> dict[str, Any]:
    return {"lnn": lnn, "iface": iface}


def bounds(low: str, high: str = "") -> list[dict[str, str]]:
    return [{"low": low, "high": high or low}]


def refused(caller: Any, method: str, uri: str, body: Any) -> tuple[int, str, str]:
    answer = caller.call(method, uri, body)
    error = answer.json()["errors"][0]
    return answer.status_code, error["code"], error.get("field", "")


@pytest.mark.parametrize(
    ("fields", "status", "field"),
    [
        pytest.param({"nonsense": 1}, 400, "nonsense", id="unknown field"),
        pytest.param({"id": "groupnet0.subnet1.other"}, 400, "id", id="read-only field"),
        pytest.param({"ifaces": "ext-1"}, 400, "ifaces", id="wrong type"),
        pytest.param({"ifaces": [{"lnn": "1", "iface": "ext-1"}]}, 400, "ifaces", id="wrong type inside"),
        pytest.param({"ifaces": [{"lnn": 1}]}, 400, "ifaces", id="half a member"),
        pytest.param({"ifaces": [member(1), member(1)]}, 400, "ifaces", id="a member twice"),
        pytest.param({"ifaces": [member(1, "ext-9")]}, 400, "ifaces", id="unknown interface"),
        pytest.param({"ifaces": [member(9)]}, 400, "ifaces", id="unknown node"),
        pytest.param({"ifaces": [member(1, "ext-agg")]}, 409, "ifaces", id="aggregate of a port in use"),
        pytest.param({"ifaces": [member(1, "ext-2"), member(1, "ext-agg")]}, 409, "ifaces", id="aggregate and part"),
        pytest.param({"access_zone": "nowhere"}, 400, "access_zone", id="unknown zone"),
        pytest.param({"ranges": bounds("127.77.1.1", "127.77.1.2")}, 400, "ranges", id="outside the subnet"),
        pytest.param({"ranges": bounds("127.77.1.132", "127.77.1.131")}, 400, "ranges", id="wrong order"),
        pytest.param({"ranges": bounds("2001:db8::1")}, 400, "ranges", id="wrong family"),
        pytest.param({"ranges": bounds("no address")}, 400, "ranges", id="no address"),
        pytest.param(
            {"ranges": [*bounds("127.77.1.131", "127.77.1.133"), *bounds("127.77.1.133")]}, 409, "ranges", id="itself"
        ),
        pytest.param({"ranges": bounds("127.77.1.140", "127.77.1.141")}, 409, "ranges", id="another pool's address"),
        pytest.param({"ranges": bounds("127.77.1.129", "127.77.1.131")}, 409, "ranges", id="a service address"),
        pytest.param({"sc_dns_zone": "finance.example.com"}, 409, "sc_dns_zone", id="name in use"),
        pytest.param({"sc_dns_zone": "FINANCE.example.COM"}, 409, "sc_dns_zone", id="name in use, in capitals"),
        pytest.param(
            {"sc_dns_zone_aliases": ["finance.example.com"]}, 409, "sc_dns_zone_aliases", id="alias is a name in use"
        ),
        pytest.param({"sc_dns_zone_aliases": ["sales.example.com"]}, 409, "sc_dns_zone", id="alias is the own name"),
        pytest.param({"sc_dns_zone_aliases": ["a b"]}, 400, "sc_dns_zone_aliases", id="alias that is no name"),
        pytest.param({"sc_subnet": "subnet9"}, 400, "sc_subnet", id="unknown service subnet"),
        pytest.param({"sc_ttl": -1}, 400, "sc_ttl", id="out of range"),
        pytest.param({"sc_ttl": True}, 400, "sc_ttl", id="a boolean is no number"),
        pytest.param({"alloc_method": "other"}, 400, "alloc_method", id="unknown method"),
        pytest.param({"alloc_method": "externally_managed"}, 400, "alloc_method", id="only the system makes those"),
        pytest.param({"name": "@DEFAULT"}, 400, "name", id="nothing to reset"),
        pytest.param({"name": "finance"}, 409, "name", id="name of another pool"),
        pytest.param(
            {"static_routes": [{"gateway": "127.77.1.1", "prefixlen": 99, "subnet": "127.0.0.0"}]},
            400,
            "static_routes",
            id="bad route",
        ),
    ],
)
def test_a_pool_that_cannot_be(pair: Any, fields: dict[str, Any], status: int, field: str) -> None:
    caller = pair.caller("boston")
    before = pair.boston.network.configuration()
    assert refused(caller, "PUT", POOL, fields)[::2] == (status, field)
    assert pair.boston.network.configuration() == before
    assert pair.boston.network.is_settled()


def test_names_and_zones_across_pools(pair: Any) -> None:
    caller = pair.caller("boston")
    assert refused(caller, "POST", POOLS, {}) == (400, "AEC_ARG_REQUIRED", "name")
    assert refused(caller, "POST", POOLS, {"name": "sales"}) == (409, "AEC_CONFLICT", "name")
    assert refused(caller, "POST", POOLS, {"name": "a.b"}) == (400, "AEC_BAD_REQUEST", "name")
    files = {"name": "other", "sc_dns_zone": "files.example.com"}
    assert refused(caller, "POST", POOLS, files) == (409, "AEC_CONFLICT", "sc_dns_zone")
    caller.write("POST", GROUPNETS, {"name": "tenant"}, 201)
    zone = {"name": "far", "path": "/ifs/far", "create_path": True, "groupnet": "tenant"}
    caller.write("POST", "/platform/3/zones", zone, 201)
    assert refused(caller, "PUT", POOL, {"access_zone": "far"}) == (400, "AEC_BAD_REQUEST", "access_zone")
    assert refused(caller, "DELETE", GROUPNETS + "/tenant", None)[0] == 409


def test_an_interface_in_two_static_pools_of_a_subnet_is_a_choice(pair: Any) -> None:
    """Captures of real clusters show interfaces in several pools of a subnet, not how these allocate: it may be allowed."""
    caller = pair.caller("boston")
    network = pair.boston.network
    both = {"name": "extra", "ifaces": [member(1)]}
    network.choices = dataclasses.replace(network.choices, one_static_pool=False)
    caller.write("POST", POOLS, both, 201)
    caller.write("DELETE", POOLS + "/extra")
    network.choices = dataclasses.replace(network.choices, one_static_pool=True)
    assert refused(caller, "POST", POOLS, both) == (409, "AEC_CONFLICT", "ifaces")
    caller.write("POST", POOLS, {**both, "name": "moving", "alloc_method": "dynamic"}, 201)
    assert refused(caller, "PUT", POOLS + "/moving", {"alloc_method": "static"}) == (409, "AEC_CONFLICT", "ifaces")


@pytest.mark.parametrize(
    ("method", "uri", "body", "expected"),
    [
        ("DELETE", SUBNET, None, (409, "AEC_CONFLICT", "")),
        ("PUT", SUBNET, {"name": "other"}, (409, "AEC_CONFLICT", "name")),
        ("PUT", SUBNET, {"sc_service_addrs": bounds("127.77.1.131")}, (409, "AEC_CONFLICT", "sc_service_addrs")),
        ("PUT", SUBNET, {"sc_service_addrs": bounds("127.77.1.1")}, (400, "AEC_BAD_REQUEST", "sc_service_addrs")),
        (
            "PUT",
            SUBNET,
            {"sc_service_addrs": bounds("127.77.1.200", "127.77.1.210")},
            (403, "AEC_LIMIT_EXCEEDED", "sc_service_addrs"),
        ),
        ("PUT", SUBNET, {"prefixlen": 33}, (400, "AEC_BAD_REQUEST", "prefixlen")),
        ("PUT", SUBNET, {"prefixlen": 30}, (400, "AEC_BAD_REQUEST", "ranges")),
        ("PUT", SUBNET, {"gateway": "2001:db8::1"}, (400, "AEC_BAD_REQUEST", "gateway")),
        ("PUT", SUBNET, {"addr_family": "ipv6"}, (400, "AEC_BAD_REQUEST", "addr_family")),
        ("PUT", SUBNET, {"mtu": 100}, (400, "AEC_BAD_REQUEST", "mtu")),
        ("POST", SUBNETS, {"name": "s", "addr_family": "ipv4"}, (400, "AEC_ARG_REQUIRED", "prefixlen")),
        ("POST", SUBNETS, {"name": "subnet1", "addr_family": "ipv4", "prefixlen": 24}, (409, "AEC_CONFLICT", "name")),
        ("DELETE", GROUPNETS + "/groupnet0", None, (403, "AEC_FORBIDDEN", "")),
        ("POST", GROUPNETS, {"name": "groupnet0"}, (409, "AEC_CONFLICT", "name")),
        ("POST", GROUPNETS, {"name": "g", "dns_servers": ["x"]}, (400, "AEC_BAD_REQUEST", "dns_servers")),
        ("POST", GROUPNETS, {"name": "g", "dns_servers": ["192.0.2.1"] * 4}, (400, "AEC_BAD_REQUEST", "dns_servers")),
        ("GET", GROUPNETS + "/nobody", None, (404, "AEC_NOT_FOUND", "groupnet")),
        ("GET", SUBNETS + "/nobody", None, (404, "AEC_NOT_FOUND", "subnet")),
        ("PUT", POOLS + "/nobody", {"ifaces": []}, (404, "AEC_NOT_FOUND", "pool")),
        ("GET", RULES + "/nobody", None, (404, "AEC_NOT_FOUND", "rule")),
        ("POST", RULES, {"name": "r"}, (400, "AEC_ARG_REQUIRED", "iface")),
        ("POST", RULES, {"name": "r", "iface": "ext-9"}, (400, "AEC_BAD_REQUEST", "iface")),
        ("POST", RULES, {"name": "r", "iface": "ext-1", "node_type": "big"}, (400, "AEC_BAD_REQUEST", "node_type")),
        ("POST", POOL + "/sc-suspend-nodes", {"lnn": [7]}, (400, "AEC_BAD_REQUEST", "lnn")),
        ("POST", POOL + "/sc-suspend-nodes", {}, (400, "AEC_ARG_REQUIRED", "lnn")),
        ("POST", POOL + "/sc-suspend-nodes", {"lnn": "1"}, (400, "AEC_BAD_REQUEST", "lnn")),
        (
            "PUT",
            "/platform/21/network/external",
            {"sc_rebalance_delay": 11},
            (400, "AEC_BAD_REQUEST", "sc_rebalance_delay"),
        ),
        ("PUT", "/platform/21/network/external", {"tcp_ports": [70000]}, (400, "AEC_BAD_REQUEST", "tcp_ports")),
        ("PUT", "/platform/12/network/external", {"sc_server_ttl": 1}, (400, "AEC_BAD_REQUEST", "sc_server_ttl")),
        ("PUT", "/platform/3/network/dnscache", {"ttl_max_other": "x"}, (400, "AEC_BAD_REQUEST", "ttl_max_other")),
        ("POST", "/platform/3/network/dnscache/flush", {"now": 1}, (400, "AEC_BAD_REQUEST", "now")),
        ("GET", "/platform/21/network/pools?alloc_method=any", None, (400, "AEC_BAD_REQUEST", "alloc_method")),
        ("GET", "/platform/21/network/pools?zone=sales", None, (400, "AEC_BAD_REQUEST", "zone")),
        ("GET", "/platform/21/network/interfaces?cache=never", None, (400, "AEC_BAD_REQUEST", "cache")),
        ("GET", "/platform/21/network/interfaces?lnn=one", None, (400, "AEC_BAD_REQUEST", "lnn")),
        ("GET", "/platform/21/network/interfaces?network=inner", None, (400, "AEC_BAD_REQUEST", "network")),
        ("GET", "/platform/18/network/interfaces?linklayer=ethernet", None, (400, "AEC_BAD_REQUEST", "linklayer")),
    ],
)
def test_other_parts(pair: Any, method: str, uri: str, body: Any, expected: tuple[int, str, str]) -> None:
    before = pair.boston.network.configuration()
    assert refused(pair.caller("boston"), method, uri, body) == expected
    assert pair.boston.network.configuration() == before


@pytest.mark.parametrize(
    ("version", "fields", "field"),
    [
        (12, {"ipv6_perform_dad": True}, "ipv6_perform_dad"),
        (16, {"nfs_rroce_only": True}, "nfs_rroce_only"),
        (16, {"aggregation_mode": "loadbalance"}, "aggregation_mode"),
        (16, {"sc_auto_unsuspend_delay": 90000}, "sc_auto_unsuspend_delay"),
        (18, {"aggregation_mode": "fec"}, "aggregation_mode"),
        (18, {"sc_auto_unsuspend_delay": 1}, "sc_auto_unsuspend_delay"),
        (19, {"nfsv3_rroce_only": True}, "nfsv3_rroce_only"),
    ],
)
def test_a_version_knows_only_its_own_words(pair: Any, version: int, fields: dict[str, Any], field: str) -> None:
    uri = POOL.replace("/21/", f"/{version}/")
    assert refused(pair.caller("boston"), "PUT", uri, fields) == (400, "AEC_BAD_REQUEST", field)


def test_force_is_for_the_mtu_alone(pair: Any) -> None:
    caller = pair.caller("boston")
    jumbo = {"name": "jumbo", "addr_family": "ipv4", "prefixlen": 24, "gateway": "127.78.1.1", "mtu": 9000}
    caller.write("POST", SUBNETS, jumbo, 201)
    pools = SUBNETS + "/jumbo/pools"
    pool = {"name": "fast", "ifaces": [member(1)], "ranges": bounds("127.78.1.5")}
    assert refused(caller, "POST", pools, pool) == (409, "AEC_CONFLICT", "ifaces")
    taken = {**pool, "ranges": bounds("127.77.1.131")}
    assert refused(caller, "POST", pools + "?force=true", taken) == (400, "AEC_BAD_REQUEST", "ranges")
    caller.write("POST", pools + "?force=true", pool, 201)
    assert refused(caller, "PUT", SUBNETS + "/jumbo", {"mtu": 8000}) == (409, "AEC_CONFLICT", "ifaces")
    caller.write("PUT", SUBNETS + "/jumbo?force=true", {"mtu": 8000})
    # On a VLAN of its own it is no conflict.
    caller.write("PUT", SUBNETS + "/jumbo", {"mtu": 9000, "vlan_enabled": True, "vlan_id": 20})
