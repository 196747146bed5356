# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets which address: the rules themselves, and on a cluster whose nodes die, return and are suspended."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from onefs_sim.allocation import deal_dynamic, deal_static

POOLS = "/platform/16/network/groupnets/groupnet0/subnets/subnet1/pools"
POOL = POOLS + "/sales"
TRUTH = "/platform/16/network/interfaces?cache=no-cache&owner=groupnet0.subnet1.sales"
RANGE = [{"low": "192.0.2.1", "high": "192.0.2.5"}]
ONE, TWO, THREE = (1, "ext-1"), (2, "ext-1"), (3, "ext-1")


def test_static_the_lowest_to_the_lowest_and_a_surplus_to_nobody() -> None:
    assert deal_static(RANGE, [ONE, TWO], {}) == {"192.0.2.1": ONE, "192.0.2.2": TWO}
    short = [{"low": "192.0.2.9", "high": "192.0.2.9"}]
    assert deal_static(short, [ONE, TWO], {}) == {"192.0.2.9": ONE}


def test_static_who_stays_keeps_and_who_returns_gets_what_is_free() -> None:
    held = deal_static(RANGE, [ONE, TWO, THREE], {})
    without = deal_static(RANGE, [TWO, THREE], held)
    assert without == {"192.0.2.2": TWO, "192.0.2.3": THREE}
    other = (1, "ext-2")
    taken = deal_static(RANGE, [other, TWO, THREE], without)
    assert taken["192.0.2.1"] == other
    # The old address is somebody else's now.
    assert deal_static(RANGE, [ONE, other, TWO, THREE], taken)["192.0.2.4"] == ONE
    assert deal_static([{"low": "192.0.2.3", "high": "192.0.2.5"}], [TWO, THREE], held) == {
        "192.0.2.3": THREE,
        "192.0.2.4": TWO,
    }


def test_dynamic_all_addresses_and_evenly() -> None:
    dealt = deal_dynamic(RANGE, [ONE, TWO], {})
    assert list(dealt) == [f"192.0.2.{last}" for last in range(1, 6)]
    assert sorted(Counter(dealt.values()).values()) == [2, 3]
    assert deal_dynamic(RANGE, [], dealt) == {}


def test_dynamic_only_what_lost_its_holder_moves() -> None:
    dealt = deal_dynamic(RANGE, [ONE, TWO, THREE], {})
    after = deal_dynamic(RANGE, [ONE, THREE], dealt)
    assert all(after[address] == place for address, place in dealt.items() if place != TWO)
    assert set(after.values()) == {ONE, THREE}
    back = deal_dynamic(RANGE, [ONE, TWO, THREE], after)
    assert back == after
    level = deal_dynamic(RANGE, [ONE, TWO, THREE], after, rebalance=True)
    assert sorted(Counter(level.values()).values()) == [1, 2, 2]
    assert sum(1 for address in level if level[address] != after[address]) == 1


def test_dynamic_a_lost_address_goes_to_the_idlest() -> None:
    held = {"192.0.2.1": ONE, "192.0.2.2": TWO, "192.0.2.3": THREE}
    ranges = [{"low": "192.0.2.1", "high": "192.0.2.3"}]
    connections = {2: 40.0, 3: 2.0}
    assert deal_dynamic(ranges, [TWO, THREE], held, connections.__getitem__)["192.0.2.1"] == THREE


def held_by(caller: Any, uri: str = TRUTH) -> dict[int, list[str]]:
    """Return the addresses of the pool by LNN."""
    found: dict[int, list[str]] = {}
    for one in caller.get(uri)["interfaces"]:
        for owner in one["owners"]:
            if owner["pool"] == "sales" and owner["ip_addrs"]:
                found.setdefault(one["lnn"], []).extend(owner["ip_addrs"])
    return found


def spread(caller: Any) -> dict[int, int]:
    return {lnn: len(addresses) for lnn, addresses in held_by(caller).items()}


def members(*lnns: int, iface: str = "ext-1") -> list[dict[str, Any]]:
    return [{"lnn": lnn, "iface": iface} for lnn in lnns]


def dynamic(pair: Any, until: Callable[..., Any], **fields: Any) -> Any:
    """Make the pool dynamic, with four addresses on two nodes."""
    caller = pair.caller("boston")
    ranges = [{"low": "127.77.1.131", "high": "127.77.1.134"}]
    caller.write("PUT", POOL, {"alloc_method": "dynamic", "ranges": ranges, **fields})
    until(lambda: spread(caller) == {1: 2, 2: 2})
    return caller


