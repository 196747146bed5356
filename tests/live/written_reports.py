# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every report that a live test lets a playbook write is as its schema says, and whole by its own log."""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Iterator

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLLECTIONS = ROOT / ".build" / "collections"
OPTIONS = ("failover_report_directory=", "failover_zones_report_directory=")


def check_reports(arguments: tuple[str, ...]) -> None:
    """Check the reports below the folders that the arguments of a playbook name."""
    import jsonschema

    # The code of the collection as it was installed.
    sys.path.insert(0, str(COLLECTIONS))
    from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_check import run

    schema = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
    for path in _reports(arguments):
        jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text(encoding="utf-8")))
        run({"directory": str(path.parent), "log_count": 0, "log_sha256": ""}, False, lambda line: None)


def _reports(arguments: tuple[str, ...]) -> Iterator[pathlib.Path]:
    for argument in arguments:
        for option in OPTIONS:
            if argument.startswith(option):
                yield from pathlib.Path(argument.removeprefix(option)).rglob("report.json")
