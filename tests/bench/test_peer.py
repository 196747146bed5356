# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The peer does the job that it is compared by: there and back, with a client connected, and the zone is served each time."""

from __future__ import annotations

import contextlib
import json
import pathlib
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest
from running_pair import ROOT, RunningPair

pytestmark = pytest.mark.faults

PEER = str(ROOT / "tests/bench/peer/failover.yml")
POOL = "groupnet0.subnet1.sales"


def peer(pair: RunningPair, source: str, target: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Let the peer move the zone."""
    values = (f"peer_source={source}", f"peer_target={target}", "peer_zone=sales")
    return pair.play(PEER, *(argument for value in values for argument in ("-e", value)), *more)


def client(pair: RunningPair, *more: str) -> list[str]:
    """Return the command of a client that asks for the share by its name, and for the name each time."""
    smb = pair.status["smb"]
    login = f"{smb['user']}%{smb['password']}"
    argv = ["smbclient", "--option=name cache timeout=0", f"//{smb['fqdn']}/{smb['share']}", "-U", login, *more]
    return pair.enter("client1", argv)


def smbclient(pair: RunningPair, command: str) -> subprocess.CompletedProcess[str]:
    """Do something on the share, by its name."""
    return subprocess.run(client(pair, "-c", command), capture_output=True, text=True, check=False)


@contextlib.contextmanager
def connected(pair: RunningPair, cluster: str) -> Iterator[None]:
    """Keep a client of a cluster connected to the share."""
    process = subprocess.Popen(client(pair), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        assert process.stdin is not None
        name = f"connected-to-{cluster}.txt"
        process.stdin.write(f"put /etc/hostname {name}\n".encode())
        process.stdin.flush()
        deadline = time.monotonic() + 20
        while name not in data(pair, cluster):
            assert process.poll() is None, "the client has ended"
            assert time.monotonic() < deadline, "the client has written nothing"
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()


def pool(pair: RunningPair, cluster: str) -> dict[str, Any]:
    """Return how the zone's pool is configured."""
    found: dict[str, Any] = next(one for one in pair.configuration()[cluster]["network"]["pools"] if one["id"] == POOL)
    return found


def sent(pair: RunningPair, cluster: str, method: str, path: str) -> list[str]:
    """Return the calls of a method whose path holds a text."""
    return [
        one["target"]
        for one in json.loads(pair.sim("calls", cluster))
        if one["method"] == method and path in one["target"]
    ]


def policies(pair: RunningPair, cluster: str) -> list[str]:
    """Return the policies that replicate from a cluster, and are enabled."""
    return [one["name"] for one in pair.configuration()[cluster]["synciq"]["policies"] if one["enabled"]]


def data(pair: RunningPair, cluster: str) -> set[str]:
    """Return the files of the zone as the cluster has them on disk."""
    return {one.name for one in (pathlib.Path(pair.status["clusters"][cluster]["ifs"]) / "data/sales").iterdir()}


def test_there_and_back() -> None:
    with RunningPair("bench-peer") as pair:
        before = {name: pool(pair, name) for name in ("boston", "newyork")}
        configuration = pair.configuration()
        checked = peer(pair, "boston", "newyork", "--check")
        assert checked.returncode == 0, checked.stdout
        assert pair.configuration() == configuration

        for source, target in (("boston", "newyork"), ("newyork", "boston")):
            assert smbclient(pair, f"put /etc/hostname before-{target}.txt").returncode == 0
            with connected(pair, source):
                moved = peer(pair, source, target)
            assert moved.returncode == 0, moved.stdout
            assert sent(pair, source, "DELETE", "/smb/sessions/")

            listed = smbclient(pair, f"ls; put /etc/hostname after-{target}.txt")
            assert listed.returncode == 0, listed.stdout + listed.stderr
            assert f"before-{target}.txt" in listed.stdout
            assert f"after-{target}.txt" in data(pair, target) - data(pair, source)
            assert not {"sales", "sales_mirror"} & set(policies(pair, source))
            assert ("sales" if target == "boston" else "sales_mirror") in policies(pair, target)

            assert pool(pair, target)["sc_dns_zone"] == "sales.example.com"
            assert (pool(pair, source)["ifaces"], pool(pair, source)["sc_dns_zone"]) == ([], "")
            spns = {name: cluster["domain"]["spns"] for name, cluster in pair.configuration().items()}
            assert "HOST/sales.example.com" in spns[target]
            assert "HOST/sales.example.com" not in spns[source]

        assert {name: pool(pair, name) for name in before} == before
