# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where each fact about a cluster comes from. Private to the collection.

One function a fact; each reads from the platform API of one cluster, changes nothing, and raises where it can't. Answers are
read leniently: real clusters send ``null`` where their own documentation forbids it.
"""

from __future__ import annotations

import typing as t

from ..._onefs.pools import read_pools
from ..._onefs.synciq import POLICIES, REPORTS, Policy, read_target_policies
from .facts import (
    Capacity,
    Client,
    NodeRelease,
    PoolHealth,
    Provider,
    Run,
    SharePermission,
    ShareSettings,
    Subnet,
    SyncDetails,
    WayIn,
    Zone,
)

if t.TYPE_CHECKING:
    from ..._onefs.papi import PapiSession
    from ..._onefs.pools import Pool

Answer = t.Mapping[str, t.Any]

VERSION = "/platform/3/cluster/version"
TIME = "/platform/3/cluster/time"
WHO_AM_I = "/platform/14/auth/id"
ZONES = "/platform/3/zones"
SUBNETS = "/platform/7/network/subnets"
POOL_STATUS = "/platform/15/network/groupnets/{}/subnets/{}/pools/{}/status"
SHARES = "/platform/4/protocols/smb/shares"
SMB_SETTINGS = "/platform/6/protocols/smb/settings/global"
SMB_SESSIONS = "/platform/11/protocols/smb/sessions"
SYNC_SETTINGS = "/platform/7/sync/settings"
ADS = "/platform/14/auth/providers/ads"
LICENSES = "/platform/5/license/licenses"
QUOTAS = "/platform/7/quota/quotas"
SNAPSHOTS = "/platform/1/snapshot/snapshots"
STATISTICS = "/platform/1/statistics/current"
EVENTS = "/platform/3/event/eventgroup-occurrences"
NFS_EXPORTS = "/platform/4/protocols/nfs/exports"
S3_BUCKETS = "/platform/12/protocols/s3/buckets"
REPORTS_OF_A_POLICY = 10


def read_releases(papi: PapiSession) -> tuple[NodeRelease, ...]:
    """Return what each node runs."""
    nodes = papi.get(VERSION).get("nodes") or []
    return tuple(
        NodeRelease(int(node["lnn"]), text(node, "release").lstrip("v"), text(node, "build")) for node in nodes
    )


def read_times(papi: PapiSession) -> dict[int, float]:
    """Return the time of each node, in epoch seconds."""
    return {int(node["lnn"]): float(node["time"]) for node in papi.get(TIME).get("nodes") or []}


def read_privileges(papi: PapiSession) -> dict[str, str]:
    """Return the permission of each privilege that this run's account has."""
    token = papi.get(WHO_AM_I, listchildprivs=True).get("ntoken") or {}
    return {
        str(one["id"]): str(one.get("permission") or ("r" if one.get("read_only") else "w"))
        for one in token.get("privilege") or []
    }


def read_zones(papi: PapiSession) -> dict[str, Zone]:
    """Return the access zones by name."""
    return {
        str(zone["name"]): Zone(
            str(zone["name"]),
            text(zone, "path").rstrip("/"),
            text(zone, "groupnet"),
            tuple(str(provider) for provider in zone.get("auth_providers") or []),
        )
        for zone in papi.list(ZONES, "zones")
    }


def read_all_pools(papi: PapiSession) -> tuple[Pool, ...]:
    """Return the IP pools."""
    return tuple(read_pools(papi))


def read_subnets(papi: PapiSession) -> dict[str, Subnet]:
    """Return the subnets by id."""
    found = {}
    for answer in papi.list(SUBNETS, "subnets"):
        addresses = [one["low"] if isinstance(one, dict) else one for one in answer.get("sc_service_addrs") or []]
        subnet = Subnet(
            id=text(answer, "id"),
            base_address=text(answer, "base_addr"),
            prefixlen=int(answer.get("prefixlen") or 0),
            vlan=int(answer.get("vlan_id") or 0) if answer.get("vlan_enabled") else 0,
            service_addresses=tuple(str(address) for address in addresses),
        )
        found[subnet.id] = subnet
    return found


