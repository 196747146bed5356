# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say who is connected to IP pools, now or after waiting until they have left or come back.

Private to the collection. Changes nothing on a cluster.
"""

from __future__ import annotations

import time
import typing as t

from .._onefs.addresses import normalise
from .._onefs.connection import SINGLE_CLUSTER_RULES, Connection, single_cluster_argument_spec
from .._onefs.errors import BadOption, NotReached
from .._onefs.node_hosts import find_node_hosts
from .._onefs.pace import Pace
from .._onefs.papi import PapiSession
from .._onefs.pools import Pool, read_some_pools
from .._onefs.progress import Progress, silent
from .._onefs.shell import Shell
from .._onefs.smb import NodeSessions
from .._onefs.waiting import wait_until
from .client_inventory import (
    READING_SPEC,
    Inventory,
    SessionIndex,
    alive,
    established,
    is_drained,
    join,
    read_inventory,
    reading_from,
)
from .open_file_list import KEPT_ROWS, LiveList, OpenRow, open_rows, writing

POLL_SECONDS = 0.5
# People close their files within minutes: there is no need to ask every node more often.
CALM_POLL_SECONDS = 2.0

ARGUMENT_SPEC: dict[str, t.Any] = {
    **single_cluster_argument_spec(),
    "pools": {"type": "list", "elements": "str", "required": True},
    "wait_for": {"type": "str", "choices": ["none", "closed_files", "drained", "clients"], "default": "none"},
    "open_files_limit": {"type": "int", "default": 0},
    "clients": {"type": "list", "elements": "str", "default": []},
    "deadline_seconds": {"type": "int", "default": 60},
    "fail_on_deadline": {"type": "bool", "default": True},
    **READING_SPEC,
}
RULES: dict[str, t.Any] = SINGLE_CLUSTER_RULES


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Say who is connected; in check mode without waiting for what a real run would bring about."""
    connection = Connection.from_params(params)
    reading = reading_from(params)
    wanted = client_addresses(params["clients"])
    waits_for = "none" if check_mode else str(params["wait_for"])
    latest: list[Inventory] = []
    seen: dict[str, float] = {}
    with PapiSession(connection) as papi, Shell(connection) as shell:
        pools = list(read_some_pools(papi, params["pools"]).values())
        addresses = {address for pool in pools for address in pool.addresses()}
        with NodeSessions(papi, find_node_hosts(papi, avoid=addresses)) as nodes:
            limit = int(params["open_files_limit"])
            live = LiveList(connection.host, limit, progress, float(params["deadline_seconds"]))
            pace = Pace()

            def reached() -> bool:
                latest[:] = [read_inventory(papi, shell, addresses, nodes, reading)]
                for client in wanted & established(latest[0]):
                    seen.setdefault(client, time.time())
                if waits_for == "drained":
                    return is_drained(latest[0])
                if waits_for == "closed_files":
                    rows = _open_rows(latest[0])
                    if writing(rows) <= limit:
                        return True
                    live.show(rows)
                    return False
                return waits_for == "none" or wanted <= established(latest[0])

            in_time = True
            try:
                wait_until(
                    reached,
                    float(params["deadline_seconds"]),
                    CALM_POLL_SECONDS if waits_for == "closed_files" else POLL_SECONDS,
                    silent if waits_for == "closed_files" else progress,
                    lambda: describe(connection.host, waits_for, latest[0], wanted, pace),
                )
            except NotReached as error:
                if params["fail_on_deadline"]:
                    raise NotReached(error.message, summarise(latest[0], pools, wanted, reached=False)) from error
                in_time = False
    returned = [{"client": client, "seen": round(moment, 3)} for client, moment in sorted(seen.items())]
    return {**summarise(latest[0], pools, wanted, in_time), "returned": returned}


def client_addresses(clients: t.Iterable[str]) -> set[str]:
    """Read the addresses of clients that are waited for."""
    found = {client: normalise(client) for client in clients}
    bad = [client for client, address in found.items() if address is None]
    if bad:
        raise BadOption(
            f"Waiting for the clients {', '.join(map(repr, bad))}: these are no IP addresses. "
            "Give clients by their addresses, as this module returns them."
        )
    return {address for address in found.values() if address is not None}


def describe(host: str, waits_for: str, inventory: Inventory, wanted: t.Collection[str], pace: Pace) -> str:
    """Say what is still waited for."""
    if waits_for == "clients":
        missing = sorted(set(wanted) - established(inventory))
        pace.saw(len(wanted) - len(missing))
        left = pace.left(len(wanted))
        return f"{host}: {len(wanted) - len(missing)} of {len(wanted)} clients came back{left}; missing {', '.join(missing[:5])}"
    if waits_for == "closed_files":
        rows = [row for row in _open_rows(inventory) if row.for_writing]
        named = ", ".join(f"{row.path!r} of {row.user!r}" for row in rows[:5])
        return f"{host}: clients to close {writing(rows)} files that are open for writing ({named})"
    busy = sorted(alive(inventory))
    for_writing = sum(file.for_writing for file in inventory.open_files)
    return f"{host}: {len(busy)} clients to leave ({', '.join(busy[:5])}), {for_writing} files open for writing"


def _open_rows(inventory: Inventory) -> list[OpenRow]:
    return open_rows(inventory, SessionIndex(inventory))


def summarise(
    inventory: Inventory, pools: t.Sequence[Pool], wanted: t.Collection[str], reached: bool
) -> dict[str, t.Any]:
    """Return the result of the module."""
    by_pool = []
    index = SessionIndex(inventory)
    for pool in pools:
        entries = join(inventory, index, frozenset(pool.addresses()))
        by_pool.append(
            {
                "pool": pool.id,
                "access_zone": pool.access_zone,
                "established": sum(entry["established"] for entry in entries),
                "drained": all(entry["drained"] for entry in entries),
                "open_for_write": sorted({path for entry in entries for path in entry["open_for_write"]}),
                "clients": entries,
            }
        )
    rows = open_rows(inventory, index)
    orphans = [file for file in inventory.open_files if not index.clients_possible(file)]
    return {
        "changed": False,
        "pools": by_pool,
        "clients": sorted(alive(inventory)),
        "established": sum(pool["established"] for pool in by_pool),
        "open_for_write": sorted({path for pool in by_pool for path in pool["open_for_write"]}),
        "open_files": [row.as_dict() for row in rows[:KEPT_ROWS]],
        "open_files_total": len(rows),
        "open_without_session": [{"node": file.lnn, "path": file.path, "user": file.user} for file in orphans],
        "drained": is_drained(inventory),
        "missing": sorted(set(wanted) - established(inventory)),
        "reached": reached,
        "nodes": list(inventory.nodes),
        "missing_nodes": list(inventory.missing_nodes),
        "problems": list(inventory.problems),
    }
