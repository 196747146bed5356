# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.addresses import (
    AddressRange,
    contains,
    count,
    expand,
    network_contains,
    normalise,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import BadOption, NodesMissing
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.interfaces import (
    Interface,
    Owner,
    addresses_of_pools,
    from_answer,
    require_nodes,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.node_hosts import choose_node_hosts
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pools import Pool, pool_path, split_pool_id

SALES = (AddressRange("198.51.100.11", "198.51.100.12"),)
SIX = (AddressRange("2001:db8::10", "2001:db8::1f"),)


def owner(pool: str, *addresses: str, zone: str = "System") -> Owner:
    return Owner(pool, zone, addresses)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("fe80::1%em0", "fe80::1"),
        ("192.0.2", None),
        ("pc-17", None),
        ("", None),
        ("010.0.0.1", None),
    ],
)
def test_an_address_has_one_form(text: str, expected: str | None) -> None:
    assert normalise(text) == expected


def test_ranges_of_both_families() -> None:
    assert contains(SALES, "198.51.100.12")
    assert not contains(SALES, "198.51.100.13")
    assert contains((*SALES, *SIX), "2001:db8::15")
    assert expand(SALES) == ["198.51.100.11", "198.51.100.12"]
    assert count(SIX) == 16


def test_a_huge_range_is_counted_not_listed() -> None:
    huge = (AddressRange("2001:db8::", "2001:db8::ffff:ffff:ffff:ffff"),)
    assert count(huge) == 2**64
    assert len(expand(huge, limit=10)) == 10


def test_a_range_that_is_none_is_named() -> None:
    with pytest.raises(BadOption, match="198.51.100.12"):
        expand([AddressRange("198.51.100.12", "198.51.100.11")])


def test_a_subnet_holds_ranges_or_not() -> None:
    assert network_contains("198.51.100.0", 24, SALES)
    assert not network_contains("203.0.113.0", 24, SALES)
    assert not network_contains("198.51.100.0", 24, SIX)


def test_an_address_counts_for_the_pool_that_owns_it_or_whose_range_holds_it() -> None:
    interfaces = [
        Interface(1, "ext-1", ("198.51.100.11", "198.51.100.10"), (owner("g.s.sales", "198.51.100.11"),)),
        # Its pool has just lost this member, the address is still there.
        Interface(2, "ext-1", ("198.51.100.12",), ()),
    ]
    found = addresses_of_pools(interfaces, {"g.s.sales": SALES, "g.s.other": ()})
    assert found == {"g.s.sales": {"198.51.100.11": "1:ext-1", "198.51.100.12": "2:ext-1"}, "g.s.other": {}}


def test_a_pool_whose_name_begins_like_anothers_is_another() -> None:
    interfaces = [Interface(1, "ext-1", ("192.0.2.7",), (owner("g.s.sales2", "192.0.2.7"),))]
    assert addresses_of_pools(interfaces, {"g.s.sales": (AddressRange("192.0.2.1", "192.0.2.9"),)}) == {"g.s.sales": {}}


def test_an_answer_with_nulls_is_read() -> None:
    found = from_answer({"id": "3:ext-2", "lnn": None, "name": "ext-2", "ip_addrs": None, "owners": None})
    assert found == Interface(3, "ext-2", (), ())


def test_a_service_address_belongs_to_no_pool() -> None:
    answer = {"lnn": 1, "name": "ext-1", "ip_addrs": ["192.0.2.9"]}
    owners = [{"groupnet": "g", "subnet": "s", "pool": "", "type": "smartconnect_service", "ip_addrs": ["192.0.2.9"]}]
    assert from_answer({**answer, "owners": owners}).owners == ()


def test_a_node_that_did_not_answer_holds_who_knows_what() -> None:
    with pytest.raises(NodesMissing, match="node 2, 3"):
        require_nodes([Interface(1, "ext-1", (), ())], {1, 2, 3}, "boston")


MANAGED = [
    Interface(
        lnn,
        "any",
        (),
        (
            owner("g.s0.management", f"192.0.2.1{lnn}"),
            owner("g.s0.other", f"192.0.2.2{lnn}"),
            owner("g.s1.sales", f"198.51.100.1{lnn}", zone="sales"),
        ),
    )
    for lnn in (1, 2)
]


def test_nodes_are_asked_in_the_pool_that_answers_us() -> None:
    assert choose_node_hosts(MANAGED, {"192.0.2.11"}, ()) == {1: "192.0.2.11", 2: "192.0.2.12"}
    assert choose_node_hosts(MANAGED, {"192.0.2.22"}, ()) == {1: "192.0.2.21", 2: "192.0.2.22"}


def test_nodes_are_never_asked_at_an_address_that_goes_away() -> None:
    avoid = {"192.0.2.11", "192.0.2.12", "198.51.100.11", "198.51.100.12"}
    assert choose_node_hosts(MANAGED, {"192.0.2.11"}, avoid) == {1: "192.0.2.21", 2: "192.0.2.22"}


def test_an_address_of_the_system_zone_goes_before_one_of_another_zone() -> None:
    mixed = [
        Interface(1, "any", (), (owner("g.s1.sales", "198.51.100.11", zone="sales"), owner("g.s2.m", "203.0.113.1")))
    ]
    assert choose_node_hosts(mixed, {"192.0.2.99"}, ()) == {1: "203.0.113.1"}


def test_a_node_without_a_usable_address_is_left_out() -> None:
    assert choose_node_hosts(MANAGED, set(), {a for i in MANAGED for o in i.owners for a in o.addresses}) == {}


def test_a_pool_id_may_be_written_with_colons() -> None:
    assert split_pool_id("groupnet0:subnet1:sales") == ("groupnet0", "subnet1", "sales")


@pytest.mark.parametrize("pool", ["sales", "a.b", "a.b.c.d", "a.b.c/d", "a.b.c d", "..", "a..c", "a.b.c?x=1"])
def test_a_pool_id_that_is_none_cannot_become_a_path(pool: str) -> None:
    with pytest.raises(BadOption):
        pool_path(pool)


def test_a_static_pool_gives_one_address_a_member_a_dynamic_one_all() -> None:
    static = Pool("g.s.p", "g", "s", "p", "z", SALES, ("1:ext-1",))
    assert static.expected_addresses() == 1
    assert static.expected_addresses(["1:a", "2:a", "3:a"]) == 2
    assert static.expected_addresses([]) == 0
    assert Pool("g.s.p", "g", "s", "p", "z", SALES, ("1:a",), alloc_method="dynamic").expected_addresses() == 2


def test_a_pool_answer_with_nulls_is_read() -> None:
    found = Pool.from_answer(
        {"groupnet": "g", "subnet": "s", "name": "p", "ifaces": None, "ranges": None, "sc_dns_zone_aliases": None}
    )
    assert (found.id, found.interfaces, found.ranges, found.sc_dns_zone_aliases) == ("g.s.p", (), (), ())
