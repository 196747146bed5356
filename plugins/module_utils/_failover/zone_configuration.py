# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an access zone is configured on both clusters, and what differs from how it once was.

Private to the collection. Reads only. What a run writes down before its first change is what a failback compares with at its
end: pools with their names, policies with their schedules, shares. Of a share only the hash of its document is kept, since a
zone may have tens of thousands.
"""

from __future__ import annotations

import hashlib
import json
import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._onefs.cluster import read_cluster
from .._onefs.papi import PapiSession
from .._onefs.pools import read_pool
from .._onefs.progress import Progress
from .._onefs.synciq import POLICIES, read_target_policies
from .facts import SHARES, ZONES, both_connections, pair_argument_spec
from .plan import is_below

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "access_zone": {"type": "str", "required": True},
    "source_pools": {"type": "list", "elements": "str", "required": True},
    "target_pools": {"type": "list", "elements": "str", "required": True},
    "compare_with": {"type": "dict", "default": {}},
}

# The other fields of a policy tell how its jobs went.
POLICY_FIELDS = (
    "name",
    "action",
    "enabled",
    "schedule",
    "job_delay",
    "priority",
    "source_root_path",
    "source_include_directories",
    "source_exclude_directories",
    "target_host",
    "target_path",
    "rpo_alert",
    "description",
)
KINDS = {
    "pools": "IP pool",
    "policies": "SyncIQ policy",
    "target_policies": "SyncIQ target policy",
    "shares": "SMB share",
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Return how the zone is configured, and what differs from ``compare_with``; changes nothing, in check mode or not."""
    del check_mode, progress
    connections = both_connections(params)
    sides = zip(connections, (params["source_pools"], params["target_pools"]))

    def read(side: tuple[t.Any, t.Sequence[str]]) -> tuple[dict[str, t.Any], str]:
        with PapiSession(side[0]) as papi:
            return read_configuration(papi, params["access_zone"], side[1]), read_cluster(papi).release

    with ThreadPoolExecutor(max_workers=2) as workers:
        found = list(workers.map(read, sides))
    names = (params["source_name"], params["target_name"])
    now = dict(zip(names, (configuration for configuration, _release in found)))
    before = params["compare_with"] or {}
    return {
        "changed": False,
        "configuration": now,
        "releases": dict(zip(names, (release for _configuration, release in found))),
        "differences": differences(before, now) if before else [],
    }


def read_configuration(papi: PapiSession, access_zone: str, pool_ids: t.Sequence[str]) -> dict[str, t.Any]:
    """Return the pools, policies, target policies and shares of a zone on one cluster."""
    zones = {str(zone["name"]): str(zone.get("path") or "").rstrip("/") for zone in papi.list(ZONES, "zones")}
    root = zones.get(access_zone)
    if root is None:
        return {kind: {} for kind in KINDS}
    policies = [
        policy
        for policy in papi.list(POLICIES, "policies")
        if is_below(str(policy.get("source_root_path") or "").rstrip("/"), root)
    ]
    return {
        "pools": {pool_id: _pool(read_pool(papi, pool_id).raw) for pool_id in pool_ids},
        "policies": {
            str(policy["name"]): {name: policy.get(name) for name in POLICY_FIELDS if name in policy}
            for policy in policies
        },
        "target_policies": {
            policy.name: policy.failover_failback_state
            for policy in read_target_policies(papi)
            if is_below(policy.target_path, root)
        },
        "shares": {str(share["name"]): _digest(share) for share in papi.list(SHARES, "shares", zone=access_zone)},
    }


def changes(before: t.Mapping[str, t.Any], now: t.Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return what differs, one dict for each field; a cluster that only one of the two knows is left out.

    ``field`` is empty where a thing as a whole came (``before`` is null) or went (``after`` is null), or has no fields.
    """
    found: list[dict[str, t.Any]] = []
    for cluster in sorted(set(before) & set(now)):
        for kind in KINDS:
            old, new = before[cluster].get(kind) or {}, now[cluster].get(kind) or {}
            for name in sorted(set(old) | set(new)):
                place = {"cluster": cluster, "kind": kind, "name": name}
                found += [{**place, **change} for change in _changes(old.get(name), new.get(name))]
    return found


def differences(before: t.Mapping[str, t.Any], now: t.Mapping[str, t.Any]) -> list[str]:
    """Say what differs, one sentence for each thing."""
    return [_sentence(change) for change in changes(before, now)]


def _changes(old: t.Any, new: t.Any) -> list[dict[str, t.Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            {"field": name, "before": old.get(name), "after": new.get(name)}
            for name in sorted(set(old) | set(new))
            if old.get(name) != new.get(name)
        ]
    return [] if old == new else [{"field": "", "before": old, "after": new}]


def _sentence(change: t.Mapping[str, t.Any]) -> str:
    what = f"{KINDS[change['kind']]} '{change['name']}' of {change['cluster']}"
    old, new = change["before"], change["after"]
    if change["field"]:
        return f"{what}: {change['field']} was {json.dumps(old)}, and is {json.dumps(new)}"
    if new is None:
        return f"{what} was there before, and is gone"
    if old is None:
        return f"{what} was not there before"
    if change["kind"] == "shares":
        return f"{what} was changed (path, permissions or settings)"
    return f"{what} was {old}, and is {new}"


def _pool(raw: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a pool's document with its lists in one order: order means nothing in them."""
    return {name: _ordered(value) for name, value in raw.items()}


def _ordered(value: t.Any) -> t.Any:
    if isinstance(value, list):
        return sorted(value, key=lambda one: json.dumps(one, sort_keys=True))
    # OneFS sends null or an empty list for the same, as it was written last.
    return [] if value is None else value


def _digest(document: t.Mapping[str, t.Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
