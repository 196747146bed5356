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
