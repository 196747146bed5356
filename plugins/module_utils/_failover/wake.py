# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wake clients whose connection ended in silence.

Private to the collection. An address that is taken away answers nothing, and a client may wait for minutes before it gives
an established connection up. So the source's addresses come back for a moment, in an access zone without any share: the
node knows nothing of the old connections and answers each with RST, and whoever connects anew finds nothing to write to.
The client then resolves the name again, and finds the target.

A client hears it with the next retransmission of what it had sent, and these come ever more rarely: the next one may take as long
as the whole silence before it. So the addresses answer for that long if need be.

Done after the target serves, never before: a client that hears RST while nobody serves gets errors instead of a pause.
Nor while clients may still know the old addresses of a name: one that connects to an address without shares is told that
its share is gone, and its applications are told so too. Linux's kernel client remembers a name for 5 s (``default_ttl`` in
key.dns_resolver.conf(5)), from the moment at which its session was closed.
"""

from __future__ import annotations

import contextlib
import time
import typing as t

from .._onefs.cluster import read_cluster
from .._onefs.connection import Connection
from .._onefs.errors import LeaseLost, NotReached, OnefsError, PapiError
from .._onefs.node_hosts import find_node_hosts
from .._onefs.pace import Pace
from .._onefs.papi import PapiSession, sessions_of
from .._onefs.pools import addresses_of, addresses_up, as_ifaces, read_some_pools, update_pool
from .._onefs.progress import Progress
from .._onefs.shell import Shell
from .._onefs.smb import NodeSessions, end_sessions, read_sessions
from .._onefs.waiting import wait_until
from .disconnect import look_around
from .facts import SHARES, ZONES, both_connections, pair_argument_spec

POLL_SECONDS = 0.1
#: No TCP waits longer from one retransmission to the next (RFC 6298 allows a limit of 60 s or more; Linux has 120).
LONGEST_RETRANSMISSION_SECONDS = 120.0
#: The first retransmission, and what a cluster takes to answer.
MARGIN_SECONDS = 3.0
#: Without it a client may wait for minutes: worth a second try, and a third. Each continues from what the one before reached.
TRIES = 3
BETWEEN_TRIES_SECONDS = 0.5

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "pools": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "pool": {"type": "str", "required": True},
            "members": {"type": "list", "elements": "str", "required": True},
        },
    },
    "clients": {"type": "list", "elements": "str", "required": True},
    "access_zone": {"type": "str", "required": True},
    "tombstone_zone": {"type": "str", "default": "seamless-tombstone"},
    "not_before": {"type": "float", "default": 0.0},
    "hold_seconds": {"type": "int", "default": 5},
    "silent_since": {"type": "float", "default": 0.0},
    "deadline_seconds": {"type": "int", "default": 60},
}


class NotWoken(OnefsError):
    """The source's addresses must not be brought back: they would not be harmless."""


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Let the source's addresses answer without shares until the clients are on the target, then take them away."""
    pools = [(pool["pool"], list(pool["members"])) for pool in params["pools"] if pool["members"]]
    clients = {str(client) for client in params["clients"]}
    source_connection, target_connection = both_connections(params)
    deadline = float(params["deadline_seconds"])
    zone, home = params["tombstone_zone"], params["access_zone"]
    with sessions_of({"source": source_connection, "target": target_connection}) as sessions:
        source, target = sessions["source"], sessions["target"]
        found = read_some_pools(source, [pool for pool, _members in pools])
        addresses = {address for pool in found.values() for address in pool.addresses()}
        astray = [pool for pool in found if found[pool].access_zone == zone]
        if check_mode:
            return _result(bool(astray or (pools and clients)), set(), clients)
        if astray:
            # An earlier run was killed while the old addresses answered without shares.
            _bring_home(source, source_connection, astray, home, deadline, progress)
        if not pools or not clients:
            return _result(bool(astray), set(), set())
        all_there = False

        def is_time() -> bool:
            nonlocal all_there
            all_there = clients <= clients_on(target)
            return all_there or time.time() >= params["not_before"]

        wait_until(
            is_time,
            deadline_seconds=deadline,
            interval_seconds=POLL_SECONDS,
            progress=progress,
            describe=lambda: "the clients to forget the old addresses of the names",
        )
        if all_there:
            return _result(bool(astray), clients, clients)
        started = time.monotonic()
        try:
            returned, trouble = _wake(source, target, pools, addresses, clients, params, progress)
        finally:
            _bring_home(source, source_connection, [pool for pool, _members in pools], home, deadline, progress)
        if trouble:
            progress(f"{trouble} The old addresses answer nothing; clients notice by themselves, later.")
            return _result(True, returned, clients, trouble)
        progress(
            f"{source_connection.host}: the old addresses answered without shares for {time.monotonic() - started:.1f} s; "
            f"{len(returned)} of {len(clients)} clients are on the target"
        )
    return _result(True, returned, clients)


def _wake(
    source: PapiSession,
    target: PapiSession,
    pools: t.Sequence[tuple[str, t.Sequence[str]]],
    addresses: set[str],
    clients: set[str],
    params: t.Mapping[str, t.Any],
    progress: Progress,
) -> tuple[set[str], str]:
    """Bring the addresses back, with some tries; returns the clients that are on the target, and why it did not go to its end, or nothing.

    What takes the addresses away again comes after it, however it ends.
    """
    trouble = ""
    for number in range(1, TRIES + 1):
        try:
            return _answer_without_shares(source, target, pools, addresses, clients, params, progress), ""
        except LeaseLost:
            raise
        except OnefsError as failure:
            # The clients notice without it, only later; what must not be is an address of the source that stays.
            trouble = f"Waking the clients did not go to its end: {failure}"
            if isinstance(failure, NotWoken):
                break
        if number < TRIES:
            progress(f"{trouble} Trying once more.")
            time.sleep(BETWEEN_TRIES_SECONDS * number)
    return set(), trouble


