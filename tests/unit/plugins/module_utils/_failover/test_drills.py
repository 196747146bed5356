# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a drill saw and took: pauses belong to the way on which they were, losses are counted, and the table tells the trend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.filter.foreign_clients import foreign_clients
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import drills
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.robot_log import (
    Mark,
    lost_records,
    parse,
    record,
    summarise,
)


def acknowledged(*times: float) -> list[dict[str, Any]]:
    return [{"event": "acknowledged", "at": at, "address": "198.51.100.13"} for at in times]


def test_the_longest_pause_of_each_way_is_told() -> None:
    events = acknowledged(1.0, 1.5, 5.0, 5.1, 7.1, 7.2)
    seen = summarise(events, [Mark("there", 1.2), Mark("back", 5.0)])
    assert seen["pauses"] == {"there": 3.5, "back": 2.0}
    assert seen["acknowledged"] == 6


def test_a_way_after_which_nothing_was_acknowledged_has_no_pause() -> None:
    assert summarise(acknowledged(1.0), [Mark("there", 0.0)])["pauses"] == {"there": None}


def test_a_client_that_did_not_come_to_its_end_has_compared_nothing() -> None:
    assert summarise(acknowledged(1.0), [])["lost"] is None
    ended = [*acknowledged(1.0), {"event": "ended", "lost": 0, "removed": True}]
    assert (summarise(ended, [])["lost"], summarise(ended, [])["removed"]) == (0, True)


def test_a_record_that_is_missing_or_another_is_lost() -> None:
    content = record(0) + record(7) + record(2)[:-1]
    assert lost_records(content, range(4)) == [1, 2, 3]
    assert lost_records(record(0) + record(1), range(2)) == []


def test_a_line_that_is_being_written_is_left_out() -> None:
    assert parse('{"event": "ended"}\n[]\n{"event": "ackn') == [{"event": "ended"}]


def drill(finished: str, there: float | None, result: str = "succeeded") -> dict[str, Any]:
    return {"finished": finished, "result": result, "there_pause_seconds": there, "back_pause_seconds": 2}


def test_the_table_holds_the_newest_against_the_others() -> None:
    lines = drills.table(
        [drill("2026-11-21T08:00:00", 2.0), drill("2026-11-22T08:00:00", 4.0), drill("2026-11-23T08:00:00", 6.0)]
    )
    assert lines[1].split()[0] == "2026-11-21T08:00:00"
    assert "4.0 s" in lines[-2] and "+100 %" in lines[-1]


def test_drills_that_failed_are_listed_and_do_not_count() -> None:
    failed = drill("2026-11-22T08:00:00", 90.0, "failed")
    lines = drills.table([drill("2026-11-21T08:00:00", 2.0), failed])
    assert lines[2].endswith("failed")
    assert "2.0 s" in lines[-2] and "90" not in lines[-2]


def test_drills_are_kept_on_both_clusters(pair: Any, options: Callable[[str], dict[str, Any]]) -> None:
    params = {"source": options("boston"), "target": options("newyork"), "access_zone": "sales", "limit": 10}
    figures = {"there_pause_seconds": 3.5}
    looked = drills.run({**params, "result": "succeeded", "figures": figures}, True, lambda _message: None)
    assert len(looked["drills"]) == 1
    folder = drills.FOLDER + "/sales"
    assert not any(pair.files[name].path(folder).exists() for name in ("boston", "newyork"))
    drills.run({**params, "result": "succeeded", "figures": figures}, False, lambda _message: None)
    for name in ("boston", "newyork"):
        assert len(list(pair.files[name].path(folder).iterdir())) == 1
    (pair.files["newyork"].path(folder) / "20000101000000.json").write_text('{"finished": "20', encoding="utf-8")
    again = drills.run({**params, "result": "failed", "figures": {}}, True, lambda _message: None)
    assert [one["result"] for one in again["drills"]] == ["succeeded", "failed"]
    assert again["trend"]["there_pause_seconds"]["newest_seconds"] == 3.5


@pytest.mark.parametrize("user", ["robot", "EXAMPLE\\Robot", "robot@example.com"])
def test_the_robot_is_no_stranger_however_its_name_is_spelled(user: str) -> None:
    entry = {"client": "192.0.2.2", "users": [user], "drained": False}
    assert foreign_clients([{"clients": [entry]}], "EXAMPLE\\robot") == []


def test_everybody_else_is_a_stranger() -> None:
    clients = [
        {"client": "192.0.2.3", "users": ["robot", "bob"], "drained": False},
        {"client": "192.0.2.4", "users": [], "drained": False},
        {"client": "192.0.2.5", "users": ["bob"], "drained": True},
    ]
    assert foreign_clients([{"clients": clients}, {}], "robot") == ["192.0.2.3 (robot, bob)"]
