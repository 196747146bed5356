# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a failover does around the cutover, and undoes: lifetime of DNS answers, replication beforehand, open files, service principal names."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from faults.gate import Event, Gate
from ledger.clients import SmbprotocolClient
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


@pytest.fixture(scope="module")
def client(pair: RunningPair) -> Iterator[SmbprotocolClient]:
    """A client that has a file open for writing."""
    writer = SmbprotocolClient(pair.enter, pair.status, pair.folder("client1", "ledger"))
    writer.start()
    writer.wait_until_acknowledged(20, 60)
    yield writer
    writer.stop()


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
    assert "SAFE TO SAVE: nothing was moved; boston serves access zone sales as before." in failed.stdout
    assert "POINT OF NO RETURN" not in failed.stdout
    assert "DNS answers that were given before live for 2 s" in failed.stdout
    assert "account in EXAMPLE.COM lets go of HOST/sales.example.com" in failed.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["result"], report["served_by"], report["configuration"]) == (
        "rolled_back",
        "source",
        {"changes": []},
    )
    assert [step["name"] for step in report["steps"] if step["failed"]] == ["names"]
    assert report["steps"][-1]["name"] == "undo_interfaces"
    assert pair.configuration() == before


def test_a_target_that_falls_ill_meanwhile_is_found_before_the_fence(pair: RunningPair) -> None:
    before = pair.configuration()

    def fall_ill(line: str) -> None:
        if "DNS answers that were given before" in line:
            pair.sim("license", "newyork", "SmartConnect Advanced", "Expired")

    refused = pair.play(
        "failover", *failover("boston", "newyork", "__failover_readiness_lasts_seconds=0"), show=fall_ill
    )
    pair.sim("license", "newyork", "SmartConnect Advanced", "Licensed")
    assert refused.returncode != 0
    assert "newyork was ready when this run began and is not any more: licenses_valid" in refused.stdout, refused.stdout
    assert "boston serves access zone 'sales' as before" in refused.stdout
    assert "Fence: take" not in refused.stdout
    assert pair.configuration() == before


def test_open_files_are_shown_and_refused_where_that_is_wanted(pair: RunningPair, client: SmbprotocolClient) -> None:
    before = pair.configuration()
    values = ("failover_drain_seconds=1", "failover_drain_required=true", "failover_ttl_seconds=99")
    refused = pair.play("failover", *failover("boston", "newyork", *values))
    assert refused.returncode != 0
    assert "going on when no more than 0 files are open for writing" in refused.stdout, refused.stdout
    assert "(write" in refused.stdout
    assert "files that are open for writing (" in refused.stdout
    assert "boston serves access zone 'sales' as before" in refused.stdout
    assert pair.configuration() == before


def test_a_failover_names_who_is_at_risk_and_leaves_nothing_behind(
    pair: RunningPair, client: SmbprotocolClient, tmp_path: pathlib.Path
) -> None:
    waiver = '{"failover_readiness_waive": ["rehearsed_lately: the pair is new"]}'
    values = ("failover_drain_seconds=1", f"failover_report_directory={tmp_path}", waiver)
    moved = pair.play("failover", *failover("boston", "newyork", *values))
    assert moved.returncode == 0, moved.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [row["access"] for row in report["open_files"]][:1] == ["write"]
    assert report["open_files"][0]["clients"] == report["clients"]["connected"]
    waived = {check["id"]: check["waiver_reason"] for check in report["unfulfilled"] if check["waived"]}
    assert waived == {"rehearsed_lately": "the pair is new"}
    assert "waived: rehearsed_lately: the pair is new" in moved.stdout
    assert [one["number"] for one in report["pre_sync_rounds"]] == [1]
    seconds = {step["name"]: step["seconds"] for step in report["steps"]}
    assert seconds["ttl"] >= TTL_SECONDS["boston"]
    after = pair.configuration()
    assert lifetimes(after) == TTL_SECONDS
    owners = {name: "HOST/sales.example.com" in found["domain"]["spns"] for name, found in after.items()}
    assert owners == {"boston": False, "newyork": True}


@pytest.mark.faults
def test_an_old_path_that_somebody_opened_again_is_told_until_it_is_closed(
    pair: RunningPair, tmp_path: pathlib.Path
) -> None:
    """Begins where the test above ended: newyork serves."""
    recovery = ["exec", "newyork-1", "--", "isi", "sync", "recovery", "allow-write", "sales"]

    def passed(event: Event) -> None:
        if event.event == "begins" and event.task.endswith("keeps the old paths of newyork read-only"):
            pair.sim(*recovery)

    arguments = failover("newyork", "boston")
    with Gate(tmp_path / "gate", passed) as gate:
        told = pair.play("failover", *arguments, more_environment=gate.environment)
    assert told.returncode != 0 and "Stop: the old paths of newyork can be written to" in told.stdout, told.stdout
    assert "the old paths on newyork are not read-only: sales" in told.stdout
    again = pair.play("failover", *arguments)
    assert again.returncode != 0 and "policy sales is not read-only" in again.stdout, again.stdout
    pair.sim(*recovery, "--revert")
    mended = pair.play("failover", *arguments)
    assert mended.returncode == 0, mended.stdout
    assert "succeeded: access zone sales is served by boston" in mended.stdout
