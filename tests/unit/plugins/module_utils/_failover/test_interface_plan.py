# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.interface_plan import (
    Change,
    Known,
    MoveRefused,
    Pair,
    PoolState,
    decide,
    expected_addresses,
    home_of,
    members_alike,
    require_members,
    require_ranges,
    require_way_in,
    unsettled,
    worth_remembering,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.interface_switch import fields
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.memory import Holding
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.addresses import AddressRange
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.interfaces import Interface
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pools import Pool

MEMBERS = ("1:ext-1", "2:ext-1")
OWN = (("198.51.100.11", "198.51.100.12"),)
THEIRS = (("198.51.100.21", "198.51.100.22"),)
BOSTON = Holding(MEMBERS, OWN)
NEWYORK = Holding(MEMBERS, THEIRS)
HOSTS = {"source": "boston", "target": "newyork"}


def pair(source: Holding, target: Holding) -> Pair:
    return Pair(
        PoolState("source", "groupnet0.subnet1.sales", source, BOSTON),
        PoolState("target", "groupnet0.subnet1.sales", target, NEWYORK),
    )


def empty(ranges: tuple[tuple[str, str], ...]) -> Holding:
    return Holding((), ranges)


def outcome(changes: list[Change]) -> list[tuple[str, Holding]]:
    return [(change.side, change.after) for change in changes]


def test_what_is_emptied_comes_first() -> None:
    changes = decide("target", "smartconnect", [pair(BOSTON, empty(THEIRS))])
    assert outcome(changes) == [("source", empty(OWN)), ("target", NEWYORK)]


def test_all_pairs_are_emptied_before_any_is_filled() -> None:
    changes = decide("target", "smartconnect", [pair(BOSTON, empty(THEIRS)), pair(BOSTON, empty(THEIRS))])
    assert [bool(change.after.members) for change in changes] == [False, False, True, True]


@pytest.mark.parametrize(
    ("serving", "source", "target"),
    [
        ("source", BOSTON, empty(THEIRS)),
        ("target", empty(OWN), NEWYORK),
        ("none", empty(OWN), empty(THEIRS)),
    ],
)
@pytest.mark.parametrize(
    "start", [(BOSTON, empty(THEIRS)), (empty(OWN), NEWYORK), (empty(OWN), empty(THEIRS)), (BOSTON, NEWYORK)]
)
def test_from_everywhere_to_everywhere_and_then_nothing_more(
    serving: str, source: Holding, target: Holding, start: tuple[Holding, Holding]
) -> None:
    changes = decide(serving, "smartconnect", [pair(*start)])
    end = {"source": start[0], "target": start[1], **dict(outcome(changes))}
    assert (end["source"], end["target"]) == (source, target)
    assert decide(serving, "smartconnect", [pair(end["source"], end["target"])]) == []


def test_the_order_of_members_is_no_change() -> None:
    assert decide("source", "smartconnect", [pair(Holding(MEMBERS[::-1], OWN), empty(THEIRS))]) == []


def test_in_a_takeover_the_ranges_go_along_and_come_home() -> None:
    there = decide("target", "ip_takeover", [pair(empty(OWN), empty(THEIRS))])
    assert outcome(there) == [("source", Holding((), ())), ("target", Holding(MEMBERS, OWN))]
    back = decide("source", "ip_takeover", [pair(Holding((), ()), Holding((), OWN))])
    assert outcome(back) == [("target", empty(THEIRS)), ("source", BOSTON)]


def test_the_way_back_of_a_takeover_leaves_each_cluster_its_own_ranges() -> None:
    """newyork serves on what it took over from boston; failing back makes it the source."""
    borrowed = PoolState("source", "p", Holding((), OWN), NEWYORK)
    gave_away = PoolState("target", "p", Holding((), ()), BOSTON)
    changes = decide("target", "ip_takeover", [Pair(borrowed, gave_away, OWN)])
    assert outcome(changes) == [("source", empty(THEIRS)), ("target", BOSTON)]
    home = Pair(PoolState("source", "p", empty(THEIRS), NEWYORK), PoolState("target", "p", BOSTON, BOSTON), OWN)
    assert decide("target", "ip_takeover", [home]) == []
    undone = Pair(borrowed, PoolState("target", "p", empty(OWN), BOSTON), OWN)
    assert outcome(decide("source", "ip_takeover", [undone])) == [
        ("target", Holding((), ())),
        ("source", Holding(MEMBERS, OWN)),
    ]


def test_in_a_takeover_whoever_has_the_ranges_keeps_them_while_nobody_serves() -> None:
    changes = decide("none", "ip_takeover", [pair(Holding((), ()), Holding(MEMBERS, OWN))])
    assert outcome(changes) == [("target", empty(OWN))]


