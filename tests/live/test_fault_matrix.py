# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Some cells of the fault matrix, drawn by a seed: the whole of it is `make test-faults`.

FAULTS_SEED=7 draws others, and FAULTS_CELLS=20 more of them.
"""

from __future__ import annotations

import os
import pathlib
import random
import threading

import pytest
from faults.cell import MISSED, Cell
from faults.run import Matrix, run_all, surveyed
from faults.strikes import Strike
from faults.table import METHODS
from faults.verdict import VIOLATION

SEED = os.environ.get("FAULTS_SEED", "1")
CELLS = int(os.environ.get("FAULTS_CELLS", "4"))
# One of each group is drawn before a second one of any: what fails, what hangs or dies with its change made, who is killed.
GROUPS = (
    ("error", "error-last", "error-read", "conflict", "job-failed"),
    ("kill-during", "kill-late"),
    ("hang", "dropped", "dropped-last"),
    ("kill-after", "kill-before"),
    ("ssh-refused", "source-node", "target-node", "dns-silent"),
)


def drawn(strikes: dict[Cell, Strike], chance: random.Random, number: int) -> list[Cell]:
    """Return as many cells, no two of one step while there are others."""
    found: list[Cell] = []
    for turn in range(number):
        group = GROUPS[turn % len(GROUPS)]
        fresh = [cell for cell in strikes if cell.fault in group and cell not in found]
        steps = {cell.step for cell in found}
        found.append(chance.choice([cell for cell in fresh if cell.step not in steps] or fresh))
    return found


def test_a_part_of_the_fault_matrix(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(SEED)
    method = chance.choice(METHODS)
    with capsys.disabled():
        matrix = Matrix(tmp_path, surveyed("part", tmp_path, [method]))
        cells = drawn(matrix.strikes, chance, CELLS)
        print(f"\n{len(cells)} of {len(matrix.strikes)} cells of the fault matrix, {method}, FAULTS_SEED={SEED}")
        run_all(matrix, cells, 2, "part", threading.Event())
    bad = [result for result in matrix.results.values() if result.outcome in (MISSED, VIOLATION)]
    assert not bad, "\n".join(f"{one.cell.key}: {one.outcome}: {'; '.join(one.why)}\n{one.says}" for one in bad)
    assert len(matrix.results) == len(cells)
