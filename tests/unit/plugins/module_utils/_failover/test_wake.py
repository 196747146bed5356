# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wake-up lasts until each client has sent something, however rarely its retransmissions come by then."""

from __future__ import annotations

import itertools

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.wake import long_enough

LIMIT_SECONDS = 120.0


def retransmissions(first_seconds: float) -> list[float]:
    """Return when a TCP sends again what is not acknowledged: each wait is twice the one before."""
    waits = (min(first_seconds * 2**number, LIMIT_SECONDS) for number in range(14))
    return list(itertools.accumulate(waits))


@pytest.mark.parametrize("first_seconds", [0.2, 0.3, 1.0])
@pytest.mark.parametrize("silence_seconds", [1.0, 3.1, 6.3, 12.7, 26.0, 52.0, 110.0, 400.0])
def test_every_client_sends_something_while_the_addresses_answer(first_seconds: float, silence_seconds: float) -> None:
    end = silence_seconds + long_enough(15.0, silence_seconds)
    assert any(silence_seconds <= moment <= end for moment in retransmissions(first_seconds))


def test_the_hold_that_was_asked_for_is_the_least_and_an_unknown_silence_changes_nothing() -> None:
    assert long_enough(15.0, 4.0) == 15.0
    assert long_enough(5.0, 0.0) == 5.0