def read_pool_health(papi: PapiSession, pool: Pool) -> PoolHealth:
    """Return what the cluster says of the nodes of a pool."""
    path = POOL_STATUS.format(pool.groupnet, pool.subnet, pool.name)
    nodes = (papi.get(path, show_all=True).get("status") or {}).get("nodes") or []
    return PoolHealth(
        interfaces={
            int(n["lnn"]): (int(n["interface_status"]["usable"]), int(n["interface_status"]["total"])) for n in nodes
        },
        node_states={int(node["lnn"]): text(node, "node_state") for node in nodes},
        suspended=tuple(int(node["lnn"]) for node in nodes if node.get("suspended")),
    )


def read_share_settings(papi: PapiSession, zones: t.Iterable[str]) -> tuple[ShareSettings, ...]:
    """Return the SMB shares of access zones."""
    # Many shares give the same to the same people.
    same: dict[SharePermission, SharePermission] = {}
    return tuple(
        ShareSettings(
            zone=zone,
            name=text(share, "name"),
            path=text(share, "path").rstrip("/"),
            permissions=tuple(same.setdefault(p, p) for p in map(_permission, share.get("permissions") or [])),
            continuously_available=bool(share.get("continuously_available")),
        )
        for zone in zones
        for share in papi.elements(SHARES, "shares", zone=zone)
    )


def _permission(entry: Answer) -> SharePermission:
    trustee = entry.get("trustee") or {}
    trustee_id = text(trustee, "id")
    return SharePermission(
        kind=text(entry, "permission_type"),
        permission=text(entry, "permission"),
        trustee=text(trustee, "name") or trustee_id,
        trustee_id=trustee_id,
    )


def read_smb_service(papi: PapiSession) -> bool:
    """Return whether the cluster serves SMB."""
    return bool((papi.get(SMB_SETTINGS).get("settings") or {}).get("service"))


def read_clients(papi: PapiSession) -> t.Iterator[Client]:
    """Return the SMB sessions of all nodes, with what the cluster knows of each client, as their pages come."""
    return (
        Client(
            lnn=int(node["lnn"]),
            client=text(session, "computer"),
            user=text(session, "user"),
            kind=text(session, "client_type"),
            guest=bool(session.get("guest_login")),
        )
        for page in papi.pages(SMB_SESSIONS, lnn="all")
        for node in page.get("nodes") or []
        for session in node.get("sessions") or []
    )


def read_sync(papi: PapiSession) -> tuple[tuple[Policy, ...], dict[str, SyncDetails]]:
    """Return the SyncIQ policies, and what each says beyond what a plan needs."""
    answers = papi.list(POLICIES, "policies")
    details = {
        text(answer, "name"): SyncDetails(
            accelerated_failback=bool(answer.get("accelerated_failback")),
            domain_marked=bool(answer.get("source_domain_marked")),
            source_network=_network(answer.get("source_network")),
        )
        for answer in answers
    }
    return tuple(Policy.from_answer(answer) for answer in answers), details


def read_sync_network(papi: PapiSession) -> str:
    """Return the pool that all policies leave the cluster through, empty for any."""
    return _network((papi.get(SYNC_SETTINGS).get("settings") or {}).get("source_network"))


def _network(value: Answer | None) -> str:
    """Return ``subnet.pool``, as SyncIQ names where it may leave the cluster."""
    return f"{text(value, 'subnet')}.{text(value, 'pool')}" if value else ""


def read_runs(papi: PapiSession) -> tuple[Run, ...]:
    """Return the last runs of each policy, the newest first."""
    runs = [
        Run(
            number=int(report.get("job_id") or 0),
            policy=text(report, "policy_name"),
            action=text(report, "action"),
            state=text(report, "state"),
            started=int(report.get("start_time") or 0),
            ended=int(report.get("end_time") or 0),
            seconds=int(report.get("duration") or 0),
            transferred_bytes=int(report.get("bytes_transferred") or 0),
        )
        for report in papi.list(REPORTS, "reports", reports_per_policy=REPORTS_OF_A_POLICY)
    ]
    return tuple(sorted(runs, key=lambda run: run.number, reverse=True))


