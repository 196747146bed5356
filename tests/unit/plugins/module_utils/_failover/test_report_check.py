# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report that was touched after it was written is found out, with its log or without."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.event_log import append_event
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_check import ReportAltered
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_check import run as check
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_files import run as write
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import BadOption
from unit.plugins.module_utils._failover.report_samples import ENDS, faults_of

FILES = ["report.html", "report.json", "report.junit.xml", "report.md"]


@pytest.fixture
def written(tmp_path: pathlib.Path) -> dict[str, Any]:
    for step in ("fence", "prove", "online"):
        append_event(str(tmp_path / "events.jsonl"), "step_ended", task=step, changed=True)
    return write({**ENDS["succeeded"], "directory": str(tmp_path)}, False, lambda line: None)


def verify(folder: pathlib.Path, **more: Any) -> dict[str, Any]:
    return check({"directory": str(folder), "log_count": 0, "log_sha256": "", **more}, False, lambda line: None)


def faults(folder: pathlib.Path, **more: Any) -> str:
    with pytest.raises(ReportAltered) as caught:
        verify(folder, **more)
    assert caught.value.details["whole"] is False
    return "\n".join(caught.value.details["faults"])


def test_what_nobody_touched_is_whole(written: dict[str, Any], tmp_path: pathlib.Path) -> None:
    found = verify(tmp_path)
    assert (found["whole"], found["files"], found["result"]) == (True, FILES, "succeeded")
    assert written["report"]["log"]["count"] == 3
    assert found["log"] == {name: written["log"][name] for name in ("count", "sha256")}
    assert found["log"]["count"] == 4
    assert faults_of(written["report"]) == []
    assert written["summary"][-1].startswith("log: 4 events, the last one has SHA-256 ")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_changed_or_taken_away_shows(
    written: dict[str, Any], tmp_path: pathlib.Path, name: str
) -> None:
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole.replace(b"198.51.100.102", b"198.51.100.199"))
    assert f"{name} is not the file that was written" in faults(tmp_path)
    if name != "report.json":
        (tmp_path / name).unlink()
        assert f"{name} can't be read" in faults(tmp_path)


def test_the_events_of_the_run_can_t_be_cut_off(written: dict[str, Any], tmp_path: pathlib.Path) -> None:
    log = tmp_path / "events.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:-1]))
    assert "the log does not say that a report was written" in faults(tmp_path)
    log.write_bytes(b"".join(lines[:2]))
    assert "report.json speaks of 3 lines, the log has 2: its end was cut off" in faults(tmp_path)


def test_a_later_run_may_go_on_in_the_same_log(written: dict[str, Any], tmp_path: pathlib.Path) -> None:
    noted = written["log"]
    write({**ENDS["rolled_back"], "directory": str(tmp_path)}, False, lambda line: None)
    assert verify(tmp_path, log_count=noted["count"], log_sha256=noted["sha256"].upper())["result"] == "rolled_back"


def test_only_what_is_kept_elsewhere_shows_that_all_was_written_anew(
    written: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    noted = written["log"]
    (tmp_path / "events.jsonl").unlink()
    for step in ("fence", "prove", "online"):
        append_event(str(tmp_path / "events.jsonl"), "step_ended", task=step, changed=False)
    write({**ENDS["succeeded"], "directory": str(tmp_path)}, False, lambda line: None)
    assert verify(tmp_path)["whole"]
    told = faults(tmp_path, log_count=noted["count"], log_sha256=noted["sha256"])
    assert "line 4 is not the one of which the hash that was given speaks" in told


@pytest.mark.parametrize("given", [{"log_count": 4}, {"log_sha256": "a" * 64}, {"log_count": 4, "log_sha256": "abc"}])
def test_half_a_hash_is_none(written: dict[str, Any], tmp_path: pathlib.Path, given: dict[str, Any]) -> None:
    with pytest.raises(BadOption, match="64 hexadecimal digits"):
        verify(tmp_path, **given)


def test_a_folder_without_a_report_is_named(tmp_path: pathlib.Path) -> None:
    with pytest.raises(BadOption, match="No such file or directory. Give the folder of one run"):
        verify(tmp_path)


def test_in_check_mode_the_module_writes_nothing(tmp_path: pathlib.Path) -> None:
    made = write({**ENDS["checked"], "directory": str(tmp_path / "new")}, True, lambda line: None)
    assert (made["changed"], made["files"], made["log"]) == (False, [], None)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("content", "said"), [("[]", "it is no report"), ("{", "it is no JSON")])
def test_a_report_that_is_none(written: dict[str, Any], tmp_path: pathlib.Path, content: str, said: str) -> None:
    (tmp_path / "report.json").write_text(content, encoding="utf-8")
    with pytest.raises(ReportAltered, match=f"{said}.* Take it from where it was kept otherwise"):
        verify(tmp_path)


def test_where_nothing_was_moved_the_report_of_the_move_stays(written: dict[str, Any], tmp_path: pathlib.Path) -> None:
    again = write({**ENDS["unchanged"], "directory": str(tmp_path)}, False, lambda line: None)
    assert (again["files"], again["changed"], again["stats"]["result"]) == ([], False, "unchanged")
    assert again["summary"][0] == "unchanged: newyork serves access zone sales already; nothing was changed"
    assert again["summary"][-1] == f"kept: {tmp_path}/report.json is the report of the run that moved it"
    assert verify(tmp_path)["result"] == "succeeded"


@pytest.mark.parametrize("earlier", ["refused", "rolled_back", "unchanged"])
def test_where_nothing_was_moved_any_other_report_is_replaced(tmp_path: pathlib.Path, earlier: str) -> None:
    write({**ENDS[earlier], "directory": str(tmp_path)}, False, lambda line: None)
    again = write({**ENDS["unchanged"], "directory": str(tmp_path)}, False, lambda line: None)
    assert [pathlib.Path(path).name for path in sorted(again["files"])] == FILES
    assert '"result": "unchanged"' in (tmp_path / "report.json").read_text(encoding="utf-8")


def test_the_way_back_is_another_move(written: dict[str, Any], tmp_path: pathlib.Path) -> None:
    back = {**ENDS["unchanged"], "source_name": "newyork", "target_name": "boston", "directory": str(tmp_path)}
    assert len(write(back, False, lambda line: None)["files"]) == len(FILES)


def test_what_a_run_without_a_move_finished_is_named() -> None:
    made = write({**ENDS["finished"], "directory": ""}, False, lambda line: None)
    assert made["summary"][0].endswith("already; only what was missing was changed (reprotect)")
