# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever fails before clients can reach the target is undone: the source serves on, nothing acknowledged is lost."""

from __future__ import annotations

import pytest
from ledger.clients import SmbprotocolClient
from running_pair import RunningPair, failover

POOL = "/pools/sales$"
# For each step: the cluster, and what goes wrong on it. `skip` lets the calls of earlier steps pass.
FAULTS = {
    "readiness": ("boston", ["call", "--method", "GET", "--path", "/network/pools", "--status", "500", "--count", "0"]),
    "lease": ("newyork", ["call", "--method", "PUT", "--path", "/leases/", "--status", "500", "--count", "0"]),
    "pre-sync": ("boston", ["call", "--method", "POST", "--path", "/sync/jobs", "--status", "500", "--count", "0"]),
    "drain": (
        "boston",
        ["call", "--method", "GET", "--path", "/smb/openfiles", "--status", "500", "--skip", "2", "--count", "0"],
    ),
    "fence": ("boston", ["call", "--method", "PUT", "--path", POOL, "--status", "500"]),
    "prove": (
        "boston",
        ["call", "--method", "GET", "--path", "/smb/openfiles", "--status", "500", "--skip", "4", "--count", "0"],
    ),
    "final sync": (
        "boston",
        ["call", "--method", "POST", "--path", "/sync/jobs", "--status", "500", "--skip", "2", "--count", "0"],
    ),
    "allow writes": ("newyork", ["job-failed", "--policy", "sales", "--action", "allow_write"]),
    "names off the source": ("boston", ["call", "--method", "PUT", "--path", POOL, "--status", "500", "--skip", "1"]),
    "names on the target": ("newyork", ["call", "--method", "PUT", "--path", POOL, "--status", "500"]),
    "online": ("newyork", ["call", "--method", "PUT", "--path", POOL, "--status", "500", "--skip", "1"]),
}


# How the name of the task begins in which each fault must strike; what comes before the lease has nothing to undo.
STRIKES = {
    "pre-sync": "Pre-sync: replicate",
    "drain": "Drain:",
    "fence": "Fence:",
    "prove": "Prove:",
    "final sync": "Final sync:",
    "allow writes": "Allow writes:",
    "names off the source": "Names:",
    "names on the target": "Names:",
    "online": "Online:",
}


@pytest.fixture(scope="module")
def pair():
    with RunningPair("rollback", "--prerequisites") as running:
        yield running


@pytest.mark.parametrize("method", ["smartconnect", pytest.param("ip_takeover", marks=pytest.mark.faults)])
@pytest.mark.parametrize("step", list(FAULTS))
def test_failed_step_is_undone(pair, step, method):
    cluster, fault = FAULTS[step]
    before = pair.configuration()
    client = SmbprotocolClient(pair.enter, pair.status, pair.folder("client1", f"{step.replace(' ', '-')}-{method}"))
    client.start()
    client.wait_until_acknowledged(50, 30)
    pair.inject(cluster, *fault)
    arguments = failover("boston", "newyork", f"failover_method={method}", "failover_network_deadline_seconds=20")
    with pair.observed("sales") as seen:
        run = pair.play("failover", *arguments)
    (injected,) = pair.faults()
    pair.clear()
    assert run.returncode != 0, run.stdout
    assert seen.two_writers == []
    if step in STRIKES:
        assert f"The step '{STRIKES[step]}" in run.stdout, run.stdout
        assert "boston serves access zone 'sales' as before" in run.stdout, run.stdout
    assert injected["hit"], f"the fault was never met: {injected}"
    client.wait_until_acknowledged(client.acknowledged() + 50, 60)
    client.stop()
    result = client.check("boston")
    assert (result["lost"], result["corrupted"]) == (0, 0), result
    assert result["edited_file"]["intact"] or result["acknowledged"] < 100, result
    assert pair.configuration() == before
    for file in ("ledger.bin", "document.txt"):
        pair.sim("exec", "boston-1", "--", "rm", "-f", f"/ifs/data/sales/{file}")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["failover_access_zone=legal"], "has no access zone 'legal'"),
        (["failover_target=boston"], "name two clusters"),
        (
            ["failover_access_zone=", '{"failover_pools": ["groupnet0.subnet1.nope"]}'],
            "no IP pool 'groupnet0.subnet1.nope'",
        ),
    ],
)
def test_bad_input_is_refused_before_anything_changes(pair, arguments, words):
    before = pair.configuration()
    run = pair.play("failover", *failover("boston", "newyork", *arguments))
    assert run.returncode != 0
    assert words in run.stdout
    assert pair.configuration() == before
