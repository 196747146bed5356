# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who would be hurt by a failover right now: open files with their class, and what is known of each client.

Private to the collection. Reads only. The sessions are read before and after the open files, so that a client which came in
between is among those that may have a file open.
"""

from __future__ import annotations

import socket
import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._onefs.addresses import normalise
from .._onefs.cluster import read_cluster
from .._onefs.connection import SINGLE_CLUSTER_RULES, Connection, single_cluster_argument_spec
from .._onefs.node_hosts import find_node_hosts
from .._onefs.papi import PapiSession
from .._onefs.pools import Pool, read_pools
from .._onefs.shell import Shell
from .._onefs.smb import NodeSessions, Session, read_sessions
from .at_risk_files import Listing, list_files, summary_of
from .at_risk_table import table
from .client_evidence import Client, describe
from .client_inventory import READING_SPEC, Inventory, alive, read_inventory, reading_from
from .client_look import Mount, NotUnderstood, parse
from .client_names import names_of
from .facts import ZONES, read_shares
from .open_file_list import KEPT_ROWS
from .plan import SYSTEM_ZONE

if t.TYPE_CHECKING:
    from .._onefs.progress import Progress

ARGUMENT_SPEC: dict[str, t.Any] = {
    **single_cluster_argument_spec(),
    "access_zone": {"type": "str", "required": True},
    "pools": {"type": "list", "elements": "str", "default": []},
    "unflushed": {"type": "list", "elements": "dict", "default": []},
    "looks": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "host": {"type": "str", "required": True},
            "addresses": {"type": "list", "elements": "str", "default": []},
            "kind": {"type": "str", "choices": ["", "linux", "windows", "macos"], "default": ""},
            "answer": {"type": "str", "default": ""},
            "trouble": {"type": "str", "default": ""},
        },
    },
    "name_clients": {"type": "bool", "default": True},
    "dns_servers": {"type": "list", "elements": "str", "default": []},
    "most": {"type": "int", "default": KEPT_ROWS},
    **READING_SPEC,
}
RULES: dict[str, t.Any] = SINGLE_CLUSTER_RULES


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Read who is connected and what is open; the same in check mode, for nothing is changed."""
    del check_mode
    connection = Connection.from_params(params)
    zone = str(params["access_zone"])
    with PapiSession(connection) as papi, Shell(connection) as shell:
        pools = pools_of(read_pools(papi), zone, params["pools"])
        addresses = {address for pool in pools for address in pool.addresses()}
        shares = read_shares(papi, zone)
        # The base of the System zone is /ifs, below which every zone lies.
        bases = {str(one["name"]): str(one.get("path") or "").rstrip("/") for one in papi.list(ZONES, "zones")}
        roots = [bases[zone]] if bases.get(zone) and zone != SYSTEM_ZONE else []
        identity = read_cluster(papi)
        with NodeSessions(papi, find_node_hosts(papi, avoid=addresses)) as nodes:
            inventory = read_inventory(papi, shell, addresses, nodes, reading_from(params))
            sessions = _both(inventory.sessions, read_sessions(papi, nodes))
    unflushed = {str(one.get("path")): str(one.get("reason")) for one in params["unflushed"]}
    listing = list_files(inventory.open_files, sessions, alive(inventory), shares, roots, unflushed)
    mounts, troubles = looks_by_address(params["looks"])
    clients = clients_of(inventory, sessions, mounts)
    names = names_of([client.address for client in clients], params["dns_servers"]) if params["name_clients"] else {}
    details = [describe(client, pools, (identity.name, zone), names.get(client.address, "")) for client in clients]
    result = make_result(zone, inventory, listing, details, troubles, int(params["most"]))
    counts = result["summary"]
    progress(f"{connection.host}: {counts['red']} red, {counts['amber']} amber, {counts['green']} green open files")
    return {**result, "table": table(identity.name, result)}