def read_providers(papi: PapiSession) -> tuple[Provider, ...]:
    """Return the Active Directory providers, each with the names of its machine account."""
    found = []
    for listed in papi.list(ADS, "ads"):
        answer = (papi.get(f"{ADS}/{listed.get('id') or listed['name']}").get("ads") or [listed])[0]
        expected = [*(answer.get("recommended_spns") or []), *(answer.get("extra_expected_spns") or [])]
        found.append(
            Provider(
                name=text(answer, "name"),
                status=text(answer, "status"),
                machine_account=text(answer, "machine_account"),
                spns=tuple(map(str, answer.get("spns") or [])),
                expected=tuple(map(str, expected)),
                duplicates=tuple(map(str, answer.get("dup_spns") or [])),
            )
        )
    return tuple(found)


def read_licenses(papi: PapiSession) -> dict[str, str]:
    """Return the status of each licence by its name."""
    return {text(one, "name"): text(one, "status") for one in papi.list(LICENSES, "licenses")}


def read_quotas(papi: PapiSession) -> tuple[tuple[str, str], ...]:
    """Return each quota as its path and its rule in words."""
    found = []
    for quota in papi.list(QUOTAS, "quotas"):
        limits = [f"{name} {value}" for name, value in sorted((quota.get("thresholds") or {}).items()) if value]
        kind = text(quota, "type")
        persona = text(quota.get("persona") or {}, "id")
        found.append((text(quota, "path"), " ".join(filter(None, (kind, persona, *_limits_only(limits))))))
    return tuple(found)


def _limits_only(limits: t.Sequence[str]) -> list[str]:
    """Drop what a quota counts; its limits are to be equal, not its usage or the time when it was passed."""
    return [one for one in limits if one.split(" ", 1)[0] in {"hard", "soft", "advisory", "soft_grace"}]


def read_snapshots(papi: PapiSession) -> tuple[tuple[str, str], ...]:
    """Return each snapshot as its path and name, without those that SyncIQ makes for itself."""
    found = ((text(one, "path"), text(one, "name")) for one in papi.list(SNAPSHOTS, "snapshots"))
    return tuple(sorted((path, name) for path, name in found if not name.startswith("SIQ-")))


def read_capacity(papi: PapiSession) -> Capacity:
    """Return the space below ``/ifs``."""
    answer = papi.get(STATISTICS, key=["ifs.bytes.avail", "ifs.bytes.total"])
    values = {text(one, "key"): int(float(one["value"])) for one in answer.get("stats") or []}
    return Capacity(values["ifs.bytes.avail"], values["ifs.bytes.total"])


def read_events(papi: PapiSession) -> tuple[str, ...]:
    """Return the critical events that nobody resolved, in words."""
    found = []
    for event in papi.list(EVENTS, "eventgroups", resolved=False):
        severity = text(event, "severity")
        if severity in {"critical", "emergency"} and not event.get("ignore"):
            causes = "; ".join(
                str(cause[-1]) if isinstance(cause, list) and cause else str(cause)
                for cause in event.get("causes") or []
            )
            found.append(f"{severity} event {text(event, 'id')}: {causes or 'no cause given'}")
    return tuple(found)


def read_ways_in(papi: PapiSession, zones: t.Iterable[str]) -> tuple[WayIn, ...]:
    """Return the NFS exports and S3 buckets of access zones."""
    found = []
    for zone in zones:
        for export in papi.list(NFS_EXPORTS, "exports", zone=zone):
            found += [
                WayIn("NFS", zone, f"export {export.get('id')}", str(path).rstrip("/"))
                for path in export.get("paths") or []
            ]
        for bucket in papi.list(S3_BUCKETS, "buckets", zone=zone):
            found.append(WayIn("S3", zone, f"bucket {text(bucket, 'name')}", text(bucket, "path").rstrip("/")))
    return tuple(found)


def read_targets(papi: PapiSession) -> tuple[t.Any, ...]:
    """Return the policies that replicate to this cluster."""
    return read_target_policies(papi)


def text(answer: Answer | None, key: str) -> str:
    """Return a value as text, empty for what is absent or null."""
    value = (answer or {}).get(key)
    return "" if value is None else str(value)
