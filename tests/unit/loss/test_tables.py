# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of the loss test say what was found, and a loss anywhere with a fence is a violation."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from loss import cells, tables
from loss.cells import Cell
from loss.checker import CHECKS


def result(
    cell: Cell, lost: int = 0, torn: int = 0, pause_seconds: float = 2.0, client: str = "kernel"
) -> dict[str, Any]:
    """Return a failover's result in which one pattern lost something."""
    quiet = {"acknowledged": 10, "lost": 0, "torn": 0, "failed": 0, "errnos": [], "pause_seconds": pause_seconds}
    found = {name: dict(quiet) for name in CHECKS}
    found["rename"] |= {"lost": lost, "torn": torn, "pause_seconds": pause_seconds + 1}
    witnesses = {
        "never_flushed": {"written": 200, "missing": 7, "close_errno": 103, "write_errnos": []},
        "unsaved_edit": {"errno": 5, "close_errno": 0, "intact": False},
        "created_in_the_dark": {"errno": 0, "seconds": 1.0, "intact": True},
    }
    part = {"returned": True, "patterns": found, "witnesses": witnesses, "silent_seconds": 0.0}
    return {**dataclasses.asdict(cell), "cutover_seconds": 1.5, "clients": {client: part}}


def test_what_is_lost_or_torn_with_a_fence_is_a_violation() -> None:
    assert tables.violations([result(Cell()), result(Cell(order="unfenced"), lost=5)]) == 0
    assert tables.violations([result(Cell(), lost=2, torn=1)]) == 3


def test_losses_are_told_by_order_and_pattern() -> None:
    text = tables.losses([result(Cell()), result(Cell()), result(Cell(order="unfenced"), lost=4)])
    assert "| fenced | smartconnect | kernel | hard | 2 | 100 | 0 | 0 |" in text
    assert "| unfenced | smartconnect | kernel | hard | 1 | 50 | 4 | 0 |" in text
    assert "| 4 of 10 |" in text


def test_pauses_are_median_and_longest() -> None:
    found = [result(Cell(), pause_seconds=seconds) for seconds in (1.0, 2.0, 9.0)]
    assert "| 3 | 1.5 (1.5) | 2.0 (9.0) | 3.0 (10.0) |" in tables.pauses(found)


def test_fates_name_the_errors() -> None:
    text = tables.fates([result(Cell()), result(Cell())])
    assert "14 of 400 in 2 of 2; 2 ECONNABORTED" in text
    assert "0 of 2; 2 EIO, 2 ok" in text
    assert "2 of 2; 2 ok" in text


def test_a_client_without_a_mount_has_none_in_the_tables() -> None:
    assert "| smbprotocol | - |" in tables.fates([result(Cell(mount="default"), client="smbprotocol")])


def test_the_full_run_has_every_way_and_the_baseline_of_both_methods() -> None:
    every = cells.full()
    assert len({cell.key for cell in every}) == len(every) == 18
    assert {cell.method for cell in every if cell.order == "unfenced"} == set(cells.METHODS)
    assert cells.matching(every, ["ip_takeover", "no-flush", "unfenced"]) == [every[1]]
    with pytest.raises(ValueError, match="'upwards' chooses nothing"):
        cells.matching(every, ["upwards"])


def test_a_cell_chooses_the_variables_of_the_role() -> None:
    cell = Cell(method="ip_takeover", disconnect="close_sessions", wake="no-rst")
    assert cell.arguments("alice", "secret") == [
        "failover_method=ip_takeover",
        "failover_disconnect=close_sessions",
        "failover_wake_clients=false",
        "failover_flush_user=alice",
        "failover_flush_password=secret",
    ]
    assert Cell(flush="no-flush").arguments("alice", "secret")[-1] == "failover_disconnect=silent"
