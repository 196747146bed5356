# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which zones move is read from what a survey, a command line or an inventory gives."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.seamless.smb_failover.plugins.filter.zone_list import zone_list


@pytest.mark.parametrize(
    ("value", "zones"),
    [
        ("sales,finance", ["sales", "finance"]),
        (" sales \nfinance, ", ["sales", "finance"]),
        (["sales", "finance"], ["sales", "finance"]),
        ('["finance", {"zone": "sales", "priority": "1"}]', ["sales", "finance"]),
        (
            [{"zone": "sales", "priority": 2}, {"zone": "finance", "priority": 1}, "legal"],
            ["finance", "sales", "legal"],
        ),
        ({"zone": "sales"}, ["sales"]),
    ],
)
def test_zones_in_their_order(value, zones):
    assert [one["zone"] for one in zone_list(value)] == zones
    assert [one["host"] for one in zone_list(value)] == [f"zone-{zone}" for zone in zones]


def test_pools_are_named_as_a_list_or_with_commas():
    for pools in (["g.s.a", "g.s.b"], "g.s.a, g.s.b"):
        assert zone_list([{"pools": pools}]) == [
            {"host": "pools-g.s.a", "zone": "", "pools": ["g.s.a", "g.s.b"], "priority": 100}
        ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "no access zone is named"),
        ([], "no access zone is named"),
        ("sales,sales", "zone-sales is named more than once"),
        ("[sales", "no JSON"),
        (7, "neither text nor a list"),
        ([{"zone": "sales", "method": "ip_takeover"}], "it may have pools, priority, zone"),
        ([{"zone": "sales", "pools": ["g.s.a"]}], "either a zone or pools"),
        ([{"priority": 1}], "either a zone or pools"),
        ([{"zone": "sales", "priority": "first"}], "priority of 'sales'"),
    ],
)
def test_what_cannot_be_read_is_said(value, words):
    with pytest.raises(AnsibleFilterError, match=words):
        zone_list(value)
