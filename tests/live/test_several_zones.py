# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several access zones move with one command; each has its own end, and one that fails is undone alone."""

from __future__ import annotations

import pytest
from running_pair import RunningPair

THERE = ("failover_source=boston", "failover_target=newyork")
BACK = ("failover_source=newyork", "failover_target=boston", "failover_mode=failback")


def arguments(*values: str) -> list[str]:
    return [argument for value in values for argument in ("-e", value)]


def serves(pair: RunningPair) -> dict[str, str]:
    """Return which cluster each zone is served by, or both names where it were both."""
    found = dict.fromkeys(("sales", "finance"), "")
    for name, cluster in pair.configuration().items():
        for pool in cluster["network"]["pools"]:
            if pool["name"] in found and pool["ifaces"]:
                found[pool["name"]] += name
    return found


def test_one_zone_fails_and_the_other_moves():
    with RunningPair("zones", "--prerequisites") as pair:
        before = pair.configuration()
        pair.inject("newyork", "call", "--method", "PUT", "--path", "pools/sales", "--status", "500", "--count", "1")
        moved = pair.play("failover_zones", *arguments(*THERE, "failover_zones=sales,finance"))
        assert moved.returncode != 0
        assert "zone-sales: rolled back: " in moved.stdout, moved.stdout
        assert "zone-finance: served by the target: " in moved.stdout, moved.stdout
        assert serves(pair) == {"sales": "boston", "finance": "newyork"}
        pair.clear()

        again = pair.play("failover_zones", *arguments(*THERE, "failover_zones=sales,finance"))
        assert again.returncode == 0, again.stdout
        assert "zone-finance: served by the target: nothing to move" in again.stdout
        assert serves(pair) == {"sales": "newyork", "finance": "newyork"}

        back = pair.play("failover_zones", *arguments(*BACK, "failover_zones=sales,finance", "failover_mirror=deleted"))
        assert back.returncode == 0, back.stdout
        assert pair.configuration() == before


@pytest.mark.faults
def test_priority_limit_and_stop():
    with RunningPair("priority", "--prerequisites") as pair:
        zones = '{"failover_zones": [{"zone": "sales", "priority": 2}, {"zone": "finance", "priority": 1}]}'
        pair.inject("newyork", "call", "--method", "PUT", "--path", "pools/finance", "--status", "500", "--count", "1")
        stopped = pair.play(
            "failover_zones",
            *arguments(*THERE, zones, "failover_zones_at_once=1", "failover_stop_on_failure=true"),
        )
        assert stopped.returncode != 0
        assert "zone-finance: rolled back: " in stopped.stdout, stopped.stdout
        assert "zone-sales: not begun: " in stopped.stdout, stopped.stdout
        assert serves(pair) == {"sales": "boston", "finance": "boston"}

        on = pair.play("failover_zones", *arguments(*THERE, zones, "failover_zones_at_once=1"))
        assert on.returncode == 0, on.stdout
        first, then = (
            on.stdout.index(f"pool groupnet0.subnet1.{zone} answers to no name") for zone in ("finance", "sales")
        )
        assert first < then
        assert serves(pair) == {"sales": "newyork", "finance": "newyork"}
