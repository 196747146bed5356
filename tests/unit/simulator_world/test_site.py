# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site's own data: addresses that belong to their subnets, names that are delegated to both clusters."""

from __future__ import annotations

import ipaddress

import pytest
from onefs_sim import site_dns, world
from onefs_sim.allocation import addresses_of
from onefs_sim.site import CLUSTERS, DATA, MANAGEMENT, MAXIMUM_NODES, default_site, nodes_of

SITE = default_site()


@pytest.mark.parametrize("nodes", range(1, MAXIMUM_NODES + 1))
def test_no_address_is_given_twice(nodes: int) -> None:
    site = default_site(dict.fromkeys(CLUSTERS, nodes))
    given = [node.management_address for cluster in site.clusters for node in cluster.nodes]
    given += [address for cluster in site.clusters for address in cluster.service_addresses]
    given += [address for host in (site.dns, site.controller, *site.clients) for address in host.addresses.values()]
    for cluster in site.clusters:
        for pool in cluster.pools:
            if pool.name != "management":
                found = list(addresses_of({"low": low, "high": high} for low, high in pool.ranges))
                assert len(found) == nodes
                given += found
    assert len(given) == len(set(given))


def test_more_nodes_leave_the_addresses_of_the_first_two_alone() -> None:
    bigger = default_site({"boston": 8})
    for small, large in zip(SITE.clusters, bigger.clusters, strict=True):
        assert large.nodes[:2] == small.nodes
        assert [pool.ranges[0] for pool in large.pools[1:]] == [pool.ranges[0] for pool in small.pools[1:]]
    assert [len(cluster.nodes) for cluster in bigger.clusters] == [8, 2]
    assert bigger.clusters[0].pools[1].members == tuple(f"{lnn}:ext-1" for lnn in range(1, 9))


def test_nodes_are_chosen_for_both_clusters_or_for_one() -> None:
    assert nodes_of([]) == {"boston": 2, "newyork": 2}
    assert nodes_of(["4", "newyork=1"]) == {"boston": 4, "newyork": 1}
    for wrong in ("0", "9", "-1", "many", "paris=2", "boston="):
        with pytest.raises(ValueError, match="1 to 8 nodes|no cluster is named"):
            nodes_of([wrong])


def test_addresses_are_of_the_ranges_for_documentation() -> None:
    networks = [ipaddress.ip_network(f"{base}0/{length}") for base, length in (MANAGEMENT, DATA)]
    assert [str(network) for network in networks] == ["192.0.2.0/24", "198.51.100.0/24"]
    for cluster in SITE.clusters:
        for pool in cluster.pools:
            assert ipaddress.ip_address(pool.low) in networks[pool.subnet == "subnet1"]


def test_one_cluster_serves_and_the_other_has_the_copies() -> None:
    boston, newyork = SITE.clusters
    serving = {pool.name: pool for pool in boston.pools}
    waiting = {pool.name: pool for pool in newyork.pools}
    assert serving["sales"].members == ("1:ext-1", "2:ext-1")
    assert serving["sales"].dns_aliases == ("files.example.com",)
    assert waiting["sales"].members == () and waiting["sales"].dns_zone == ""
    assert [policy.name for policy in boston.policies] == ["sales", "finance"] and not newyork.policies
    assert boston.zones == newyork.zones and boston.shares == newyork.shares


def test_names_that_move_are_delegated_to_both_clusters() -> None:
    records = site_dns.records(SITE)
    for name in ("sales", "files", "finance"):
        servers = {record.split()[-1] for record in records if record.startswith(f"{name} 0 IN NS")}
        assert servers == {"ssip-boston", "ssip-newyork"}


def test_delegated_servers_have_addresses_in_the_zone() -> None:
    records = site_dns.records(SITE)
    assert "ssip-boston IN A 198.51.100.10" in records
    assert "ssip-newyork IN A 198.51.100.20" in records


def test_names_for_management_stay_where_they_are() -> None:
    records = site_dns.records(SITE)
    assert [record for record in records if record.startswith("boston IN")] == [
        "boston IN A 192.0.2.11",
        "boston IN A 192.0.2.12",
    ]


def test_no_question_leaves_the_site() -> None:
    assert 'zone "." { type primary;' in site_dns.OPTIONS
    assert "forwarders" not in site_dns.OPTIONS


def test_switch_ports_fit_and_differ() -> None:
    site = default_site(dict.fromkeys(CLUSTERS, MAXIMUM_NODES))
    hosts = [(node.name, name) for cluster in site.clusters for node in cluster.nodes for name in node.interfaces]
    hosts += [(host.name, name) for host in (SITE.dns, SITE.controller, *SITE.clients) for name in host.addresses]
    ports = [world.port_name(*each) for each in hosts]
    assert len(set(ports)) == len(ports) and max(map(len, ports)) <= 15
