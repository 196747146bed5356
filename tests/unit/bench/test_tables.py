# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the bench: medians with their spread, and ratios of runs that followed each other."""

from __future__ import annotations

from typing import Any

from bench.tables import spread, tables


def pause(kernel: float, lost: int = 0) -> dict[str, Any]:
    return {"pause_seconds": {"kernel": kernel}, "lost": {"kernel": lost}}


def test_a_median_and_its_spread() -> None:
    assert spread([{"a": {"b": 1}}, {"a": {"b": 5}}, {"a": {"b": 2}}], "a.b") == "2.00 (1.00 to 5.00)"
    assert spread([{"a": 1.25}], "a", digits=1) == "1.2"


def test_pauses_are_divided_run_by_run() -> None:
    found = {
        "real-like, smartconnect, ours": [pause(12), pause(30)],
        "real-like, smartconnect, floor": [pause(10), pause(20)],
        "real-like, smartconnect, flip": [pause(2, lost=7), pause(2)],
    }
    *_head, line, _end = tables({"pause": found}).split("\n")
    assert line == (
        "| real-like | smartconnect | kernel | 2 | 21.00 (12.00 to 30.00) | 15.00 (10.00 to 20.00) | 2.00 (2.00 to 2.00) "
        "| 1.35 (1.20 to 1.50) | 0, 0, 7 |"
    )


def test_each_step_has_a_row() -> None:
    busy = {"busy_seconds": dict.fromkeys(("job", "network", "command", "call"), 1.0)}
    one = {"cutover_seconds": 4.0, "overhead_seconds": 0.0, "calls_in_cutover": 9, **busy}
    spent = dict.fromkeys(("job", "network", "command", "call"), 0.25)
    text = tables(
        {"cutover": {"ours, smartconnect": [{**one, "steps": {"fence": {"seconds": 2.0, "nobody": 1.0, **spent}}}]}}
    )
    assert "| fence | 2.00 | 0.25 | 0.25 | 0.25 | 0.25 | 1.00 |" in text


def test_who_has_no_process_has_no_row_of_the_whole_run() -> None:
    busy = {"busy_seconds": dict.fromkeys(("job", "network", "command", "call"), 1.0)}
    one = {"cutover_seconds": 4.0, "overhead_seconds": 0.0, "calls_in_cutover": 9, **busy}
    whole = {"wall_seconds": 20.0, "calls": 300, "processor_seconds": 5.0, "peak_bytes": 9e7}
    text = tables({"cutover": {"ours, smartconnect": [{**one, **whole}], "floor, smartconnect": [one]}})
    assert text.count("ours, smartconnect") == 2 and text.count("floor, smartconnect") == 1
