# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rehearsals: looking changes nothing, and nobody who is served by the clusters notices any of it."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from ledger.clients import SmbprotocolClient
from running_pair import RunningPair, failover

# What a session does to log in and out.
LOGINS = {("POST", "/session/1/session"), ("DELETE", "/session/1/session")}


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("rehearsal", "--prerequisites") as running:
        yield running


def everything(pair: RunningPair) -> dict[str, Any]:
    """Return all that is configured on both clusters, and all that lies below /ifs, hidden or not, with its times."""
    found: dict[str, Any] = {}
    for name in pair.status["clusters"]:
        listing = pair.sim("exec", f"{name}-1", "--", "find", "/ifs", "-printf", "%p %y %m %U %s %T@\\n")
        found[name] = {"configuration": json.loads(pair.sim("config", name)), "files": sorted(listing.splitlines())}
    return found


def writes(pair: RunningPair) -> list[tuple[str, str]]:
    """Return the calls that change something, of either cluster."""
    calls = [call for name in pair.status["clusters"] for call in json.loads(pair.sim("calls", name))]
    return [(call["method"], call["target"]) for call in calls if call["method"] not in ("GET", "HEAD")]


def test_looking_changes_nothing(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    before, written = everything(pair), len(writes(pair))
    arguments = failover("boston", "newyork", "rehearsal_level=1", f"failover_report_directory={tmp_path}")
    looked = pair.play("rehearsal", *arguments)
    assert looked.returncode == 0, looked.stdout
    assert everything(pair) == before
    assert set(writes(pair)[written:]) == LOGINS
    assert "Access zone sales moves from boston to newyork:" in looked.stdout
    assert "REHEARSAL, level 1: checked, nothing was changed" in looked.stdout

    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["result"], report["rehearsal"]["level"], report["cutover_seconds"]) == ("checked", 1, None)
    names = [step["name"] for step in report["steps"] if step["changed"]]
    assert {"lease", "fence", "final_sync", "allow_writes", "names", "online"} <= set(names)
    assert [step["name"] for step in report["predicted"]] == [step["name"] for step in report["steps"]]
    assert not any(step["seconds"] for step in report["predicted"])
    assert "REHEARSAL" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_run_that_would_only_be_called_a_rehearsal_is_refused(pair: RunningPair) -> None:
    before = everything(pair)
    refused = pair.play("failover", *failover("boston", "newyork", "failover_rehearsal_level=1"))
    assert refused.returncode != 0
    assert "this run is not in check mode" in refused.stdout
    assert everything(pair) == before


def drill(pair: RunningPair, *more: str) -> list[str]:
    """Return the arguments of a drill with the access zone finance."""
    values = {
        "rehearsal_level": "3",
        "rehearsal_source": "boston",
        "rehearsal_target": "newyork",
        "failover_access_zone": "finance",
        "rehearsal_robot_zone": "finance",
        "rehearsal_robot_share": "finance",
        "rehearsal_user": pair.status["smb"]["user"],
        "rehearsal_password": pair.status["smb"]["password"],
    }
    given = [f"{name}={value}" for name, value in values.items()]
    return [argument for value in (*given, *more) for argument in ("-e", value)]


@pytest.mark.faults
def test_a_drill_goes_there_and_back_and_tells_its_trend(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    first = pair.play("rehearsal", *drill(pair, f"failover_report_directory={tmp_path}"))
    assert first.returncode == 0, first.stdout
    for way, target in (("there", "newyork"), ("back", "boston")):
        report = json.loads((tmp_path / way / "report.json").read_text(encoding="utf-8"))
        assert (report["result"], report["target"], report["rehearsal"]["level"]) == ("succeeded", target, 3)
    # The mirror policy and its like are there from the first drill on.
    before = pair.configuration()
    second = pair.play("rehearsal", *drill(pair), more_environment={"ANSIBLE_SHOW_CUSTOM_STATS": "true"})
    assert second.returncode == 0, second.stdout
    assert pair.configuration() == before
    assert " 0 lost" in second.stdout
    figures = json.loads(second.stdout.partition("CUSTOM STATS:")[2].partition("RUN:")[2])["rehearsal"]
    assert [one["result"] for one in figures["drills"]] == ["succeeded", "succeeded"]
    assert (figures["lost"], figures["acknowledged"] > 50) == (0, True)
    assert all(one["change_percent"] is not None for one in figures["trend"].values())
    for cluster in pair.status["clusters"].values():
        assert not list((pathlib.Path(cluster["ifs"]) / "data/finance").glob("seamless-robot-*"))

    looked = pair.play(
        "rehearsal",
        *failover("boston", "newyork", "failover_access_zone=finance", f"failover_report_directory={tmp_path}"),
    )
    assert looked.returncode == 0, looked.stdout
    predicted = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["predicted"]
    assert all(step["seconds"] is not None for step in predicted)


@pytest.mark.faults
def test_a_drill_that_fails_on_its_way_is_told_and_the_next_one_brings_the_zone_home(pair: RunningPair) -> None:
    pair.inject(
        "newyork",
        "call",
        "--method",
        "PUT",
        "--path",
        "pools/finance",
        "--status",
        "500",
        "--skip",
        "1",
        "--count",
        "4",
    )
    failed = pair.play("rehearsal", *drill(pair))
    pair.clear()
    assert failed.returncode != 0
    assert "Look at what failed" in failed.stdout
    again = pair.play("rehearsal", *drill(pair))
    assert again.returncode == 0, again.stdout
    serving = {pool["name"]: bool(pool["ifaces"]) for pool in pair.configuration()["boston"]["network"]["pools"]}
    assert serving["finance"]


@pytest.mark.faults
@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["rehearsal_robot_zone=sales"], "only a robot zone"),
        (["failover_source=boston"], "must be able to change places"),
        (["rehearsal_robot_share="], "something is missing"),
    ],
)
def test_a_drill_that_would_move_what_it_must_not_is_refused(pair: RunningPair, more: list[str], words: str) -> None:
    before = everything(pair)
    refused = pair.play("rehearsal", *drill(pair, *more))
    assert refused.returncode != 0
    assert words in refused.stdout
    assert everything(pair) == before


@pytest.mark.faults
def test_a_zone_that_people_use_is_no_robot_zone(pair: RunningPair) -> None:
    before = pair.configuration()
    client = SmbprotocolClient(pair.enter, pair.status, pair.folder("client1", "stranger"))
    client.start()
    client.wait_until_acknowledged(20, 60)
    arguments = drill(pair, "failover_access_zone=sales", "rehearsal_robot_zone=sales", "rehearsal_user=robot")
    refused = pair.play("rehearsal", *arguments)
    client.stop()
    assert refused.returncode != 0
    assert f"198.51.100.101 ({pair.status['smb']['user']})" in refused.stdout
    assert pair.configuration() == before
