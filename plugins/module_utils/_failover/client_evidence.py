# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of each client: by name or by address, guest, NTLM, dialect, connections; and why one did not come back.

Private to the collection; pure. OneFS tells neither which name a client mounted by nor how it logged in. So each answer has its
evidence and how strong that is, and ``unknown`` is one of the answers.
"""

from __future__ import annotations

import ipaddress
import typing as t
from dataclasses import dataclass

from .readiness.clients import GUESTS, OLD_DIALECTS, SLOW_KINDS

if t.TYPE_CHECKING:
    from .._onefs.netstat import Socket
    from .._onefs.pools import Pool
    from .._onefs.smb import Session
    from .client_look import Mount

CERTAIN, STRONG, WEAK = "certain", "strong", "weak"
STRENGTHS = (CERTAIN, STRONG, WEAK)
YES, PERHAPS, NO, UNKNOWN = "yes", "perhaps", "no", "unknown"
LONG_IDLE_SECONDS = 900
OLD_NUMBERS = ("1.", "2.0", "2.002", "SMB_1", "NT1")


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for or against, and how strongly."""

    speaks_for: bool
    strength: str
    what: str


@dataclass(frozen=True)
class Answer:
    """What the evidence comes to."""

    verdict: str
    strength: str
    evidence: tuple[str, ...]

    def as_dict(self) -> dict[str, t.Any]:
        """Return it as results have it."""
        return {"verdict": self.verdict, "strength": self.strength, "evidence": list(self.evidence)}


@dataclass(frozen=True)
class Client:
    """What was read of one client."""

    address: str
    sessions: tuple[Session, ...]
    sockets: tuple[Socket, ...]
    mounts: tuple[Mount, ...] | None = None  # None: nobody asked it


def weigh(evidence: t.Sequence[Evidence]) -> Answer:
    """Let the strongest evidence decide; a client that does both does it, and weak evidence alone says perhaps."""
    told = tuple(f"{one.strength}: {one.what}" for one in evidence)
    for strength in STRENGTHS:
        here = [one for one in evidence if one.strength == strength]
        if any(one.speaks_for for one in here):
            return Answer(PERHAPS if strength == WEAK else YES, strength, told)
        if here:
            return Answer(NO if strength != WEAK else UNKNOWN, strength, told)
    return Answer(UNKNOWN, "", told)


def is_address(text: str) -> bool:
    """Whether a server was named by an address; Windows writes IPv6 as a name of its own."""
    if text.lower().endswith(".ipv6-literal.net"):
        return True
    try:
        ipaddress.ip_address(text.strip("[]").split("%", 1)[0])
    except ValueError:
        return False
    return True


def mounts_of_pools(mounts: t.Iterable[Mount], pools: t.Sequence[Pool]) -> list[Mount]:
    """Return the mounts that lead to these pools: by an address or a name of theirs, or connected to one of their addresses."""
    addresses = {address for pool in pools for address in pool.addresses()}
    names = {name.lower().rstrip(".") for pool in pools for name in (pool.sc_dns_zone, *pool.sc_dns_zone_aliases)}
    return [
        mount
        for mount in mounts
        if mount.server in addresses
        or mount.connected_to in addresses
        or mount.server.lower().rstrip(".") in names - {""}
    ]


def mounted_by_address(client: Client, pools: t.Sequence[Pool]) -> Answer:
    """Whether a client mounted by address: it does not find the target, where the addresses do not move along."""
    evidence = []
    for mount in mounts_of_pools(client.mounts or (), pools):
        by_address = is_address(mount.server)
        evidence.append(Evidence(by_address, CERTAIN, f"the client says it mounted //{mount.server}/{mount.share}"))
    for pool in pools:
        held = set(pool.addresses())
        mine = [socket for socket in client.sockets if socket.local in held]
        if mine and not pool.sc_dns_zone and not pool.sc_dns_zone_aliases:
            evidence.append(Evidence(True, STRONG, f"pool {pool.id} has no SmartConnect name to mount by"))
        elif any(socket.lnn in pool.suspended_nodes for socket in mine):
            what = f"it is connected to a node that SmartConnect does not name for pool {pool.id} (suspended)"
            evidence.append(Evidence(True, WEAK, what))
    return weigh(evidence)


