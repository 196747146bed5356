# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failover does around the cutover, and undoes: the lifetime of DNS answers."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from running_pair import RunningPair, failover

POOL = "groupnet0.subnet1.sales"
TTL_SECONDS = {"boston": 2, "newyork": 40}


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("steps", "--prerequisites") as running:
        for cluster, seconds in TTL_SECONDS.items():
            command = ["isi", "network", "pools", "modify", POOL, "--sc-ttl", str(seconds)]
            running.sim("exec", f"{cluster}-1", "--", *command)
        yield running


def lifetimes(configuration: dict[str, Any]) -> dict[str, int]:
    return {
        name: pool["sc_ttl"]
        for name, found in configuration.items()
        for pool in found["network"]["pools"]
        if pool["id"] == POOL
    }


def test_a_failure_during_the_cutover_leaves_everything_as_it_was(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    before = pair.configuration()
    pair.inject("newyork", "call", "--method", "PUT", "--path", "/pools/sales$", "--status", "500", "--skip", "1")
    failed = pair.play("failover", *failover("boston", "newyork", f"failover_report_directory={tmp_path}"))
    pair.clear()
    assert failed.returncode != 0
    assert "boston serves access zone 'sales' as before" in failed.stdout, failed.stdout
    assert "DNS answers that were given before live for 2 s" in failed.stdout
    assert pair.configuration() == before


def test_a_failover_leaves_nothing_behind(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    moved = pair.play("failover", *failover("boston", "newyork", f"failover_report_directory={tmp_path}"))
    assert moved.returncode == 0, moved.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    seconds = {step["name"]: step["seconds"] for step in report["steps"]}
    assert seconds["ttl"] >= TTL_SECONDS["boston"]
    assert lifetimes(pair.configuration()) == TTL_SECONDS
