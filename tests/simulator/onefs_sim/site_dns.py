# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site's DNS server: real BIND, which delegates the SmartConnect names to both clusters, as a site would."""

from __future__ import annotations

import pathlib
import signal
import subprocess
from collections.abc import Callable

import dns.exception
import dns.message
import dns.query

from . import world
from .site import DOMAIN, MAXIMUM_NODES, PairSite

CONFIGURATION = "/etc/bind/sim/named.conf"
NAMED = ("named", "-f", "-4", "-n", "1", "-c", CONFIGURATION)

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
#: BIND answers SERVFAIL for a zone that it could not load.
WITHOUT_ITS_ZONE = OPTIONS.replace("/sim/example.com", "/sim/no-such-file")
#: SmartConnect's answers have no lifetime; 90 seconds is the longest that BIND can be told to keep such ones.
KEEPING_WHAT_IT_HEARD = OPTIONS.replace("servfail-ttl 0;", "servfail-ttl 0;\n  min-cache-ttl 90;")


def install(root: pathlib.Path, site: PairSite) -> None:
    """Write the configuration and the zones."""
    for folder in ("etc/bind/sim", "run/named"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    world.write(root, CONFIGURATION, OPTIONS)
    soa = "@ 0 IN SOA dns.example.com. hostmaster.example.com. 1 60 60 60 0\n@ 0 IN NS dns.example.com.\n"
    world.write(root, "/etc/bind/sim/root", f"$TTL 0\n{soa}dns.example.com. 0 IN A {site.dns.addresses['mgmt-1']}\n")
    world.write(root, "/etc/bind/sim/example.com", f"$TTL 0\n{soa}" + "\n".join(records(site)) + "\n")


class SiteDns:
    """The server's process."""

    def __init__(
        self, root: pathlib.Path, site: PairSite, log: pathlib.Path, wait_until_up: Callable[[], None]
    ) -> None:
        self._root = root
        self._site = site
        self._log = log
        self._wait_until_up = wait_until_up
        self._named: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it answers a moment later."""
        self._named = world.start(self._site.dns.name, self._root, NAMED, self._log)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self._named is not None:
            self._named.send_signal(number)

    def configuration(self) -> str:
        return (self._root / CONFIGURATION.lstrip("/")).read_text(encoding="utf-8")

    def start_anew(self, configuration: str) -> None:
        """Start it with another configuration, without what it remembers."""
        world.write(self._root, CONFIGURATION, configuration)
        if self._named is not None:
            self._named.kill()
            self._named.wait()
        self.start()
        self._wait_until_up()

    def hear(self) -> None:
        """Let it ask for each name that moves, so that it has heard of it."""

        def ask() -> None:
            for name in moving_names(self._site):
                question = dns.message.make_query(f"{name}.{DOMAIN}", "A")
                try:
                    dns.query.udp(question, self._site.dns.addresses["mgmt-1"], timeout=5)
                except (OSError, dns.exception.DNSException) as error:
                    raise world.WorldError(f"the site's DNS server was asked for {name}.{DOMAIN}: {error}") from error

        world.in_namespace(self._site.dns.name, ask)


def moving_names(site: PairSite) -> list[str]:
    """Return the names below the domain that a cluster answers for."""
    names = [
        name.removesuffix(f".{DOMAIN}")
        for cluster in site.clusters
        for pool in cluster.pools
        if pool.access_zone != "System"
        for name in (pool.dns_zone, *pool.dns_aliases)
        if name
    ]
    return list(dict.fromkeys(names))


def records(site: PairSite) -> list[str]:
    """Return the records: where clusters are managed, and who is asked for the names that move."""
    lines = [f"dns IN A {site.dns.addresses['mgmt-1']}"]
    for cluster in site.clusters:
        # BIND takes no more than a hundred addresses for a name.
        lines += [f"{cluster.name} IN A {node.management_address}" for node in cluster.nodes[:MAXIMUM_NODES]]
        lines += [f"ssip-{cluster.name} IN A {address}" for address in cluster.service_addresses]
    for name in moving_names(site):
        lines += [f"{name} 0 IN NS ssip-{cluster.name}" for cluster in site.clusters]
    return lines
