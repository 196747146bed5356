# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the DNS answers for a SmartConnect name live, asked of the cluster itself and of resolvers.

Private to the collection. A resolver passes on what is left of the time that the cluster gave; only the cluster's own
SmartConnect service address tells what it gives now.
"""

from __future__ import annotations

import typing as t

from .addresses import AddressRange, expand
from .errors import MissingLibrary
from .pools import SUBNET

try:
    import dns.exception
    import dns.flags
    import dns.message
    import dns.query
    import dns.rdatatype
    import dns.resolver

    HAS_DNSPYTHON = True
except ImportError:
    HAS_DNSPYTHON = False

if t.TYPE_CHECKING:
    from .papi import PapiSession
    from .pools import Pool

QUERY_SECONDS = 2.0


def require_dnspython() -> None:
    """Raise where DNS can't be asked."""
    if not HAS_DNSPYTHON:
        raise MissingLibrary("Asking for the lifetime of a DNS answer", "dnspython")


def service_addresses(papi: PapiSession, pool: Pool) -> list[str]:
    """Return where SmartConnect answers for the names of a pool: at the service addresses of the subnet it names, or of its own."""
    subnet = pool.sc_subnet.rpartition(".")[2] or pool.subnet
    answer = (papi.get(SUBNET.format(pool.groupnet, subnet)).get("subnets") or [{}])[0]
    ranges = answer.get("sc_service_addrs") or []
    return expand([AddressRange(str(one["low"]), str(one["high"])) for one in ranges])


def lifetime_at(address: str, name: str) -> int | None:
    """Ask one server for a name; returns the seconds that its answer lives, None where it gives no address."""
    require_dnspython()
    for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        question = dns.message.make_query(name, kind)
        # SmartConnect answers for its own names only, and follows nothing.
        question.flags &= ~dns.flags.RD
        try:
            answer = dns.query.udp(question, address, timeout=QUERY_SECONDS, ignore_unexpected=True)
        except (dns.exception.DNSException, OSError):
            return None
        found = [rrset.ttl for rrset in answer.answer if rrset.rdtype == kind]
        if found:
            return int(max(found))
    return None


def lifetime_by_resolver(name: str, servers: t.Sequence[str]) -> int | None:
    """Ask the resolvers that clients ask; returns how long their answer still lives, None where there is none."""
    require_dnspython()
    resolver = dns.resolver.Resolver(configure=not servers)
    if servers:
        resolver.nameservers = list(servers)
    resolver.cache = None
    resolver.lifetime = resolver.timeout = QUERY_SECONDS
    for kind in ("A", "AAAA"):
        try:
            answer = resolver.resolve(name, kind, search=False)
        except dns.resolver.NoAnswer:
            continue
        except dns.exception.DNSException:
            return None
        return int(answer.rrset.ttl) if answer.rrset is not None else None
    return None
