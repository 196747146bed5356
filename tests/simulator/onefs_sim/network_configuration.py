# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is configured on a cluster's network: groupnets, subnets, pools, rules, settings, as PAPI shows them."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterable, Mapping, Sequence

from .allocation import Document, Place, members

POOL_DEFAULTS: Document = {
    "access_zone": "System",
    "aggregation_mode": "loadbalance",
    "alloc_method": "static",
    "description": "",
    "external_manager": "",
    "firewall_policy": "default_pools_policy",
    "ifaces": [],
    "ipv6_perform_dad": False,
    "linklayer": "ethernet",
    "nfs_rroce_only": False,
    "ranges": [],
    "rebalance_policy": "auto",
    "rules": [],
    "sc_auto_unsuspend_delay": 0,
    "sc_connect_policy": "round_robin",
    "sc_dns_zone": "",
    "sc_dns_zone_aliases": [],
    "sc_failover_policy": "round_robin",
    "sc_subnet": "",
    "sc_suspended_nodes": [],
    "sc_ttl": 0,
    "static_routes": [],
}

SUBNET_DEFAULTS: Document = {
    "description": "",
    "dsr_addrs": [],
    "firewall_policy": "default_subnets_policy",
    "gateway": "",
    "gateway_priority": 1,
    "linklayer": "ethernet",
    "mtu": 1500,
    "sc_service_addrs": [],
    "sc_service_name": "",
    "vlan_enabled": False,
    "vlan_id": 1,
}

GROUPNET_DEFAULTS: Document = {
    "allow_wildcard_subdomains": True,
    "description": "",
    "dns_cache_enabled": True,
    "dns_options": [],
    "dns_search": [],
    "dns_servers": [],
    "server_side_dns_search": True,
}

EXTERNAL_DEFAULTS: Document = {
    "ipv6_accept_redirects": False,
    "ipv6_auto_config_enabled": False,
    "ipv6_dad_enabled": False,
    "ipv6_dad_timeout": 5,
    "ipv6_enabled": True,
    "ipv6_generate_link_local": False,
    "ipv6_ssip_perform_dad": False,
    "lagg_lacp_fast_timeout": False,
    "sbr": True,
    "sc_rebalance_delay": 0,
    "sc_server_ttl": 900,
    "tcp_ports": [20, 21, 80, 445, 2049],
}

DNSCACHE_DEFAULTS: Document = {
    "cache_entry_limit": 65536,
    "cluster_timeout": 5,
    "dns_timeout": 5,
    "eager_refresh": 0,
    "testping_delta": 30,
    "ttl_max_noerror": 3600,
    "ttl_max_nxdomain": 3600,
    "ttl_max_other": 60,
    "ttl_max_servfail": 3600,
    "ttl_min_noerror": 30,
    "ttl_min_nxdomain": 15,
    "ttl_min_other": 0,
    "ttl_min_servfail": 300,
}


