# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site that the simulated pair lives in: names, addresses and what is configured at the start. Data only.

Addresses come from the ranges reserved for documentation (RFC 5737, RFC 3849); they exist only inside the pair's namespaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DOMAIN = "example.com"
#: Who may do everything in the Active Directory domain of that name.
DOMAIN_ADMINISTRATOR = ("Administrator", "Sim-Domain-1")
MANAGEMENT = ("192.0.2.", 24)
DATA = ("198.51.100.", 24)
#: Nodes of a cluster: two unless more are asked for.
DEFAULT_NODES = 2
MAXIMUM_NODES = 8


@dataclass(frozen=True)
class NodeSite:
    """A node: `interfaces` are the names that OneFS shows; only mgmt-1 has an address of its own at the start."""

    lnn: int
    name: str
    management_address: str
    interfaces: tuple[str, ...] = ("ext-1", "ext-2", "mgmt-1")


@dataclass(frozen=True)
class SubnetSite:
    """A subnet with the range of its SmartConnect service addresses."""

    name: str
    base_address: str
    prefixlen: int
    service_addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class PoolSite:
    """An IP pool; members are written as LNN:interface."""

    subnet: str
    name: str
    access_zone: str
    low: str
    high: str
    members: tuple[str, ...]
    dns_zone: str = ""
    dns_aliases: tuple[str, ...] = ()
    #: Ranges beside the first, each from low to high.
    more_ranges: tuple[tuple[str, str], ...] = ()
    #: Subnet whose service addresses answer for its names; its own if it has some.
    service_subnet: str = ""

    @property
    def ranges(self) -> tuple[tuple[str, str], ...]:
        """All ranges, each from low to high."""
        return ((self.low, self.high), *self.more_ranges)


@dataclass(frozen=True)
class ZoneSite:
    """An access zone."""

    name: str
    path: str


@dataclass(frozen=True)
class ShareSite:
    """An SMB share of a zone."""

    zone: str
    name: str
    path: str


@dataclass(frozen=True)
class PolicySite:
    """A SyncIQ policy towards the other cluster."""

    name: str
    path: str
    target_host: str
    schedule: str = ""


@dataclass(frozen=True)
class ClusterSite:
    """A cluster as it is when the pair comes up."""

    name: str
    guid: str
    nodes: tuple[NodeSite, ...]
    subnets: tuple[SubnetSite, ...]
    pools: tuple[PoolSite, ...]
    zones: tuple[ZoneSite, ...]
    shares: tuple[ShareSite, ...]
    policies: tuple[PolicySite, ...]

    @property
    def service_addresses(self) -> tuple[str, ...]:
        """The SmartConnect service addresses of all subnets."""
        return tuple(address for subnet in self.subnets for address in subnet.service_addresses)


@dataclass(frozen=True)
class HostSite:
    """A host that is no node: interface name to address."""

    name: str
    addresses: dict[str, str] = field(default_factory=dict)
    #: Further ones: interface, address, length of the prefix.
    more_addresses: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True)
class PairSite:
    """Two clusters, the site's DNS server, the controller and the clients."""

    clusters: tuple[ClusterSite, ...]
    dns: HostSite
    controller: HostSite
    clients: tuple[HostSite, ...]
    smb_user: str = "alice"
    smb_password: str = "Sim-Alice-1"
    credentials: dict[str, str] = field(
        default_factory=lambda: {
            "root": "Sim-Root-1",
            "svc-failover": "Sim-Svc-1",
            "admin": "Sim-Admin-1",
            "auditor": "Sim-Auditor-1",
        }
    )


ZONES = (
    ZoneSite("System", "/ifs"),
    ZoneSite("sales", "/ifs/data/sales"),
    ZoneSite("finance", "/ifs/data/finance"),
)
SHARES = (ShareSite("sales", "sales", "/ifs/data/sales"), ShareSite("finance", "finance", "/ifs/data/finance"))


