# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bench measures: a small version of it runs through, and its figures hold together. How fast anything is, is not asked."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

from running_pair import ROOT

MARKED = "# Figures\n\n<!-- what was measured -->\nold\n<!-- end of what was measured -->\n\nThe end.\n"


def test_a_small_bench(tmp_path: pathlib.Path) -> None:
    results, document = tmp_path / "results.json", tmp_path / "figures.md"
    document.write_text(MARKED, encoding="utf-8")
    command = [sys.executable, str(ROOT / "tests/bench/run.py"), "--small", "--only", "cutover", "netstat"]
    done = subprocess.run(
        [*command, "--results", str(results), "--document", str(document)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(results.read_text(encoding="utf-8"))

    (cutover,) = found["cutover"]["ours, smartconnect"]
    (floor,) = found["cutover"]["floor, smartconnect"]
    busy = cutover["busy_seconds"]
    # The proof that nobody is connected asks all nodes by a command; the floor proves nothing.
    assert busy["command"] > 0 == floor["busy_seconds"]["command"]
    for one in (cutover, floor):
        assert all(one["busy_seconds"][kind] > 0 for kind in ("job", "network", "call")), one
        # Two jobs of 0.3 s at the least: the last replication, and writes allowed on the target.
        assert 0.6 <= one["busy_seconds"]["job"] < one["cutover_seconds"]
        assert abs(sum(one["busy_seconds"].values()) + one["overhead_seconds"] - one["cutover_seconds"]) < 0.01
    assert cutover["cutover_seconds"] <= cutover["wall_seconds"]
    assert floor["calls_in_cutover"] > 0 and 0 < cutover["calls_in_cutover"] < cutover["calls"]
    assert cutover["processor_seconds"] > 0 and cutover["peak_bytes"] > 10_000_000
    assert [one["lines"] for (one,) in found["netstat"].values()] == sorted(
        one["lines"] for (one,) in found["netstat"].values()
    )

    text = document.read_text(encoding="utf-8")
    assert text.startswith("# Figures\n") and text.endswith("\n\nThe end.\n") and "old" not in text
    assert "| ours, smartconnect | 1 |" in text and "| ours, smartconnect | 1 |" in done.stdout
    assert "](figures.svg)" in text
    assert "ours, smartconnect" in (tmp_path / "figures.svg").read_text(encoding="utf-8")
