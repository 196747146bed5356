# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dell's SDK below /network: groupnets, subnets, pools, rules, interfaces, actions and settings, of two releases."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

OLD = "v9_5_0"


def network(sdk: Any) -> Any:
    return sdk.api("NetworkApi")


def parents(sdk: Any) -> Any:
    return sdk.api("NetworkGroupnetsApi")


def below(sdk: Any) -> Any:
    return sdk.api("NetworkGroupnetsSubnetsApi")


def wait(probe: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 10
    while not (value := probe()):
        assert time.monotonic() < deadline, "the state was not reached in time"
        time.sleep(0.05)
    return value


@contextlib.contextmanager
def refused(sdk: Any, status: int, code: str) -> Iterator[None]:
    with pytest.raises(sdk.refusal) as caught:
        yield
    assert caught.value.status == status, caught.value.body
    assert json.loads(caught.value.body)["errors"][0]["code"] == code


@pytest.fixture
def subnet(sdk: Any) -> Iterator[str]:
    """A groupnet with a subnet of the test's own, taken away afterwards with what is in it."""
    groupnet = sdk.model("NetworkGroupnetCreateParams", name="sdk", dns_servers=["192.0.2.53"])
    assert network(sdk).create_network_groupnet(groupnet).id == "sdk"
    fields = {"name": "green", "addr_family": "ipv4", "prefixlen": 24, "gateway": "203.0.113.1"}
    created = parents(sdk).create_groupnet_subnet(sdk.model("GroupnetSubnetCreateParams", **fields), "sdk")
    assert created.id == "sdk.green"
    zone = sdk.model("ZoneCreateParams", name="sdk", path="/ifs/sdk", create_path=True, groupnet="sdk")
    sdk.api("ZonesApi").create_zone(zone)
    yield "green"
    for pool in parents(sdk).list_subnets_subnet_pools("sdk", "green").pools:
        parents(sdk).delete_subnets_subnet_pool(pool.name, "sdk", "green")
    sdk.api("ZonesApi").delete_zone("sdk")
    parents(sdk).delete_groupnet_subnet("green", "sdk")
    network(sdk).delete_network_groupnet("sdk")


@pytest.fixture
def pool(sdk: Any, subnet: str) -> str:
    """A pool of that subnet without members."""
    fields = {
        "name": "sdk",
        "access_zone": "sdk",
        "ranges": [{"low": "203.0.113.10", "high": "203.0.113.12"}],
        "sc_dns_zone": "sdk.example.com",
    }
    created = parents(sdk).create_subnets_subnet_pool(
        sdk.model("SubnetsSubnetPoolCreateParams", **fields), "sdk", subnet
    )
    assert created.id == "sdk.green.sdk"
    return "sdk"


def change(sdk: Any, **fields: Any) -> None:
    parents(sdk).update_subnets_subnet_pool(sdk.model("SubnetsSubnetPool", **fields), "sdk", "sdk", "green")


def read(sdk: Any) -> Any:
    return parents(sdk).get_subnets_subnet_pool("sdk", "sdk", "green").pools[0]


def held(sdk: Any) -> dict[int, list[str]]:
    """Return the addresses of the pool by LNN, as the nodes have them."""
    interfaces = network(sdk).get_network_interfaces(owner="sdk.green.sdk", cache="no-cache").interfaces
    found: dict[int, list[str]] = {}
    for one in interfaces:
        for owner in one.owners:
            if owner.id == "sdk.green.sdk" and owner.ip_addrs:
                found.setdefault(one.lnn, []).extend(owner.ip_addrs)
    return found


MEMBERS = [{"lnn": 1, "iface": "ext-1"}, {"lnn": 2, "iface": "ext-1"}]


def test_groupnet(sdk: Any, subnet: str) -> None:
    update = sdk.model("NetworkGroupnet", dns_search=["example.com"], allow_wildcard_subdomains=False)
    network(sdk).update_network_groupnet(update, "sdk")
    (groupnet,) = network(sdk).get_network_groupnet("sdk").groupnets
    assert (groupnet.dns_search, groupnet.subnets) == (["example.com"], [subnet])
    assert {one.name for one in network(sdk).list_network_groupnets().groupnets} == {"groupnet0", "sdk"}
    with refused(sdk, 409, "AEC_CONFLICT"):
        network(sdk).delete_network_groupnet("sdk")


def test_subnet(sdk: Any, subnet: str) -> None:
    service = [{"low": "203.0.113.2", "high": "203.0.113.3"}]
    update = sdk.model("GroupnetSubnet", sc_service_addrs=service, mtu=9000, sc_service_name="ssip.example.com")
    parents(sdk).update_groupnet_subnet(update, subnet, "sdk")
    (shown,) = parents(sdk).get_groupnet_subnet(subnet, "sdk").subnets
    assert (shown.base_addr, shown.mtu, shown.sc_service_addrs[0].high) == ("203.0.113.0", 9000, "203.0.113.3")
    assert [one.id for one in parents(sdk).list_groupnet_subnets("sdk").subnets] == ["sdk.green"]
    assert [one.id for one in network(sdk).get_network_subnets(groupnet="sdk").subnets] == ["sdk.green"]
    with refused(sdk, 400, "AEC_BAD_REQUEST"):
        parents(sdk).update_groupnet_subnet(sdk.model("GroupnetSubnet", gateway="2001:db8::1"), subnet, "sdk")


def test_pool_gets_members_and_loses_them(sdk: Any, pool: str) -> None:
    change(sdk, ifaces=MEMBERS)
    wait(lambda: held(sdk) == {1: ["203.0.113.10"], 2: ["203.0.113.11"]})
    shown = read(sdk)
    assert (shown.access_zone, shown.alloc_method, len(shown.ifaces)) == ("sdk", "static", 2)
    assert (shown.aggregation_mode == "fec") == (sdk.package == OLD)
    change(sdk, ifaces=[])
    wait(lambda: held(sdk) == {})
    (listed,) = parents(sdk).list_subnets_subnet_pools("sdk", "green", access_zone="sdk").pools
    assert listed.id == "sdk.green.sdk"


def test_dynamic_pool_is_spread_suspended_and_resumed(sdk: Any, pool: str) -> None:
    change(sdk, alloc_method="dynamic", ifaces=MEMBERS)
    wait(lambda: sorted(len(one) for one in held(sdk).values()) == [1, 2])
    nodes = sdk.model("PoolsPoolScResumeNode", lnn=[2])
    below(sdk).create_pools_pool_sc_suspend_node(nodes, "sdk", "green", pool)
    wait(lambda: {lnn: len(one) for lnn, one in held(sdk).items()} == {1: 3})
    status = below(sdk).get_pools_pool_status("sdk", "green", pool).status
    assert [(node.lnn, node.suspended) for node in status.nodes if node.suspended] == [(2, True)]
    below(sdk).create_pools_pool_sc_resume_node(nodes, "sdk", "green", pool)
    wait(lambda: len(held(sdk)) == 2)
    below(sdk).create_pools_pool_rebalance_ip({}, "sdk", "green", pool)
    network(sdk).create_network_sc_rebalance_all_item({})
    status = below(sdk).get_pools_pool_status("sdk", "green", pool, show_all=True).status
    assert [node.node_state for node in status.nodes] == ["up", "up"]
    interfaces = below(sdk).get_pools_pool_interfaces("sdk", "green", pool).interfaces
    assert {one.id for one in interfaces} == {"1:ext-1", "2:ext-1"}


def test_rule(sdk: Any, pool: str) -> None:
    rule = sdk.model("PoolsPoolRuleCreateParams", name="new", iface="ext-1")
    assert below(sdk).create_pools_pool_rule(rule, "sdk", "green", pool).id == "sdk.green.sdk.new"
    update = sdk.model("PoolsPoolRule", description="for what comes")
    below(sdk).update_pools_pool_rule(update, "new", "sdk", "green", pool)
    (shown,) = below(sdk).get_pools_pool_rule("new", "sdk", "green", pool).rules
    assert (shown.description, shown.node_type) == ("for what comes", "any")
    assert [one.name for one in below(sdk).list_pools_pool_rules("sdk", "green", pool).rules] == ["new"]
    assert [one.id for one in network(sdk).get_network_rules(pool="sdk").rules] == ["sdk.green.sdk.new"]
    below(sdk).delete_pools_pool_rule("new", "sdk", "green", pool)
    with refused(sdk, 404, "AEC_NOT_FOUND"):
        below(sdk).get_pools_pool_rule("new", "sdk", "green", pool)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"ifaces": [{"lnn": 1, "iface": "ext-9"}]}, 400, "AEC_BAD_REQUEST"),
        ({"ifaces": [{"lnn": 9, "iface": "ext-1"}]}, 400, "AEC_BAD_REQUEST"),
        ({"ranges": [{"low": "198.51.100.200", "high": "198.51.100.201"}]}, 400, "AEC_BAD_REQUEST"),
        ({"access_zone": "nowhere"}, 400, "AEC_BAD_REQUEST"),
        ({"access_zone": "System"}, 400, "AEC_BAD_REQUEST"),
        ({"sc_dns_zone": "boston.example.com"}, 409, "AEC_CONFLICT"),
    ],
)
def test_pool_that_cannot_be(sdk: Any, pool: str, fields: dict[str, Any], status: int, code: str) -> None:
    if fields.get("sc_dns_zone"):
        fields = {"sc_dns_zone": f"{sdk.cluster}.example.com"}
    with refused(sdk, status, code):
        change(sdk, **fields)


