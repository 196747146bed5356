# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page on the report names the files that are written, the ends that there are, and what is handed on."""

from __future__ import annotations

import pathlib
import re
import stat

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.event_log import append_event
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report import REPORT_VERSION, RESULTS
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_files import run
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_markdown import ROWS
from unit.plugins.module_utils._failover.report_samples import ENDS, ROOT, SCHEMA

PAGE = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")


def first_cells(heading: str) -> list[str]:
    """Return the first column of the table that begins with a heading."""
    table = PAGE[PAGE.index(f"| {heading} |") :].split("\n\n")[0].split("\n")[2:]
    return [re.match(r"\| `([^`]+)`", line)[1] for line in table]


def test_it_names_every_file_that_is_written(tmp_path: pathlib.Path) -> None:
    append_event(str(tmp_path / "events.jsonl"), "step_ended", task="fence")
    run({**ENDS["succeeded"], "directory": str(tmp_path)}, False, lambda line: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(first_cells("file"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert f"`report_version` is {REPORT_VERSION}" in PAGE
    assert f"{ROWS} rows of each" in PAGE


def test_it_names_every_end() -> None:
    assert first_cells("`result`") == list(RESULTS) == SCHEMA["properties"]["result"]["enum"]
    assert {end["result"] for end in ENDS.values()} == set(RESULTS)


def test_it_names_what_is_handed_on() -> None:
    told = run({**ENDS["succeeded"], "directory": ""}, False, lambda line: None)["stats"]
    part = PAGE[PAGE.index("`set_stats`") : PAGE.index("The pod of an AWX job")]
    assert re.findall(r"`(\w+)`", part) == ["set_stats", "failover_reports", *told]


def test_the_schema_says_what_each_field_is() -> None:
    unsaid = [name for name, rule in SCHEMA["properties"].items() if "description" not in rule]
    assert unsaid == ["at_risk", "versions", "warnings"]
