# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a cluster, written down on the other one: a dead cluster can't be read.

Private to the collection. Every planned failover and the playbook remember_clusters write it; an unplanned failover is planned
from it, and says how old it is.
"""

from __future__ import annotations

import dataclasses
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from .._onefs.addresses import AddressRange, expand
from .._onefs.cluster import ClusterIdentity, Node
from .._onefs.errors import OnefsError, WrongCluster
from .._onefs.interfaces import read_interfaces
from .._onefs.node_hosts import choose_node_hosts, find_node_hosts, resolve
from .._onefs.papi import PapiSession
from .._onefs.pools import Pool
from .._onefs.progress import Progress
from .._onefs.smb import read_open_files, read_sessions
from .._onefs.spns import MachineAccount
from .._onefs.synciq import Policy, TargetPolicy
from .facts import both_connections, pair_argument_spec, read_facts
from .plan import SYSTEM_ZONE, ClusterFacts, Share
from .records import ROOT, digest, folder_name, folders, newest_record, write_record

KIND = "clusters"
KEEP = 10
SUBNETS = "/platform/7/network/subnets"
DNS_PORT, SMB_PORT = 53, 445
# A report names who was connected, it is no backup of the session table.
MOST_CLIENTS = 1000
MOST_POOL_ADDRESSES = 512

# Who was connected, where nobody looked.
NOBODY: dict[str, t.Any] = {"read": 0, "clients": [], "open_files": [], "unknown": "nobody looked"}

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "clients": {"type": "bool", "default": True},
    "max_age_seconds": {"type": "int", "default": 3600},
}


class NotKnown(OnefsError):
    """Nothing was written down of a cluster, or nothing that this version reads."""


@dataclass(frozen=True)
class ClusterRecord:
    """What was known of a cluster at ``read`` (epoch seconds), and where it answered."""

    name: str
    read: float
    facts: ClusterFacts
    probes: tuple[dict[str, t.Any], ...]
    connected: t.Mapping[str, t.Any]

    def age_seconds(self, now: float) -> int:
        """Return how old it is."""
        return max(0, int(now - self.read))


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Write down what is known of each of two clusters on the other one."""
    connections = both_connections(params)
    names = (params["source_name"], params["target_name"])
    with PapiSession(connections[0]) as source, PapiSession(connections[1]) as target, ThreadPoolExecutor(2) as workers:
        bodies = list(
            workers.map(lambda papi, name: read_record(papi, name, params["clients"]), (source, target), names)
        )
        written = []
        for body, keeper, keeper_name in ((bodies[0], target, names[1]), (bodies[1], source, names[0])):
            folder = f"{ROOT}/{KIND}/{folder_name(body['cluster'])}"
            before = newest_record(keeper, folder)
            require_same_cluster(before, body, f"{keeper_name}:{folder}")
            why = reason_to_write(before, body, params["max_age_seconds"])
            body = body if params["clients"] else {**body, "connected": (before or {}).get("connected", NOBODY)}
            if why:
                if not check_mode:
                    write_record(keeper, folder, body, KEEP)
                progress(f"{body['cluster']}: known to {keeper_name} ({why})")
            written.append({"cluster": body["cluster"], "on": keeper_name, "reason": why, "written": bool(why)})
    return {"changed": any(one["written"] for one in written), "records": written}


def require_same_cluster(before: t.Mapping[str, t.Any] | None, now: t.Mapping[str, t.Any], where: str) -> None:
    """Raise where another cluster answers under a name than the one that was written down."""
    known, found = (((body or {}).get("facts") or {}).get("identity") or {} for body in (before, now))
    if known.get("guid") and known["guid"] != found.get("guid"):
        raise WrongCluster(
            f"Writing down what is known of '{now['cluster']}' ({where}): the cluster that answers is '{found.get('name')}' with the GUID "
            f"'{found.get('guid')}', and the one known by this name has '{known['guid']}'. Nothing was changed. Correct onefs_host, or find "
            "out who answers in its place; where the cluster was replaced, remove that folder."
        )


def reason_to_write(before: t.Mapping[str, t.Any] | None, now: t.Mapping[str, t.Any], max_age_seconds: float) -> str:
    """Say why a record is to be written, or nothing where the last one still serves."""
    if before is None:
        return "nothing was written down before"
    if digest(_lasting(before)) != digest(_lasting(now)):
        return "it changed"
    age_seconds = now["read"] - before["read"]
    return f"the last record is {age_seconds:.0f} s old" if not 0 <= age_seconds <= max_age_seconds else ""


