# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read from a cluster what a plan is made of.

Private to the collection. Reads only; the two clusters are read at the same time.
"""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._onefs.cluster import read_cluster
from .._onefs.connection import Connection, connection_argument_spec
from .._onefs.papi import PapiSession
from .._onefs.pools import read_pools
from .._onefs.spns import read_accounts
from .._onefs.synciq import read_policies, read_target_policies
from .plan import SYSTEM_ZONE, ClusterFacts, Share

ZONES = "/platform/3/zones"
SHARES = "/platform/4/protocols/smb/shares"
INTERFACES = "/platform/7/network/interfaces"


def read_facts(papi: PapiSession) -> ClusterFacts:
    """Read identity, zones, pools, shares, SyncIQ policies and interfaces of one cluster."""
    zones = {str(zone["name"]): str(zone.get("path") or "").rstrip("/") for zone in papi.list(ZONES, "zones")}
    interfaces: dict[int, list[str]] = {}
    for interface in papi.list(INTERFACES, "interfaces"):
        if interface.get("type") != "internal":
            interfaces.setdefault(int(interface["lnn"]), []).append(str(interface["name"]))
    connection = papi.connection
    return ClusterFacts(
        identity=read_cluster(papi),
        zones=zones,
        pools=tuple(read_pools(papi)),
        shares={zone: read_shares(papi, zone) for zone in zones if zone != SYSTEM_ZONE},
        policies=read_policies(papi),
        target_policies=read_target_policies(papi),
        interfaces_by_node={lnn: tuple(names) for lnn, names in interfaces.items()},
        management_addresses=tuple(dict.fromkeys(filter(None, (connection.host, connection.ssh_host)))),
        accounts=read_accounts(papi),
    )


def read_shares(papi: PapiSession, zone: str) -> tuple[Share, ...]:
    """Return the SMB shares of one access zone."""
    answers = papi.list(SHARES, "shares", zone=zone)
    return tuple(Share(str(share["name"]), str(share.get("path") or "").rstrip("/")) for share in answers)


def read_both(source: Connection, target: Connection) -> tuple[ClusterFacts, ClusterFacts]:
    """Read both clusters side by side."""

    def read(connection: Connection) -> ClusterFacts:
        with PapiSession(connection) as papi:
            return read_facts(papi)

    with ThreadPoolExecutor(max_workers=2) as workers:
        first, second = workers.map(read, (source, target))
    return first, second


def both_connections(params: t.Mapping[str, t.Any]) -> tuple[Connection, Connection]:
    """Take the two clusters of a module's options ``source`` and ``target``."""
    return Connection.from_params(params["source"]), Connection.from_params(params["target"])


def connections_of(params: t.Mapping[str, t.Any]) -> dict[str, Connection]:
    """Take the clusters of a module's options by their side; a source that is dead is neither read nor told."""
    source, target = both_connections(params)
    return {"target": target} if params["without_source"] else {"source": source, "target": target}


def without_source_argument_spec() -> dict[str, t.Any]:
    """Return the option by which a module works on the target alone, because the source is dead."""
    return {"without_source": {"type": "bool", "default": False}}


def source_argument_spec() -> dict[str, t.Any]:
    """Return the option ``source`` of a module: how one cluster is reached."""
    return {"source": {"type": "dict", "required": True, "options": connection_argument_spec()}}


def target_argument_spec() -> dict[str, t.Any]:
    """Return the option ``target`` of a module: how the other cluster is reached."""
    return {"target": {"type": "dict", "required": True, "options": connection_argument_spec()}}


def pair_argument_spec() -> dict[str, t.Any]:
    """Return the options ``source`` and ``target`` of a module: how the two clusters are reached."""
    return {**source_argument_spec(), **target_argument_spec()}
