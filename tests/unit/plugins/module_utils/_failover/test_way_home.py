# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back restores what the journal of the failover holds, and says what somebody changed since."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import make_plan
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.way_home import (
    FailbackRefused,
    PastFailover,
    Schedule,
    find_way_home,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.zone_configuration import differences
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.synciq import TargetPolicy
from unit.plugins.module_utils._failover.test_plan import REQUEST, SOURCE, TARGET, policy, pool

MEMBERS = ("1:ext-1", "2:ext-1")
PAST = PastFailover(
    "4f1c2a9be803",
    3,
    "2026-11-23T08:00:00+00:00",
    {**make_plan(REQUEST, SOURCE, TARGET).as_dict(), "method": "smartconnect"},
)


def boston(names="", aliases=(), **of_policy):
    """Return boston after it gave the service away."""
    return dataclasses.replace(
        SOURCE,
        pools=(pool("sales", "sales", "198.51.100.11", "198.51.100.12", (), names, aliases),),
        policies=(policy(**{"schedule": "", "enabled": False, **of_policy}),),
    )


def newyork(aliases=("files.example.com",), state="resync_policy_created", **of_mirror):
    """Return newyork, which serves."""
    mirror = policy(**{"name": "sales_mirror", "last_success": 1, **of_mirror})
    return dataclasses.replace(
        TARGET,
        pools=(pool("sales", "sales", "198.51.100.21", "198.51.100.22", MEMBERS, "sales.example.com", aliases),),
        policies=(mirror,) if of_mirror.get("name") != "" else (),
        target_policies=(TargetPolicy("sales", "/ifs/data/sales", state, "finished"),),
    )


def test_the_way_back_is_that_of_the_journal():
    way = find_way_home(PAST, newyork(), boston(), "smartconnect")
    assert way.pool_map == {"groupnet0.subnet1.sales": "groupnet0.subnet1.sales"}
    assert way.target_members == {"groupnet0.subnet1.sales": MEMBERS}
    assert way.schedules == (Schedule("sales", "every 1 hours", True),)
    assert way.mirrors == ("sales_mirror",)
    assert way.warnings == ()


def test_hints_are_no_names_that_go_back():
    way = find_way_home(
        PAST, newyork(("files.example.com", "igls-sales-ny")), boston(aliases=("igls-sales-bos",)), "smartconnect"
    )
    assert way.warnings == ()


@pytest.mark.parametrize(
    ("source", "target", "schedule", "words"),
    [
        (newyork(schedule="every day at 1:00"), boston(), "every 1 hours", "somebody changed it since"),
        (newyork(), boston(schedule="every 2 hours"), "every 2 hours", "since the failover, and keeps it"),
        (newyork(("files.example.com", "new.example.com")), boston(), "every 1 hours", "names new.example.com"),
        (newyork(()), boston(), "every 1 hours", "has lost the names files.example.com"),
    ],
)
def test_what_somebody_changed_since_is_said(source, target, schedule, words):
    way = find_way_home(PAST, source, target, "smartconnect")
    assert [one.schedule for one in way.schedules] == [schedule]
    assert len(way.warnings) == 1
    assert words in way.warnings[0]


@pytest.mark.parametrize(
    ("source", "target", "method", "words"),
    [
        (newyork(), boston(), "ip_takeover", "failover_method=smartconnect"),
        (newyork(name=""), boston(), "smartconnect", "'sales_mirror' of newyork is missing"),
        (newyork(state="writes_enabled"), boston(), "smartconnect", "has the state 'writes_enabled'"),
        (newyork(last_job_state="failed"), boston(), "smartconnect", "has not replicated back yet"),
        (newyork(last_success=None), boston(), "smartconnect", "has not replicated back yet"),
        (newyork(), boston("mine.example.com"), "smartconnect", "mine.example.com since the failover"),
        (newyork(), boston(name="other"), "smartconnect", "'sales' of boston, which the failover came by, is gone"),
        (
            newyork(),
            dataclasses.replace(boston(), pools=()),
            "smartconnect",
            "'groupnet0.subnet1.sales' of boston is gone",
        ),
    ],
)
def test_a_way_back_that_is_not_prepared_is_refused(source, target, method, words):
    with pytest.raises(FailbackRefused) as refused:
        find_way_home(PAST, source, target, method)
    assert len(refused.value.reasons) == 1
    assert words in refused.value.message


def test_differences_name_cluster_thing_and_both_values():
    before = {
        "boston": {
            "pools": {"p": {"sc_ttl": 0, "ifaces": [1]}},
            "policies": {"sales": {"schedule": "a"}},
            "shares": {"docs": "1", "gone": "2"},
        }
    }
    now = {
        "boston": {
            "pools": {"p": {"sc_ttl": 5, "ifaces": [1]}},
            "policies": {"sales": {"schedule": "b"}, "more": {}},
            "target_policies": {"m": "writes_disabled"},
            "shares": {"docs": "3"},
        },
        "newyork": {"pools": {"q": {}}},
    }
    assert differences(before, before) == []
    assert differences(before, now) == [
        "IP pool 'p' of boston: sc_ttl was 0, and is 5",
        "SyncIQ policy 'more' of boston was not there before",
        'SyncIQ policy \'sales\' of boston: schedule was "a", and is "b"',
        "SyncIQ target policy 'm' of boston was not there before",
        "SMB share 'docs' of boston was changed (path, permissions or settings)",
        "SMB share 'gone' of boston was there before, and is gone",
    ]


@pytest.mark.parametrize(
    ("unplanned", "advice", "never"),
    [
        ({}, "once more with failover_reprotect=true", "failover_discard"),
        ({"unplanned": {"witnesses": []}}, "-e failover_discard=sales", "failover_reprotect"),
    ],
)
def test_what_prepares_the_way_back_never_throws_away_unseen(unplanned, advice, never):
    past = dataclasses.replace(PAST, journal={**PAST.journal, **unplanned})
    with pytest.raises(FailbackRefused) as refused:
        find_way_home(past, newyork(state="writes_enabled", name=""), boston(), "smartconnect")
    assert "is not prepared" in refused.value.message
    assert advice in refused.value.message
    assert never not in refused.value.message


@pytest.mark.parametrize("own", ["", "every 1 hours"])
def test_a_schedule_that_the_quarantine_took_is_that_of_the_journal(own):
    past = dataclasses.replace(PAST, journal={**PAST.journal, "unplanned": {"witnesses": []}})
    way = find_way_home(past, newyork(), boston(schedule=own, enabled=False), "smartconnect")
    assert way.schedules == (Schedule("sales", "every 1 hours", True),)
