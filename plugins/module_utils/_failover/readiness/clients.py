# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of who is connected, how, and what is at risk for them. Private to the collection; pure."""

from __future__ import annotations

import typing as t

from ..._onefs import netstat
from ..._onefs.smb import OpenFile
from ..plan import is_below
from .check import BLOCK, INFO, WARN, Check, Finding, NotSeen, Unread, judge, known
from .facts import Client, Clients, Cluster, Facts, Sample

SHOWN = 10
OTHER_PORTS = {2049: "NFS", 8020: "HDFS", 9020: "S3", 9021: "S3"}
GUESTS = frozenset({"guest", "nobody", "anonymous", ""})
# Words of what OneFS says of a client, as operating systems name themselves.
SLOW_KINDS = ("mac", "darwin", "linux", "unix", "cifs", "samba")
OLD_DIALECTS = ("smb1", "smb 1", "nt lan manager", "nt lm", "lanman", "smb2.0", "smb2_02", "smb 2.0")
# What other products' accounts begin with.
FOREIGN_ACCOUNTS = ("eyeglass", "igls", "superna")


class _Sampling:
    """Counts, and keeps the first."""

    def __init__(self) -> None:
        self._count = 0
        self._rows: list[str] = []

    def add(self, row: str) -> None:
        self._count += 1
        if len(self._rows) < SHOWN:
            self._rows.append(row)

    def taken(self) -> Sample:
        return Sample(self._count, tuple(self._rows))


def survey(sessions: t.Iterable[Client]) -> Clients:
    """Find what the checks ask of the sessions, one after the other."""
    total = 0
    guests, old, slow = _Sampling(), _Sampling(), _Sampling()
    orchestrators: set[str] = set()
    # Few are told apart, and many clients have each of them.
    kinds: dict[str, tuple[bool, bool]] = {}
    for one in sessions:
        total += 1
        name = one.user.lower().rsplit("\\", 1)[-1]
        if one.guest or name in GUESTS:
            guests.add(f"guest: {_where(one)}; the cluster says so")
        if name.startswith(FOREIGN_ACCOUNTS):
            orchestrators.add(one.user)
        is_old, is_slow = kinds.get(one.kind) or kinds.setdefault(one.kind, _kind(one.kind.lower()))
        if is_old:
            old.add(f"old dialect: {_where(one)}; it calls itself '{one.kind}'")
        if is_slow:
            slow.add(f"{one.client} ({one.user}) calls itself '{one.kind}'")
    return Clients(total, guests.taken(), old.taken(), slow.taken(), tuple(sorted(orchestrators)))


def _kind(kind: str) -> tuple[bool, bool]:
    return any(word in kind for word in OLD_DIALECTS), any(word in kind for word in SLOW_KINDS)


def _where(client: Client) -> str:
    return f"{client.client} ({client.user or 'no user'}, node {client.lnn})"


def sessions_readable(facts: Facts) -> Finding:
    """Sessions and open files are readable from every node of the source, as drain and proof need them."""
    cluster = facts.source
    nodes = known(cluster.identity).up_nodes()
    problems = [f"{cluster.name}: {cluster.clients.why}"] if isinstance(cluster.clients, Unread) else []
    problems += [
        f"{cluster.name} node {lnn}: {fact.why}"
        for lnn, fact in sorted(cluster.open_files.items())
        if isinstance(fact, Unread)
    ]
    answered = sum(not isinstance(fact, Unread) for fact in cluster.open_files.values())
    sessions = 0 if isinstance(cluster.clients, Unread) else cluster.clients.total
    return judge(
        problems, [f"{cluster.name}: {answered} of {len(nodes)} nodes tell their open files; {sessions} sessions"]
    )


def nothing_open_for_writing(facts: Facts) -> Finding:
    """Files that are open for writing; what their clients did not save may be lost. Red: locked, amber: open for writing."""
    paths = [policy.source_root_path for policy in known(facts.scope).policies]
    files = [f for f in _open_files(facts.source) if any(is_below(f.path, path) for path in paths)]
    writing = [file for file in files if file.for_writing]
    rows = [
        f"{'red' if file.locks else 'amber'}: {file.path} by {file.user} on node {file.lnn} ({file.locks} locks)"
        for file in writing
    ]
    green = len(files) - len(writing)
    return judge(_first(sorted(rows, reverse=True)), [f"green: {green} files are open for reading only"])


def clients_modern(facts: Facts) -> Finding:
    """No guests and no old dialects among the clients: they come back late, or not at all."""
    clients = known(facts.source.clients)
    seen = [
        f"{clients.total} sessions",
        "Who mounted by address, and who logged in with NTLM, the platform API does not tell: ask the clients themselves.",
    ]
    return judge(_told(clients.guests, clients.old_dialects), seen)


def no_lasting_opens(facts: Facts) -> Finding:
    """No file is open on a share that promises handles which survive: none survives a move to another cluster."""
    zone = known(facts.scope).zone
    lasting = [share for share in known(facts.source.shares) if share.zone == zone and share.continuously_available]
    problems = []
    for share in lasting:
        files = [file for file in _open_files(facts.source) if is_below(file.path, share.path)]
        if files:
            problems.append(
                f"{len(files)} files are open on the continuously available share '{share.name}', such as {files[0].path}"
            )
    return judge(
        problems,
        [f"{len(lasting)} continuously available shares; other durable handles are not told apart by the platform API"],
    )


