# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One command moves a live access zone: the promises of a planned failover, with the Linux kernel's own SMB client."""

from __future__ import annotations

import json
import re

from ledger.clients import KernelClient
from running_pair import RunningPair, failover

# What nobody must overlook, in its order.
BANNERS = (
    "CLIENTS WAIT FROM HERE, until newyork is online.",
    "POINT OF NO RETURN",
    "newyork IS ONLINE.",
    "SAFE TO SAVE: newyork serves access zone sales, and SyncIQ protects it again.",
)


def changed(output: str) -> int:
    """Return how many tasks changed something, from the recap."""
    return int(re.search(r"localhost .*changed=(\d+)", output)[1])


def test_planned_failover(tmp_path):
    with RunningPair("live") as pair:
        assert pair.play("prerequisites").returncode == 0
        repeated = pair.play("prerequisites")
        assert repeated.returncode == 0
        assert "changed=1" not in repeated.stdout

        before = pair.configuration()
        rehearsed = pair.play("failover", "--check", "--diff", *failover("boston", "newyork"))
        assert rehearsed.returncode == 0, rehearsed.stdout
        assert "Access zone sales moves from boston to newyork:" in rehearsed.stdout
        assert pair.configuration() == before
        for cluster in pair.status["clusters"]:
            # What each cluster knows of the other one is there since the prerequisites; a check adds no lease.
            assert pair.sim("exec", f"{cluster}-1", "--", "ls", "/ifs/.seamless_smb_failover").split() == ["clusters"]

        client = KernelClient(pair.enter, pair.status, pair.folder("client2", "ledger"))
        client.start()
        client.wait_until_acknowledged(200, 60)
        moved = pair.play("failover", *failover("boston", "newyork", f"failover_report_directory={tmp_path}"))
        assert moved.returncode == 0, moved.stdout
        told = [moved.stdout.index(banner) for banner in BANNERS]
        assert told == sorted(told)
        assert not any(banner in rehearsed.stdout for banner in BANNERS)
        client.wait_until_back(250)
        client.stop()
        result = client.check("newyork")
        assert (result["lost"], result["corrupted"], result["remounts"]) == (0, 0, 0), result
        assert result["acknowledged_before_pause"] >= 200
        assert result["acknowledged_after_pause"] >= 200
        assert result["servers"][-1].startswith("198.51.100.2")
        assert result["edited_file"] == {"saved": True, "intact": True}

        report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
        assert report["result"] == "succeeded"
        assert (report["source"], report["target"], report["method"]) == ("boston", "newyork", "smartconnect")
        names = [step["name"] for step in report["steps"]]
        assert names[names.index("fence") : names.index("online") + 1] == [
            "fence",
            "prove",
            "begin_sync",
            "spns",
            "final_sync",
            "begin_writes",
            "names",
            "allow_writes",
            "online",
        ]
        assert report["cutover_seconds"] > 0
        assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")

        after = pair.configuration()
        folder = tmp_path / "again"
        again = pair.play("failover", *failover("boston", "newyork", f"failover_report_directory={folder}"))
        assert again.returncode == 0, again.stdout
        assert changed(again.stdout) == 0
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        assert (report["result"], report["served_by"], report["cutover_seconds"]) == ("unchanged", "target", None)
        assert "unchanged: newyork serves access zone sales already; nothing was changed" in again.stdout
        assert pair.configuration() == after
