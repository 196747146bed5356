# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""There and back: both clusters are configured as before, and what somebody changed in between is said."""

from __future__ import annotations

import pytest
from faults.gate import Event, Gate
from put import put
from running_pair import RunningPair, failover

POOL = "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/sales"
POLICIES = "/platform/7/sync/policies"
SCHEDULE = "every day at 23:00"


def test_there_and_back_is_as_before():
    with RunningPair("failback", "--prerequisites") as pair:
        # What can't be guessed from the other cluster: one interface of two, a schedule, a time to live.
        put(pair, "boston", POOL, ifaces=[{"lnn": 2, "iface": "ext-1"}], sc_ttl=7)
        put(pair, "boston", f"{POLICIES}/sales", schedule=SCHEDULE, enabled=True)
        before = pair.configuration()
        refused = pair.play("failback", *failover("newyork", "boston"))
        assert refused.returncode != 0
        assert "so there is nothing to take back" in refused.stdout, refused.stdout
        assert pair.configuration() == before

        there = pair.play("failover", *failover("boston", "newyork"))
        assert there.returncode == 0, there.stdout
        back = pair.play("failback", *failover("newyork", "boston", "failover_mirror=deleted"))
        assert back.returncode == 0, back.stdout
        assert "Nothing differs: both clusters are configured as before the failover." in back.stdout
        assert pair.configuration() == before

        again = pair.play("failback", *failover("newyork", "boston", "failover_mirror=deleted"))
        assert again.returncode == 0, again.stdout
        assert "changed=0" in again.stdout


@pytest.mark.faults
def test_changes_of_others_are_said_and_a_kept_mirror_is_used_again():
    with RunningPair("changed", "--prerequisites") as pair:
        put(pair, "boston", f"{POLICIES}/sales", schedule=SCHEDULE, enabled=True)
        before = pair.configuration()
        assert pair.play("failover", *failover("boston", "newyork")).returncode == 0
        served = pair.configuration()

        put(pair, "boston", POOL, sc_dns_zone="mine.example.com")
        refused = pair.play("failback", *failover("newyork", "boston"))
        assert refused.returncode != 0
        assert "mine.example.com" in refused.stdout
        put(pair, "boston", POOL, sc_dns_zone="")
        assert pair.configuration() == served

        # One on either side: the cluster that gets its service back keeps what somebody set there.
        put(pair, "newyork", f"{POLICIES}/sales_mirror", schedule="every 3 hours", enabled=True)
        put(pair, "boston", f"{POLICIES}/sales", schedule="every 2 hours", enabled=False)
        back = pair.play("failback", *failover("newyork", "boston"))
        assert back.returncode == 0, back.stdout
        assert "somebody changed it since" in back.stdout
        assert 'schedule was \\"every day at 23:00\\", and is \\"every 2 hours\\"' in back.stdout
        after = pair.configuration()
        schedules = {policy["name"]: policy["schedule"] for policy in after["boston"]["synciq"]["policies"]}
        assert schedules["sales"] == "every 2 hours"
        assert [policy["name"] for policy in after["newyork"]["synciq"]["policies"]] == ["sales_mirror"]
        for cluster in ("boston", "newyork"):
            assert after[cluster]["network"] == before[cluster]["network"]

        there = pair.play("failover", *failover("boston", "newyork"))
        assert there.returncode == 0, there.stdout
        back = pair.play("failback", *failover("newyork", "boston"))
        assert back.returncode == 0, back.stdout
        assert "Nothing differs" in back.stdout
        assert pair.configuration() == after


@pytest.mark.faults
@pytest.mark.parametrize("task", ["Restore: wait until no job runs", "Restore: compare both clusters"])
def test_a_failback_that_is_killed_at_its_end_is_finished(task, tmp_path):
    with RunningPair("killedback", "--prerequisites") as pair:
        before = pair.configuration()
        assert pair.play("failover", *failover("boston", "newyork", "failover_method=ip_takeover")).returncode == 0
        home = failover("newyork", "boston", "failover_method=ip_takeover", "failover_mirror=deleted")

        def passed(event: Event) -> None:
            if event.event == "begins" and task in event.task:
                gate.kill_controller()

        with Gate(tmp_path / "gate", passed) as gate:
            killed = pair.play("failback", *home, more_environment=gate.environment)
        assert "PLAY RECAP" not in killed.stdout, killed.stdout
        finished = pair.play("failback", *home)
        assert finished.returncode == 0, finished.stdout
        assert "Nothing differs" in finished.stdout
        assert pair.configuration() == before
