# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo: a live access zone moves between two simulated clusters while a Linux kernel writes to it."""

from __future__ import annotations

import json
import pathlib
import re
import shutil
import sys
import time
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / folder) for folder in (".", "live", "simulator")]

from ledger.clients import KernelClient  # noqa: E402
from running_pair import COLLECTIONS, RunningPair, failover  # noqa: E402

OUT = ROOT / ".build" / "demo"
BEFORE, AFTER = 250, 250
START_SECONDS = 60


class Story:
    """Lines for people, with the seconds since the beginning."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._step: tuple[str, float] | None = None

    def say(self, line: str, at: float | None = None) -> None:
        """Print one line, with the time of now or of when it began."""
        print(f"{(time.monotonic() if at is None else at) - self._began:6.1f} s  {line}", flush=True)

    def step(self, line: str) -> None:
        """Print what the playbook does, without Ansible's own frame and without the steps that it leaves out."""
        task = re.match(r"TASK \[(?:seamless\.smb_failover\.\w+ : )?(.+?)\] \*+$", line)
        if task:
            told = ":" in task[1] and not task[1].startswith("Validating")
            self._step = (task[1], time.monotonic()) if told else None
        elif line.strip() and self._step:
            if not line.startswith("skipping:"):
                self.say(*self._step)
            self._step = None
        if line.startswith("fatal:"):
            self.say(line)


def render(report: dict[str, Any]) -> None:
    """Write the report again, with what the client saw, by the collection's own code."""
    sys.path.insert(0, str(COLLECTIONS))
    from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_files import write_report

    write_report(report, str(OUT))


def outcome(check: dict[str, Any]) -> dict[str, Any]:
    """Return what the report says of the client."""
    names = ("acknowledged", "found", "lost", "corrupted", "longest_pause_seconds", "remounts")
    more = ("acknowledged_before_pause", "acknowledged_after_pause", "servers", "edited_file", "errors")
    return {name: check[name] for name in (*names, *more)}


def summary(report: dict[str, Any]) -> list[str]:
    """Return what a person reads at a glance."""
    client, edited = report["client"], report["client"]["edited_file"]
    return [
        "",
        f"  Access zone {report['scope']['access_zone']}: {report['source']} -> {report['target']}   {report['result'].upper()}",
        "",
        f"  acknowledged writes   {client['acknowledged']:6d}   ({client['acknowledged_before_pause']} before the move, "
        f"{client['acknowledged_after_pause']} after)",
        f"  lost                  {client['lost']:6d}",
        f"  corrupted             {client['corrupted']:6d}",
        f"  remounts              {client['remounts']:6d}",
        f"  cutover               {report['cutover_seconds']:6.1f} s (fence to target online)",
        f"  longest client pause  {client['longest_pause_seconds']:6.1f} s",
        f"  file edited before and saved after the move: {'whole' if edited['saved'] and edited['intact'] else 'NOT WHOLE'}",
        "",
        f"  report: {OUT / 'report.html'}",
        f"          {OUT / 'report.json'}",
        "",
    ]


def main() -> int:
    """Run the demo; exit 1 where a promise was broken."""
    story = Story()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    story.say("bringing up boston and newyork: 2 x 2 nodes with Samba, OpenSSH, platform API, SmartConnect, SyncIQ")
    with RunningPair("demo") as pair:
        story.say("prerequisites: the sudo rule on every node (ansible-playbook seamless.smb_failover.prerequisites)")
        prepared = pair.play("prerequisites")
        if prepared.returncode:
            print(prepared.stdout)
            return 1
        client = KernelClient(pair.enter, pair.status, pair.folder("client2", "ledger"))
        story.say("a Linux kernel mounts //sales.example.com/sales and starts to write")
        client.start()
        client.wait_until_acknowledged(BEFORE, START_SECONDS)
        story.say(f"{client.acknowledged()} writes acknowledged; now: ansible-playbook seamless.smb_failover.failover")
        moved = pair.play(
            "failover", *failover("boston", "newyork", f"failover_report_directory={OUT}"), show=story.step
        )
        (OUT / "ansible.log").write_text(moved.stdout, encoding="utf-8")
        if moved.returncode:
            print(moved.stdout)
            return 1
        client.wait_until_back(AFTER)
        client.stop()
        story.say("the client saved its open file, closed it and unmounted; comparing its log with newyork's disk")
        check = client.check("newyork")
        shutil.copy2(client.log, OUT / "ledger.log")
    report = json.loads((OUT / "report.json").read_text(encoding="utf-8"))
    report["client"] = outcome(check)
    render(report)
    print("\n".join(summary(report)), flush=True)
    kept = not (check["lost"] or check["corrupted"] or check["remounts"]) and check["edited_file"]["intact"]
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