def test_a_static_member_that_returns_gets_the_address_that_is_free(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", POOL, {"ifaces": members(2)})
    until(lambda: held_by(caller) == {2: ["127.77.1.132"]})
    caller.write("PUT", POOL, {"ifaces": [*members(2), *members(2, iface="ext-2")]})
    until(lambda: held_by(caller) == {2: ["127.77.1.132", "127.77.1.131"]})
    caller.write("PUT", POOL, {"ifaces": [*members(1, 2), *members(2, iface="ext-2")]})
    until(lambda: held_by(caller).get(1) == ["127.77.1.133"])


def test_a_renamed_pool_keeps_its_addresses(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", POOL, {"ifaces": members(2)})
    until(lambda: held_by(caller) == {2: ["127.77.1.132"]})
    node = pair.nodes["boston"][1]
    node.log = []
    caller.write("PUT", POOL, {"name": "renamed"})
    until(lambda: "groupnet0.subnet1.renamed" in pair.boston.network.applied.by_pool)
    assert not [line for line in node.log if line.startswith(("add", "remove"))]
    assert "127.77.1.132" in node.held["ext-1"]


def test_a_dead_nodes_static_address_is_offline_and_does_not_move(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    pair.nodes["boston"][1].powered = False
    node = until(lambda: caller.get(POOL + "/status")["status"]["nodes"])[0]
    assert (node["lnn"], node["node_state"], node["ip_status"]) == (2, "down", "none_usable")
    assert held_by(caller) == {1: ["127.77.1.131"]}
    assert held_by(caller, TRUTH.replace("no-cache", "cache-only")) == {1: ["127.77.1.131"], 2: ["127.77.1.132"]}
    answers = {str(pair.ask("boston", "sales.example.com").answer[0][0]) for _ in range(3)}
    assert answers == {"127.77.1.131"}
    pair.nodes["boston"][1].powered = True
    until(lambda: caller.get(POOL + "/status")["status"]["nodes"] == [])
    assert held_by(caller)[2] == ["127.77.1.132"]


@pytest.mark.parametrize("how", ["power", "link", "suspended"])
def test_dynamic_addresses_leave_and_come_back(pair: Any, until: Callable[..., Any], how: str) -> None:
    caller = dynamic(pair, until)
    first, second = pair.nodes["boston"]
    first.log = second.log = []
    lost = held_by(caller)[2]
    if how == "power":
        second.powered = False
    elif how == "link":
        second.dropped.add("ext-1")
    else:
        caller.write("POST", POOL + "/sc-suspend-nodes", {"lnn": [2]}, 200)
    until(lambda: spread(caller) == {1: 4})
    for address in lost:
        # Adding an address announces it: that is the port's promise.
        assert first.log.index(f"remove {address}") < first.log.index(f"add {address}")
    second.powered = True
    second.dropped.clear()
    caller.write("POST", POOL + "/sc-resume-nodes", {"lnn": [2]}, 200)
    until(lambda: spread(caller) == {1: 2, 2: 2})


def test_a_change_that_a_node_refuses_is_made_up_for(
    pair: Any, until: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    caller, first = pair.caller("boston"), pair.nodes["boston"][0]

    def refuse(*_arguments: Any) -> None:
        raise RuntimeError("no such device")

    with monkeypatch.context() as broken:
        broken.setattr(first, "remove_address", refuse)
        caller.write("PUT", POOL, {"ifaces": []})
        until(pair.boston.network.is_settled)
        assert held_by(caller)[1] == ["127.77.1.131"]
    caller.write("PUT", POOL, {"ifaces": []})
    until(lambda: held_by(caller) == {})


def test_a_suspended_node_keeps_its_static_address(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    caller.write("POST", POOL + "/sc-suspend-nodes", {"lnn": [2]}, 200)
    until(pair.boston.network.is_settled)
    assert held_by(caller) == {1: ["127.77.1.131"], 2: ["127.77.1.132"]}


@pytest.mark.parametrize("action", [POOL + "/rebalance-ips", "/platform/3/network/sc-rebalance-all"])
def test_a_manual_pool_spreads_when_told(pair: Any, until: Callable[..., Any], action: str) -> None:
    caller = dynamic(pair, until, rebalance_policy="manual")
    second = pair.nodes["boston"][1]
    second.powered = False
    until(lambda: spread(caller) == {1: 4})
    second.powered = True
    until(lambda: (2, "ext-1") not in pair.boston.network.down)
    until(pair.boston.network.is_settled)
    assert spread(caller) == {1: 4}
    assert caller.write("POST", action, None, 200) == {}
    until(lambda: spread(caller) == {1: 2, 2: 2})
    assert caller.call("POST", action, {"force": True}).status_code == 400


def test_rebalancing_waits_for_its_delay(pair: Any, until: Callable[..., Any]) -> None:
    caller = dynamic(pair, until)
    caller.write("PUT", "/platform/16/network/external", {"sc_rebalance_delay": 1})
    second = pair.nodes["boston"][1]
    second.powered = False
    until(lambda: spread(caller) == {1: 4})
    second.powered = True
    until(lambda: (2, "ext-1") not in pair.boston.network.down)
    assert spread(caller) == {1: 4}
    until(lambda: spread(caller) == {1: 2, 2: 2})


def test_old_releases_keep_a_returned_node_out_of_dns_for_a_while(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", POOL, {"sc_auto_unsuspend_delay": 3600})
    assert caller.get(POOL)["pools"][0]["sc_auto_unsuspend_delay"] == 3600
    network, second = pair.boston.network, pair.nodes["boston"][1]
    now = time.monotonic()
    network.clock = lambda: now
    second.powered = False
    until(lambda: (2, "ext-1") in network.down)
    second.powered = True
    until(lambda: (2, "ext-1") not in network.down)
    (node,) = caller.get(POOL + "/status")["status"]["nodes"]
    assert (node["lnn"], node["suspended"], node["ip_status"]) == (2, True, "usable")
    now += 3601
    assert caller.get(POOL + "/status")["status"]["nodes"] == []


def test_two_thousand_pools_take_a_change_at_once(pair: Any) -> None:
    """No figure of time: the work of one change must not grow with the pools that it does not touch."""
    network = pair.boston.network
    base = network.pools["groupnet0.subnet1.sales"]
    for number in range(2000):
        name = f"many{number}"
        low = f"127.80.{number // 250}.{number % 250 + 1}"
        network.store_pool(
            {
                **base,
                "id": f"groupnet0.subnet1.{name}",
                "name": name,
                "sc_dns_zone": f"{name}.example.com",
                "sc_dns_zone_aliases": [],
                "ranges": [{"low": low, "high": low}],
            }
        )
    before = network.applied
    plan = network._plan(network._change_now())
    assert len(plan.by_pool) == 2003
    with network._applying:
        network.applied = plan
        again = network._plan(network._change_now())
        network.applied = before
    assert all(again.by_pool[pool_id] is plan.by_pool[pool_id] for pool_id in plan.by_pool)
