# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster dies, another takes over, and the dead one comes back: each step is a job as AWX runs it, and no job keeps anything."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from awx import surveys
from awx.job import Ended
from awx.launcher import Launcher
from dead_cluster import give_power, kill, shut_ports
from running_pair import RunningPair

FORTH = {"failover_source": "boston", "failover_target": "newyork", "failover_access_zone": "sales"}
BACK = {"failover_source": "newyork", "failover_target": "boston", "failover_access_zone": "sales"}
TAKEN = {"failover_confirm": "sales", "failover_outside_fence_waiver": "the switch ports are shut by hand, {{ 7 * 7 }}"}


@pytest.mark.faults
def test_a_dead_cluster_is_replaced_and_returns_by_jobs_alone(tmp_path: pathlib.Path) -> None:
    with (
        RunningPair("awx-dead", "--prerequisites") as pair,
        Launcher(pair.status, pair.enter, tmp_path) as launcher,
    ):

        def launch(template: str, way: dict[str, str], **given: str) -> Ended:
            answered: dict[str, Any] = surveys.answers(template, **way, **given)
            # The port of a dead node answers nothing; what returns is given less time than a real cluster's network would be.
            return launcher(
                surveys.playbooks()[template],
                answered,
                inventory_variables={"failover_network_deadline_seconds": "30"},
            )

        known = launcher("prerequisites", surveys.answers("prerequisites"))
        assert known.status == "successful", known.output
        with pair.observed("sales") as seen:
            living = launch("unplanned failover", FORTH, **TAKEN)
            assert living.status == "failed", living.output
            assert "something of it answers from" in " ".join(living.output.split())

            kill(pair, "boston")
            unaccepted = launch("unplanned failover", FORTH, **{**TAKEN, "failover_confirm": "finance"})
            assert unaccepted.status == "failed", unaccepted.output
            taken = launch("unplanned failover", FORTH, **TAKEN)
            assert taken.status == "successful", taken.output
            assert "{{ 7 * 7 }}" in taken.output
            state = launch("who serves", FORTH, service_expected="target")
            assert state.status == "failed" and "no answer from" in state.output, state.output

            shut_ports(pair, "boston")
            give_power(pair, "boston")
            kept = launch("quarantine", FORTH)
            assert kept.status == "successful", kept.output
            pair.clear()
            replica = launch("quarantine", FORTH, failover_discard="sales")
            assert replica.status == "successful", replica.output
            home = launch("failback", BACK, failover_mirror="deleted")
            assert home.status == "successful", home.output
            state = launch("who serves", FORTH, service_expected="source")
            assert state.artifacts == {"failover_serving": "boston"}, state.output
        assert seen.two_writers == []
