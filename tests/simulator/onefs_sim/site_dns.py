# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site's DNS server: real BIND, which delegates the SmartConnect names to both clusters, as a site would."""

from __future__ import annotations

import pathlib

from . import world
from .site import DOMAIN, PairSite

OPTIONS = """\
options {
  directory "/run/named";
  pid-file "/run/named/named.pid";
  session-keyfile "/run/named/session.key";
  listen-on { any; };
  listen-on-v6 { none; };
  recursion yes;
  allow-query { any; };
  allow-recursion { any; };
  dnssec-validation no;
  servfail-ttl 0;
  max-ncache-ttl 0;
  empty-zones-enable no;
  qname-minimization off;
};
controls { };
// Authoritative for the root: no question ever leaves this site.
zone "." { type primary; file "/etc/bind/sim/root"; };
zone "example.com" { type primary; file "/etc/bind/sim/example.com"; };
"""


def install(root: pathlib.Path, site: PairSite) -> None:
    """Write the configuration and the zones."""
    for folder in ("etc/bind/sim", "run/named"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    world.write(root, "/etc/bind/sim/named.conf", OPTIONS)
    soa = "@ 0 IN SOA dns.example.com. hostmaster.example.com. 1 60 60 60 0\n@ 0 IN NS dns.example.com.\n"
    world.write(root, "/etc/bind/sim/root", f"$TTL 0\n{soa}dns.example.com. 0 IN A {site.dns.addresses['mgmt-1']}\n")
    world.write(root, "/etc/bind/sim/example.com", f"$TTL 0\n{soa}" + "\n".join(records(site)) + "\n")


def records(site: PairSite) -> list[str]:
    """Return the records: where clusters are managed, and who is asked for the names that move."""
    lines = [f"dns IN A {site.dns.addresses['mgmt-1']}"]
    names: list[str] = []
    for cluster in site.clusters:
        lines += [f"{cluster.name} IN A {node.management_address}" for node in cluster.nodes]
        lines += [f"ssip-{cluster.name} IN A {address}" for address in cluster.service_addresses]
        for pool in cluster.pools:
            if pool.access_zone != "System":
                names += [name.removesuffix(f".{DOMAIN}") for name in (pool.dns_zone, *pool.dns_aliases) if name]
    for name in dict.fromkeys(names):
        lines += [f"{name} 0 IN NS ssip-{cluster.name}" for cluster in site.clusters]
    return lines
