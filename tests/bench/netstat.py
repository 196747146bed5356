# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it takes to understand what the netstat of all nodes printed: read it, match it to the pools, and count the clients."""

from __future__ import annotations

import functools
import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.disconnect import sort_clients
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import netstat

NODES, CONNECTIONS, POOLS = 252, 100_000, 2_000
GOAL_SECONDS = 0.5
HEAD = (
    "Active Internet connections (including servers)",
    f"Proto Recv-Q Send-Q {'Local Address':45} {'Foreign Address':45} (state)",
    f"{'tcp4':5} {0:6} {0:6} {'*.445':45} {'*.*':45} LISTEN",
)
# Most are served; the rest is what a cluster always has of those that come and go.
STATES = ("ESTABLISHED",) * 18 + ("TIME_WAIT", "FIN_WAIT_2")


def address(network: int, number: int) -> str:
    """Return an address of a network of its own for nodes, and one for clients."""
    return f"{network}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def printed(
    connections: int, nodes: int = NODES, pools: int = POOLS, mixed: bool = False
) -> tuple[str, dict[str, str]]:
    """Return what isi_for_array prints, node after node or line by line in turn, and which pool each address of the nodes belongs to.

    Each client comes from an address of its own; a node serves the addresses of several pools.
    """
    pool_of = {address(10, number): f"groupnet0.subnet{number % 8}.pool{number}" for number in range(pools)}
    lines = [(lnn, f"big-{lnn}: {line}") for line in HEAD for lnn in range(1, nodes + 1)]
    for number in range(connections):
        server, client = f"{address(10, number % pools)}.445", f"{address(172, number)}.{49152 + number % 16384}"
        state = STATES[number % len(STATES)]
        lnn = number % pools % nodes + 1
        lines.append((lnn, f"big-{lnn}: {'tcp4':5} {0:6} {0:6} {server:45} {client:45} {state}"))
    if not mixed:
        lines.sort(key=lambda one: one[0])
    return "\n".join(line for _lnn, line in lines) + "\n", pool_of


def summarise(output: str, pool_of: dict[str, str]) -> dict[str, Any]:
    """Do what the product does with the output: read, keep what is of the pools, tell who is connected, and count by pool."""
    reading = netstat.parse(output)
    mine = netstat.to_pool(reading.sockets, pool_of)
    clients = sort_clients(reading.sockets, pool_of)
    by_pool: dict[str, int] = {}
    for one in mine:
        if one.state == netstat.ESTABLISHED:
            pool = pool_of[one.local]
            by_pool[pool] = by_pool.get(pool, 0) + 1
    return {
        "nodes": len(reading.nodes),
        "connections": len(reading.sockets),
        "matched": len(mine),
        "established": sum(by_pool.values()),
        "pools_in_use": len(by_pool),
        "clients": len(clients.involved),
        "problems": len(reading.problems),
    }


def timed(work: Callable[[], object], runs: int) -> dict[str, float]:
    """Return median and spread of several runs; the collector of garbage runs as it does in a task."""
    seconds = []
    for _run in range(runs):
        gc.collect()
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return {
        "median_seconds": round(statistics.median(seconds), 4),
        "fastest_seconds": round(min(seconds), 4),
        "slowest_seconds": round(max(seconds), 4),
    }


def peak_bytes(work: Callable[[], object]) -> int:
    """Return the memory that the work needs at its worst, beside its input; in a run of its own, since tracing slows it down."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def measure(scale: float = 1.0, runs: int = 7) -> dict[str, Any]:
    """Measure at the size, at twice and at four times of it; `scale` makes all of them smaller."""
    sizes: list[dict[str, Any]] = []
    for times in (1, 2, 4):
        connections = max(1, round(CONNECTIONS * scale * times))
        output, pool_of = printed(connections)
        summary = summarise(output, pool_of)
        assert (summary["connections"], summary["matched"], summary["problems"]) == (connections, connections, 0), (
            summary
        )
        work = functools.partial(summarise, output, pool_of)
        took, peak = timed(work, runs), peak_bytes(work)
        parse = timed(functools.partial(netstat.parse, output), runs)
        lines = output.count("\n")
        sizes.append(
            {
                "times": times,
                "lines": lines,
                "output_bytes": len(output),
                **took,
                "parse_median_seconds": parse["median_seconds"],
                "lines_a_second": round(lines / took["median_seconds"]),
                "peak_bytes": peak,
                "summary": summary,
            }
        )
    first = sizes[0]["median_seconds"]
    output, pool_of = printed(max(1, round(CONNECTIONS * scale)), mixed=True)
    mixed = timed(lambda: summarise(output, pool_of), runs)
    return {
        "nodes": NODES,
        "pools": POOLS,
        "scale": scale,
        "runs": runs,
        "goal_seconds": GOAL_SECONDS,
        "median_seconds": first,
        "mixed": mixed,
        "growth": [round(size["median_seconds"] / first, 2) for size in sizes],
        "sizes": sizes,
    }