def uses_ntlm(client: Client, pools: t.Sequence[Pool], by_address: Answer, local_names: t.Collection[str]) -> Answer:
    """Whether a client logs in with NTLM; ``local_names``: domains that are the cluster's own."""
    evidence = []
    for mount in mounts_of_pools(client.mounts or (), pools):
        if mount.security:
            what = f"the client says sec={mount.security}"
            evidence.append(Evidence("krb" not in mount.security.lower(), CERTAIN, what))
    own = {name.casefold() for name in local_names}
    for user in sorted({session.user for session in client.sessions}):
        domain, backslash, _name = user.partition("\\")
        if backslash and domain.casefold() in own:
            evidence.append(
                Evidence(True, STRONG, f"{user} is an account of the cluster, which no Kerberos realm knows")
            )
        elif user and not backslash and "@" not in user:
            evidence.append(Evidence(True, WEAK, f"{user} is shown without a domain"))
    if by_address.verdict == YES:
        evidence.append(Evidence(True, STRONG, "mounted by address, for which there is no service principal name"))
    return weigh(evidence)


def describe(
    client: Client, pools: t.Sequence[Pool], local_names: t.Collection[str], name: str = ""
) -> dict[str, t.Any]:
    """Return what is known of one client."""
    by_address = mounted_by_address(client, pools)
    kinds = sorted(
        {session.kind for session in client.sessions if session.kind}
        | {mount.dialect for mount in mounts_of_pools(client.mounts or (), pools) if mount.dialect}
    )
    guests = [s for s in client.sessions if s.guest or s.user.lower().rsplit("\\", 1)[-1] in GUESTS]
    connections: dict[str, int] = {}
    for socket in client.sockets:
        if socket.state == "ESTABLISHED":
            where = f"{socket.local} on node {socket.lnn}"
            connections[where] = connections.get(where, 0) + 1
    return {
        "address": client.address,
        "name": name,
        "users": sorted({session.user for session in client.sessions}),
        "connected_to": connections,
        "has_session": bool(client.sessions),
        "idle_seconds": min((session.idle_seconds for session in client.sessions), default=0),
        "dialects": kinds,
        "guest": bool(guests),
        "old_dialect": any(is_old(kind) for kind in kinds),
        "ntlm": uses_ntlm(client, pools, by_address, local_names).as_dict(),
        "by_address": by_address.as_dict(),
        "several_connections": sum(connections.values()) > 1,
        "asked_itself": client.mounts is not None,
    }


def is_old(kind: str) -> bool:
    """Whether a dialect, or what a client calls itself, is older than SMB 2.1."""
    low = kind.lower()
    return any(word in low for word in OLD_DIALECTS) or kind.startswith(OLD_NUMBERS)


def why_missing(client: t.Mapping[str, t.Any], files: int, addresses_move: bool) -> str:
    """Say why a client is not back, as far as that is known; the first reason that holds."""
    by_address = (client.get("by_address") or {}).get("verdict")
    if by_address == YES and not addresses_move:
        return "it mounted by address, and that address does not move: mount it by name"
    if by_address == PERHAPS and not addresses_move:
        return "it may have mounted by address, which does not move: look at its mounts"
    if not client.get("has_session", True):
        return "it was connected without a session: it may have been about to leave"
    if not files:
        idle = int(client.get("idle_seconds") or 0)
        if idle >= LONG_IDLE_SECONDS:
            return f"it had nothing open and was idle for {idle} s: it connects when somebody uses the share again"
        return "it had nothing open: it connects when somebody uses the share again"
    if any(word in str(kind).lower() for kind in client.get("dialects") or () for word in SLOW_KINDS):
        return "Linux and macOS may notice late: up to 180 s and 60 s where nothing woke them"
    return "not known: ask its user, and look at its mounts"
