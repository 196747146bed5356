# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The loss test can fail: a failover without a fence loses acknowledged writes, and beside it one with a fence loses none."""

from __future__ import annotations

import pytest
from loss.cells import Cell
from loss.lives import Life
from loss.loss_clients import KERNEL, SMBPROTOCOL
from loss.tables import total
from running_pair import RunningPair


@pytest.mark.faults
@pytest.mark.parametrize("client", [SMBPROTOCOL, KERNEL])
def test_with_a_fence_nothing_acknowledged_is_lost_and_without_one_some_is(client: str) -> None:
    with (
        RunningPair("loss-test", "--prerequisites") as pair,
        Life(pair, Cell(), "life", [client], "boston") as life,
    ):
        fenced = life.fail_over()["clients"][client]
        life.cell = Cell(order="unfenced", flush="no-flush")
        unfenced = life.fail_over()["clients"][client]
    assert fenced["returned"], fenced
    for pattern, found in fenced["patterns"].items():
        assert found["acknowledged"] > 0, pattern
        assert (found["lost"], found["torn"]) == (0, 0), (pattern, found)
    assert total([unfenced], "lost") > 0, unfenced
    # What was never flushed by the application was flushed before the fence.
    assert fenced["witnesses"]["never_flushed"]["missing"] == 0, fenced["witnesses"]


@pytest.mark.faults
def test_a_client_is_woken_after_a_long_silence() -> None:
    # After 27 s the next retransmission comes at 51 s: later than the addresses answer by default.
    with (
        RunningPair("loss-wake", "--prerequisites") as pair,
        Life(pair, Cell(flush="no-flush"), "life", [KERNEL], "boston") as life,
    ):
        pair.inject("newyork", "network-apply-slow", "--seconds", "26", "--count", "1", "--skip", "1")
        found = life.fail_over()
    kernel = found["clients"][KERNEL]
    assert found["cutover_seconds"] > 26
    assert kernel["returned"]
    assert kernel["patterns"]["append"]["pause_seconds"] < 2 * found["cutover_seconds"] + 10, kernel
