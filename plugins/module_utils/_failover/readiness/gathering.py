# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read all facts of both clusters and of the site, side by side, once. Private to the collection.

Two waves: what a cluster is asked for in any case, then what depends on which zone and pools are to move.
"""

from __future__ import annotations

import dataclasses
import time
import typing as t
from concurrent.futures import Future, ThreadPoolExecutor

from ..._onefs.cluster import read_cluster
from ..._onefs.interfaces import read_interfaces
from ..._onefs.node_hosts import choose_node_hosts, resolve
from ..._onefs.shell import Shell
from ..._onefs.smb import OPEN_FILES, OpenFile, open_files_of
from ..client_inventory import DEFAULT_READING, run_netstat, understand_netstat
from ..plan import SYSTEM_ZONE, Request
from . import cluster_sources as sources
from . import names_asked, probes, records
from .check import Fact, Unread
from .clients import survey
from .facts import NOT_ASKED, Cluster, Facts, Limits, Scope, Site
from .rehearsals import read_last_rehearsal
from .scope import held_by_source, scope_of, service_addresses
from .sessions import Sessions, attempt

if t.TYPE_CHECKING:
    from ..._onefs.connection import Connection
    from ..._onefs.netstat import Socket
    from ..._onefs.papi import PapiSession
    from ..._onefs.shell import CommandResult

WORKERS_A_CLUSTER = 4
# Each asks another address, and where nobody answers waits for its time-out; a zone of many pools has hundreds of them.
PROBES_AT_ONCE = 128
NO_SOURCE = Unread("the source is not asked in an unplanned failover")


@dataclasses.dataclass(frozen=True)
class Question:
    """What is asked, beside the request: how each cluster is reached, and what clients use."""

    request: Request
    source: Connection
    target: Connection
    dns_servers: tuple[str, ...] = ()
    smb_user: str = ""
    smb_password: str = dataclasses.field(default="", repr=False)
    limits: Limits = dataclasses.field(default_factory=Limits)
    with_source: bool = True


def gather(question: Question) -> Facts:
    """Return all facts; whatever can't be read is a fact with the reason in its place."""
    request = question.request
    with ThreadPoolExecutor(3 * WORKERS_A_CLUSTER) as workers, ThreadPoolExecutor(PROBES_AT_ONCE) as probing:
        source = _Reader(request.source, question.source, workers, is_source=True)
        target = _Reader(request.target, question.target, workers, is_source=False)
        asked = (source, target) if question.with_source else (target,)
        try:
            with ThreadPoolExecutor(max_workers=2) as pair:
                list(pair.map(_Reader.first_wave, asked))
            scope = scope_of(request, source.cluster, target.cluster) if question.with_source else NO_SOURCE
            site = _ask_site(question, scope, source.cluster, target.cluster, probing)
            with ThreadPoolExecutor(max_workers=2) as pair:
                list(pair.map(lambda reader: reader.second_wave(request, scope), asked))
            return Facts(
                request=request,
                now=time.time(),
                source=source.cluster,
                target=target.cluster,
                scope=scope,
                site=_taken(site),
                limits=question.limits,
                source_asked=question.with_source,
            )
        finally:
            list(workers.map(lambda reader: reader.close(), asked))


