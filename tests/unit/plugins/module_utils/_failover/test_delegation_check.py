# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The records that are missing are those of the cluster that a name does not lead to, with the host that leads there already if there is one."""

from __future__ import annotations

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.delegation_check import (
    Delegated,
    Missing,
    Side,
    missing,
)

BOSTON = Side("boston", ("sales.example.com",), ("198.51.100.10",))
NEWYORK = Side("New York", ("finance.example.com",), ("198.51.100.20", "2001:db8::20"))
TO_BOSTON = {"ns1.example.com": ("198.51.100.10",)}


def test_delegated_to_both_is_complete():
    led = Delegated("sales.example.com", {**TO_BOSTON, "ns2.example.com": ("2001:db8::20",)})
    assert missing((BOSTON, NEWYORK), [led]) == []


def test_a_new_host_comes_with_its_addresses():
    found = missing((BOSTON, NEWYORK), [Delegated("sales.example.com", TO_BOSTON)])
    assert found == [
        Missing(
            "sales.example.com",
            "New York",
            (
                "sales.example.com. IN NS ssip-new-york.example.com.",
                "ssip-new-york.example.com. IN A 198.51.100.20",
                "ssip-new-york.example.com. IN AAAA 2001:db8::20",
            ),
        )
    ]


def test_a_host_that_leads_there_already_is_used():
    other = Delegated("finance.example.com", {**TO_BOSTON, "ny.example.net": ("198.51.100.20",)})
    (found,) = missing((BOSTON, NEWYORK), [Delegated("sales.example.com", TO_BOSTON), other])
    assert found.records == ("sales.example.com. IN NS ny.example.net.",)


def test_the_cluster_names_its_own_service():
    side = Side("newyork", (), ("198.51.100.20",), "ssip.newyork.example.com")
    (found,) = missing((side,), [Delegated("sales.example.com", TO_BOSTON)])
    assert found.records[0] == "sales.example.com. IN NS ssip.newyork.example.com."


def test_a_name_that_leads_nowhere_misses_both():
    found = missing((BOSTON, NEWYORK), [Delegated("sales.example.com", {})])
    assert [one.cluster for one in found] == ["boston", "New York"]
