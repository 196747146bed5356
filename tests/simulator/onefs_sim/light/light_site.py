# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site of the light pair: as many nodes, pools and shares as asked for, with addresses below 10/8."""

from __future__ import annotations

import ipaddress
import math

from ..site import (
    CLUSTERS,
    DATA,
    DOMAIN,
    MANAGEMENT,
    ClusterSite,
    HostSite,
    NodeSite,
    PairSite,
    PolicySite,
    PoolSite,
    ShareSite,
    SubnetSite,
    ZoneSite,
)
from .size import LightSize

INTERFACES = ("ext-1", "ext-2")
PREFIXLEN = 16
#: Subnets of 65,536 addresses that one cluster has room for, the one for management included.
MAXIMUM_SUBNETS = 64
MAXIMUM_ZONES = 50
MAXIMUM_MEMBERS = 4
#: First address of the pools, and of the nodes, in their subnets.
FIRST = 256
SERVICE = 10
DEPARTMENTS = ("sales", "finance", "legal", "research", "design", "support", "media", "plant", "quality", "purchasing")
#: Where each cluster is reached from the rest of the site: at its end of the switch.
ENTRANCE = {"boston": 11, "newyork": 21}


def block(name: str) -> ipaddress.IPv4Network:
    """Return all addresses of a cluster."""
    return ipaddress.ip_network(f"10.{64 * (1 + CLUSTERS.index(name))}.0.0/10")


def light_site(size: LightSize) -> PairSite:
    """Describe two clusters of a size: boston serves, newyork has the same pools without members."""
    target = str(block("newyork")[FIRST + 1])
    policies = tuple(PolicySite(zone.name, zone.path, target) for zone in _zones(size) if zone.name != "System")
    return PairSite(
        clusters=(
            _cluster("boston", "000e1e0000000000000000000000000000b1", size, True, policies),
            _cluster("newyork", "000e1e0000000000000000000000000000e1", size, False, ()),
        ),
        dns=HostSite("dns", {"mgmt-1": f"{MANAGEMENT[0]}53", "ext-1": f"{DATA[0]}53"}),
        controller=HostSite("controller", {"mgmt-1": f"{MANAGEMENT[0]}2", "ext-1": f"{DATA[0]}2"}),
        clients=(HostSite("client1", {"ext-1": f"{DATA[0]}101"}),),
    )


def _zones(size: LightSize) -> list[ZoneSite]:
    count = min(MAXIMUM_ZONES, size.pools)
    names = [
        DEPARTMENTS[number % len(DEPARTMENTS)]
        + (f"-{number // len(DEPARTMENTS) + 1}" if number >= len(DEPARTMENTS) else "")
        for number in range(count)
    ]
    return [ZoneSite("System", "/ifs"), *(ZoneSite(name, f"/ifs/data/{name}") for name in names)]


def _cluster(name: str, guid: str, size: LightSize, serves: bool, policies: tuple[PolicySite, ...]) -> ClusterSite:
    addresses = block(name)
    nodes = tuple(
        NodeSite(lnn, f"{name}-{lnn}", str(addresses[FIRST + lnn]), (*INTERFACES, "mgmt-1"))
        for lnn in range(1, size.nodes + 1)
    )
    zones = _zones(size)
    pools = _pools(name, size, serves, [zone.name for zone in zones[1:]])
    management = PoolSite(
        "subnet0",
        "management",
        "System",
        nodes[0].management_address,
        nodes[-1].management_address,
        tuple(f"{node.lnn}:mgmt-1" for node in nodes),
        f"{name}.{DOMAIN}",
    )
    count = max(int(pool.subnet.removeprefix("subnet")) for pool in pools)
    return ClusterSite(
        name=name,
        guid=guid,
        nodes=nodes,
        subnets=tuple(
            SubnetSite(
                f"subnet{number}",
                str(addresses[number << PREFIXLEN]),
                PREFIXLEN,
                (str(addresses[(number << PREFIXLEN) + SERVICE]),) if number == 1 else (),
            )
            for number in range(count + 1)
        ),
        pools=(management, *pools),
        zones=tuple(zones),
        shares=_shares(size, zones[1:]),
        policies=policies,
    )


def _pools(name: str, size: LightSize, serves: bool, zones: list[str]) -> list[PoolSite]:
    """Spread the pools over subnets: an interface may be in one static pool of each only."""
    width = min(size.nodes, MAXIMUM_MEMBERS)
    places = [f"{lnn}:{interface}" for interface in INTERFACES for lnn in range(1, size.nodes + 1)]
    in_subnet = len(places) // width
    if math.ceil(size.pools / in_subnet) >= MAXIMUM_SUBNETS:
        most = in_subnet * (MAXIMUM_SUBNETS - 1)
        raise ValueError(f"{size.nodes} nodes have room for {most} pools, not {size.pools}; ask for more nodes")
    addresses = block(name)
    pools = []
    for number in range(size.pools):
        subnet, turn = 1 + number // in_subnet, number % in_subnet
        zone = zones[number % len(zones)]
        round_ = number // len(zones)
        label = zone if round_ == 0 else f"{zone}-p{round_ + 1}"
        low = (subnet << PREFIXLEN) + FIRST + turn * width
        pools.append(
            PoolSite(
                f"subnet{subnet}",
                label,
                zone,
                str(addresses[low]),
                str(addresses[low + width - 1]),
                tuple(places[turn * width : (turn + 1) * width]) if serves else (),
                f"{label}.{DOMAIN}" if serves else "",
                service_subnet="subnet1",
            )
        )
    return pools


def _shares(size: LightSize, zones: list[ZoneSite]) -> tuple[ShareSite, ...]:
    return tuple(
        ShareSite(zone.name, f"share{number // len(zones):05}", f"{zone.path}/share{number // len(zones):05}")
        for number in range(size.shares)
        for zone in (zones[number % len(zones)],)
    )
