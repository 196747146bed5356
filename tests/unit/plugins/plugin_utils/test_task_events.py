# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task writes down what it does as it happens, no secret of it, and is not stopped by a log that can't be written."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.event_chain import check_chain
from ansible_collections.seamless.smb_failover.plugins.plugin_utils import task_events
from ansible_collections.seamless.smb_failover.plugins.plugin_utils.task_events import HIDDEN, TaskEvents


def work(path: pathlib.Path, *, secret: bool = False, **result: Any) -> tuple[list[str], list[dict[str, Any]]]:
    shown: list[str] = []
    events = TaskEvents(str(path), "Fence", "pool_interface_move", secret, False)
    events.began()
    events.listening(shown.append)("boston: 2 addresses are left")
    assert len(check_chain(path.read_bytes()).events) == 2, "not written as it happens"
    events.ended({"changed": True, "seconds": 1.5, **result})
    return shown, [dict(event) for event in check_chain(path.read_bytes()).events]


def test_each_event_is_written_as_it_happens(tmp_path: pathlib.Path) -> None:
    shown, events = work(tmp_path / "events.jsonl")
    assert shown == ["boston: 2 addresses are left"]
    assert [event["kind"] for event in events] == ["step_started", "message", "step_ended"]
    assert {event["task"] for event in events} == {"Fence"}
    assert (events[1]["text"], events[2]["seconds"], events[2]["changed"]) == (shown[0], 1.5, True)


def test_a_failure_is_written_with_its_words(tmp_path: pathlib.Path) -> None:
    _shown, events = work(tmp_path / "events.jsonl", failed=True, msg="the cluster answered 500")
    assert (events[-1]["kind"], events[-1]["text"]) == ("step_failed", "the cluster answered 500")


def test_a_task_with_no_log_writes_none_of_its_words(tmp_path: pathlib.Path) -> None:
    shown, events = work(tmp_path / "events.jsonl", secret=True, failed=True, msg="password: hunter2")
    assert shown and [event.get("text") for event in events] == [None, HIDDEN, HIDDEN]
    assert "hunter2" not in (tmp_path / "events.jsonl").read_text(encoding="ascii")


def test_a_log_that_can_t_be_written_stops_nothing_and_is_said_once(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []
    monkeypatch.setattr(task_events.Display, "warning", lambda self, text: warned.append(text))
    (tmp_path / "a-file").write_text("", encoding="ascii")
    shown: list[str] = []
    events = TaskEvents(str(tmp_path / "a-file" / "events.jsonl"), "Fence", "pool_interface_move", False, False)
    events.began()
    events.listening(shown.append)("boston: 2 addresses are left")
    events.ended({"seconds": 1.0})
    assert shown == ["boston: 2 addresses are left"]
    assert len(warned) == 1 and "The run goes on" in warned[0]


def test_without_a_folder_nothing_is_written(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    TaskEvents("", "Fence", "pool_interface_move", False, False).began()
    assert list(tmp_path.iterdir()) == []
