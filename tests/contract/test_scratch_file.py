# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lease rests on, tried in a folder of the tests' own. Runs only where ONEFS_SCRATCH allows tests to write."""

from __future__ import annotations

import concurrent.futures
import threading
import uuid
from collections.abc import Iterator

import pytest
from contract_cluster import Caller, Scratch

WRITERS = 8
ROUNDS = 40


@pytest.fixture
def folder(caller: Caller, scratch: Scratch) -> Iterator[str]:
    """An empty folder below /ifs, removed whatever happens."""
    path = f"/namespace/ifs/contract-{uuid.uuid4().hex[:8]}"
    made = caller.call("PUT", path, headers={"x-isi-ifs-target-type": "container"})
    assert made.status_code == 200, made.text
    try:
        yield path
    finally:
        gone = caller.call("DELETE", f"{path}?recursive=true")
        assert gone.status_code == 204, gone.text


@pytest.mark.assumption("exclusive-create")
def test_of_writers_who_may_not_overwrite_one_succeeds(caller: Caller, folder: str) -> None:
    writers = [caller.cluster.log_in() for _writer in range(WRITERS)]
    together = threading.Barrier(WRITERS)

    def write(number: int, path: str) -> int:
        together.wait(timeout=60)
        target_type = {"x-isi-ifs-target-type": "object"}
        return writers[number].call("PUT", path, {"writer": number}, headers=target_type).status_code

    try:
        with concurrent.futures.ThreadPoolExecutor(max_workers=WRITERS) as pool:
            for number in range(ROUNDS):
                path = f"{folder}/{number}.json"
                answers = list(pool.map(write, range(WRITERS), [path] * WRITERS))
                assert sorted(answers) == [200] + [409] * (WRITERS - 1)
                assert caller.get(path) == {"writer": answers.index(200)}
    finally:
        for writer in writers:
            writer.log_out()