def test_overlap_with_another_pool(sdk: Any, pool: str) -> None:
    other = {"name": "other", "access_zone": "sdk", "ranges": [{"low": "203.0.113.12", "high": "203.0.113.20"}]}
    with refused(sdk, 409, "AEC_CONFLICT"):
        parents(sdk).create_subnets_subnet_pool(
            sdk.model("SubnetsSubnetPoolCreateParams", **other), "sdk", "green", force=True
        )


def test_pages_of_pools(sdk: Any, pool: str) -> None:
    first = network(sdk).get_network_pools(limit=3, sort="name", dir="DESC")
    assert (len(first.pools), first.total) == (3, 4)
    rest = network(sdk).get_network_pools(resume=first.resume)
    assert rest.resume is None
    names = [one.name for one in (*first.pools, *rest.pools)]
    assert names == sorted(names, reverse=True)
    with refused(sdk, 400, "AEC_BAD_REQUEST"):
        network(sdk).get_network_pools(resume=first.resume, limit=1)
    by_filter = network(sdk).get_network_pools(access_zone="sdk", alloc_method="static", groupnet="sdk", subnet="green")
    assert [one.id for one in by_filter.pools] == ["sdk.green.sdk"]


def test_interfaces(sdk: Any) -> None:
    every = network(sdk).get_network_interfaces(include_vlans=True, include_access_zones=True, network="all").interfaces
    assert {one.id for one in every} >= {"1:ext-1", "1:mgmt-1", "2:ext-1", "2:mgmt-1"}
    (one,) = network(sdk).get_network_interfaces(lnn=[1], type="smartconnect_service").interfaces
    assert [owner.type for owner in one.owners] == ["smartconnect_service"]
    assert {each.lnn for each in sdk.api("LocalApi").get_network_interfaces().interfaces} == {1}


def test_settings(sdk: Any) -> None:
    before = network(sdk).get_network_external().settings
    assert before.default_groupnet == "groupnet0"
    update = sdk.model("NetworkExternalExtended", sc_server_ttl=60)
    network(sdk).update_network_external(update)
    assert network(sdk).get_network_external().settings.sc_server_ttl == 60
    network(sdk).update_network_external(sdk.model("NetworkExternalExtended", sc_server_ttl=before.sc_server_ttl))
    cache = network(sdk).get_network_dnscache().settings
    network(sdk).update_network_dnscache(sdk.model("NetworkDnscacheExtended", dns_timeout=cache.dns_timeout))
    network(sdk).create_dnscache_flush_item({})


def test_names_of_interfaces(sdk: Any) -> None:
    if sdk.package == OLD:
        assert not hasattr(network(sdk), "get_network_interface_names")
        return
    (names,) = network(sdk).get_network_interface_names().interface_names
    assert "ext-1" in names.ethernet
