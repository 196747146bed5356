# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What clients are called, by reverse DNS. Private to the collection.

A name is a courtesy to people who read a report, never a reason to wait: all are asked for at once, for a few seconds. Whoever owns
the reverse zone writes what is in it.
"""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

try:
    import dns.exception
    import dns.resolver

    HAS_DNSPYTHON = True
except ImportError:
    HAS_DNSPYTHON = False

WORKERS = 16
MOST_NAMES = 500
QUERY_SECONDS = 1.0
ALL_SECONDS = 3.0


def names_of(addresses: t.Sequence[str], servers: t.Sequence[str]) -> dict[str, str]:
    """Return the name of each address that has one and was answered in time."""
    if not HAS_DNSPYTHON or not addresses:
        return {}
    try:
        resolver = dns.resolver.Resolver(configure=not servers)
    except dns.exception.DNSException:
        return {}
    if servers:
        resolver.nameservers = list(servers)
    resolver.lifetime = QUERY_SECONDS
    end = time.monotonic() + ALL_SECONDS

    def ask(address: str) -> str:
        if time.monotonic() > end:
            return ""
        try:
            return str(resolver.resolve_address(address)[0]).rstrip(".")
        except (dns.exception.DNSException, OSError, ValueError):
            return ""

    asked = list(addresses)[:MOST_NAMES]
    with ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="names") as workers:
        return {address: name for address, name in zip(asked, workers.map(ask, asked)) if name}
