# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check from where the run stands that a name leads to addresses that serve SMB.

Private to the collection. Asks the resolvers that clients ask, not the cluster: what the cluster believes is no service.
"""

from __future__ import annotations

import socket
import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._onefs.errors import MissingLibrary
from .._onefs.progress import Progress
from .._onefs.waiting import wait_until

try:
    import dns.exception
    import dns.resolver

    HAS_DNSPYTHON = True
except ImportError:
    HAS_DNSPYTHON = False

SMB_PORT = 445
DNS_PORT = 53
CONNECT_SECONDS = 0.5
QUERY_SECONDS = 2.0
POLL_SECONDS = 0.2

ARGUMENT_SPEC: dict[str, t.Any] = {
    "names": {"type": "list", "elements": "str", "required": True},
    "addresses": {"type": "list", "elements": "str", "required": True},
    "dns_servers": {"type": "list", "elements": "str", "default": []},
    "deadline_seconds": {"type": "int", "default": 60},
}


def resolve(name: str, servers: t.Sequence[str]) -> tuple[set[str], str]:
    """Ask for the A and AAAA records of a name; returns the addresses, and what went wrong where there are none."""
    if not HAS_DNSPYTHON:
        raise MissingLibrary("Resolving a name", "dnspython")
    try:
        resolver = dns.resolver.Resolver(configure=not servers)
        resolver.port = DNS_PORT
        if servers:
            resolver.nameservers = list(servers)
    # A name server that is given by its name is a ValueError to the library.
    except (dns.exception.DNSException, ValueError) as error:
        return set(), f"{type(error).__name__}: {error}"
    resolver.cache = None
    resolver.lifetime = resolver.timeout = QUERY_SECONDS
    addresses: set[str] = set()
    trouble = "no address"
    for kind in ("A", "AAAA"):
        try:
            addresses |= {str(record) for record in resolver.resolve(name, kind, search=False)}
        except dns.resolver.NoAnswer:
            continue
        except dns.exception.DNSException as error:
            trouble = f"{type(error).__name__}: {error}"
    return addresses, trouble


def answers_smb(address: str) -> bool:
    """Whether an address accepts a TCP connection on port 445."""
    try:
        with socket.create_connection((address, SMB_PORT), timeout=CONNECT_SECONDS):
            return True
    except OSError:
        return False


def answering(addresses: t.Iterable[str]) -> set[str]:
    """Return those addresses that accept a TCP connection on port 445, tried side by side."""
    listed = sorted(set(addresses))
    if not listed:
        return set()
    with ThreadPoolExecutor(max_workers=min(32, len(listed))) as workers:
        return {address for address, answers in zip(listed, workers.map(answers_smb, listed)) if answers}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Wait until every name leads only to the given addresses, and all of these accept SMB connections."""
    names = [name for name in params["names"] if name]
    wanted = set(params["addresses"])
    servers = list(params["dns_servers"] or ())
    if check_mode:
        return {"changed": False, "names": {}, "answering": []}
    seen: dict[str, t.Any] = {}
    serving: set[str] = set()
    trouble: list[str] = [""]

    def served() -> bool:
        # A node takes so many connections at once: those that answered need not be tried again.
        serving.update(answering(wanted - serving))
        if serving != wanted:
            trouble[0] = f"port {SMB_PORT} does not answer at {', '.join(sorted(wanted - serving))}"
            return False
        for name in names:
            found, why = resolve(name, servers)
            seen[name] = sorted(found)
            if not found or not found <= wanted:
                trouble[0] = f"{name} leads to {', '.join(sorted(found)) or why}, not to {', '.join(sorted(wanted))}"
                return False
        return True

    wait_until(
        served,
        deadline_seconds=float(params["deadline_seconds"]),
        interval_seconds=POLL_SECONDS,
        progress=progress,
        describe=lambda: f"names and addresses: {trouble[0]}",
    )
    return {"changed": False, "names": seen, "answering": sorted(serving)}
