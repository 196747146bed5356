# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The source's addresses move to the target and home again; a client that mounted by address is carried over as well."""

from __future__ import annotations

from typing import Any

from ledger.clients import KernelClient
from running_pair import RunningPair, failover


def sales(configuration: dict[str, Any]) -> dict[str, tuple[list[dict[str, str]], bool]]:
    """Return the ranges of the pool sales on each cluster, and whether it has members."""
    return {
        name: next(
            (pool["ranges"], bool(pool["ifaces"])) for pool in found["network"]["pools"] if pool["name"] == "sales"
        )
        for name, found in configuration.items()
    }


def test_takeover_there_and_back() -> None:
    with RunningPair("takeover", "--prerequisites") as pair:
        before = sales(pair.configuration())
        client = KernelClient(pair.enter, pair.status, pair.folder("client2", "ledger"))
        client.start()
        client.wait_until_acknowledged(100, 60)
        for source, target in (("boston", "newyork"), ("newyork", "boston")):
            arguments = failover(source, target, "failover_method=ip_takeover")
            checked = pair.play("failover", "--check", *arguments)
            assert checked.returncode == 0, checked.stdout
            moved = pair.play("failover", *arguments)
            assert moved.returncode == 0, moved.stdout
            again = pair.play("failover", *arguments)
            assert again.returncode == 0 and "changed=0" in again.stdout, again.stdout
            client.wait_until_back(100)
            if target == "newyork":
                assert sales(pair.configuration()) == {"boston": ([], False), "newyork": (before["boston"][0], True)}
        client.stop()
        result = client.check("boston")
        assert (result["lost"], result["corrupted"], result["remounts"]) == (0, 0, 0), result
        assert all(address.startswith("198.51.100.1") for address in result["servers"]), result
        assert sales(pair.configuration()) == before
