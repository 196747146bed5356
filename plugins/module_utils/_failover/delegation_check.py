# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the names of an access zone are delegated to both clusters, and the DNS records that are missing.

Private to the collection; asks name servers and reads clusters, changes nothing. Which server leads where is asked of the zone above each
name; what to add is written as a zone file has it.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._onefs.addresses import AddressRange, expand
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .facts import both_connections, pair_argument_spec
from .plan import Names
from .pool_lifetime import pools_of
from .pool_pairing import HINT_PREFIX
from .readiness.cluster_sources import SUBNETS
from .readiness.names_asked import NotAnswered, find_delegation, resolvers

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "access_zones": {"type": "list", "elements": "str", "required": True},
    "dns_servers": {"type": "list", "elements": "str", "default": []},
    "hint_prefix": {"type": "str", "default": HINT_PREFIX},
}


@dataclass(frozen=True)
class Side:
    """One cluster's part in a zone: the names that its pools have, and where its SmartConnect answers."""

    cluster: str
    names: tuple[str, ...]
    service_addresses: tuple[str, ...]
    service_name: str = ""


@dataclass(frozen=True)
class Delegated:
    """Whom the zone above a name leads to: addresses by host."""

    name: str
    servers: t.Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Missing:
    """A name that does not lead to a cluster, and the records that would."""

    name: str
    cluster: str
    records: tuple[str, ...]


def missing(sides: t.Sequence[Side], delegated: t.Sequence[Delegated]) -> list[Missing]:
    """List the clusters that a name does not lead to, each with its records."""
    hosts = {address: host for one in delegated for host, led in sorted(one.servers.items()) for address in led}
    found: list[Missing] = []
    for one in delegated:
        led = {address for addresses in one.servers.values() for address in addresses}
        for side in sides:
            if side.service_addresses and not led & set(side.service_addresses):
                found.append(Missing(one.name, side.cluster, records_for(one.name, side, hosts)))
    return found


def records_for(name: str, side: Side, hosts: t.Mapping[str, str]) -> tuple[str, ...]:
    """Return the records that delegate a name to a cluster: to a host that leads there already, else to one with a name of its own."""
    address = next((one for one in side.service_addresses if one in hosts), "")
    if address:
        return (f"{name}. IN NS {hosts[address].rstrip('.')}.",)
    host = side.service_name.rstrip(".") or f"ssip-{label_of(side.cluster)}.{name.partition('.')[2]}"
    kinds = ((("AAAA" if ":" in one else "A"), one) for one in side.service_addresses)
    return (f"{name}. IN NS {host}.", *(f"{host}. IN {kind} {one}" for kind, one in kinds))


def label_of(text: str) -> str:
    """Make one label of a DNS name of what a cluster is called."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower()).strip("-") or "cluster"


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Ask for each name whom it leads to; changes nothing, in check mode or not."""
    del check_mode
    zones, prefix = params["access_zones"], params["hint_prefix"] or ""
    sides = []
    for cluster, connection in zip((params["source_name"], params["target_name"]), both_connections(params)):
        with PapiSession(connection) as papi:
            sides.append(read_side(papi, cluster, zones, prefix))
    names = list(dict.fromkeys(name for side in sides for name in side.names))
    progress(f"asking for the delegation of {', '.join(names) or 'no name'}")
    servers = resolvers(params["dns_servers"] or ())
    delegated, unseen = ask(servers, names)
    gaps = missing(sides, delegated)
    no_address = [side.cluster for side in sides if not side.service_addresses]
    return {
        "changed": False,
        "complete": not (gaps or unseen or no_address),
        "names": names,
        "missing": [{"name": one.name, "cluster": one.cluster} for one in gaps],
        "records": list(dict.fromkeys(record for one in gaps for record in one.records)),
        "unseen": unseen,
        "without_service_address": no_address,
    }


def ask(servers: t.Sequence[str], names: t.Sequence[str]) -> tuple[list[Delegated], list[str]]:
    """Ask the first resolver that says something of each name; return what is not known of the others."""
    delegated: list[Delegated] = []
    unseen: list[str] = []
    for name in names:
        trouble = "there is no resolver to ask"
        for server in servers:
            try:
                delegated.append(Delegated(name, find_delegation(server, name).servers))
            except NotAnswered as error:
                trouble = error.message
                continue
            break
        else:
            unseen.append(f"{name}: {trouble}")
    return delegated, unseen


def read_side(papi: PapiSession, cluster: str, access_zones: t.Collection[str], hint_prefix: str) -> Side:
    """Read what a cluster has of some access zones."""
    pools = pools_of(papi, access_zones)
    subnets = {str(one.get("id")): one for one in papi.list(SUBNETS, "subnets")}
    names: list[str] = []
    addresses: list[str] = []
    service_name = ""
    for pool in pools:
        own = Names.of(pool, hint_prefix)
        names += [name for name in (own.zone, *own.aliases) if name]
        subnet = subnets.get(f"{pool.groupnet}.{pool.sc_subnet.rpartition('.')[2] or pool.subnet}") or {}
        ranges = subnet.get("sc_service_addrs") or []
        addresses += expand([AddressRange(str(one["low"]), str(one["high"])) for one in ranges])
        service_name = service_name or str(subnet.get("sc_service_name") or "")
    return Side(cluster, tuple(dict.fromkeys(names)), tuple(dict.fromkeys(addresses)), service_name)
