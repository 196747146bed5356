# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that ends in an unusual way leaves its report too, and a report that was touched is found out.

That a report is as its schema says and whole by its log is seen wherever a playbook writes one (``running_pair``).
"""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from running_pair import RunningPair, failover

pytestmark = pytest.mark.faults

FILES = ["events.jsonl", "report.html", "report.json", "report.junit.xml", "report.md"]
STATS = {"ANSIBLE_SHOW_CUSTOM_STATS": "true"}


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("report-ends") as running:
        assert running.play("prerequisites").returncode == 0
        yield running


def written(folder: pathlib.Path) -> dict[str, Any]:
    assert sorted(path.name for path in folder.iterdir()) == FILES
    report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return report


def run(pair: RunningPair, folder: pathlib.Path, *flags: str, **more: Any) -> tuple[int, str, dict[str, Any]]:
    done = pair.play("failover", *flags, *failover("boston", "newyork", f"failover_report_directory={folder}"), **more)
    return done.returncode, done.stdout, written(folder)


def test_every_end_leaves_its_report(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    before = pair.configuration()
    code, output, report = run(pair, tmp_path / "checked", "--check", more_environment=STATS)
    assert (code, report["result"], report["served_by"]) == (0, "checked", "source"), output
    assert re.search(r'"failover_reports":\s*{\s*"sales":', output)
    assert pair.configuration() == before

    pair.sim("license", "newyork", "SmartConnect Advanced", "Expired")
    code, output, report = run(pair, tmp_path / "refused")
    pair.sim("license", "newyork", "SmartConnect Advanced", "Licensed")
    assert (code, report["result"], report["served_by"], report["cutover_seconds"]) == (2, "refused", "unknown", None)
    assert "Not ready: licenses_valid" in report["message"]
    assert "licenses_valid" in {check["id"] for check in report["unfulfilled"]}
    assert pair.configuration() == before

    def fall_ill(line: str) -> None:
        # The fence stands; from here on the source's pool can't be changed back.
        if "Prove: no address of boston" in line:
            pair.inject(
                "boston", "call", "--method", "PUT", "--path", "/pools/sales$", "--status", "500", "--count", "0"
            )
            pair.inject(
                "newyork", "call", "--method", "PUT", "--path", "/pools/sales$", "--status", "500", "--count", "0"
            )

    code, output, report = run(pair, tmp_path / "half_way", show=fall_ill)
    pair.clear()
    assert (code, report["result"], report["served_by"]) == (2, "stopped", "unknown"), output
    assert "Undoing it failed in turn" in report["message"]

    pair.inject(
        "newyork", "call", "--method", "POST", "--path", "/sync/jobs", "--status", "500", "--skip", "1", "--count", "0"
    )
    code, output, report = run(pair, tmp_path / "stopped")
    pair.clear()
    assert (code, report["result"], report["served_by"]) == (2, "stopped", "target"), output
    assert [step["name"] for step in report["steps"] if step["failed"]] == ["mirror_sync"]
    assert "it goes on from here" in report["message"]

    code, output, report = run(pair, tmp_path / "stopped")
    assert (code, report["result"], report["served_by"]) == (0, "succeeded", "target"), output

    code, output, report = run(pair, tmp_path / "unchanged", more_environment=STATS)
    assert (code, report["result"], report["served_by"]) == (0, "unchanged", "target"), output
    assert re.search(r'"failover_reports":\s*{\s*"sales":', output)
    code, output, report = run(pair, tmp_path / "stopped")
    assert (code, report["result"]) == (0, "succeeded"), output
    assert "is the report of the run that moved it" in output


def test_a_report_that_was_touched_is_found_out(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    looked = pair.play("failover", "--check", *failover("newyork", "boston", f"failover_report_directory={tmp_path}"))
    assert looked.returncode == 0, looked.stdout
    noted = looked.stdout.split("events, the last one has SHA-256 ")[1].split()[0]
    count = looked.stdout.split("log: ")[1].split()[0]
    folder = ("-e", f"report_directory={tmp_path}")
    whole = pair.play("verify_report", *folder, "-e", f"report_log_count={count}", "-e", f"report_log_sha256={noted}")
    assert whole.returncode == 0, whole.stdout
    assert "checked, nothing was changed: access zone sales can move from newyork to boston" in whole.stdout
    log = tmp_path / "events.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*lines[:9], *lines[10:]]))
    touched = pair.play("verify_report", *folder)
    assert touched.returncode == 2
    assert "line 10 does not follow line 9" in touched.stdout
