# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair in full with more zones, pools and shares than it comes with, to see what grows with their number.

The further pools are in a subnet of their own, with addresses of the range for benchmarks (RFC 2544), one address and one member
each: more would only let the kernel take longer. The further shares lead to the folder of their zone.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .site import DOMAIN, ClusterSite, HostSite, PairSite, PolicySite, PoolSite, ShareSite, SubnetSite, ZoneSite

SUBNET = "subnet2"
BENCHMARK = ("198.18.", 16)
#: Third number of an address, of the clusters' pools and of the hosts that reach them.
FIRST_BLOCK = {"boston": 10, "newyork": 20}
HOSTS_BLOCK = 255
POOLS_A_BLOCK = 250
MOST = {"zones": 100, "pools": 1000, "shares": 40000}
#: The zone that further pools and shares go to where there is no further zone.
ZONE = "sales"


@dataclass(frozen=True)
class Growth:
    """What each cluster has more of."""

    zones: int = 0
    pools: int = 0
    shares: int = 0

    def __post_init__(self) -> None:
        for name, most in MOST.items():
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(f"a cluster in full can have 0 to {most} more {name}, not {getattr(self, name)}")

    def zone_names(self) -> list[str]:
        """Return the names of the further zones."""
        return [f"team{number:03}" for number in range(1, self.zones + 1)]


NUMBERS = tuple(field.name for field in dataclasses.fields(Growth))


def add_growth(parser: argparse.ArgumentParser) -> None:
    """Add the options of a larger pair."""
    for name in NUMBERS:
        where = "" if name == "zones" else f"; they are those zones', or else those of {ZONE}"
        parser.add_argument(f"--more-{name}", type=int, default=0, help=f"further {name} of each cluster{where}")


def growth_of(options: Mapping[str, Any]) -> Growth:
    """Return what the options ask for. ValueError: more than there is room for."""
    return Growth(**{name: options[f"more_{name}"] for name in NUMBERS})


def arguments_of(growth: Growth) -> list[str]:
    """Return the words that say the same on another command line."""
    return [word for name in NUMBERS for word in (f"--more-{name}", str(getattr(growth, name)))]


def larger(site: PairSite, growth: Growth) -> PairSite:
    """Return a site with more of everything."""
    if growth == Growth():
        return site
    boston, newyork = site.clusters
    target = boston.policies[0].target_host
    policies = tuple(PolicySite(name, f"/ifs/data/{name}", target) for name in growth.zone_names())
    return dataclasses.replace(
        site,
        clusters=(_larger_cluster(boston, growth, True, policies), _larger_cluster(newyork, growth, False, ())),
        controller=_reaching(site.controller, 2),
        clients=tuple(
            # The client with a kernel of its own has one address only.
            _reaching(client, 101 + number) if client.addresses else client
            for number, client in enumerate(site.clients)
        ),
    )


def _reaching(host: HostSite, last: int) -> HostSite:
    address = f"{BENCHMARK[0]}{HOSTS_BLOCK}.{last}"
    return dataclasses.replace(host, more_addresses=(("ext-1", address, BENCHMARK[1]),))


def _larger_cluster(
    cluster: ClusterSite, growth: Growth, serves: bool, policies: tuple[PolicySite, ...]
) -> ClusterSite:
    names = growth.zone_names()
    homes = names or [ZONE]
    shares = [ShareSite(name, name, f"/ifs/data/{name}") for name in names]
    for number in range(growth.shares):
        home = homes[number % len(homes)]
        shares.append(ShareSite(home, f"share{number + 1:05}", f"/ifs/data/{home}"))
    return dataclasses.replace(
        cluster,
        subnets=(*cluster.subnets, SubnetSite(SUBNET, f"{BENCHMARK[0]}0.0", BENCHMARK[1])),
        zones=(*cluster.zones, *(ZoneSite(name, f"/ifs/data/{name}") for name in names)),
        shares=(*cluster.shares, *shares),
        pools=(*cluster.pools, *(_pool(cluster, homes, number, serves) for number in range(growth.pools))),
        policies=(*cluster.policies, *policies),
    )


def _pool(cluster: ClusterSite, homes: list[str], number: int, serves: bool) -> PoolSite:
    """Describe one further pool; zones have theirs in turn, and nodes, too."""
    home, turn = homes[number % len(homes)], number // len(homes) + 1
    name = f"{home}-p{turn:03}"
    block = FIRST_BLOCK[cluster.name] + number // POOLS_A_BLOCK
    address = f"{BENCHMARK[0]}{block}.{number % POOLS_A_BLOCK + 1}"
    return PoolSite(
        SUBNET,
        name,
        home,
        address,
        address,
        (f"{cluster.nodes[number % len(cluster.nodes)].lnn}:ext-1",) if serves else (),
        f"{name}.{DOMAIN}" if serves else "",
        service_subnet="subnet1",
    )
