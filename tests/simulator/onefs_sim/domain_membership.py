# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster's membership in an Active Directory domain, and the names that it should have there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence

from .allocation import Document
from .domain import Domain

DEFAULTS: Document = {
    "allocate_gids": True,
    "allocate_uids": True,
    "assume_default_domain": False,
    "authentication": True,
    "check_online_interval": 300,
    "create_home_directory": False,
    "domain_offline_alerts": False,
    "extra_expected_spns": [],
    "findable_groups": [],
    "findable_users": [],
    "groupnet": "groupnet0",
    "home_directory_template": "/ifs/home/%D/%U",
    "ignore_all_trusts": False,
    "ignored_trusted_domains": [],
    "include_trusted_domains": [],
    "instance": "",
    "ldap_sign_and_seal": False,
    "login_shell": "/bin/zsh",
    "lookup_domains": [],
    "lookup_groups": True,
    "lookup_normalize_groups": True,
    "lookup_normalize_users": True,
    "lookup_users": True,
    "machine_password_changes": True,
    "machine_password_lifespan": 31536000,
    "node_dc_affinity": None,
    "node_dc_affinity_timeout": None,
    "nss_enumeration": False,
    "restrict_findable": False,
    "rpc_call_timeout": 60,
    "server_retry_limit": 5,
    "sfu_support": "none",
    "store_sfu_mappings": False,
    "unfindable_groups": [],
    "unfindable_users": [],
}


def recommended_spns(cluster: str, domain: str, pools: Iterable[Mapping[str, object]]) -> list[str]:
    """Names for the cluster itself and for each SmartConnect name of its pools, long and short."""
    names = [f"{cluster}.{domain.lower()}"]
    for pool in pools:
        aliases = pool["sc_dns_zone_aliases"]
        names += [str(pool["sc_dns_zone"]), *(aliases if isinstance(aliases, list) else ())]
    spns = [f"HOST/{form}" for name in names if name for form in (name, name.partition(".")[0])]
    return list(dict.fromkeys(spns))


class DomainMembership:
    """The one provider of a cluster, or none: `settings` is None while the cluster is in no domain."""

    def __init__(self, cluster: str, domain: Domain, pools: Callable[[], Sequence[Document]]) -> None:
        self.lock = threading.RLock()
        self.machine = f"{cluster.upper()}$"
        self.domain = domain
        self.settings: Document | None = None
        #: What the cluster says of its way to the domain controllers.
        self.status = "online"
        self._cluster = cluster
        self._pools = pools

    def recommended(self) -> list[str]:
        return recommended_spns(self._cluster, self.domain.name, self._pools())

    def join(self) -> None:
        """Become a member: the names of the moment that nobody else holds are registered; later ones are not."""
        with self.lock:
            self.settings = {**DEFAULTS}
            names = self.recommended()
            taken = set(self.domain.held_by_others(self.machine, names))
            self.domain.register(self.machine, [name for name in names if name not in taken])

    def leave(self) -> None:
        with self.lock:
            self.domain.remove(self.machine)
            self.settings = None

    def configuration(self) -> Document:
        return {"spns": sorted(self.domain.spns(self.machine)), "settings": self.settings}
