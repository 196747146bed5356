# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a failover, read from the role: one task file is one step, so that a new one is met by every fault."""

from __future__ import annotations

import itertools
import pathlib
from collections.abc import Iterator
from typing import Any

import yaml

ROLE = pathlib.Path(__file__).resolve().parents[2] / "roles" / "failover" / "tasks"
_CALLS = ("import_tasks", "include_tasks")


def steps_of(folder: pathlib.Path = ROLE) -> list[str]:
    """Return the names of the task files that a run without a failure goes through, in their order.

    One that it goes through again is a step again: notify, notify-2, notify-3.
    """
    main = _tasks(folder, "main")
    steps = set(_imported(main))
    order = [file for file in _files(folder, "main", main) if file in steps]
    turns = Turns()
    return [turns.next(file) for file, _run in itertools.groupby(order)]


class Turns:
    """Names each turn of a task file."""

    def __init__(self) -> None:
        self._turns: dict[str, int] = {}

    def next(self, file: str) -> str:
        """Return the name of the step that the next turn of a file is."""
        turn = self._turns[file] = self._turns.get(file, 0) + 1
        return file if turn == 1 else f"{file}-{turn}"


def _tasks(folder: pathlib.Path, file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((folder / f"{file}.yml").read_text(encoding="utf-8"))
    return found


def _imported(tasks: list[dict[str, Any]]) -> Iterator[str]:
    """Return the task files that a list of tasks takes in."""
    for task in tasks:
        # What is below `rescue` runs only after a failure: it is what the faults bring about, no step.
        yield from _imported(task.get("block") or [])
        for key, value in task.items():
            if key.rpartition(".")[2] in _CALLS:
                name = value if isinstance(value, str) else value["file"]
                # One that is made in the run is the operator's own; no failover in the matrix has any.
                if "{{" not in name:
                    yield pathlib.PurePath(name).stem


def _files(folder: pathlib.Path, file: str, tasks: list[dict[str, Any]]) -> Iterator[str]:
    """Return the file of each task, in the order of a run."""
    for task in tasks:
        taken_in = list(_imported([{key: value for key, value in task.items() if key != "block"}]))
        if "block" in task:
            yield from _files(folder, file, task["block"])
        elif taken_in:
            yield from _files(folder, taken_in[0], _tasks(folder, taken_in[0]))
        else:
            yield file
