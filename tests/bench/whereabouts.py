# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a zone is after a run: who serves it, and what of it is anywhere else; pure."""

from __future__ import annotations

import re
from typing import Any


def ends(output: str) -> list[str]:
    """Return what the playbook's summary says of the zones that did not move."""
    return [line[:400] for line in re.findall(r'"(zone-[^",: ]+: (?!served by the target).*)"', output)]


def serves(serving: dict[str, Any], zone: str, cluster: str) -> bool:
    """Whether a cluster, and no other, serves a zone at an address that clients may write at."""
    writers = [name for name, zones in serving.items() if zones[zone]["addresses"] and zones[zone]["writable"]]
    return writers == [cluster]


def misplaced(configuration: dict[str, Any], serving: dict[str, Any], zone: str, source: str, target: str) -> list[str]:
    """Return what is not where it belongs: all of a zone is on one cluster, whichever that is."""
    owner = target if serves(serving, zone, target) else source
    found = [] if serves(serving, zone, owner) else [f"{zone}: served by nobody, or by both"]
    # The names are those of the pools that have some, on either side.
    names: set[str] = set()
    for cluster, what in configuration.items():
        for pool in what["network"]["pools"]:
            if pool["access_zone"] != zone:
                continue
            names |= {name for name in (pool["sc_dns_zone"], *pool["sc_dns_zone_aliases"]) if name}
            if bool(pool["ifaces"]) != (cluster == owner):
                found.append(f"{zone}: {cluster} {pool['name']} has the members {pool['ifaces']}")
            if bool(pool["sc_dns_zone"]) != (cluster == owner):
                found.append(f"{zone}: {cluster} {pool['name']} has the name '{pool['sc_dns_zone']}'")
    for cluster, what in configuration.items():
        spns = set(what["domain"]["spns"])
        for name in sorted(names):
            if (f"HOST/{name}" in spns) != (cluster == owner):
                found.append(f"{zone}: {cluster} {'lacks' if cluster == owner else 'has'} HOST/{name}")
    return found
