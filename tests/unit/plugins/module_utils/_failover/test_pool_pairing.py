# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pool has one partner for a reason that is shown, or none, and then the message names the candidates."""

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import Names
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.pool_pairing import (
    Pairing,
    pair_up,
    shown,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pools import Pool

ROOM = "groupnet0.subnet1."


def pool(name, *aliases, zone="sales", subnet="subnet1"):
    return Pool.from_answer(
        {
            "id": f"groupnet0.{subnet}.{name}",
            "groupnet": "groupnet0",
            "subnet": subnet,
            "name": name,
            "access_zone": zone,
            "sc_dns_zone": "",
            "sc_dns_zone_aliases": list(aliases),
        }
    )


def pair(here, there, prefix="igls-", **pool_map):
    told = {ROOM + source: ROOM + target for source, target in pool_map.items()}
    return pair_up(here, there, "sales", ("boston", "newyork"), told, prefix)


def found(here, there, **options):
    """Return the one pair that is beyond doubt, without its folder of names."""
    pairings, problems = pair(here, there, **options)
    assert problems == []
    (one,) = pairings
    return one.target.removeprefix(ROOM), one.reason


def refused(here, there, **options):
    """Return the one reason why there is no pair."""
    pairings, problems = pair(here, there, **options)
    assert pairings == []
    (problem,) = problems
    return problem


NAME = "same name in the same zone"
FOUND = [
    ("map", dict(here=[pool("sales")], there=[pool("dr")], sales="dr"), ("dr", "told by the pool map")),
    ("equal hint", dict(here=[pool("sales", "igls-a")], there=[pool("dr", "igls-a")]), ("dr", "hint igls-a")),
    (
        "hint with the cluster behind the last hyphen",
        dict(here=[pool("sales", "igls-big-nas-ps1.example.com")], there=[pool("dr", "IGLS-big-nas-ps2.example.com.")]),
        ("dr", "hints igls-big-nas-ps1.example.com and IGLS-big-nas-ps2.example.com."),
    ),
    ("name", dict(here=[pool("sales")], there=[pool("sales"), pool("dr")]), ("sales", NAME)),
    ("name across subnets", dict(here=[pool("sales", subnet="subnet9")], there=[pool("sales")]), ("sales", NAME)),
    (
        "map before hint",
        dict(here=[pool("sales", "igls-a")], there=[pool("dr", "igls-a"), pool("x")], sales="x"),
        ("x", "told by the pool map"),
    ),
    (
        "hint before name",
        dict(here=[pool("sales", "igls-a")], there=[pool("sales"), pool("dr", "igls-a")]),
        ("dr", "hint igls-a"),
    ),
    (
        "equal hint before one that names the same pair",
        dict(here=[pool("sales", "igls-nas-1")], there=[pool("x", "igls-nas-2"), pool("dr", "igls-nas-1")]),
        ("dr", "hint igls-nas-1"),
    ),
    (
        "another prefix",
        dict(
            here=[pool("sales", "pair-a", "igls-b")],
            there=[pool("sales", "igls-b"), pool("dr", "pair-a")],
            prefix="pair-",
        ),
        ("dr", "hint pair-a"),
    ),
    (
        "no prefix looks for no hints",
        dict(here=[pool("sales", "igls-a")], there=[pool("sales"), pool("dr", "igls-a")], prefix=""),
        ("sales", NAME),
    ),
    (
        "marks of the other tool are no hints",
        dict(here=[pool("sales", "igls-ignore-x")], there=[pool("sales"), pool("dr", "igls-original-x")]),
        ("sales", NAME),
    ),
    (
        "name of another zone",
        dict(here=[pool("sales")], there=[pool("sales"), pool("sales", zone="hr")]),
        ("sales", NAME),
    ),
]
REFUSED = [
    (
        "map to nowhere",
        dict(here=[pool("sales")], there=[pool("sales")], sales="x"),
        ["no such IP pool", f"'{ROOM}sales'"],
    ),
    (
        "ambiguous hint",
        dict(here=[pool("sales", "igls-a")], there=[pool("x", "igls-a"), pool("y", "igls-a"), pool("sales")]),
        ["is ambiguous", f"'{ROOM}x', '{ROOM}y'"],
    ),
    (
        "two hints of two pools",
        dict(here=[pool("sales", "igls-a", "igls-b")], there=[pool("x", "igls-a"), pool("y", "igls-b")]),
        ["is ambiguous", f"'{ROOM}x', '{ROOM}y'"],
    ),
    (
        "hint that names nobody",
        dict(here=[pool("sales", "igls-a")], there=[pool("sales"), pool("x", "igls-b")]),
        ["names no pool in access zone 'sales' on newyork", f"'{ROOM}sales', '{ROOM}x' with 'igls-b'"],
    ),
    (
        "hint of another zone",
        dict(here=[pool("sales", "igls-a")], there=[pool("x", "igls-a", zone="hr")]),
        ["names no pool", "pools there: none"],
    ),
    (
        "hint on the target alone",
        dict(here=[pool("sales")], there=[pool("sales", "igls-a")]),
        ["has no hint", f"'{ROOM}sales', has 'igls-a'"],
    ),
    ("no pool of the name", dict(here=[pool("sales")], there=[pool("dr")]), ["has no pool of its name", f"'{ROOM}dr'"]),
    (
        "two pools of the name",
        dict(here=[pool("sales")], there=[pool("sales"), pool("sales", subnet="subnet2")]),
        ["more than one pool of its name", "'groupnet0.subnet1.sales', 'groupnet0.subnet2.sales'"],
    ),
    (
        "one partner by hint, by name",
        dict(here=[pool("sales", "igls-a"), pool("dr", "igls-a")], there=[pool("x", "igls-a")]),
        ["would take over more than one pool", f"'{ROOM}sales' (hint igls-a), '{ROOM}dr' (hint igls-a)"],
    ),
    (
        "one partner by map",
        dict(here=[pool("sales"), pool("dr")], there=[pool("sales")], dr="sales"),
        ["would take over more than one pool", f"'{ROOM}dr' (told by the pool map)"],
    ),
    (
        "bare prefix",
        dict(here=[pool("sales", "igls-")], there=[pool("sales", "igls-")]),
        ["is no DNS name", "'igls-'"],
    ),
]


@pytest.mark.parametrize(("why", "given", "expected"), FOUND, ids=[one[0] for one in FOUND])
def test_partner(why, given, expected):
    assert found(**given) == expected


@pytest.mark.parametrize(("why", "given", "words"), REFUSED, ids=[one[0] for one in REFUSED])
def test_refused_with_candidates(why, given, words):
    problem = refused(**given)
    for word in words:
        assert word in problem
    assert "failover_pool_map" in problem


def test_one_map_serves_for_both_ways():
    boston, newyork = [pool("sales"), pool("shop")], [pool("dr-sales"), pool("dr-shop")]
    told = {"sales": "dr-sales", "shop": "dr-shop", "elsewhere": "dr-elsewhere"}
    over, problems = pair(boston, newyork, **told)
    back, more = pair(newyork, boston, **told)
    assert problems == more == []
    assert {(one.source, one.target) for one in over} == {(one.target, one.source) for one in back}
    assert {one.reason for one in over} == {"told by the pool map"}
    assert {one.reason for one in back} == {"told by the pool map, which is written for the other way"}


def test_a_map_that_swaps_names_is_the_same_both_ways():
    pools = [pool("red"), pool("blue")]
    pairings, problems = pair(pools, pools, red="blue", blue="red")
    assert problems == []
    assert {one.reason for one in pairings} == {"told by the pool map"}


def test_a_map_with_two_readings_is_refused():
    pools = [pool("red"), pool("blue")]
    _pairings, problems = pair(pools, pools, red="blue")
    assert any("can be read in both directions" in one and "for this run alone" in one for one in problems), problems


def test_a_map_that_leads_to_one_pool_twice_is_not_read_backwards_by_chance():
    pairings, problems = pair([pool("dr")], [pool("red"), pool("blue")], red="dr", blue="dr")
    assert any("more than one pool" in one for one in problems), (pairings, problems)


@pytest.mark.parametrize("value", [7, ["a"], {"a": "b"}, None])
def test_a_map_of_anything_is_refused_in_words(value):
    _pairings, problems = pair_up(
        [pool("sales")], [pool("dr")], "sales", ("boston", "newyork"), {f"{ROOM}sales": value}
    )
    assert any("has no such IP pool" in one for one in problems), problems


def test_each_pool_has_a_partner_of_its_own():
    here = [pool("sales", "igls-nas-1"), pool("old", "igls-nas-2"), pool("web")]
    there = [pool("web"), pool("b", "igls-nas-2"), pool("a", "igls-nas-1")]
    pairings, problems = pair(here, there)
    assert problems == []
    assert [(one.source.removeprefix(ROOM), one.target.removeprefix(ROOM)) for one in pairings] == [
        ("sales", "a"),
        ("old", "b"),
        ("web", "web"),
    ]
    assert all(isinstance(one, Pairing) for one in pairings)


HOSTILE = [
    "igls-a\nTASK [all is well]",
    "igls-\x1b[2J\x1b[31m",
    "igls-{{ lookup('pipe', 'id') }}",
    "igls-<script>alert(1)</script>",
    "igls-a' or 'b",
    "igls-" + "a" * 400,
    "igls-a\u202egnp",
    "igls-\u0430",
]


@pytest.mark.parametrize("alias", HOSTILE, ids=ascii)
@pytest.mark.parametrize("side", ["source", "target"])
def test_hostile_alias_is_refused_and_shown_harmlessly(alias, side):
    other = pool("sales", "igls-a")
    bad = pool("sales", alias)
    problem = refused([bad], [other]) if side == "source" else refused([other], [bad])
    assert "is no DNS name" in problem
    assert problem.isprintable()
    assert len(problem) < 600
    assert shown(alias) in problem


def test_names_of_clients_are_what_is_left_without_hints():
    names = Names.of(pool("sales", "files.example.com", "igls-a", "Igls-ignore-b"), "igls-")
    assert names.aliases == ("files.example.com",)
    assert names.hints == ("igls-a", "Igls-ignore-b")