def _answer_without_shares(
    source: PapiSession,
    target: PapiSession,
    pools: t.Sequence[tuple[str, t.Sequence[str]]],
    addresses: set[str],
    clients: set[str],
    params: t.Mapping[str, t.Any],
    progress: Progress,
) -> set[str]:
    """Let the old addresses answer for as long as clients need to hear it; returns those that are on the target then."""
    zone, deadline = params["tombstone_zone"], float(params["deadline_seconds"])
    _ensure_empty_zone(source, zone)
    for pool, members in pools:
        update_pool(source, pool, access_zone=zone, ifaces=as_ifaces(members))
    _wait_up(source, source.connection, [pool for pool, _members in pools], deadline, progress)
    since = float(params["silent_since"])
    hold = long_enough(float(params["hold_seconds"]), time.time() - since if since else 0.0)
    return _wait_clients(source, target, addresses, clients, hold, progress)


def _result(changed: bool, returned: set[str], clients: set[str], trouble: str = "") -> dict[str, t.Any]:
    return {
        "changed": changed,
        "returned": sorted(returned),
        "missing": sorted(clients - returned),
        "trouble": trouble,
    }


def long_enough(hold_seconds: float, silence_seconds: float) -> float:
    """Return how long the addresses must answer so that each client of a silence sends something meanwhile."""
    if silence_seconds <= 0:
        return hold_seconds
    return max(hold_seconds, min(silence_seconds, LONGEST_RETRANSMISSION_SECONDS) + MARGIN_SECONDS)


def _bring_home(
    papi: PapiSession,
    connection: Connection,
    pools: t.Sequence[str],
    home: str,
    deadline_seconds: float,
    progress: Progress,
) -> None:
    """Take the old addresses off again; only then do the pools go back to their zone, whose shares they must not serve."""
    found = read_some_pools(papi, pools)
    answering = addresses_of(papi, found)
    pools = [pool for pool in pools if answering[pool] or found[pool].interfaces or found[pool].access_zone != home]
    for pool in pools:
        update_pool(papi, pool, ifaces=[])
    _wait_gone(papi, connection, pools, deadline_seconds, progress)
    for pool in pools:
        update_pool(papi, pool, access_zone=home)


def clients_on(papi: PapiSession) -> set[str]:
    """Return the addresses of the clients that have an SMB session on any node."""
    return {session.client for session in read_sessions(papi)}


def _ensure_empty_zone(papi: PapiSession, zone: str) -> None:
    """Make sure that the zone exists and has no share: an address in it must offer nothing to write to."""
    try:
        papi.get(f"{ZONES}/{zone}")
    except PapiError as error:
        if error.status != 404:
            raise
        path = f"/ifs/.seamless_smb_failover/{zone}"
        try:
            papi.post(ZONES, {"name": zone, "path": path, "create_path": True})
        except PapiError as failure:
            if failure.status != 409:
                raise
            # Another zone's failover needs it in this moment too, and was first.
            papi.get(f"{ZONES}/{zone}")
    shares = [str(share.get("name")) for share in papi.list(SHARES, "shares", zone=zone)]
    if shares:
        raise NotWoken(
            f"Waking the clients through access zone '{zone}' of {papi.connection.host}: it holds the shares "
            f"{', '.join(shares)}, so addresses in it would not be harmless. Remove them, or set failover_wake_clients to false."
        )


def _wait_up(
    papi: PapiSession, connection: Connection, pools: t.Sequence[str], deadline_seconds: float, progress: Progress
) -> None:
    wait_until(
        lambda: all(addresses_up(papi, pools).get(pool) for pool in pools),
        deadline_seconds=deadline_seconds,
        interval_seconds=POLL_SECONDS,
        progress=progress,
        describe=lambda: f"{connection.host}: the old addresses of {', '.join(pools)} to answer without shares",
    )


def _wait_gone(
    papi: PapiSession, connection: Connection, pools: t.Sequence[str], deadline_seconds: float, progress: Progress
) -> None:
    wait_until(
        lambda: not any(addresses_up(papi, pools).get(pool) for pool in pools),
        deadline_seconds=deadline_seconds,
        interval_seconds=POLL_SECONDS,
        progress=progress,
        describe=lambda: f"{connection.host}: the old addresses of {', '.join(pools)} to go away again",
    )


def _wait_clients(
    source: PapiSession,
    target: PapiSession,
    addresses: set[str],
    clients: set[str],
    hold_seconds: float,
    progress: Progress,
) -> set[str]:
    """Wait until every client is on the target or the time is over; who is missing is no error here.

    A client that knew the old address still is connected to it now, and would meet silence again: its session is ended, so
    that it resolves the name once more.
    """
    returned: set[str] = set()
    pace = Pace()
    hosts, cluster = find_node_hosts(source, avoid=addresses), read_cluster(source)

    def describe() -> str:
        missing = ", ".join(sorted(clients - returned)[:5])
        return f"{len(returned)} of {len(clients)} clients are back{pace.left(len(clients))}; missing {missing}"

    with Shell(source.connection) as shell, NodeSessions(source, hosts) as nodes:

        def all_returned() -> bool:
            returned.update(clients & clients_on(target))
            pace.saw(len(returned))
            if returned == clients:
                return True
            astray = look_around(shell, addresses, cluster).involved
            end_sessions(nodes, [one for one in read_sessions(source, nodes) if (one.lnn, one.client) in astray])
            return False

        with contextlib.suppress(NotReached):
            wait_until(all_returned, hold_seconds, POLL_SECONDS, progress, describe)
    return returned
