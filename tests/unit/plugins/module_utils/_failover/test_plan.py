# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan is refused with every reason and every name, or says exactly what moves."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import (
    ClusterFacts,
    PlanRefused,
    Request,
    Share,
    is_below,
    make_plan,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.planning import summary, views
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.cluster import ClusterIdentity, Node
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pools import Pool
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.synciq import Policy, TargetPolicy


def pool(name, zone, low, high, members=(), dns="", aliases=(), ttl=0):
    return Pool.from_answer(
        {
            "id": f"groupnet0.subnet1.{name}",
            "groupnet": "groupnet0",
            "subnet": "subnet1",
            "name": name,
            "access_zone": zone,
            "ranges": [{"low": low, "high": high}],
            "ifaces": [{"lnn": int(m.split(":")[0]), "iface": m.split(":")[1]} for m in members],
            "sc_dns_zone": dns,
            "sc_dns_zone_aliases": list(aliases),
            "sc_ttl": ttl,
            "alloc_method": "static",
        }
    )


def policy(**changes):
    answer = {
        "id": "1",
        "name": "sales",
        "action": "sync",
        "enabled": True,
        "schedule": "every 1 hours",
        "source_root_path": "/ifs/data/sales",
        "target_host": "192.0.2.21",
        "target_path": "/ifs/data/sales",
        "last_job_state": "finished",
    }
    return Policy.from_answer({**answer, **changes})


def identity(name):
    return ClusterIdentity(
        name=name, guid=f"guid-{name}", release="v9.10.0.0", nodes=(Node(1, 1, True), Node(2, 2, True))
    )


SOURCE = ClusterFacts(
    identity=identity("boston"),
    zones={"System": "/ifs", "sales": "/ifs/data/sales", "empty": "/ifs/data/empty", "finance": "/ifs/data/finance"},
    pools=(
        pool(
            "sales",
            "sales",
            "198.51.100.11",
            "198.51.100.12",
            ("1:ext-1", "2:ext-1"),
            "sales.example.com",
            ("files.example.com",),
        ),
        pool("finance", "finance", "198.51.100.13", "198.51.100.14", ("1:ext-1",), "finance.example.com"),
    ),
    shares={
        "sales": (Share("sales", "/ifs/data/sales"),),
        "finance": (Share("finance", "/ifs/data/finance"),),
        "empty": (),
    },
    policies=(policy(),),
    target_policies=(),
    interfaces_by_node={1: ("ext-1", "mgmt-1"), 2: ("ext-1", "mgmt-1")},
    management_addresses=("192.0.2.11",),
)
TARGET = ClusterFacts(
    identity=identity("newyork"),
    zones={"System": "/ifs", "sales": "/ifs/data/sales", "finance": "/ifs/data/finance", "empty": "/ifs/data/empty"},
    pools=(
        pool("sales", "sales", "198.51.100.21", "198.51.100.22"),
        pool("finance", "finance", "198.51.100.23", "198.51.100.24"),
    ),
    shares={
        "sales": (Share("sales", "/ifs/data/sales"),),
        "finance": (Share("finance", "/ifs/data/finance"),),
        "empty": (),
    },
    policies=(),
    target_policies=(TargetPolicy("sales", "/ifs/data/sales", "writes_disabled", "finished"),),
    interfaces_by_node={1: ("ext-1", "mgmt-1"), 2: ("ext-1", "mgmt-1")},
    management_addresses=("192.0.2.21",),
)
REQUEST = Request(source="boston", target="newyork", access_zone="sales")


def change(facts, **fields):
    return dataclasses.replace(facts, **fields)


def test_zone_moves_with_pool_names_and_policy():
    plan = make_plan(REQUEST, SOURCE, TARGET)
    assert plan.needed
    (pair,) = plan.pairs
    assert (pair.source, pair.target) == ("groupnet0.subnet1.sales", "groupnet0.subnet1.sales")
    assert pair.target_members == ("1:ext-1", "2:ext-1")
    assert [p.name for p in plan.policies] == ["sales"]
    view = views(plan)
    assert view["names"] == ["sales.example.com", "files.example.com"]
    assert view["target_addresses"] == ["198.51.100.21", "198.51.100.22"]
    assert view["schedules"] == [{"name": "sales", "schedule": "every 1 hours", "enabled": True}]
    assert view["mirror_schedules"][0]["name"] == "sales_mirror"
    assert "moves from boston to newyork" in summary(plan)[0]


