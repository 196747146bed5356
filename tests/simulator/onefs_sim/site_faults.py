# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of the network between hosts, and of the site's DNS server."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping

from . import partition, site_dns
from .cluster import Cluster
from .fault_catalogue import SITE
from .fault_switchboard import Beginning, Effect, Options
from .partition import Side
from .site import ClusterSite, HostSite, PairSite


class SiteFaults:
    """Begins them in one pair. `elsewhere` begins the same faults of DNS at a cluster."""

    def __init__(
        self,
        site: PairSite,
        clusters: Mapping[str, Cluster],
        dns: site_dns.SiteDns,
        elsewhere: Mapping[str, Beginning],
    ) -> None:
        self._site = site
        self._clusters = clusters
        self._dns = dns
        self._elsewhere = elsewhere

    def places(self) -> list[str]:
        """Return all that may be named as a place."""
        # A client with a kernel of its own has no address that this side knows.
        clients = [one.name for one in self._site.clients if one.addresses]
        return [*self._clusters, self._site.controller.name, *clients, SITE]

    def beginnings(self) -> dict[str, Beginning]:
        """Return what begins each fault."""
        return {
            "partition": self._partition,
            "dns-silent": self._at_site("dns-silent", self._silent),
            "dns-servfail": self._at_site("dns-servfail", lambda: self._misconfigure(site_dns.WITHOUT_ITS_ZONE)),
            "dns-stale": self._at_site("dns-stale", lambda: self._misconfigure(site_dns.KEEPING_WHAT_IT_HEARD)),
        }

    def _at_site(self, name: str, begin: Callable[[], Effect]) -> Beginning:
        return lambda place, options: begin() if place == SITE else self._elsewhere[name](place, options)

    def _silent(self) -> Effect:
        # The kernel goes on taking what comes for a server that is stopped.
        self._dns.signal(signal.SIGSTOP)
        return Effect(lambda: self._dns.signal(signal.SIGCONT))

    def _misconfigure(self, configuration: str) -> Effect:
        before = self._dns.configuration()
        self._dns.start_anew(configuration)
        if configuration == site_dns.KEEPING_WHAT_IT_HEARD:
            self._dns.hear()
        return Effect(lambda: self._dns.start_anew(before))

    def _partition(self, place: str, options: Options) -> Effect:
        peer = options["peer"]
        if peer not in self.places():
            raise ValueError(f"this pair has no '{peer}'; it has: {', '.join(self.places())}")
        if peer == place:
            raise ValueError(f"a partition is between two places, and '{place}' was named twice")
        return Effect(partition.cut(self._side(place), self._side(peer), options["reject"]))

    def _side(self, place: str) -> Side:
        if place in self._clusters:
            site = next(one for one in self._site.clusters if one.name == place)
            return _cluster_side(site, self._clusters[place])
        hosts = (self._site.controller, *self._site.clients, self._site.dns)
        wanted = self._site.dns.name if place == SITE else place
        return _host_side(next(host for host in hosts if host.name == wanted))


def _cluster_side(site: ClusterSite, cluster: Cluster) -> Side:
    """A cluster's nodes, with every address that its pools and subnets may give them now."""
    network = cluster.network
    with network.lock:
        ranges = [one for pool in network.pools.values() for one in pool["ranges"]]
        ranges += [one for subnet in network.subnets.values() for one in subnet["sc_service_addrs"]]
    addresses = [node.management_address for node in site.nodes]
    for one in ranges:
        addresses += partition.addresses_between(one["low"], one["high"])
    interfaces = tuple((node.name, interface) for node in site.nodes for interface in node.interfaces)
    return Side(site.name, interfaces, tuple(dict.fromkeys(addresses)))


def _host_side(host: HostSite) -> Side:
    interfaces = tuple((host.name, interface) for interface in host.addresses)
    return Side(host.name, interfaces, tuple(host.addresses.values()))
