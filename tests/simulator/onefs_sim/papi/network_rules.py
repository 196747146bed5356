# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OneFS checks before it takes a pool's new fields."""

from __future__ import annotations

import copy
import ipaddress
from collections.abc import Collection, Mapping
from typing import Any

from ..allocation import Document, overlap, range_bounds
from ..network import POOL_DEFAULTS
from .answers import Refusal

#: Fields that the word "@DEFAULT" resets.
RESETTABLE = (
    "access_zone",
    "aggregation_mode",
    "alloc_method",
    "rebalance_policy",
    "sc_connect_policy",
    "sc_failover_policy",
    "sc_ttl",
)

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "aggregation_mode": ("roundrobin", "failover", "lacp", "loadbalance", "none"),
    "alloc_method": ("static", "dynamic"),
    "rebalance_policy": ("auto", "manual"),
    "sc_connect_policy": ("round_robin", "conn_count", "throughput", "cpu_usage"),
    "sc_failover_policy": ("round_robin", "conn_count", "throughput", "cpu_usage"),
}


def from_older_version(body: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Translate field names and values that a newer API version renamed."""
    fields = dict(body)
    if version < 18:
        fields.pop("sc_auto_unsuspend_delay", None)
        if fields.get("aggregation_mode") == "fec":
            fields["aggregation_mode"] = "loadbalance"
    if version < 19 and "nfsv3_rroce_only" in fields:
        fields["nfs_rroce_only"] = fields.pop("nfsv3_rroce_only")
    return fields


def for_older_version(pool: Document, version: int) -> Document:
    """Show a pool as an older API version does."""
    shown = copy.deepcopy(pool)
    if version < 21:
        shown.pop("linklayer", None)
    if version < 19:
        shown["nfsv3_rroce_only"] = shown.pop("nfs_rroce_only")
    if version < 18:
        shown.pop("external_manager", None)
        shown["sc_auto_unsuspend_delay"] = 0
        if shown["aggregation_mode"] == "loadbalance":
            shown["aggregation_mode"] = "fec"
    if version < 16:
        shown.pop("firewall_policy", None)
        shown.pop("ipv6_perform_dad", None)
    if version < 12:
        shown.pop("nfsv3_rroce_only", None)
    return shown


def merged(pool: Document, fields: Mapping[str, Any]) -> Document:
    """Return the pool with the fields put in; a list is replaced whole, an absent field is kept."""
    result = copy.deepcopy(pool)
    for name, value in fields.items():
        result[name] = POOL_DEFAULTS[name] if value == "@DEFAULT" and name in RESETTABLE else copy.deepcopy(value)
    return result


def check_pool(
    pool: Document,
    subnet: Document,
    others: Collection[Document],
    zones: Mapping[str, Document],
    interfaces: Mapping[int, Collection[str]],
) -> None:
    """Refuse a pool that the cluster cannot have. `others`: its other pools; `interfaces`: names by LNN."""
    for name, choices in _CHOICES.items():
        if pool[name] not in choices:
            raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{pool[name]}' for field '{name}'", name)
    zone = zones.get(pool["access_zone"])
    if zone is None:
        raise Refusal("AEC_BAD_REQUEST", f"Access zone '{pool['access_zone']}' does not exist", "access_zone")
    if zone["groupnet"] != pool["groupnet"]:
        raise Refusal("AEC_BAD_REQUEST", f"Access zone '{zone['name']}' is in another groupnet", "access_zone")
    _check_members(pool, interfaces)
    _check_ranges(pool, subnet, others)
    _check_names(pool, others)


def _check_members(pool: Document, interfaces: Mapping[int, Collection[str]]) -> None:
    seen = set()
    for member in pool["ifaces"]:
        lnn, name = member.get("lnn"), member.get("iface")
        if lnn not in interfaces:
            raise Refusal("AEC_BAD_REQUEST", f"Node {lnn} does not exist", "ifaces")
        if name not in interfaces[lnn]:
            raise Refusal("AEC_BAD_REQUEST", f"Interface '{lnn}:{name}' does not exist", "ifaces")
        if (lnn, name) in seen:
            raise Refusal("AEC_BAD_REQUEST", f"Interface '{lnn}:{name}' is given twice", "ifaces")
        seen.add((lnn, name))


def _check_ranges(pool: Document, subnet: Document, others: Collection[Document]) -> None:
    network = ipaddress.ip_network(f"{subnet['base_addr']}/{subnet['prefixlen']}", strict=False)
    for index, bounds in enumerate(pool["ranges"]):
        try:
            low, high = range_bounds(bounds)
        except ValueError as error:
            raise Refusal("AEC_BAD_REQUEST", f"Invalid IP range: {error}", "ranges") from error
        if low.version != high.version or int(low) > int(high):
            raise Refusal("AEC_BAD_REQUEST", f"Invalid IP range {low}-{high}", "ranges")
        if low not in network or high not in network:
            raise Refusal("AEC_BAD_REQUEST", f"IP range {low}-{high} is not in subnet {network}", "ranges")
        _refuse_overlap([bounds], pool["ranges"][index + 1 :], pool["id"])
        _refuse_overlap([bounds], subnet["sc_service_addrs"], f"the service addresses of {subnet['id']}")
        for other in others:
            _refuse_overlap([bounds], other["ranges"], other["id"])


def _refuse_overlap(ranges: list[dict[str, str]], others: list[dict[str, str]], owner: str) -> None:
    shared = overlap(ranges, others)
    if shared is not None:
        raise Refusal("AEC_CONFLICT", f"IP range starting at {shared[0]} overlaps a range of {owner}", "ranges")


def _check_names(pool: Document, others: Collection[Document]) -> None:
    if pool["sc_subnet"] == "" and pool["sc_dns_zone"] == "" and not pool["sc_dns_zone_aliases"]:
        return
    names = {name.lower() for name in (pool["sc_dns_zone"], *pool["sc_dns_zone_aliases"]) if name}
    for other in others:
        taken = {name.lower() for name in (other["sc_dns_zone"], *other["sc_dns_zone_aliases"]) if name}
        if names & taken:
            name = sorted(names & taken)[0]
            text = f"SmartConnect zone name '{name}' is used by pool {other['id']}"
            raise Refusal("AEC_CONFLICT", text, "sc_dns_zone")
