# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what a cluster knows of another one, and where that one would answer if it lived. Private to the collection; reads only."""

from __future__ import annotations

import time
import typing as t

from .._onefs.addresses import normalise
from .._onefs.interfaces import Interface, read_interfaces
from .._onefs.node_hosts import choose_node_hosts, resolve
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .._onefs.synciq import read_target_policies
from .cluster_record import recall
from .facts import both_connections, pair_argument_spec
from .plan import ClusterFacts, is_below
from .recovery_point import moment, read_recovery_points, spoken

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "access_zone": {"type": "str", "default": ""},
    "pools": {"type": "list", "elements": "str", "default": []},
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Read the record of the source on the target; changes nothing, in check mode or not."""
    del check_mode
    source, target = both_connections(params)
    with PapiSession(target) as papi:
        record = recall(papi, params["source_name"], source.host)
        zone, policies = scope(record.facts, params["access_zone"] or "", params["pools"] or ())
        now = time.time()
        points = read_recovery_points(papi, read_target_policies(papi), policies, now)
        interfaces = read_interfaces(papi)
        nodes = choose_node_hosts(interfaces, resolve(target.host), avoid=())
    # What the inventory says of it now counts as well as what it was.
    probes = not_held(record.probes, interfaces)
    for kind, address, port in (("api", source.host, source.port), ("ssh", source.ssh_host, source.ssh_port)):
        if not any((one["kind"], one["address"], one["port"]) == (kind, address, port) for one in probes):
            probes.append({"kind": kind, "address": address, "port": port, "name": ""})
    controls = [
        {"kind": "api", "address": address, "port": target.port, "name": ""}
        for address in sorted({*nodes.values(), target.host})
    ]
    age_seconds = record.age_seconds(now)
    seen = record.connected
    summary = [f"what is known of {params['source_name']} is of {moment(record.read)}, {age_seconds} s ago"]
    summary += [spoken(point, params["target_name"]) for point in points] or [
        f"no policy replicated access zone '{zone}'"
    ]
    for line in summary:
        progress(line)
    return {
        "changed": False,
        "access_zone": zone,
        "probes": probes,
        "controls": controls,
        "summary": summary,
        "loss_window": {
            "points": [point.as_dict() for point in points],
            "unfinished": [point.policy for point in points if point.unfinished],
            "known_as_of": moment(record.read),
            "known_age_seconds": age_seconds,
            "clients_last_seen": seen["clients"],
            "clients_as_of": moment(seen["read"]) if seen["read"] else "",
            "files_last_seen_open": _concerned(seen["open_files"], [point.path for point in points]),
        },
    }


def not_held(probes: t.Iterable[t.Mapping[str, t.Any]], interfaces: t.Iterable[Interface]) -> list[dict[str, t.Any]]:
    """Return the probes without those of addresses that the target's own nodes hold: there nobody but the target answers.

    A run by ``ip_takeover`` brings them over; the same command again must not take the target for the source.
    """
    held = {normalise(address) for interface in interfaces for address in interface.addresses}
    return [dict(probe) for probe in probes if normalise(str(probe["address"])) not in held - {None}]


def scope(facts: ClusterFacts, access_zone: str, pools: t.Sequence[str]) -> tuple[str, list[str]]:
    """Return the access zone that is asked about and its policies; both may be unknown, which the plan refuses later."""
    zones = {pool.id: pool.access_zone for pool in facts.pools}
    zone = access_zone or next((zones[pool] for pool in pools if pool in zones), "")
    root = facts.zones.get(zone)
    return zone, [] if root is None else [one.name for one in facts.policies if is_below(one.source_root_path, root)]


def _concerned(files: t.Iterable[t.Mapping[str, str]], paths: t.Sequence[str]) -> list[dict[str, str]]:
    return [dict(file) for file in files if any(is_below(file["path"], path) for path in paths)]
