# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a run as they are shown before it begins; and what the role shows is what it reports afterwards."""

from __future__ import annotations

import pathlib

import yaml
from ansible_collections.seamless.smb_failover.plugins.filter.step_table import step_table

ROLE_VARIABLES = pathlib.Path(__file__).resolve().parents[4] / "roles" / "failover" / "vars" / "main.yml"
STEPS = [
    {"name": "flush", "says": "Let clients write out what they cache", "planned": "False"},
    {"name": "drain", "says": "See who is connected"},
    {"mark": "clients wait from here", "planned": True},
    {"name": "fence", "says": "Take the interfaces off boston", "planned": "True"},
    {"mark": "not here", "planned": False},
]


def test_steps_are_numbered_and_timed_by_earlier_runs() -> None:
    assert step_table(STEPS, {"fence": 1.07, "flush": 3.0}) == [
        " 1. See who is connected",
        "    -- clients wait from here --",
        f" 2. {'Take the interfaces off boston':<58}     1.1 s",
        "Seconds are the medians of earlier runs.",
    ]


def test_without_a_history_there_are_no_seconds() -> None:
    lines = step_table(STEPS)
    assert len(lines) == 3 and not any("s." in line for line in lines)


def test_the_role_shows_the_steps_that_it_reports_in_their_order() -> None:
    variables = yaml.safe_load(ROLE_VARIABLES.read_text(encoding="utf-8"))
    shown = [step["name"] for step in variables["__failover_course"] if "name" in step]
    reported = [step["name"] for step in variables["__failover_steps"]]
    # What was done by the time that the steps are shown, and what is done only where something is amiss.
    assert shown == [
        name for name in reported if name not in {"readiness", "plan", "lease", "target_ready", "undo_interfaces"}
    ]


def test_a_line_fits_a_terminal() -> None:
    variables = yaml.safe_load(ROLE_VARIABLES.read_text(encoding="utf-8"))
    for line in step_table([{**step, "planned": True} for step in variables["__failover_course"]], {"fence": 99999.9}):
        assert "{" in line or len(line) + 4 <= 80
