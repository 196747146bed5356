# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of one folder that several zones write at once, on a simulated cluster."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import records
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession

FOLDER = f"{records.ROOT}/clusters/boston"
WRITERS = 4


def test_writers_at_the_same_time_do_not_meet(
    papi: Callable[[str], PapiSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [papi("newyork") for _writer in range(WRITERS)]
    sessions[0].make_folder(FOLDER)
    start = threading.Barrier(WRITERS)
    seen_by = threading.local()
    listed = records._numbers

    def together(session: Any, folder: str) -> list[int]:
        """All have read the same numbers before the first of them writes."""
        numbers = listed(session, folder)
        if not getattr(seen_by, "once", False):
            seen_by.once = True
            start.wait(timeout=20)
        return numbers

    monkeypatch.setattr(records, "_numbers", together)

    def write(number: int) -> None:
        records.write_record(sessions[number], FOLDER, {"writer": number}, keep=WRITERS)

    with concurrent.futures.ThreadPoolExecutor(max_workers=WRITERS) as workers:
        list(workers.map(write, range(WRITERS)))
    paths = [f"{FOLDER}/{number:08d}.json" for number in listed(sessions[0], FOLDER)]
    found = [records.decode(sessions[0].read_file(path)) for path in paths]
    assert sorted(one["writer"] for one in found if one) == list(range(WRITERS))
