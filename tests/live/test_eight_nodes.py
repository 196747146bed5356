# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clusters of eight nodes: every node answers, has sessions of its own, and lets go of them in a failover."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator

from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import netstat
from onefs_sim.allocation import addresses_of
from running_pair import RunningPair, failover

# Runs on a client: keeps a file open for writing at each address until it is told to end.
HOLD = """
import os, sys, smbclient
user, password, *addresses = sys.argv[1:]
files = []
for address in addresses:
    smbclient.register_session(address, username=user, password=password)
    files.append(smbclient.open_file(rf"\\\\{address}\\sales\\of-{address}.txt", mode="w", share_access="rwd"))
print("open", flush=True)
sys.stdin.readline()
# Without a word to servers that may be gone.
os._exit(0)
"""
# Asks the cluster for the sessions of all nodes.
SESSIONS = """
import json, sys, requests
url, user, password, ca_file = sys.argv[1:]
answer = requests.get(url + "/platform/11/protocols/smb/sessions?lnn=all", auth=(user, password), verify=ca_file)
print(json.dumps({node["lnn"]: [one["computer"] for one in node["sessions"]] for node in answer.json()["nodes"]}))
"""


def sessions(pair: RunningPair, cluster: str) -> dict[str, list[str]]:
    papi = pair.status["clusters"][cluster]["papi"]
    asked = [papi[name] for name in ("url", "user", "password", "ca_file")]
    return json.loads(pair.sim("exec", "controller", "--", sys.executable, "-c", SESSIONS, *asked))


def sales_addresses(pair: RunningPair, cluster: str) -> list[str]:
    """Return the addresses of the nodes that belong to the pool sales, by the order of the nodes."""
    pools = json.loads(pair.sim("config", cluster))["network"]["pools"]
    ranges = next(pool["ranges"] for pool in pools if pool["name"] == "sales")
    owned = set(addresses_of(ranges))
    nodes = json.loads(pair.sim("status", "--json"))["clusters"][cluster]["nodes"]
    return [address for node in nodes for held in node["addresses"].values() for address in held if address in owned]


@contextlib.contextmanager
def holding(pair: RunningPair, addresses: list[str]) -> Iterator[None]:
    """Keep a file open at each address; the client is ended at the end, whatever became of its connections."""
    smb = pair.status["smb"]
    command = pair.enter("client1", [sys.executable, "-c", HOLD, smb["user"], smb["password"], *addresses])
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert client.stdout is not None
        assert client.stdout.readline() == "open\n"
        yield
    finally:
        # The end of its input ends it; a signal would end only the command that entered the client.
        client.communicate(timeout=10)


def test_a_zone_moves_between_clusters_of_eight_nodes():
    with RunningPair("eight", "--nodes", "8", "--prerequisites") as pair:
        boston, newyork = (sales_addresses(pair, name) for name in ("boston", "newyork"))
        assert (len(boston), len(newyork)) == (8, 0)

        versions = pair.sim("exec", "boston-5", "--", "isi_for_array", "isi", "version").splitlines()
        assert sorted(line.partition(": ")[0] for line in versions) == [f"boston-{lnn}" for lnn in range(1, 9)]

        with holding(pair, boston):
            assert sessions(pair, "boston") == {str(lnn): ["198.51.100.101"] for lnn in range(1, 9)}
            listed = pair.sim("exec", "boston-1", "--", "isi_for_array", "netstat", "-anW", "-p", "tcp")
            connected = {(s.lnn, s.local) for s in netstat.parse(listed).sockets if s.state == netstat.ESTABLISHED}
            assert connected == set(enumerate(boston, start=1))

            # This client is lost with its connections: nobody needs to be woken, and nobody is waited for.
            alone = ("failover_wake_clients=false", "failover_clients_deadline_seconds=1")
            moved = pair.play("failover", *failover("boston", "newyork", *alone))
            assert moved.returncode == 0, moved.stdout
            assert sessions(pair, "boston") == {str(lnn): [] for lnn in range(1, 9)}

        boston, newyork = (sales_addresses(pair, name) for name in ("boston", "newyork"))
        assert (len(boston), len(newyork)) == (0, 8)
        with holding(pair, newyork):
            assert sessions(pair, "newyork") == {str(lnn): ["198.51.100.101"] for lnn in range(1, 9)}