class NetworkConfiguration:
    """Documents by id. One that is stored is never changed again, but replaced: whoever has it may keep it."""

    def __init__(self, groupnets: Sequence[Document], subnets: Sequence[Document], pools: Sequence[Document]) -> None:
        self.lock = threading.RLock()
        self.groupnets: dict[str, Document] = {one["id"]: one for one in groupnets}
        self.subnets: dict[str, Document] = {one["id"]: one for one in subnets}
        self.pools: dict[str, Document] = {}
        self.rules: dict[str, Document] = {}
        self.external: Document = {
            **copy.deepcopy(EXTERNAL_DEFAULTS),
            "default_groupnet": next(iter(self.groupnets), ""),
        }
        self.dnscache: Document = dict(DNSCACHE_DEFAULTS)
        #: Which pools an interface is a member of, and which pool owns a SmartConnect name (lower case).
        self.pools_by_member: dict[Place, set[str]] = {}
        self.pool_by_name: dict[str, str] = {}
        for pool in pools:
            self._enter(pool)

    # Pools

    def store_pool(self, pool: Document, replaces: str = "") -> None:
        """Enter a new pool, or put it in the place of an old one, whose id may be another."""
        if replaces:
            self.forget_pool(replaces)
        self._enter(pool)
        self._list_pool(pool, listed=True)

    def forget_pool(self, pool_id: str) -> None:
        """Take a pool out; its rules go with it only when it is deleted, see `forget_rules`."""
        pool = self.pools.pop(pool_id)
        for place in members(pool):
            self.pools_by_member[place].discard(pool_id)
        for name in names_of(pool):
            self.pool_by_name.pop(name, None)
        self._list_pool(pool, listed=False)

    def _enter(self, pool: Document) -> None:
        self.pools[pool["id"]] = pool
        for place in members(pool):
            self.pools_by_member.setdefault(place, set()).add(pool["id"])
        for name in names_of(pool):
            self.pool_by_name[name] = pool["id"]

    def _list_pool(self, pool: Document, listed: bool) -> None:
        subnet_id = f"{pool['groupnet']}.{pool['subnet']}"
        subnet = self.subnets[subnet_id]
        others = [name for name in subnet["pools"] if name != pool["name"]]
        self.subnets[subnet_id] = {**subnet, "pools": [*others, pool["name"]] if listed else others}

    def pools_of(self, subnet_id: str) -> list[Document]:
        return [self.pools[f"{subnet_id}.{name}"] for name in self.subnets[subnet_id]["pools"]]

    # Subnets and groupnets

    def store_subnet(self, subnet: Document) -> None:
        groupnet = self.groupnets[subnet["groupnet"]]
        self.subnets[subnet["id"]] = subnet
        if subnet["name"] not in groupnet["subnets"]:
            self.groupnets[groupnet["id"]] = {**groupnet, "subnets": [*groupnet["subnets"], subnet["name"]]}

    def forget_subnet(self, subnet_id: str) -> None:
        subnet = self.subnets.pop(subnet_id)
        groupnet = self.groupnets[subnet["groupnet"]]
        others = [name for name in groupnet["subnets"] if name != subnet["name"]]
        self.groupnets[groupnet["id"]] = {**groupnet, "subnets": others}

    # Rules

    def store_rule(self, rule: Document, replaces: str = "") -> None:
        if replaces:
            del self.rules[replaces]
        self.rules[rule["id"]] = rule
        self._list_rules(f"{rule['groupnet']}.{rule['subnet']}.{rule['pool']}")

    def forget_rules(self, rule_ids: Iterable[str]) -> None:
        for rule_id in list(rule_ids):
            rule = self.rules.pop(rule_id)
            self._list_rules(f"{rule['groupnet']}.{rule['subnet']}.{rule['pool']}")

    def rules_of(self, pool_id: str) -> list[str]:
        """Return the ids of a pool's rules."""
        return sorted(rule_id for rule_id in self.rules if rule_id.rpartition(".")[0] == pool_id)

    def _list_rules(self, pool_id: str) -> None:
        if pool_id in self.pools:
            names = [self.rules[rule_id]["name"] for rule_id in self.rules_of(pool_id)]
            self.pools[pool_id] = {**self.pools[pool_id], "rules": names}

    def rename_zone(self, old: str, new: str) -> None:
        """Let the pools of an access zone follow its new name."""
        with self.lock:
            for pool_id, pool in self.pools.items():
                if pool["access_zone"] == old:
                    self.pools[pool_id] = {**pool, "access_zone": new}

    def configuration(self) -> Document:
        with self.lock:
            return copy.deepcopy(
                {
                    "groupnets": list(self.groupnets.values()),
                    "subnets": [_sorted(self.subnets[one], "pools") for one in sorted(self.subnets)],
                    "pools": [self.pools[one] for one in sorted(self.pools)],
                    "rules": [self.rules[one] for one in sorted(self.rules)],
                    "external": self.external,
                    "dnscache": self.dnscache,
                }
            )


def _sorted(document: Document, field: str) -> Document:
    """Show a list whose order depends on history in an order that does not."""
    return {**document, field: sorted(document[field])}


def names_of(pool: Mapping[str, object]) -> list[str]:
    """Return the SmartConnect names of a pool in lower case: DNS knows no capitals."""
    aliases = pool["sc_dns_zone_aliases"]
    given = [pool["sc_dns_zone"], *(aliases if isinstance(aliases, list) else ())]
    return [str(name).lower().rstrip(".") for name in given if name]