def make_result(
    zone: str,
    inventory: Inventory,
    listing: Listing,
    details: t.Sequence[dict[str, t.Any]],
    troubles: t.Sequence[str],
    most: int,
) -> dict[str, t.Any]:
    """Return the result of the module; what is most at risk comes first, so that only what is less is cut off."""
    return {
        "changed": False,
        "access_zone": zone,
        "open_files": [row.as_dict() for row in listing.files[:most]],
        "open_files_total": len(listing.files),
        "summary": summary_of(listing.files),
        "clients": sorted(alive(inventory)),
        "client_details": list(details),
        "by_address": [one["address"] for one in details if one["by_address"]["verdict"] in {"yes", "perhaps"}],
        "by_address_unknown": sum(one["by_address"]["verdict"] == "unknown" for one in details),
        "folders": listing.folders,
        "elsewhere": listing.elsewhere,
        "unlisted": list(listing.unlisted),
        "nodes": list(inventory.nodes),
        "missing_nodes": list(inventory.missing_nodes),
        "problems": [*inventory.problems, *troubles],
    }


def pools_of(pools: t.Iterable[Pool], zone: str, wanted: t.Collection[str]) -> list[Pool]:
    """Return the pools that are asked for, or all of the zone."""
    return [pool for pool in pools if (pool.id in wanted if wanted else pool.access_zone == zone)]


def clients_of(
    inventory: Inventory, sessions: t.Sequence[Session], mounts: t.Mapping[str, t.Sequence[Mount]]
) -> list[Client]:
    """Return every client that is connected to the pools, with its sessions on the nodes where it is."""
    found = []
    for address in sorted(alive(inventory)):
        sockets = tuple(one for one in inventory.sockets if one.peer == address)
        at = {one.lnn for one in sockets}
        mine = tuple(one for one in sessions if one.client == address and one.lnn in at)
        said = mounts.get(address)
        found.append(Client(address, mine, sockets, None if said is None else tuple(said)))
    return found


def looks_by_address(looks: t.Sequence[t.Mapping[str, t.Any]]) -> tuple[dict[str, list[Mount]], list[str]]:
    """Read what clients said of themselves, by each of their addresses, and say which could not be read."""
    found: dict[str, list[Mount]] = {}
    troubles = []
    for look, addresses in zip(looks, _addresses(looks)):
        if look["trouble"]:
            troubles.append(f"{look['host']} was not asked: {look['trouble'][:300]}")
            continue
        # One without mounts says that it has none.
        if not look["answer"].strip():
            troubles.append(f"{look['host']}: it answered nothing")
            continue
        try:
            mounts = parse(look["kind"], look["answer"])
        except NotUnderstood as error:
            troubles.append(f"{look['host']}: its answer was not understood: {error}")
            continue
        if not addresses:
            troubles.append(f"{look['host']}: its address is not known; set failover_client_addresses for it")
        for address in addresses:
            found.setdefault(address, []).extend(mounts)
    return found, troubles


def _addresses(looks: t.Sequence[t.Mapping[str, t.Any]]) -> list[list[str]]:
    """Return the addresses of each host: as told, else those of its name."""
    if not looks:
        return []
    with ThreadPoolExecutor(max_workers=16, thread_name_prefix="resolve") as workers:
        return list(workers.map(_addresses_of, looks))


def _addresses_of(look: t.Mapping[str, t.Any]) -> list[str]:
    given = [normalise(one) for one in look["addresses"]]
    if any(given):
        return [one for one in given if one]
    wanted = [*look["addresses"], look["host"]]
    try:
        answers = [info for name in wanted[:1] for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)]
    except OSError:
        return []
    return sorted({found for info in answers if (found := normalise(str(info[4][0])))})


def _both(before: t.Iterable[Session], after: t.Iterable[Session]) -> list[Session]:
    """Join two readings; of a session that is in both the later one counts."""
    joined = {(one.lnn, one.id, one.client, one.user): one for one in before}
    joined.update({(one.lnn, one.id, one.client, one.user): one for one in after})
    return list(joined.values())
