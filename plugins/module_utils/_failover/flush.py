# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make clients write out what they cache, before their server goes away.

Private to the collection. A client that holds a write lease keeps what an application wrote in its own memory, and says
nothing of it to the server. Opening the file once more breaks that lease, and the client must write everything out before
the open succeeds (MS-SMB2 3.2.5.19.2); what is written from then on goes to the server at once. Only then is the fence
raised: it finds nothing left to lose in the clients' memories.
"""

from __future__ import annotations

import threading
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor, as_completed
from concurrent.futures import TimeoutError as StillWaiting
from dataclasses import dataclass

from .._onefs.connection import Connection
from .._onefs.interfaces import addresses_of_pools, read_interfaces
from .._onefs.node_hosts import find_node_hosts
from .._onefs.papi import PapiSession
from .._onefs.pools import read_some_pools
from .._onefs.progress import PassingLine, Progress
from .._onefs.smb import NodeSessions, OpenFile, read_open_files
from .._onefs.smb_share import FileNotOpened, ShareUnreachable, SmbShare
from .facts import read_shares, source_argument_spec
from .plan import Share, is_below

PROGRESS_SECONDS = 3.0

ARGUMENT_SPEC: dict[str, t.Any] = {
    **source_argument_spec(),
    "access_zone": {"type": "str", "required": True},
    "pools": {"type": "list", "elements": "str", "required": True},
    "user": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
    "concurrency": {"type": "int", "default": 8},
    "deadline_seconds": {"type": "int", "default": 60},
}


@dataclass(frozen=True)
class HeldFile:
    """A file that a client has open for writing, where it is found over SMB, and the node that holds it."""

    lnn: int
    path: str
    user: str
    share: str
    name: str


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Open every file that is open for writing once more, for reading, and say which could not be."""
    connection = Connection.from_params(params["source"])
    with PapiSession(connection) as papi:
        pools = list(read_some_pools(papi, params["pools"]).values())
        addresses = {address for pool in pools for address in pool.addresses()}
        held = addresses_of_pools(read_interfaces(papi), {pool.id: pool.ranges for pool in pools})
        shares = read_shares(papi, params["access_zone"])
        with NodeSessions(papi, find_node_hosts(papi, avoid=addresses)) as nodes:
            open_files = read_open_files(papi, nodes)
    found, unreachable = on_shares(open_files, shares)
    ways = _ways(held)
    result: dict[str, t.Any] = {
        "changed": False,
        "files": len(found),
        "flushed": 0,
        "at_risk": unreachable,
        "seconds_longest": 0.0,
    }
    if check_mode or not found:
        return result
    flushed, at_risk, longest = _flush(found, ways, params, connection.host, progress)
    return {**result, "flushed": flushed, "at_risk": [*unreachable, *at_risk], "seconds_longest": round(longest, 3)}


def on_shares(
    open_files: t.Iterable[OpenFile], shares: t.Sequence[Share]
) -> tuple[list[HeldFile], list[dict[str, t.Any]]]:
    """Return the files that are open for writing below a share of the zone, each once, and what no share leads to."""
    found: dict[tuple[int, str], HeldFile] = {}
    nowhere: list[dict[str, t.Any]] = []
    roots = [share.path for share in shares]
    for file in open_files:
        # A folder shows as open for nothing but reading; it caches no data.
        if not file.for_writing or not any(is_below(file.path, root) for root in roots):
            continue
        share = max((one for one in shares if is_below(file.path, one.path)), key=lambda one: len(one.path))
        name = file.path[len(share.path) :].strip("/")
        if not name:
            nowhere.append(_at_risk(file.lnn, file.path, file.user, "its path is the root of a share"))
            continue
        found[file.lnn, file.path] = HeldFile(file.lnn, file.path, file.user, share.name, name)
    return sorted(found.values(), key=lambda one: (one.lnn, one.path)), nowhere


