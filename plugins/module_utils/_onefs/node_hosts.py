# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""At which address the platform API of each single node is asked.

Private to the collection. Some answers exist only on the node that they are about, and none of the addresses that a
failover takes away may be used to watch it.
"""

from __future__ import annotations

import socket
import typing as t

from .cluster import ClusterIdentity, read_cluster
from .errors import NodesMissing
from .interfaces import Interface, read_interfaces

if t.TYPE_CHECKING:
    from .papi import PapiSession

SYSTEM_ZONE = "System"


def find_node_hosts(papi: PapiSession, avoid: t.Container[str]) -> dict[int, str]:
    """Return an address of each node that is up: as the connection says, else found out."""
    if papi.connection.node_hosts:
        return dict(papi.connection.node_hosts)
    return node_hosts_among(papi, read_interfaces(papi), read_cluster(papi), avoid)


def node_hosts_among(
    papi: PapiSession, interfaces: t.Iterable[Interface], cluster: ClusterIdentity, avoid: t.Container[str]
) -> dict[int, str]:
    """Find an address of each node that is up in what was read before."""
    hosts = choose_node_hosts(interfaces, resolve(papi.connection.host), avoid)
    missing = sorted(cluster.up_nodes() - set(hosts))
    if missing:
        raise NodesMissing(
            f"Looking for an address of node {', '.join(map(str, missing))} of {papi.connection.host} outside the IP pools that "
            "are looked at: there is none. Give an address of each node in onefs_node_hosts."
        )
    return hosts


def choose_node_hosts(
    interfaces: t.Iterable[Interface], contacts: t.Collection[str], avoid: t.Container[str]
) -> dict[int, str]:
    """Choose one address a node: in the pool that answers us, else in its subnet, else any of the System zone."""
    every = [
        (interface.lnn, owner.pool_id, owner.access_zone, address)
        for interface in interfaces
        for owner in interface.owners
        for address in owner.addresses
    ]
    home_pools = {pool for _lnn, pool, _zone, address in every if address in contacts}
    home_subnets = {pool.rsplit(".", 1)[0] for pool in home_pools}
    ranked: dict[int, list[tuple[bool, bool, bool, bool, bool, str]]] = {}
    for lnn, pool, zone, address in every:
        if address in avoid:
            continue
        ranked.setdefault(lnn, []).append(
            (
                address not in contacts,
                pool not in home_pools,
                pool.rsplit(".", 1)[0] not in home_subnets,
                zone not in {"", SYSTEM_ZONE},
                ":" in address and not any(":" in contact for contact in contacts),
                address,
            )
        )
    return {lnn: min(candidates)[-1] for lnn, candidates in ranked.items()}


def resolve(host: str) -> set[str]:
    """Return the addresses of a name; none where it does not resolve (the request itself will say so)."""
    try:
        return {str(info[4][0]).split("%", 1)[0] for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except socket.gaierror:
        return set()
