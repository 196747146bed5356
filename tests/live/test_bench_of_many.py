# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the bench that have clients, larger zones, or many: small versions run through, and nothing is lost or misplaced."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
from typing import Any

from running_pair import ROOT


def measure(part: str, results: pathlib.Path) -> dict[str, list[dict[str, Any]]]:
    """Run a small version of a part of the bench."""
    command = [sys.executable, str(ROOT / "tests/bench/run.py"), "--small", "--only", part, "--results", str(results)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, list[dict[str, Any]]] = json.loads(results.read_text(encoding="utf-8"))[part]
    return found


def test_pause_of_clients_beside_the_floor(tmp_path: pathlib.Path) -> None:
    found = measure("pause", tmp_path / "results.json")
    assert list(found) == ["small, smartconnect, ours", "small, smartconnect, floor"]
    for (one,) in found.values():
        assert set(one["pause_seconds"]) == {"kernel", "smbprotocol"}
        assert all(seconds > 0 for seconds in one["pause_seconds"].values())
    # Of both moves together: the floor leaves out all but what keeps acknowledged writes.
    assert found["small, smartconnect, floor"][0]["lost"] == {"kernel": 0, "smbprotocol": 0}


def test_a_zone_of_several_pools_and_shares(tmp_path: pathlib.Path) -> None:
    ((one,),) = measure("size", tmp_path / "results.json").values()
    assert one["busy_seconds"]["job"] > 0
    assert abs(sum(one["busy_seconds"].values()) + one["overhead_seconds"] - one["cutover_seconds"]) < 0.01


def test_zones_that_move_at_once_end_where_they_belong(tmp_path: pathlib.Path) -> None:
    ((one,),) = measure("zones", tmp_path / "results.json").values()
    assert (one["moved"], one["wrong"], one["what_is_wrong"]) == (one["zones"], 0, []), one["end_of_output"]
