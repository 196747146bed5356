# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that the readiness checks look at, read once. Private to the collection.

A fact that could not be read is an :class:`~.check.Unread` with the reason, so that only the checks that need it suffer.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ..._onefs.netstat import Socket
from ..plan import Names, PoolPair, Request
from .check import Fact, Unread

if t.TYPE_CHECKING:
    from ..._onefs.cluster import ClusterIdentity
    from ..._onefs.interfaces import Interface
    from ..._onefs.pools import Pool
    from ..._onefs.smb import OpenFile
    from ..._onefs.synciq import Policy, TargetPolicy

NOT_ASKED = Unread("it was not asked")


@dataclass(frozen=True)
class NodeRelease:
    """What one node runs."""

    lnn: int
    release: str
    build: str


@dataclass(frozen=True)
class Zone:
    """An access zone; ``providers`` in the order in which they are asked."""

    name: str
    path: str
    groupnet: str
    providers: tuple[str, ...]


@dataclass(frozen=True)
class Subnet:
    """A subnet with the addresses where SmartConnect answers questions for names."""

    id: str
    base_address: str
    prefixlen: int
    vlan: int  # 0: untagged
    service_addresses: tuple[str, ...]


@dataclass(frozen=True)
class PoolHealth:
    """What a cluster says of the nodes of a pool: ``usable`` of ``total`` interfaces, by LNN, and each node's state."""

    interfaces: t.Mapping[int, tuple[int, int]]
    node_states: t.Mapping[int, str]
    suspended: tuple[int, ...]


@dataclass(frozen=True)
class SharePermission:
    """One entry of a share's access list."""

    kind: str  # allow or deny
    permission: str
    trustee: str
    trustee_id: str


@dataclass(frozen=True)
class ShareSettings:
    """An SMB share with what decides who may do what there."""

    zone: str
    name: str
    path: str
    permissions: tuple[SharePermission, ...]
    continuously_available: bool


class Client(t.NamedTuple):
    """An SMB session, with what its cluster knows of the client."""

    lnn: int
    client: str
    user: str
    kind: str
    guest: bool


@dataclass(frozen=True)
class Sample:
    """How many there are of something, and the first of them in words."""

    count: int
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Clients:
    """What is asked of the SMB sessions of a cluster, none of which is kept: a large one has a hundred thousand of them."""

    total: int
    guests: Sample
    old_dialects: Sample
    slow: Sample
    orchestrators: tuple[str, ...]  # users that another product logs in as


@dataclass(frozen=True)
class Run:
    """A run of a SyncIQ policy, from its report."""

    number: int
    policy: str
    action: str
    state: str
    started: int
    ended: int
    seconds: int
    transferred_bytes: int


@dataclass(frozen=True)
class SyncDetails:
    """What a policy says beyond what a plan needs of it."""

    accelerated_failback: bool
    domain_marked: bool
    source_network: str


@dataclass(frozen=True)
class Provider:
    """An Active Directory provider; ``duplicates`` are names that another account of the forest has."""

    name: str
    status: str
    machine_account: str
    spns: tuple[str, ...]
    expected: tuple[str, ...]
    duplicates: tuple[str, ...]


@dataclass(frozen=True)
class Capacity:
    """Space below ``/ifs``."""

    available_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class Account:
    """The account that this run uses; times are epoch seconds, 0: never."""

    certificate_expires: int
    password_expires: int
    password_expired: bool
    locked: bool
    note: str


@dataclass(frozen=True)
class Lease:
    """What the journal of an access zone says: the run that holds it, if any, and when the last one was closed."""

    generation: int
    holder: str
    since: str
    last_closed: int  # epoch seconds, 0: never
    last_result: str
    rehearsal: bool = False  # whether the holder is one
    last_rehearsed: int = 0  # epoch seconds, 0: never


@dataclass(frozen=True)
class WayIn:
    """Something beside SMB shares that clients reach files through."""

    protocol: str
    zone: str
    name: str
    path: str


@dataclass(frozen=True)
class Entry:
    """A file as a cluster lists it."""

    name: str
    size_bytes: int
    modified: float


