# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chain of DNS that a client goes along, asked link by link. Private to the collection.

A resolver may answer from memory while the server behind it is gone. So the resolvers that clients ask, the name servers of
the parent zone, and SmartConnect at each service address are asked one by one, each with a short time-out.
"""

from __future__ import annotations

import ipaddress
import typing as t

from ..._onefs.errors import MissingLibrary, OnefsError
from .facts import Delegation, Resolved, ServiceAnswer

try:
    import dns.exception
    import dns.flags
    import dns.message
    import dns.name
    import dns.query
    import dns.rcode
    import dns.rdatatype
    import dns.resolver

    HAS_DNSPYTHON = True
except ImportError:
    HAS_DNSPYTHON = False

DNS_PORT = 53
QUERY_SECONDS = 1.5
# A referral may name hundreds of hosts, each of which would be asked for; the root itself has 13.
MOST_SERVERS = 16


class NotAnswered(OnefsError):
    """A name server did not say what it was asked for."""


def resolvers(servers: t.Sequence[str]) -> list[str]:
    """Return the resolvers that clients ask: as told, else those of this machine."""
    _require_library()
    if servers:
        return list(servers)
    try:
        return [str(server) for server in dns.resolver.Resolver().nameservers]
    except dns.exception.DNSException as error:
        raise NotAnswered(
            f"Looking for the resolvers of this machine: {error}. Name those of the clients in failover_dns_servers."
        ) from error


def ask_resolver(server: str, name: str) -> Resolved:
    """Ask one resolver for the addresses of a name."""
    chain: list[str] = []
    addresses: list[str] = []
    ttl = 0
    for kind in ("A", "AAAA"):
        answer = _ask(server, name, kind, recurse=True)
        if answer.rcode() != dns.rcode.NOERROR:
            raise NotAnswered(f"resolver {server} answers {dns.rcode.to_text(answer.rcode())} for {name}")
        for records in answer.answer:
            if records.rdtype == dns.rdatatype.CNAME:
                chain += [str(record.target).rstrip(".") for record in records]
            elif records.rdtype in {dns.rdatatype.A, dns.rdatatype.AAAA}:
                addresses += [str(record) for record in records]
            ttl = max(ttl, int(records.ttl))
    if not addresses:
        raise NotAnswered(f"resolver {server} knows no address of {name}")
    return Resolved(server, name, tuple(addresses), tuple(dict.fromkeys(chain)), ttl)


def ask_service(cluster: str, address: str, name: str) -> ServiceAnswer:
    """Ask SmartConnect at a service address of a cluster for a name."""
    try:
        answer = _ask(address, name, "A", recurse=False)
    except NotAnswered as error:
        return ServiceAnswer(cluster, address, name, error.message)
    found = [str(record) for records in answer.answer for record in records if records.rdtype == dns.rdatatype.A]
    return ServiceAnswer(cluster, address, name, dns.rcode.to_text(answer.rcode()), tuple(found))


def find_delegation(server: str, name: str) -> Delegation:
    """Ask a name server of the zone above a name whom it leads to; ``server`` is the resolver that says who that is."""
    parent = dns.name.from_text(name).parent()
    while True:
        above = _ask(server, str(parent), "NS", recurse=True)
        hosts = [str(r.target) for records in above.answer if records.rdtype == dns.rdatatype.NS for r in records]
        if hosts or parent == dns.name.root:
            break
        parent = parent.parent()
    trouble = f"resolver {server} knows no name server of a zone above {name}"
    for host in hosts[:MOST_SERVERS]:
        for address in _addresses(server, host)[:MOST_SERVERS]:
            try:
                referral = _ask(address, name, "A", recurse=False)
            except NotAnswered as error:
                trouble = error.message
                continue
            return Delegation(name, address, _servers(server, referral))
    raise NotAnswered(trouble)


def _servers(server: str, referral: t.Any) -> dict[str, tuple[str, ...]]:
    """Return the hosts that a referral names; its additional section has the addresses of some."""
    hosts = [
        str(record.target)
        for records in (*referral.authority, *referral.answer)
        if records.rdtype == dns.rdatatype.NS
        for record in records
    ]
    glue: dict[str, list[str]] = {}
    for records in referral.additional:
        if records.rdtype in {dns.rdatatype.A, dns.rdatatype.AAAA}:
            glue.setdefault(str(records.name), []).extend(str(record) for record in records)
    # Those with an address in the answer itself cost nothing; so they come first.
    known = sorted(dict.fromkeys(hosts), key=lambda host: host not in glue)[:MOST_SERVERS]
    return {host.rstrip("."): tuple(glue.get(host) or _addresses(server, host)) for host in known}


def _addresses(server: str, host: str) -> list[str]:
    try:
        return list(ask_resolver(server, host).addresses)
    except NotAnswered:
        return []


def _ask(server: str, name: str, kind: str, recurse: bool) -> t.Any:
    _require_library()
    query = dns.message.make_query(name, kind)
    if not recurse:
        query.flags &= ~dns.flags.RD
    try:
        ipaddress.ip_address(server)
        return dns.query.udp_with_fallback(query, server, timeout=QUERY_SECONDS, port=DNS_PORT)[0]
    except (dns.exception.DNSException, OSError, ValueError) as error:
        reason = "no answer" if isinstance(error, dns.exception.Timeout) else f"{type(error).__name__}: {error}"
        raise NotAnswered(f"name server {server}, asked for {name}: {reason}") from error


def _require_library() -> None:
    if not HAS_DNSPYTHON:
        raise MissingLibrary("Asking name servers", "dnspython")