class _Reader:
    """Reads one cluster."""

    def __init__(self, name: str, connection: Connection, workers: ThreadPoolExecutor, is_source: bool) -> None:
        self._is_source = is_source
        self.cluster = Cluster(name=name, host=connection.host, user=connection.user)
        self._connection = connection
        self._workers = workers
        self._sessions = Sessions(connection)
        self._shell = Shell(connection)
        self._netstat: Future[Fact[CommandResult]] | None = None

    def first_wave(self) -> None:
        """Read what does not depend on what moves. A cluster that does not answer at all is asked for nothing more."""
        contacts = {a for host in (self._connection.host, self._connection.ssh_host) for a in (host, *resolve(host))}
        started = time.monotonic()
        identity = self._sessions.attempt(read_cluster)
        self._set(
            contacts=tuple(sorted(contacts)), identity=identity, answer_ms=round((time.monotonic() - started) * 1000, 1)
        )
        if isinstance(identity, Unread):
            unread = [one.name for one in dataclasses.fields(Cluster) if one.default is NOT_ASKED]
            self._set(**dict.fromkeys(unread, identity))
            return
        reading = {name: self._submit(read) for name, read in _FIRST_WAVE.items()}
        # Nobody asks who is connected to the target, which is not fenced.
        if self._is_source:
            self._netstat = self._workers.submit(attempt, run_netstat, self._shell, DEFAULT_READING)
        facts: dict[str, Fact[t.Any]] = {name: future.result() for name, future in reading.items()}
        sync = facts.pop("sync")
        facts["policies"] = sync if isinstance(sync, Unread) else sync[0]
        facts["sync_details"] = sync if isinstance(sync, Unread) else sync[1]
        facts["clock_ahead_seconds"] = facts.pop("times")
        interfaces = facts["interfaces"]
        if not isinstance(interfaces, Unread):
            facts["interfaces"] = tuple(one for one in interfaces if not one.name.startswith("int-"))
        self._set(**facts)
        self._ask_nodes()
        zones = self.cluster.zones
        names = () if isinstance(zones, Unread) else tuple(zones)
        shares, ways = self._submit(sources.read_share_settings, names), self._submit(sources.read_ways_in, names)
        self._set(
            shares=zones if isinstance(zones, Unread) else shares.result(),
            ways_in=zones if isinstance(zones, Unread) else ways.result(),
        )

    def second_wave(self, request: Request, scope: Fact[Scope]) -> None:
        """Read what depends on the zone, the pools and the policies that move."""
        if isinstance(self.cluster.identity, Unread):
            return
        zone = request.access_zone if isinstance(scope, Unread) else scope.zone
        lease = self._submit(records.read_lease, zone) if zone else None
        rehearsed = self._submit(read_last_rehearsal, zone) if zone else None
        listings: dict[str, Future[Fact[t.Any]]] = {}
        health: dict[str, Future[Fact[t.Any]]] = {}
        if not isinstance(scope, Unread):
            paths = {policy.source_root_path if self._is_source else policy.target_path for policy in scope.policies}
            listings = {path: self._submit(records.read_listing, path) for path in sorted(paths)}
            wanted = {pair.source if self._is_source else pair.target for pair in scope.pairs}
            pools = () if isinstance(self.cluster.pools, Unread) else self.cluster.pools
            health = {pool.id: self._submit(sources.read_pool_health, pool) for pool in pools if pool.id in wanted}
        found = {pool: future.result() for pool, future in health.items()}
        unread = [fact for fact in found.values() if isinstance(fact, Unread)]
        nobody_asked = scope if isinstance(scope, Unread) else Unread("no access zone is known")
        self._set(
            lease=lease.result() if lease else nobody_asked,
            rehearsed=rehearsed.result() if rehearsed else nobody_asked,
            listings={path: future.result() for path, future in listings.items()},
            pool_health=scope if isinstance(scope, Unread) else unread[0] if unread else found,
            sockets=self._take_sockets(scope),
        )

    def _take_sockets(self, scope: Fact[Scope]) -> Fact[tuple[Socket, ...]]:
        """Return who is connected to the pools that move: of a hundred thousand connections no others are held."""
        asked, self._netstat = self._netstat, None
        identity = self.cluster.identity
        if asked is None or isinstance(identity, Unread):
            return NOT_ASKED
        answer = asked.result()
        if isinstance(answer, Unread):
            return answer
        pools = () if isinstance(scope, Unread) else scope.pools
        held = {address for pool in pools for address in pool.addresses()}
        return attempt(lambda: understand_netstat(answer, self._shell, DEFAULT_READING, identity, held).sockets)

    def close(self) -> None:
        """Log out."""
        self._sessions.close()
        self._shell.__exit__()

    def _ask_nodes(self) -> None:
        """Ask each node that is up for itself, outside of the pools that may move."""
        identity, interfaces, pools = self.cluster.identity, self.cluster.interfaces, self.cluster.pools
        if isinstance(identity, Unread):
            return
        if isinstance(interfaces, Unread) or isinstance(pools, Unread):
            missing = interfaces if isinstance(interfaces, Unread) else t.cast(Unread, pools)
            self._set(
                nodes=dict.fromkeys(identity.up_nodes(), missing),
                open_files=dict.fromkeys(identity.up_nodes(), missing),
            )
            return
        avoid = {address for pool in pools if pool.access_zone != SYSTEM_ZONE for address in pool.addresses()}
        hosts = dict(self._connection.node_hosts) or choose_node_hosts(interfaces, set(self.cluster.contacts), avoid)
        nodes: dict[int, Fact[str]] = {}
        asked: dict[int, Future[Fact[t.Any]]] = {}
        ask = _read_open_files if self._is_source else _reach
        for lnn in sorted(identity.up_nodes()):
            if lnn in hosts:
                asked[lnn] = self._submit(ask, hosts[lnn], lnn)
            else:
                nodes[lnn] = Unread(
                    f"Node {lnn} of {self.cluster.name} has no address outside the IP pools that may move; give one in onefs_node_hosts."
                )
        files: dict[int, Fact[tuple[OpenFile, ...]]] = {lnn: t.cast(Unread, fact) for lnn, fact in nodes.items()}
        for lnn, future in asked.items():
            files[lnn] = fact = future.result()
            nodes[lnn] = fact if isinstance(fact, Unread) and not _is_refusal(fact) else hosts[lnn]
        self._set(nodes=nodes, open_files=files)

    def _submit(self, read: t.Callable[..., t.Any], *arguments: t.Any) -> Future[Fact[t.Any]]:
        return self._workers.submit(self._sessions.attempt, read, *arguments)

    def _set(self, **facts: t.Any) -> None:
        self.cluster = dataclasses.replace(self.cluster, **facts)