def _ways(held: t.Mapping[str, t.Mapping[str, str]]) -> dict[int, str]:
    """Return an address of each node: a lease is broken soonest by the node that holds it."""
    ways: dict[int, str] = {}
    for addresses in held.values():
        for address, interface in sorted(addresses.items()):
            ways.setdefault(int(interface.split(":", 1)[0]), address)
    return ways


def _flush(
    files: t.Sequence[HeldFile], ways: t.Mapping[int, str], params: t.Mapping[str, t.Any], host: str, progress: Progress
) -> tuple[int, list[dict[str, t.Any]], float]:
    """Open the files side by side; what did not answer in time is at risk, and is not waited for."""
    end = time.monotonic() + float(params["deadline_seconds"])
    workers = max(1, min(int(params["concurrency"]), len(files)))
    # What is to be said where none of them is up.
    pools = f"{', '.join(params['pools'])} of {host}"
    connections = _Connections(ways, params["user"], params["password"], pools)
    at_risk: list[dict[str, t.Any]] = []
    flushed, longest, shown = 0, 0.0, time.monotonic()
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="flush")
    try:
        waiting = {pool.submit(_open_once, connections, file): file for file in files}
        try:
            for done in as_completed(waiting, timeout=max(0.0, end - time.monotonic())):
                file = waiting.pop(done)
                seconds, reason = done.result()
                longest = max(longest, seconds)
                if reason:
                    at_risk.append(_at_risk(file.lnn, file.path, file.user, reason))
                else:
                    flushed += 1
                if time.monotonic() - shown > PROGRESS_SECONDS:
                    shown = time.monotonic()
                    progress(
                        PassingLine(f"{host}: {flushed} of {len(files)} files are flushed, {len(at_risk)} can't be")
                    )
        except StillWaiting:
            for file in waiting.values():
                reason = f"its client did not write out what it caches within {params['deadline_seconds']} s"
                at_risk.append(_at_risk(file.lnn, file.path, file.user, reason))
    finally:
        # Whoever still waits for a client is let go: its connection ends under it.
        pool.shutdown(wait=False, cancel_futures=True)
        connections.close()
    progress(f"{host}: {flushed} of {len(files)} files are flushed, {len(at_risk)} can't be")
    return flushed, at_risk, longest


def _open_once(connections: _Connections, file: HeldFile) -> tuple[float, str]:
    """Open one file and close it again; returns how long its clients took, and why it could not be opened."""
    started = time.monotonic()
    try:
        connections.of(file.lnn, file.share).open_for_reading(file.name)()
    except FileNotOpened as error:
        return time.monotonic() - started, "" if error.gone else error.message
    except ShareUnreachable as error:
        return time.monotonic() - started, error.message
    return time.monotonic() - started, ""


def _at_risk(lnn: int, path: str, user: str, reason: str) -> dict[str, t.Any]:
    return {"lnn": lnn, "path": path, "user": user, "reason": reason}


class _Connections:
    """One connection for each worker, node and share, made when it is first needed."""

    def __init__(self, ways: t.Mapping[int, str], user: str, password: str, pools: str) -> None:
        self._ways, self._pools = ways, pools
        self._user, self._password = user, password
        self._lock = threading.Lock()
        self._made: dict[tuple[int, int, str], SmbShare] = {}

    def of(self, lnn: int, share: str) -> SmbShare:
        key = (threading.get_ident(), lnn, share)
        with self._lock:
            known = self._made.get(key)
        if known is not None:
            return known
        # A node without an address of the pools still has the file: any other leads to it as well.
        address = self._ways.get(lnn) or next(iter(self._ways.values()), "")
        if not address:
            raise ShareUnreachable(
                f"Connecting to share '{share}': no address of {self._pools} is up. Look at the members of what is named, and run again."
            )
        made = SmbShare(address, share, self._user, self._password).__enter__()
        with self._lock:
            self._made[key] = made
        return made

    def close(self) -> None:
        with self._lock:
            made = list(self._made.values())
        for share in made:
            share.__exit__()