def test_a_change_that_the_cluster_lost_is_made_once_more() -> None:
    lost = pair(empty(OWN), NEWYORK)
    (again,) = unsettled("target", [lost], [], {"target groupnet0.subnet1.sales", "source groupnet0.subnet1.sales"})
    assert (again.side, again.before, again.after) == ("target", NEWYORK, NEWYORK)
    assert fields(again) == {"ifaces": [{"lnn": 1, "iface": "ext-1"}, {"lnn": 2, "iface": "ext-1"}]}
    assert unsettled("target", [lost], [], set()) == []
    assert unsettled("target", [lost], [again], {again.key}) == []
    assert unsettled("none", [lost], [], {again.key}) == []


def test_a_dead_node_brings_no_address_up() -> None:
    pool = Pool("g.s.p", "g", "s", "p", "z", (AddressRange(*OWN[0]),), MEMBERS)
    assert expected_addresses(pool, BOSTON, {1, 2}) == 2
    assert expected_addresses(pool, BOSTON, {2}) == 1
    assert expected_addresses(pool, BOSTON, set()) == 0


def test_home_is_what_is_told_then_what_is_then_what_was_written_down() -> None:
    nobody = Known(empty(THEIRS), None)
    assert home_of(Known(BOSTON, None), nobody, ["3:ext-1"]).members == ("3:ext-1",)
    assert home_of(Known(BOSTON, Holding(("9:ext-9",), OWN)), nobody, []).members == MEMBERS
    assert home_of(Known(empty(OWN), BOSTON), nobody, []) == BOSTON
    assert home_of(Known(empty(OWN), None), nobody, []).members == ()


def test_ranges_taken_over_are_not_at_home() -> None:
    source, target = Known(Holding((), ()), BOSTON), Known(Holding(MEMBERS, OWN), NEWYORK)
    assert home_of(source, target, []) == BOSTON
    assert home_of(target, source, []) == NEWYORK


def test_ranges_that_an_administrator_changed_since_count_more_than_an_old_record() -> None:
    changed = (("198.51.100.50", "198.51.100.51"),)
    found = home_of(Known(Holding(MEMBERS, changed), BOSTON), Known(NEWYORK, NEWYORK), [])
    assert found.ranges == changed


def test_a_record_holds_the_home_not_what_was_taken_over() -> None:
    change = Change("target", "p", Holding(MEMBERS, OWN), Holding((), OWN))
    assert worth_remembering(change, NEWYORK) == NEWYORK
    ranges_only = Change("source", "p", empty(OWN), Holding((), ()))
    assert worth_remembering(ranges_only, BOSTON) == BOSTON
    assert worth_remembering(Change("target", "p", empty(THEIRS), NEWYORK), NEWYORK) is None


def interface(lnn: int, name: str) -> Interface:
    return Interface(lnn, name, (), ())


def test_members_are_chosen_as_the_partners_on_nodes_that_are_up() -> None:
    interfaces = [interface(lnn, name) for lnn in (3, 2, 1) for name in ("ext-1", "mgmt-1")]
    assert members_alike(MEMBERS, interfaces, {1, 2, 3}, 2) == ("1:ext-1", "2:ext-1")
    assert members_alike(MEMBERS, interfaces, {1, 3}, 8) == ("1:ext-1", "3:ext-1")
    assert members_alike(("1:25gige-1",), interfaces, {1, 2}, 2) == ()


def test_a_pool_whose_members_nobody_knows_is_not_brought_up() -> None:
    unknown = PoolState("target", "groupnet0.subnet1.sales", empty(THEIRS), empty(THEIRS))
    with pytest.raises(MoveRefused, match=r"groupnet0\.subnet1\.sales.*newyork.*target_members"):
        require_members([unknown], "target", HOSTS)
    require_members([unknown], "source", HOSTS)


def test_a_pool_without_an_address_is_not_brought_up() -> None:
    with pytest.raises(MoveRefused, match="no address range"):
        require_ranges([Change("target", "p", Holding((), ()), Holding(MEMBERS, ()))], HOSTS)


def test_the_addresses_of_this_run_are_not_taken_away() -> None:
    off = [Change("source", "p", BOSTON, empty(OWN))]
    with pytest.raises(MoveRefused, match=r"reaches the cluster at 198\.51\.100\.12"):
        require_way_in(off, "source", "boston", {"198.51.100.12", "192.0.2.11"})
    require_way_in(off, "source", "boston", {"192.0.2.11"})
    require_way_in(off, "target", "newyork", {"198.51.100.12"})


def test_only_lists_that_change_are_sent() -> None:
    off = Change("source", "p", BOSTON, empty(OWN))
    assert fields(off) == {"ifaces": []}
    takeover = Change("target", "p", empty(THEIRS), Holding(("1:ext-1",), OWN))
    assert fields(takeover) == {
        "ifaces": [{"lnn": 1, "iface": "ext-1"}],
        "ranges": [{"low": "198.51.100.11", "high": "198.51.100.12"}],
    }
