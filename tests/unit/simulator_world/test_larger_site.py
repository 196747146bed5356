# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A larger pair is the usual one and more: each further address is there once, each further name is delegated."""

from __future__ import annotations

import argparse

import pytest
from onefs_sim import site_dns
from onefs_sim.larger_site import Growth, add_growth, arguments_of, growth_of, larger
from onefs_sim.site import default_site

SITE = default_site()


def test_nothing_more_is_the_usual_pair() -> None:
    assert larger(SITE, Growth()) is SITE


def test_many_zones() -> None:
    boston, newyork = larger(SITE, Growth(zones=50, pools=100)).clusters
    for small, large in zip(SITE.clusters, (boston, newyork), strict=True):
        assert large.pools[: len(small.pools)] == small.pools
        further = large.pools[len(small.pools) :]
        assert len(further) == 100
        assert {sum(pool.access_zone == zone.name for pool in further) for zone in large.zones[3:]} == {2}
    assert boston.zones == newyork.zones and boston.shares == newyork.shares
    assert [policy.name for policy in boston.policies][2:] == [zone.name for zone in boston.zones][3:]
    assert all(pool.members and pool.dns_zone for pool in boston.pools[3:])
    assert not any(pool.members or pool.dns_zone for pool in newyork.pools[3:])


def test_pools_and_shares_are_of_the_first_zone_where_there_is_no_further_one() -> None:
    boston, _newyork = larger(SITE, Growth(pools=999, shares=999)).clusters
    assert sum(pool.access_zone == "sales" for pool in boston.pools) == 1000
    assert len({(share.zone, share.name) for share in boston.shares}) == len(boston.shares)
    assert sum(share.zone == "sales" for share in boston.shares) == 1000


def test_no_address_is_given_twice() -> None:
    site = larger(SITE, Growth(pools=1000))
    given = [pool.low for cluster in site.clusters for pool in cluster.pools if pool.subnet == "subnet2"]
    given += [address for host in (site.controller, *site.clients) for _on, address, _length in host.more_addresses]
    assert len(set(given)) == len(given) == 2002


def test_further_names_are_delegated_to_both_clusters() -> None:
    records = site_dns.records(larger(SITE, Growth(zones=1, pools=1)))
    assert [line for line in records if line.startswith("team001-p001 ")] == [
        "team001-p001 0 IN NS ssip-boston",
        "team001-p001 0 IN NS ssip-newyork",
    ]


def test_command_line() -> None:
    parser = argparse.ArgumentParser()
    add_growth(parser)
    words = arguments_of(Growth(zones=3, pools=6))
    assert growth_of(vars(parser.parse_args(words))) == Growth(zones=3, pools=6)
    assert growth_of(vars(parser.parse_args([]))) == Growth()
    with pytest.raises(ValueError, match="0 to 1000 more pools"):
        growth_of(vars(parser.parse_args(["--more-pools", "1001"])))
