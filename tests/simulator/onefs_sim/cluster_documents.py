# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the site's description to the documents that a cluster begins with."""

from __future__ import annotations

import copy

from .access_zones import ZONE_DEFAULTS
from .allocation import Document
from .network_configuration import GROUPNET_DEFAULTS, POOL_DEFAULTS, SUBNET_DEFAULTS
from .share_documents import SHARE_DEFAULTS
from .site import ClusterSite, SubnetSite

GROUPNET = "groupnet0"


def groupnets(site: ClusterSite) -> list[Document]:
    return [
        {
            **copy.deepcopy(GROUPNET_DEFAULTS),
            "description": "Initial groupnet",
            "id": GROUPNET,
            "name": GROUPNET,
            "subnets": [subnet.name for subnet in site.subnets],
        }
    ]


def _family(address: str) -> str:
    return "ipv6" if ":" in address else "ipv4"


def subnets(site: ClusterSite) -> list[Document]:
    return [
        {
            **copy.deepcopy(SUBNET_DEFAULTS),
            "addr_family": _family(subnet.base_address),
            "base_addr": subnet.base_address,
            "gateway": "::" if _family(subnet.base_address) == "ipv6" else "0.0.0.0",
            "gateway_priority": index,
            "groupnet": GROUPNET,
            "id": f"{GROUPNET}.{subnet.name}",
            "name": subnet.name,
            "pools": [pool.name for pool in site.pools if pool.subnet == subnet.name],
            "prefixlen": subnet.prefixlen,
            "sc_service_addrs": [{"low": one, "high": one} for one in subnet.service_addresses],
        }
        for index, subnet in enumerate(site.subnets, start=1)
    ]


def _subnet(site: ClusterSite, name: str) -> SubnetSite:
    return next(subnet for subnet in site.subnets if subnet.name == name)


def _member(text: str) -> Document:
    lnn, _, interface = text.partition(":")
    return {"iface": interface, "lnn": int(lnn)}


def pools(site: ClusterSite) -> list[Document]:
    return [
        {
            **copy.deepcopy(POOL_DEFAULTS),
            "access_zone": pool.access_zone,
            "addr_family": _family(pool.low),
            "groupnet": GROUPNET,
            "id": f"{GROUPNET}.{pool.subnet}.{pool.name}",
            "ifaces": [_member(text) for text in pool.members],
            "name": pool.name,
            "ranges": [{"low": low, "high": high} for low, high in pool.ranges],
            "sc_dns_zone": pool.dns_zone,
            "sc_dns_zone_aliases": list(pool.dns_aliases),
            "sc_subnet": pool.service_subnet or (pool.subnet if _subnet(site, pool.subnet).service_addresses else ""),
            "subnet": pool.subnet,
        }
        for pool in site.pools
    ]


def zones(site: ClusterSite) -> list[Document]:
    return [
        {
            **copy.deepcopy(ZONE_DEFAULTS),
            "groupnet": GROUPNET,
            "id": zone.name,
            "name": zone.name,
            "path": zone.path,
            "system": zone.name == "System",
            "zone_id": number,
        }
        for number, zone in enumerate(sorted(site.zones, key=lambda one: one.name != "System"), start=1)
    ]


def shares(site: ClusterSite) -> dict[str, list[Document]]:
    # Documents are replaced, never changed: thousands of shares have the same lists.
    zone_ids = {zone["name"]: zone["zone_id"] for zone in zones(site)}
    found: dict[str, list[Document]] = {zone: [] for zone in zone_ids}
    for one in site.shares:
        found[one.zone].append(
            {**SHARE_DEFAULTS, "id": one.name, "name": one.name, "path": one.path, "zid": zone_ids[one.zone]}
        )
    return found


def policies(site: ClusterSite) -> list[Document]:
    return [
        {
            "name": policy.name,
            "source_root_path": policy.path,
            "target_host": policy.target_host,
            "target_path": policy.path,
            "schedule": policy.schedule,
            "accelerated_failback": True,
        }
        for policy in site.policies
    ]