def _read_times(papi: PapiSession) -> dict[int, float]:
    began = time.time()
    found = sources.read_times(papi)
    # The middle of the call is when the cluster looked at its clock; whole seconds are all that it tells.
    middle = (began + time.time()) / 2
    return {lnn: seen - middle for lnn, seen in found.items()}


def _read_open_files(papi: PapiSession, host: str, lnn: int) -> tuple[OpenFile, ...]:
    with papi.for_node(host) as node:
        return tuple(open_files_of(node, lnn))


def _reach(papi: PapiSession, host: str, _lnn: int) -> tuple[OpenFile, ...]:
    """See that a node answers for itself, whatever is open there."""
    with papi.for_node(host) as node:
        node.get(OPEN_FILES, limit=1)
    return ()


def _is_refusal(fact: Unread) -> bool:
    """Whether a node did answer, with an error: it is reached, though its open files are not known."""
    return "the cluster answered" in fact.why


_FIRST_WAVE: dict[str, t.Callable[..., t.Any]] = {
    "releases": sources.read_releases,
    "times": _read_times,
    "privileges": sources.read_privileges,
    "zones": sources.read_zones,
    "pools": sources.read_all_pools,
    "subnets": sources.read_subnets,
    "interfaces": lambda papi: tuple(read_interfaces(papi)),
    "smb_service": sources.read_smb_service,
    "clients": lambda papi: survey(sources.read_clients(papi)),
    "sync": sources.read_sync,
    "target_policies": sources.read_targets,
    "runs": sources.read_runs,
    "sync_network": sources.read_sync_network,
    "providers": sources.read_providers,
    "licenses": sources.read_licenses,
    "quotas": sources.read_quotas,
    "snapshots": sources.read_snapshots,
    "capacity": sources.read_capacity,
    "events": sources.read_events,
    "account": records.read_account,
}


def _ask_site(
    question: Question, scope: Fact[Scope], source: Cluster, target: Cluster, workers: ThreadPoolExecutor
) -> dict[str, t.Any]:
    """Begin to ask the network around the clusters; the answers are taken when the clusters have been read."""
    if isinstance(scope, Unread):
        return dict.fromkeys(("resolved", "services", "delegations", "ports", "smb"), scope)
    names = scope.names()
    servers = attempt(names_asked.resolvers, question.dns_servers)
    asked: dict[str, t.Any] = {}
    if isinstance(servers, Unread):
        asked["resolved"] = asked["delegations"] = servers
    else:
        asked["resolved"] = [
            workers.submit(attempt, names_asked.ask_resolver, s, name) for s in servers for name in names
        ]
        asked["delegations"] = [workers.submit(_first_delegation, servers, name) for name in names]
    services = [
        (cluster.name, address)
        for cluster, side in ((source, "source"), (target, "target"))
        for address in service_addresses(cluster, scope, side)
    ]
    asked["services"] = [
        workers.submit(names_asked.ask_service, cluster, address, name)
        for cluster, address in services
        for name in names
    ]
    held = held_by_source(source, scope)
    ports = [(source.name, address, 445) for address in held]
    ports += [(cluster, address, names_asked.DNS_PORT) for cluster, address in services]
    asked["ports"] = {key: workers.submit(probes.port_answers, key[1], key[2]) for key in ports}
    shares = (
        [] if isinstance(source.shares, Unread) else [share.name for share in source.shares if share.zone == scope.zone]
    )
    account = (question.smb_user, question.smb_password)
    asked["smb"] = [
        *(
            workers.submit(probes.probe_smb, source.name, address, share, *account)
            for address in held
            for share in shares[:1]
        ),
        workers.submit(probes.probe_smb, target.name, question.target.host, "IPC$", *account),
    ]
    return asked


def _taken(asked: t.Mapping[str, t.Any]) -> Site:
    """Take the answers."""

    def take(value: t.Any) -> t.Any:
        if isinstance(value, list):
            found = [attempt(future.result) for future in value]
            return tuple(found)
        if isinstance(value, dict):
            return {key: future.result() for key, future in value.items()}
        return value

    taken = {name: take(value) for name, value in asked.items()}
    for name in ("services", "smb"):
        if not isinstance(taken[name], Unread):
            unread = [one for one in taken[name] if isinstance(one, Unread)]
            taken[name] = unread[0] if unread else taken[name]
    return Site(**taken)


def _first_delegation(servers: t.Sequence[str], name: str) -> t.Any:
    """Ask the resolvers in turn who is responsible for a name; one that is silent is told of elsewhere."""
    last: Fact[t.Any] = Unread("no resolver is known")
    for server in servers:
        last = attempt(names_asked.find_delegation, server, name)
        if not isinstance(last, Unread):
            return last
    return last