def test_list_of_pools_means_the_same_as_their_zone():
    request = dataclasses.replace(REQUEST, access_zone="", pools=("groupnet0.subnet1.sales",))
    assert make_plan(request, SOURCE, TARGET) == make_plan(REQUEST, SOURCE, TARGET)


def test_served_by_target_needs_nothing():
    source = change(
        SOURCE, pools=(pool("sales", "sales", "198.51.100.11", "198.51.100.12"),), policies=(policy(enabled=False),)
    )
    target = change(
        TARGET,
        pools=(pool("sales", "sales", "198.51.100.21", "198.51.100.22", ("1:ext-1", "2:ext-1"), "sales.example.com"),),
        target_policies=(TargetPolicy("sales", "/ifs/data/sales", "resync_policy_created", "finished"),),
    )
    plan = make_plan(REQUEST, source, target)
    assert not plan.needed
    assert views(plan)["names"] == ["sales.example.com"]
    assert "already served by newyork" in summary(plan)[0]


REFUSALS = [
    ("neither zone nor pools", dict(request=dict(access_zone="")), "either an access zone"),
    ("zone and pools", dict(request=dict(pools=("groupnet0.subnet1.sales",))), "either an access zone"),
    (
        "policy above the zone",
        dict(source=dict(policies=(policy(source_root_path="/ifs/data", target_path="/ifs/data"),))),
        "begins above access zone 'sales'",
    ),
    (
        "policy of two zones",
        dict(source=dict(zones={**SOURCE.zones, "legal": "/ifs/data/sales/legal"})),
        "also carries files of access zone 'legal' (/ifs/data/sales/legal)",
    ),
    ("unknown zone", dict(request=dict(access_zone="legal")), "no access zone 'legal'"),
    ("zone without pool", dict(request=dict(access_zone="empty")), "'empty' of boston has no IP pool"),
    (
        "system zone",
        dict(
            request=dict(access_zone="", pools=("groupnet0.subnet0.mgmt",)),
            source=dict(
                pools=(
                    pool("mgmt", "System", "192.0.2.11", "192.0.2.12", ("1:mgmt-1",)).__class__.from_answer(
                        {"id": "groupnet0.subnet0.mgmt", "name": "mgmt", "access_zone": "System"}
                    ),
                )
            ),
        ),
        "never moved",
    ),
    (
        "unknown pool",
        dict(request=dict(access_zone="", pools=("groupnet0.subnet1.nope",))),
        "no IP pool 'groupnet0.subnet1.nope'",
    ),
    (
        "pools of two zones",
        dict(request=dict(access_zone="", pools=("groupnet0.subnet1.sales", "groupnet0.subnet1.finance"))),
        "more than one access zone",
    ),
    ("same cluster", dict(target=dict(identity=identity("boston"))), "are the same cluster"),
    ("zone missing on target", dict(target=dict(zones={"System": "/ifs"})), "newyork has no access zone 'sales'"),
    ("zone elsewhere on target", dict(target=dict(zones={"sales": "/ifs/other"})), "they must be equal"),
    ("no partner pool", dict(target=dict(pools=())), "Name its partner in failover_pool_map"),
    (
        "partner of another zone",
        dict(request=dict(pool_map={"groupnet0.subnet1.sales": "groupnet0.subnet1.finance"})),
        "belongs to access zone 'finance'",
    ),
    (
        "unknown partner",
        dict(request=dict(pool_map={"groupnet0.subnet1.sales": "groupnet0.subnet1.x"})),
        "newyork has no such IP pool",
    ),
    ("no policy", dict(source=dict(policies=())), "No SyncIQ policy of boston covers access zone 'sales'"),
    ("policy disabled", dict(source=dict(policies=(policy(enabled=False),))), "is disabled"),
    ("policy conflicted", dict(source=dict(policies=(policy(conflicted=True),))), "conflicted"),
    ("policy copies", dict(source=dict(policies=(policy(action="copy"),))), "only 'sync' can fail back"),
    (
        "policy filters",
        dict(source=dict(policies=(policy(source_include_directories=["/ifs/data/sales/a"]),))),
        "leaves out",
    ),
    ("policy failed", dict(source=dict(policies=(policy(last_job_state="failed"),))), "ended with state 'failed'"),
    ("policy never ran", dict(target=dict(target_policies=())), "not known on newyork"),
    (
        "target writable",
        dict(target=dict(target_policies=(TargetPolicy("sales", "/ifs/data/sales", "writes_enabled", "finished"),))),
        "'writes_enabled', not 'writes_disabled'",
    ),
    (
        "source serves nothing",
        dict(source=dict(pools=(pool("sales", "sales", "198.51.100.11", "198.51.100.12", (), "sales.example.com"),))),
        "has no interface, so boston does not serve",
    ),
    (
        "no name",
        dict(source=dict(pools=(pool("sales", "sales", "198.51.100.11", "198.51.100.12", ("1:ext-1",)),))),
        "no SmartConnect zone name",
    ),
    ("no interface on target", dict(target=dict(interfaces_by_node={1: ("mgmt-1",)})), "No interface was found"),
    ("management in moving pool", dict(source=dict(management_addresses=("198.51.100.11",))), "an address of IP pool"),
    (
        "replication to moving pool",
        dict(source=dict(policies=(policy(target_host="198.51.100.21"),))),
        "replicates to an address",
    ),
    ("no share", dict(source=dict(shares={"sales": ()})), "has no SMB share"),
    (
        "share outside policies",
        dict(source=dict(shares={"sales": (Share("sales", "/ifs/data/sales"), Share("old", "/ifs/old"))})),
        "'old' of zone 'sales' (/ifs/old) lies outside",
    ),
    ("share missing on target", dict(target=dict(shares={"sales": ()})), "does not exist on newyork"),
    (
        "share elsewhere on target",
        dict(target=dict(shares={"sales": (Share("sales", "/ifs/x"),)})),
        "'/ifs/x' on newyork",
    ),
    (
        "node down",
        dict(
            source=dict(identity=dataclasses.replace(identity("boston"), nodes=(Node(1, 1, True), Node(2, 2, False))))
        ),
        "Node 2 of boston is down",
    ),
]


