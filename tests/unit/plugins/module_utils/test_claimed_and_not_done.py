# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster says that it made a change, and did not: what is read back afterwards decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import (
    journal_folder,
    names,
    pool_lifetime,
    records,
    replication,
    schedule,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import OnefsError, UnexpectedAnswer
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.synciq import SyncJobFailed
from onefs_sim.faults import Fault

POOL = "groupnet0.subnet1.sales"
NOBODY = {"zone": "", "aliases": [], "hints": []}
SERVING = {"zone": "sales.example.com", "aliases": ["files.example.com"], "hints": []}

Options = Callable[[str], dict[str, Any]]


def both(options: Options) -> dict[str, Any]:
    return {"source": options("boston"), "target": options("newyork"), "without_source": False}


def moved(options: Options) -> Any:
    pair = {"source": POOL, "target": POOL, "source_names": SERVING, "target_names": NOBODY}
    return names.run({**both(options), "pairs": [pair], "owner": "target"}, False, lambda line: None)


def lived(options: Options) -> Any:
    asked = {**options("boston"), "access_zones": ["sales"], "ttl_seconds": 0, "state": "present"}
    return pool_lifetime.run(asked, False, lambda line: None)


def folder(options: Options) -> Any:
    return journal_folder.run({**options("boston"), "state": "present"}, False, lambda line: None)


@pytest.mark.parametrize(
    ("method", "path", "change", "error", "said"),
    [
        ("PUT", "pools/sales", moved, names.NamesNotMoved, "sales"),
        ("PUT", "pools/sales", lived, pool_lifetime.LifetimeNotSet, "7"),
        ("PUT", "seamless_smb_failover", folder, UnexpectedAnswer, "0700"),
    ],
)
def test_what_is_not_there_when_it_is_read_back_is_an_error(
    pair: Any,
    options: Options,
    method: str,
    path: str,
    change: Callable[[Options], Any],
    error: type[OnefsError],
    said: str,
) -> None:
    # A pool whose answers live for longer, and a folder without the permissions that it is to have.
    pair.caller("boston").write(
        "PUT", "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/sales", {"sc_ttl": 7}
    )
    pair.files["boston"].path("/ifs/.seamless_smb_failover").mkdir(mode=0o755, exist_ok=True)
    pair.boston.inject(Fault("boston", method, path, status=200, body="{}", content_type="application/json", count=0))
    with pytest.raises(error, match=re.escape(said)):
        change(options)


def test_a_record_that_reads_otherwise_than_it_was_written(pair: Any, papi: Callable[[str], Any]) -> None:
    boston = papi("boston")
    records.write_record(boston, f"{records.ROOT}/tried/sales", {"one": 1}, keep=2)
    pair.boston.inject(Fault("boston", "GET", r"/tried/sales/\d+", status=200, body="{}", count=0))
    with pytest.raises(records.RecordNotWritten, match="tried/sales"):
        records.write_record(boston, f"{records.ROOT}/tried/sales", {"two": 2}, keep=2)


def test_a_policy_that_is_not_there(options: Options) -> None:
    policies = [{"name": "absent", "schedule": "", "enabled": True}]
    with pytest.raises(SyncJobFailed, match="'absent' on .*there is no such policy"):
        schedule.run({"source": options("boston"), "policies": policies}, False, lambda line: None)
    asked = {
        **both(options),
        "policies": ["absent"],
        "operation": "allow_write",
        "deadline_seconds": 5,
        "until_seconds": 0,
        "rounds": 1,
        "require_small": False,
        "require_new": False,
        "not_before": 0,
        "final": False,
        "wait": True,
        "under_way": None,
    }
    with pytest.raises(SyncJobFailed, match="absent"):
        replication.run(asked, False, lambda line: None)
