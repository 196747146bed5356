# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A mark stands until it is lifted, about its zone and its pools; what changed on a returned cluster is told."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.divergence import (
    Entry,
    describe,
    entry_from,
    is_later,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.quarantine_mark import next_body, stands

PLAN = {"pairs": [{"source": "g.s.sales", "target": "g.t.sales"}]}


def options(**given: t.Any) -> dict[str, t.Any]:
    return {"access_zone": "sales", "state": "waiting", "cluster": "boston", "content": {"plan": PLAN}, **given}


def test_a_mark_keeps_what_it_was_written_with() -> None:
    waiting = next_body(None, options(), 1.0)
    assert waiting == {"access_zone": "sales", "state": "waiting", "cluster": "boston", "plan": PLAN, "written": 1.0}
    later = next_body(waiting, options(state="quarantined", cluster="", content={}), 2.0)
    assert later == {**waiting, "state": "quarantined", "written": 2.0}


def test_another_death_begins_a_new_mark() -> None:
    lifted = {"state": "lifted", "run_id": "old"}
    assert "run_id" not in next_body(lifted, options(), 3.0)


@pytest.mark.parametrize(
    ("state", "zone", "pools", "expected"),
    [
        ("waiting", "sales", [], True),
        ("quarantined", "sales", [], True),
        ("lifted", "sales", [], False),
        ("waiting", "finance", [], False),
        ("waiting", "", ["g.s.sales"], True),
        ("waiting", "", ["g.t.sales"], True),
        ("waiting", "", ["g.s.finance"], False),
    ],
)
def test_a_mark_is_about_its_zone(state: str, zone: str, pools: list[str], expected: bool) -> None:
    mark = {"access_zone": "sales", "state": state, "plan": PLAN}
    assert stands(mark, zone, pools) is expected


FILE = Entry("/ifs/data/sales/a", "object", 10, 1_000)


def test_an_entry_is_read_from_a_listing() -> None:
    answer = {"name": "a", "type": "object", "size": 10, "mtime_val": 1_000}
    assert entry_from("/ifs/data/sales/", answer) == FILE
    assert entry_from("/ifs", {"name": "b", "size": None}) == Entry("/ifs/b", "object", 0, 0)


@pytest.mark.parametrize(("point", "expected"), [(1_000, True), (1_060, True), (1_061, False)])
def test_a_little_before_the_point_counts_too(point: int, expected: bool) -> None:
    assert is_later(FILE, point, slack_seconds=60) is expected


def test_what_the_other_cluster_has_is_told() -> None:
    folder = Entry("/ifs/data/sales/d", "container", 0, 1_000)
    assert describe(FILE, None)["what"] == "is here only"
    assert describe(FILE, FILE)["what"] == "same size and time on both"
    assert describe(FILE, Entry(FILE.path, "object", 4, 900))["what"].startswith(
        "differs: 10 bytes of 1970-01-01T00:16:40"
    )
    assert describe(folder, None)["what"] == "this folder is here only"
    assert "in this folder" in describe(folder, folder)["what"]
