# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks as they are read: pools, interfaces, status, and SmartConnect's answers."""

from __future__ import annotations

import ipaddress
from typing import Any

import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest
from contract_cluster import Caller, check

#: Fields of a pool in every version from 3 on, and those that came or went, with the version of the change.
EVERY_VERSION = {
    *(
        "access_zone",
        "addr_family",
        "aggregation_mode",
        "alloc_method",
        "description",
        "groupnet",
        "id",
        "ifaces",
        "name",
    ),
    *("ranges", "rebalance_policy", "rules", "sc_connect_policy", "sc_dns_zone", "sc_dns_zone_aliases"),
    *("sc_failover_policy", "sc_subnet", "sc_suspended_nodes", "sc_ttl", "static_routes", "subnet"),
}
SINCE = {"firewall_policy": 16, "ipv6_perform_dad": 16, "external_manager": 18, "nfs_rroce_only": 19, "linklayer": 21}
UNTIL = {"sc_auto_unsuspend_delay": 17, "nfsv3_rroce_only": 18}


def pools(caller: Caller, version: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(f"/platform/{version}/network/pools")["pools"]
    assert found, "a cluster without pools cannot be asked about pools"
    return found


def path(pool: dict[str, Any]) -> str:
    return f"/network/groupnets/{pool['groupnet']}/subnets/{pool['subnet']}/pools/{pool['name']}"


def test_pools_have_their_shape(caller: Caller) -> None:
    for pool in pools(caller, caller.newest(21)):
        if caller.latest >= 21:
            check(pool, "pool")
        assert pool["id"] == f"{pool['groupnet']}.{pool['subnet']}.{pool['name']}"


@pytest.mark.parametrize("version", [3, 12, 16, 18, 19, 21])
def test_fields_of_a_pool_in_each_version(caller: Caller, version: int) -> None:
    if version > caller.latest:
        pytest.skip(f"this cluster knows versions up to {caller.latest}")
    expected = EVERY_VERSION | {name for name, since in SINCE.items() if version >= since}
    expected |= {name for name, until in UNTIL.items() if version <= until and (name[0] == "s" or version >= 12)}
    for pool in pools(caller, version):
        assert set(pool) | {"external_manager"} == expected | {"external_manager"}


def test_one_pool_comes_as_a_list_of_one(caller: Caller) -> None:
    pool = pools(caller, 3)[0]
    document = caller.get(f"/platform/3{path(pool)}")
    assert [one["id"] for one in document["pools"]] == [pool["id"]]


def test_filter_by_access_zone(caller: Caller) -> None:
    everything = pools(caller, 3)
    zone = everything[-1]["access_zone"]
    found = caller.get(f"/platform/3/network/pools?access_zone={zone}")["pools"]
    assert [one["id"] for one in found] == [one["id"] for one in everything if one["access_zone"] == zone]


def test_interfaces_and_their_owners(caller: Caller) -> None:
    """Each address of an owner is on its interface: what the proof of a fence reads."""
    found = caller.get(f"/platform/{caller.newest(21)}/network/interfaces?cache=no-cache")["interfaces"]
    assert found
    for interface in found:
        if caller.latest >= 21:
            check(interface, "interface")
        assert interface["id"] == f"{interface['lnn']}:{interface['name']}"
        for owner in interface["owners"]:
            assert set(owner.get("ip_addrs") or []) <= set(interface["ip_addrs"])


def test_interfaces_of_one_pool(caller: Caller) -> None:
    served = [pool for pool in pools(caller, 3) if pool["ifaces"]]
    assert served, "a cluster without a member in any pool cannot be asked about them"
    for pool in served:
        uri = f"/platform/{caller.newest(21)}/network/interfaces?owner={pool['id']}&cache=no-cache"
        found = caller.get(uri)["interfaces"]
        members = {f"{member['lnn']}:{member['iface']}" for member in pool["ifaces"]}
        assert {interface["id"] for interface in found} <= members


def test_status_of_a_pool(caller: Caller) -> None:
    pool = next(pool for pool in pools(caller, 3) if pool["ifaces"])
    document = caller.get(f"/platform/15{path(pool)}/status?show_all=true")
    check(document, "pool_status")
    assert {node["lnn"] for node in document["status"]["nodes"]} == {member["lnn"] for member in pool["ifaces"]}


def service_addresses(caller: Caller) -> list[tuple[str, str]]:
    """SmartConnect's addresses, each with the subnet that it answers for."""
    found = caller.get(f"/platform/{caller.newest(7)}/network/subnets")["subnets"]
    return [(one["sc_service_addrs"][0]["low"], one["name"]) for one in found if one["sc_service_addrs"]]


def ask(server: str, name: str, kind: str, tcp: bool = False) -> dns.message.Message:
    query = dns.message.make_query(name, kind)
    query.flags &= ~dns.flags.RD
    return (dns.query.tcp if tcp else dns.query.udp)(query, server, timeout=5)


@pytest.fixture
def served(caller: Caller) -> tuple[str, dict[str, Any]]:
    """A service address, and a pool whose name it answers."""
    for server, subnet in service_addresses(caller):
        for pool in pools(caller, 3):
            if pool["sc_subnet"] == subnet and pool["sc_dns_zone"] and pool["ifaces"] and pool["addr_family"] == "ipv4":
                return server, pool
    pytest.skip("no pool here has a SmartConnect name and members")


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_smartconnect_answers_one_address_of_the_pool(served: tuple[str, dict[str, Any]], tcp: bool) -> None:
    server, pool = served
    answer = ask(server, pool["sc_dns_zone"], "A", tcp)
    assert answer.rcode() == dns.rcode.NOERROR
    assert answer.flags & dns.flags.AA
    assert [rrset.ttl for rrset in answer.answer] == [pool["sc_ttl"]]
    addresses = [ipaddress.ip_address(record.address) for record in answer.answer[0]]
    assert len(addresses) == 1
    bounds = [(ipaddress.ip_address(one["low"]), ipaddress.ip_address(one["high"])) for one in pool["ranges"]]
    assert any(low <= addresses[0] <= high for low, high in bounds)


def test_smartconnect_knows_no_case(served: tuple[str, dict[str, Any]]) -> None:
    server, pool = served
    assert ask(server, pool["sc_dns_zone"].upper(), "A").answer


@pytest.mark.assumption("aaaa-of-ipv4-pool")
def test_other_family_is_an_empty_answer(served: tuple[str, dict[str, Any]]) -> None:
    server, pool = served
    answer = ask(server, pool["sc_dns_zone"], "AAAA")
    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])


@pytest.mark.assumption("unowned-name")
def test_name_of_nobody_is_refused(served: tuple[str, dict[str, Any]]) -> None:
    """It decides whether a name that is delegated to two clusters works: resolvers try the other one after REFUSED only."""
    server, pool = served
    assert ask(server, "nobody." + pool["sc_dns_zone"].partition(".")[2], "A").rcode() == dns.rcode.REFUSED
