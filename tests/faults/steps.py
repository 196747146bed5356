# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a failover, read from the role: one task file is one step, so that a new one is met by every fault."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import yaml

ROLE = pathlib.Path(__file__).resolve().parents[2] / "roles" / "failover" / "tasks"
_CALLS = ("import_tasks", "include_tasks")


def steps_of(folder: pathlib.Path = ROLE) -> list[str]:
    """Return the names of the task files that a run without a failure goes through, in their order."""
    found = _files(yaml.safe_load((folder / "main.yml").read_text(encoding="utf-8")))
    return list(dict.fromkeys(pathlib.PurePath(name).stem for name in found))


def _files(tasks: list[dict[str, Any]]) -> Iterator[str]:
    for task in tasks:
        # What is below `rescue` runs only after a failure: it is what the faults bring about, no step.
        yield from _files(task.get("block") or [])
        for key, value in task.items():
            if key.rpartition(".")[2] in _CALLS:
                yield value if isinstance(value, str) else value["file"]