def cluster_site(
    name: str, guid: str, tens: int, serves: bool, policies: tuple[PolicySite, ...], nodes: int = DEFAULT_NODES
) -> ClusterSite:
    """Describe one of the two clusters; `tens` is where its addresses start, `serves` whether it has names and members."""
    lnns = range(1, nodes + 1)

    def data(last: int) -> str:
        return f"{DATA[0]}{last}"

    def members(interface: str) -> tuple[str, ...]:
        return tuple(f"{lnn}:{interface}" for lnn in lnns)

    def pool(zone: str, first: int, more_from: int, interface: str, aliases: tuple[str, ...]) -> PoolSite:
        return PoolSite(
            subnet="subnet1",
            name=zone,
            access_zone=zone,
            low=data(tens + first),
            high=data(tens + first + min(nodes, DEFAULT_NODES) - 1),
            # The addresses behind the first two are other pools': those of a third node and more are elsewhere.
            more_ranges=((data(more_from), data(more_from + nodes - DEFAULT_NODES - 1)),)
            if nodes > DEFAULT_NODES
            else (),
            members=members(interface) if serves else (),
            dns_zone=f"{zone}.{DOMAIN}" if serves else "",
            dns_aliases=aliases if serves else (),
        )

    site_nodes = tuple(NodeSite(lnn, f"{name}-{lnn}", f"{MANAGEMENT[0]}{tens + lnn}") for lnn in lnns)
    return ClusterSite(
        name=name,
        guid=guid,
        nodes=site_nodes,
        subnets=(
            SubnetSite("subnet0", f"{MANAGEMENT[0]}0", MANAGEMENT[1]),
            SubnetSite("subnet1", f"{DATA[0]}0", DATA[1], (data(tens),)),
        ),
        pools=(
            PoolSite(
                "subnet0",
                "management",
                "System",
                site_nodes[0].management_address,
                site_nodes[-1].management_address,
                members("mgmt-1"),
                f"{name}.{DOMAIN}",
            ),
            pool("sales", 1, 110 + 2 * tens, "ext-1", (f"files.{DOMAIN}",)),
            pool("finance", 3, 120 + 2 * tens, "ext-2", ()),
        ),
        zones=ZONES,
        shares=SHARES,
        policies=policies,
    )


CLUSTERS = ("boston", "newyork")


def nodes_of(texts: list[str]) -> dict[str, int]:
    """Return each cluster's number of nodes out of `4` (both clusters) and `boston=8` (one); the last one counts."""
    chosen = dict.fromkeys(CLUSTERS, DEFAULT_NODES)
    for text in texts:
        name, _, number = text.rpartition("=")
        if name and name not in chosen:
            raise ValueError(f"no cluster is named '{name}'; there are {', '.join(CLUSTERS)}")
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= MAXIMUM_NODES):
            raise ValueError(f"a cluster has 1 to {MAXIMUM_NODES} nodes, not '{number}'")
        chosen.update(dict.fromkeys((name,) if name else CLUSTERS, int(number)))
    return chosen


def default_site(nodes: Mapping[str, int] | None = None) -> PairSite:
    """Return the pair that `onefs-sim up` builds: boston serves, newyork has the copies. `nodes`: how many each has."""
    count = {**dict.fromkeys(CLUSTERS, DEFAULT_NODES), **(nodes or {})}
    replication = tuple(PolicySite(zone, f"/ifs/data/{zone}", f"{MANAGEMENT[0]}21") for zone in ("sales", "finance"))
    return PairSite(
        clusters=(
            cluster_site("boston", "000e1e0000000000000000000000000000b0", 10, True, replication, count["boston"]),
            cluster_site("newyork", "000e1e0000000000000000000000000000e0", 20, False, (), count["newyork"]),
        ),
        dns=HostSite("dns", {"mgmt-1": f"{MANAGEMENT[0]}53", "ext-1": f"{DATA[0]}53"}),
        controller=HostSite("controller", {"mgmt-1": f"{MANAGEMENT[0]}2", "ext-1": f"{DATA[0]}2"}),
        clients=(HostSite("client1", {"ext-1": f"{DATA[0]}101"}), HostSite("client2", {})),
    )