@dataclass(frozen=True)
class Cluster:
    """What was read from one cluster. ``contacts`` are the addresses where this run reaches it."""

    name: str
    host: str
    user: str = ""
    contacts: tuple[str, ...] = ()
    answer_ms: float = 0.0
    identity: Fact[ClusterIdentity] = NOT_ASKED
    releases: Fact[tuple[NodeRelease, ...]] = NOT_ASKED
    nodes: t.Mapping[int, Fact[str]] = field(default_factory=dict)  # LNN -> address that answered
    clock_ahead_seconds: Fact[t.Mapping[int, float]] = NOT_ASKED  # LNN -> how far ahead of the controller
    privileges: Fact[t.Mapping[str, str]] = NOT_ASKED
    zones: Fact[t.Mapping[str, Zone]] = NOT_ASKED
    pools: Fact[tuple[Pool, ...]] = NOT_ASKED
    pool_health: Fact[t.Mapping[str, PoolHealth]] = NOT_ASKED
    subnets: Fact[t.Mapping[str, Subnet]] = NOT_ASKED
    interfaces: Fact[tuple[Interface, ...]] = NOT_ASKED
    shares: Fact[tuple[ShareSettings, ...]] = NOT_ASKED
    smb_service: Fact[bool] = NOT_ASKED
    clients: Fact[Clients] = NOT_ASKED
    # Of the source alone, which is the one that is fenced.
    open_files: t.Mapping[int, Fact[tuple[OpenFile, ...]]] = field(default_factory=dict)
    sockets: Fact[tuple[Socket, ...]] = NOT_ASKED
    policies: Fact[tuple[Policy, ...]] = NOT_ASKED
    sync_details: Fact[t.Mapping[str, SyncDetails]] = NOT_ASKED
    target_policies: Fact[tuple[TargetPolicy, ...]] = NOT_ASKED
    runs: Fact[tuple[Run, ...]] = NOT_ASKED
    sync_network: Fact[str] = NOT_ASKED
    providers: Fact[tuple[Provider, ...]] = NOT_ASKED
    licenses: Fact[t.Mapping[str, str]] = NOT_ASKED
    quotas: Fact[tuple[tuple[str, str], ...]] = NOT_ASKED  # path, its rule in words
    snapshots: Fact[tuple[tuple[str, str], ...]] = NOT_ASKED  # path, name
    capacity: Fact[Capacity] = NOT_ASKED
    events: Fact[tuple[str, ...]] = NOT_ASKED
    account: Fact[Account] = NOT_ASKED
    lease: Fact[Lease] = NOT_ASKED
    ways_in: Fact[tuple[WayIn, ...]] = NOT_ASKED
    listings: t.Mapping[str, Fact[tuple[Entry, ...]]] = field(default_factory=dict)
    rehearsed: Fact[int] = NOT_ASKED  # epoch seconds, 0: never


@dataclass(frozen=True)
class Scope:
    """What of the source is asked for; ``problems`` say why it can not be moved as asked."""

    zone: str
    pools: tuple[Pool, ...] = ()
    pairs: tuple[PoolPair, ...] = ()
    policies: tuple[Policy, ...] = ()
    pair_problems: tuple[str, ...] = ()
    policy_problems: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Return the names that clients mount."""
        every = [name for pair in self.pairs for name in spelled(pair.source_names)]
        return tuple(dict.fromkeys(every))


@dataclass(frozen=True)
class Resolved:
    """What one resolver says of a name: ``chain`` are the aliases (CNAME) on the way to the addresses."""

    resolver: str
    name: str
    addresses: tuple[str, ...]
    chain: tuple[str, ...]
    ttl_seconds: int


@dataclass(frozen=True)
class ServiceAnswer:
    """What the name server at a SmartConnect service address says of a name."""

    cluster: str
    address: str
    name: str
    answer: str  # a DNS response code, or what went wrong
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delegation:
    """The name servers that the parent of a name leads to, with their addresses."""

    name: str
    asked: str
    servers: t.Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class SmbProbe:
    """A real connection to SMB at an address; ``share`` is empty where only the dialect was negotiated."""

    cluster: str
    address: str
    share: str
    trouble: str
    milliseconds: float


@dataclass(frozen=True)
class Site:
    """What was asked of the network around the clusters, from where the run stands."""

    resolved: Fact[tuple[Fact[Resolved], ...]] = NOT_ASKED
    services: Fact[tuple[ServiceAnswer, ...]] = NOT_ASKED
    delegations: Fact[tuple[Fact[Delegation], ...]] = NOT_ASKED
    ports: Fact[t.Mapping[tuple[str, str, int], bool]] = NOT_ASKED  # cluster, address, port -> answers
    smb: Fact[tuple[SmbProbe, ...]] = NOT_ASKED


@dataclass(frozen=True)
class Limits:
    """From where on a check fails."""

    clock_block_seconds: float = 300.0
    clock_warn_seconds: float = 60.0
    replication_age_seconds: float = 86400.0
    final_sync_seconds: float = 60.0
    ttl_seconds: int = 10
    share_write_seconds: float = 0.5
    deny_seconds: float = 60.0
    free_percent: float = 10.0
    expiry_days: float = 14.0
    rehearsal_days: float = 30.0
    last_switch_seconds: float = 600.0


@dataclass(frozen=True)
class Facts:
    """All of it. Without a source (an unplanned failover) nothing is known of it."""

    request: Request
    now: float
    source: Cluster
    target: Cluster
    scope: Fact[Scope]
    site: Site = field(default_factory=Site)
    limits: Limits = field(default_factory=Limits)
    source_asked: bool = True

    def clusters(self) -> tuple[Cluster, ...]:
        """Return the clusters that were asked."""
        return (self.source, self.target) if self.source_asked else (self.target,)


def spelled(names: Names) -> tuple[str, ...]:
    """Return all names of a pool."""
    return tuple(name for name in (names.zone, *names.aliases) if name)