def clients_notice_soon(facts: Facts) -> Finding:
    """Clients that are no Windows PCs wait longer before they notice that their server is gone."""
    clients = known(facts.source.clients)
    rows = _told(clients.slow)
    if rows:
        rows.append(
            "Expected without a wake-up: up to 180 s (Linux, three echo intervals), up to 60 s (macOS); woken, 1 to 7 s."
        )
    return judge(rows, [f"{clients.slow.count} of {clients.total} sessions are of Mac or Linux clients"])


def one_connection_each(facts: Facts) -> Finding:
    """Clients that use several connections at once (SMB multichannel) notice on each of them."""
    held = {a for pool in known(facts.scope).pools for a in pool.addresses()}
    if isinstance(facts.source.sockets, Unread):
        raise NotSeen(facts.source.sockets.why)
    mine = netstat.to_pool(facts.source.sockets, held)
    count: dict[tuple[int, str], int] = {}
    for one in mine:
        if one.state == netstat.ESTABLISHED:
            count[one.lnn, one.peer] = count.get((one.lnn, one.peer), 0) + 1
    rows = [
        f"{peer} has {number} connections to node {lnn}" for (lnn, peer), number in sorted(count.items()) if number > 1
    ]
    return judge(_first(rows), [f"{len(count)} clients on {sum(count.values())} connections"])


def only_smb(facts: Facts) -> Finding:
    """Nobody reaches the replicated files but by SMB: what the fence closes and the report watches is SMB."""
    scope = known(facts.scope)
    paths = [policy.source_root_path for policy in scope.policies]
    ways = [w for w in known(facts.source.ways_in) if any(is_below(w.path, p) or is_below(p, w.path) for p in paths)]
    problems = [f"{way.protocol} {way.name} of access zone '{way.zone}' leads to {way.path}" for way in ways]
    seen = [f"no NFS export or S3 bucket leads to {', '.join(paths)}"] if not ways else []
    sockets = facts.source.sockets
    if isinstance(sockets, Unread):
        seen.append("Connections of other protocols were not seen.")
    else:
        held = {address for pool in scope.pools for address in pool.addresses()}
        for port, protocol in OTHER_PORTS.items():
            peers = sorted({s.peer for s in netstat.to_pool(sockets, held, port) if s.state == netstat.ESTABLISHED})
            problems += (
                [f"{protocol} (port {port}): {', '.join(peers)} are connected to the pools that move"] if peers else []
            )
    return judge(problems, seen)


def _open_files(cluster: Cluster) -> list[OpenFile]:
    return [file for _lnn, fact in sorted(cluster.open_files.items()) for file in known(fact)]


def _told(*samples: Sample) -> list[str]:
    """Return the first rows of some samples, and how many more there are."""
    return _first([row for sample in samples for row in sample.rows], sum(sample.count for sample in samples))


def _first(rows: t.Sequence[str], count: int | None = None) -> list[str]:
    """Return the first rows, and how many more there are: of these, or of ``count`` where not all are given."""
    more = (len(rows) if count is None else count) - SHOWN
    return [*rows[:SHOWN], *([f"and {more} more"] if more > 0 else [])]


CHECKS = (
    Check(
        26,
        "sessions_readable",
        "Can sessions and open files be read from every node of the source?",
        BLOCK,
        sessions_readable,
        "Give an address of each node outside the pools that move in onefs_node_hosts, and mend the node that is named.",
    ),
    Check(
        27,
        "nothing_open_for_writing",
        "Is nothing open for writing?",
        WARN,
        nothing_open_for_writing,
        "Ask the users that are named to save and close; failover_drain_seconds waits for them, failover_flush_user writes out what they cache.",
    ),
    Check(
        28,
        "clients_modern",
        "Are there no guests and no old dialects among the clients?",
        WARN,
        clients_modern,
        "Give these clients accounts of their own and SMB 2.1 or later, and let them mount by name.",
    ),
    Check(
        29,
        "no_lasting_opens",
        "Is nothing open that relies on handles which survive?",
        WARN,
        no_lasting_opens,
        "Close these files before: handles do not survive a move between two clusters.",
    ),
    Check(
        30,
        "clients_notice_soon",
        "Do the clients notice soon that their server moved?",
        INFO,
        clients_notice_soon,
        "Leave failover_wake_clients on; it wakes them.",
    ),
    Check(
        31,
        "one_connection_each",
        "Has each client one connection?",
        INFO,
        one_connection_each,
        "Nothing to do: each connection is woken.",
    ),
    Check(
        32,
        "only_smb",
        "Is SMB the only way to the replicated files?",
        BLOCK,
        only_smb,
        "Move these users with a procedure of their own, and waive this: isi nfs exports list --zone ZONE, isi s3 buckets list --zone ZONE.",
    ),
)