def _lasting(body: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what of a record does not change by itself: runs of policies and clients that come and go leave it as it is."""
    facts = dict(body.get("facts") or {})
    passing = {"last_job_state", "last_success", "last_update"}
    for key in ("policies", "target_policies"):
        facts[key] = [{k: v for k, v in one.items() if k not in passing} for one in facts.get(key) or ()]
    return {"cluster": body.get("cluster"), "facts": facts, "probes": body.get("probes")}


def read_record(papi: PapiSession, name: str, clients: bool) -> dict[str, t.Any]:
    """Read a cluster and return the content of its record."""
    facts = read_facts(papi)
    return {
        "cluster": name,
        "read": round(time.time(), 3),
        "facts": plain(facts),
        "probes": _probes(papi, facts),
        "connected": _connected(papi, facts) if clients else NOBODY,
    }


def _connected(papi: PapiSession, facts: ClusterFacts) -> dict[str, t.Any]:
    """Return who is connected and what is open for writing, as far as the nodes say it."""
    avoid = {address for pool in facts.pools if pool.access_zone != SYSTEM_ZONE for address in pool.addresses()}
    try:
        clients = sorted({session.client for session in read_sessions(papi)})
        files = [file for file in read_open_files(papi, find_node_hosts(papi, avoid=avoid)) if file.for_writing]
    except OnefsError as error:
        # What is left out here is missing from a report later; all the rest is worth having.
        return {**NOBODY, "unknown": error.message}
    named = sorted({(file.path, file.user) for file in files})
    return {
        "read": round(time.time(), 3),
        "clients": clients[:MOST_CLIENTS],
        "open_files": [{"path": path, "user": user} for path, user in named[:MOST_CLIENTS]],
        "unknown": "",
    }


def _probes(papi: PapiSession, facts: ClusterFacts) -> list[dict[str, t.Any]]:
    """Return every place at which this cluster answers while it lives."""
    connection = papi.connection
    contacts = resolve(connection.host) | resolve(connection.ssh_host)
    nodes = set(choose_node_hosts(read_interfaces(papi), contacts, avoid=()).values())
    nodes |= set(connection.node_hosts.values())
    services = [
        address
        for subnet in papi.list(SUBNETS, "subnets")
        for one in subnet.get("sc_service_addrs") or []
        for address in expand([AddressRange(str(one["low"]), str(one["high"]))])
    ]
    served = [address for pool in facts.pools if pool.access_zone != SYSTEM_ZONE for address in pool.addresses()]
    names = [pool.sc_dns_zone for pool in facts.pools if pool.sc_dns_zone] or [facts.identity.name]
    found = [("api", address, connection.port, "") for address in sorted(nodes | contacts)]
    found += [("ssh", address, connection.ssh_port, "") for address in sorted(nodes | contacts)]
    found += [("dns", address, DNS_PORT, names[0]) for address in services]
    found += [("smb", address, SMB_PORT, "") for address in served[:MOST_POOL_ADDRESSES]]
    return [{"kind": kind, "address": address, "port": port, "name": name} for kind, address, port, name in found]


def recall(papi: PapiSession, name: str, host: str) -> ClusterRecord:
    """Return what a cluster has written down of another: by the name that it goes by, or by where it was reached."""
    bodies = [body for folder in folders(papi, KIND) if (body := newest_record(papi, folder)) is not None]
    wanted = [body for body in bodies if body.get("cluster") == name]
    wanted += [body for body in bodies if host in (body.get("facts") or {}).get("management_addresses", ())]
    if not wanted:
        raise NotKnown(
            f"Looking on {papi.connection.host} for what was known of '{name}' ({ROOT}/{KIND}): there is "
            f"{'a record of ' + ', '.join(str(body.get('cluster')) for body in bodies) + ' only' if bodies else 'nothing'}. A dead cluster "
            "can't be read, so an unplanned failover needs what a planned failover, the playbook prerequisites or the playbook "
            "remember_clusters wrote down while it lived. Nothing was changed. Bring one node of it back with its client network "
            "disconnected, run seamless.smb_failover.remember_clusters, and run this again; or fail over by hand."
        )
    return record_from(wanted[0], papi.connection.host)


def record_from(body: t.Mapping[str, t.Any], host: str) -> ClusterRecord:
    """Read a record's content."""
    try:
        return ClusterRecord(
            name=str(body["cluster"]),
            read=float(body["read"]),
            facts=facts_from(body["facts"]),
            probes=tuple(body["probes"]),
            connected=body["connected"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotKnown(
            f"Reading on {host} what was known of '{body.get('cluster')}': {type(error).__name__} at {error}. It was written by another "
            "version. Use the version of this collection that wrote it, or fail over by hand. Nothing was changed."
        ) from error


def plain(facts: ClusterFacts) -> dict[str, t.Any]:
    """Return facts as they are written down."""
    data = dataclasses.asdict(facts)
    for pool in data["pools"]:
        # The answer of the API that it was made of: all that matters of it has a field.
        pool.pop("raw", None)
    data["interfaces_by_node"] = {str(lnn): list(names) for lnn, names in facts.interfaces_by_node.items()}
    return t.cast("dict[str, t.Any]", _listed(data))


def facts_from(data: t.Mapping[str, t.Any]) -> ClusterFacts:
    """Return the facts that :func:`plain` wrote down."""
    identity = data["identity"]
    return _build(
        ClusterFacts,
        data,
        identity=_build(ClusterIdentity, identity, nodes=tuple(_build(Node, node) for node in identity["nodes"])),
        pools=tuple(
            _build(Pool, pool, ranges=tuple(AddressRange(*one) for one in pool["ranges"])) for pool in data["pools"]
        ),
        shares={zone: tuple(_build(Share, share) for share in shares) for zone, shares in data["shares"].items()},
        policies=tuple(_build(Policy, policy) for policy in data["policies"]),
        target_policies=tuple(_build(TargetPolicy, policy) for policy in data["target_policies"]),
        interfaces_by_node={int(lnn): tuple(names) for lnn, names in data["interfaces_by_node"].items()},
        accounts=tuple(_build(MachineAccount, account) for account in data.get("accounts", ())),
    )


Built = t.TypeVar("Built")


def _build(kind: type[Built], data: t.Mapping[str, t.Any], **made: t.Any) -> Built:
    """Make a dataclass of a dict; a field that only a newer version knows is passed over."""
    known = {one.name for one in dataclasses.fields(t.cast("t.Any", kind))}
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items() if name in known}
    return kind(**{**values, **made})


def _listed(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {str(key): _listed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_listed(item) for item in value]
    return value