@pytest.mark.parametrize(("case", "words"), [(c[1], c[2]) for c in REFUSALS], ids=[c[0] for c in REFUSALS])
def test_refused_with_the_names_in_it(case, words):
    with pytest.raises(PlanRefused) as refusal:
        make_plan(
            dataclasses.replace(REQUEST, **case.get("request", {})),
            change(SOURCE, **case.get("source", {})),
            change(TARGET, **case.get("target", {})),
        )
    assert words in str(refusal.value)
    assert "before anything was changed" in str(refusal.value)


def test_pool_left_behind_is_a_way_around_the_fence():
    second = pool("sales2", "sales", "198.51.100.15", "198.51.100.16", ("1:ext-1",), "sales2.example.com")
    request = dataclasses.replace(REQUEST, access_zone="", pools=("groupnet0.subnet1.sales",))
    with pytest.raises(PlanRefused, match=r"'groupnet0.subnet1.sales2' of boston also serves"):
        make_plan(request, change(SOURCE, pools=(*SOURCE.pools, second)), TARGET)


def test_every_reason_at_once():
    with pytest.raises(PlanRefused) as refusal:
        make_plan(REQUEST, change(SOURCE, policies=()), change(TARGET, shares={}))
    assert len(refusal.value.reasons) == 2


def test_long_ttl_is_a_warning():
    slow = pool("sales", "sales", "198.51.100.11", "198.51.100.12", ("1:ext-1",), "sales.example.com", ttl=300)
    assert "300 s" in make_plan(REQUEST, change(SOURCE, pools=(slow,)), TARGET).warnings[0]


@pytest.mark.parametrize(
    ("path", "folder", "below"),
    [("/ifs/a", "/ifs/a", True), ("/ifs/a/b", "/ifs/a", True), ("/ifs/ab", "/ifs/a", False), ("/ifs", "/ifs/a", False)],
)
def test_is_below(path, folder, below):
    assert is_below(path, folder) is below
