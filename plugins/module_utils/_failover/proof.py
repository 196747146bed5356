# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proof that nobody can write to the source any more. Private to the collection.

A cluster's answer to a change is no proof: OneFS applies network changes a moment later, and an address that is gone
leaves its sockets behind. So the nodes' own state is read, and the addresses are tried from here.
"""

from __future__ import annotations

import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._onefs import netstat
from .._onefs.cluster import ClusterIdentity, read_clock, read_cluster
from .._onefs.connection import Connection
from .._onefs.interfaces import Interface, read_interfaces
from .._onefs.node_hosts import node_hosts_among
from .._onefs.papi import PapiSession
from .._onefs.pools import read_some_pools
from .._onefs.progress import Progress
from .._onefs.shell import Shell
from .._onefs.smb import NodeSessions
from .._onefs.waiting import wait_until
from .client_inventory import DEFAULT_READING, read_inventory
from .facts import source_argument_spec
from .plan import is_below
from .service_check import answering

POLL_SECONDS = 0.1

ARGUMENT_SPEC: dict[str, t.Any] = {
    **source_argument_spec(),
    "pools": {"type": "list", "elements": "str", "required": True},
    "paths": {"type": "list", "elements": "str", "required": True},
    "deadline_seconds": {"type": "int", "default": 60},
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Wait until the proof holds; raises NotReached with what still stands."""
    if check_mode:
        return {"changed": False, "evidence": {}, "cluster_time": 0}
    connection = Connection.from_params(params["source"])
    evidence: dict[str, t.Any] = {}
    cluster_time = 0
    with PapiSession(connection) as papi, Shell(connection) as shell, ThreadPoolExecutor(max_workers=2) as workers:
        # A log-in over SSH takes as long as several calls, and clients wait for both.
        connected = workers.submit(shell.open)
        pools = read_some_pools(papi, params["pools"])
        addresses = {address for pool in pools.values() for address in pool.addresses()}
        # To try an address that is gone takes the whole time-out: meanwhile the rest is read.
        tried_before = [workers.submit(answering, addresses)]
        interfaces, cluster = read_interfaces(papi), read_cluster(papi)
        hosts = dict(connection.node_hosts) or node_hosts_among(papi, interfaces, cluster, avoid=addresses)
        connected.result()
        # The first look has read the addresses already.
        read_before = [interfaces]
        with NodeSessions(papi, hosts) as nodes:

            def proven() -> bool:
                nonlocal cluster_time
                tried = tried_before.pop() if tried_before else workers.submit(answering, addresses)
                # The addresses come first: when none is left, what is connected or open can only become less.
                found = read_before.pop() if read_before else read_interfaces(papi)
                evidence.update(read_evidence(papi, shell, addresses, params["paths"], nodes, cluster, found))
                if not standing(evidence):
                    cluster_time = read_clock(papi)
                evidence["answering"] = sorted(tried.result())
                return not standing(evidence)

            wait_until(
                proven,
                deadline_seconds=float(params["deadline_seconds"]),
                interval_seconds=POLL_SECONDS,
                progress=progress,
                describe=lambda: (
                    f"the fence around {', '.join(params['pools'])} of {connection.host}: {'; '.join(standing(evidence))}"
                ),
            )
    progress(f"{connection.host}: no address, no connection, no file open for writing, on nodes {evidence['nodes']}")
    return {"changed": False, "evidence": evidence, "cluster_time": cluster_time}


def read_evidence(
    papi: PapiSession,
    shell: Shell,
    addresses: set[str],
    paths: t.Sequence[str],
    nodes: NodeSessions,
    cluster: ClusterIdentity,
    interfaces: t.Sequence[Interface],
) -> dict[str, t.Any]:
    """Read what stands between us and a proof; every list is empty and every count 0 when it holds.

    ``interfaces`` were read right before. Whether an address answers is not tried here.
    """
    inventory = read_inventory(papi, shell, addresses, nodes, DEFAULT_READING, cluster)
    served = {(session.lnn, session.client) for session in inventory.sessions}
    established = [s for s in inventory.sockets if s.state == netstat.ESTABLISHED]
    return {
        "addresses_up": sorted(addresses & {address for one in interfaces for address in one.addresses}),
        "established": sum((s.lnn, s.peer) in served for s in established),
        # The address went away in the middle of a login: there is no session that could carry a write.
        "without_session": sum((s.lnn, s.peer) not in served for s in established),
        "open_for_write": sorted(
            {
                file.path
                for file in inventory.open_files
                if file.for_writing and any(is_below(file.path, p) for p in paths)
            }
        ),
        "answering": [],
        "nodes": list(inventory.nodes),
    }


def standing(evidence: t.Mapping[str, t.Any]) -> list[str]:
    """Say what still stands; an empty list is the proof."""
    words = []
    if evidence["addresses_up"]:
        words.append(f"addresses {', '.join(evidence['addresses_up'])} are up")
    if evidence["established"]:
        words.append(f"{evidence['established']} connections are established")
    if evidence["open_for_write"]:
        words.append(f"open for writing: {', '.join(evidence['open_for_write'][:5])}")
    if evidence["answering"]:
        words.append(f"port 445 answers at {', '.join(evidence['answering'])}")
    return words
