# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checker finds each record that is missing or changed, and reads a log that was torn."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from ledger import checker, records
from ledger.checker import check, read_log
from ledger.event_log import ACKNOWLEDGED, Log

CHECKER = pathlib.Path(checker.__file__)


def acknowledged(count: int) -> list[dict[str, object]]:
    return [
        {"event": "acknowledged", "sequence": number, "time": 1000.0 + number / 50, "server": "198.51.100.11"}
        for number in range(count)
    ]


def disk(folder: pathlib.Path, data: bytes) -> pathlib.Path:
    (folder / records.FILE).write_bytes(data)
    return folder


def whole(count: int) -> bytes:
    return b"".join(records.make(number) for number in range(count))


def test_everything_is_there(tmp_path):
    result = check(acknowledged(20), disk(tmp_path, whole(20)))
    assert (result["acknowledged"], result["found"], result["lost"], result["corrupted"]) == (20, 20, 0, 0)


@pytest.mark.parametrize("missing", [0, 7, 19])
def test_dropped_record_is_lost(tmp_path, missing):
    data = bytearray(whole(20))
    data[missing * records.SIZE : (missing + 1) * records.SIZE] = bytes(records.SIZE)
    assert check(acknowledged(20), disk(tmp_path, bytes(data)))["lost"] == 1


def test_short_file_loses_its_end(tmp_path):
    assert check(acknowledged(20), disk(tmp_path, whole(15)))["lost"] == 5


def test_no_file_loses_all(tmp_path):
    assert check(acknowledged(3), tmp_path)["lost"] == 3


@pytest.mark.parametrize("position", [0, 5, 2000, 4095])
def test_one_changed_byte_is_corrupted(tmp_path, position):
    data = bytearray(whole(20))
    data[3 * records.SIZE + position] ^= 1
    assert check(acknowledged(20), disk(tmp_path, bytes(data)))["corrupted"] == 1


def test_record_in_the_place_of_another_is_corrupted(tmp_path):
    data = bytearray(whole(20))
    data[4 * records.SIZE : 5 * records.SIZE] = records.make(5)
    assert check(acknowledged(20), disk(tmp_path, bytes(data)))["corrupted"] == 1


def test_what_was_not_acknowledged_does_not_count(tmp_path):
    assert check(acknowledged(10), disk(tmp_path, whole(20)))["lost"] == 0


def test_pause_and_remounts(tmp_path):
    events = [{"event": "mounted", "time": 999.0}, *acknowledged(10)]
    for event in events[6:]:
        event["time"] += 6.5
    events += [{"event": "mounted", "time": 1010.0}]
    result = check(events, disk(tmp_path, whole(10)))
    assert result["longest_pause_seconds"] == pytest.approx(6.52)
    assert (result["acknowledged_before_pause"], result["acknowledged_after_pause"]) == (5, 5)
    assert result["remounts"] == 1


@pytest.mark.parametrize(
    ("content", "intact"),
    [(records.EDIT + records.SAVE, True), (records.EDIT, False), (records.SAVE, False), (None, False)],
)
def test_edited_file(tmp_path, content, intact):
    if content is not None:
        (tmp_path / records.DOCUMENT).write_bytes(content)
    assert check([{"event": "saved", "errno": 0, "time": 1.0}], tmp_path)["edited_file"] == {
        "saved": True,
        "intact": intact,
    }


def test_record_acknowledged_twice_counts_once(tmp_path):
    result = check([*acknowledged(10), acknowledged(10)[4]], disk(tmp_path, whole(10)))
    assert (result["acknowledged"], result["found"], result["acknowledged_twice"]) == (10, 10, 1)


def test_lost_record_acknowledged_twice_is_lost_once(tmp_path):
    data = bytearray(whole(10))
    data[4 * records.SIZE : 5 * records.SIZE] = bytes(records.SIZE)
    result = check([*acknowledged(10), acknowledged(10)[4]], disk(tmp_path, bytes(data)))
    assert (result["found"], result["lost"]) == (9, 1)


def test_acknowledgements_before_and_after_a_moment(tmp_path):
    result = check(acknowledged(10), disk(tmp_path, whole(10)), moment=1000.05)
    assert (result["acknowledged_before"], result["acknowledged_after"]) == (3, 7)


def test_pause_is_not_measured_by_a_clock_that_was_set(tmp_path):
    events = [{**event, "monotonic": 50 + event["sequence"] / 50} for event in acknowledged(10)]
    for event in events[5:]:
        event["time"] += 3600.0
    assert check(events, disk(tmp_path, whole(10)))["longest_pause_seconds"] == pytest.approx(0.02)


def test_pause_over_a_restart_of_the_machine(tmp_path):
    events = [{**event, "monotonic": event["time"]} for event in acknowledged(10)]
    for event in events[5:]:
        event.update(time=event["time"] + 30.0, monotonic=event["sequence"] / 50)
    assert check(events, disk(tmp_path, whole(10)))["longest_pause_seconds"] == pytest.approx(30.02)


def test_client_that_never_came_back_shows_as_silent(tmp_path):
    events = [*acknowledged(10), {"event": "error", "what": "record", "errno": 11, "time": 1060.18}]
    result = check(events, disk(tmp_path, whole(10)))
    assert (result["silent_at_end_seconds"], result["closed"], result["errors"]) == (60.0, False, 1)


def test_another_mount_number_is_a_remount(tmp_path):
    events = [
        {"event": "mounted", "time": 999.0},
        {"event": "open", "time": 999.5, "mount": "24"},
        *acknowledged(10),
        {"event": "close", "errno": 0, "time": 1001.0, "mount": "31"},
    ]
    assert check(events, disk(tmp_path, whole(10)))["remounts"] == 1


def test_close_that_failed_is_no_save(tmp_path):
    (tmp_path / records.DOCUMENT).write_bytes(records.EDIT + records.SAVE)
    events = [{"event": "saved", "errno": 103, "time": 1.0}]
    assert check(events, tmp_path)["edited_file"] == {"saved": False, "intact": True}


def test_torn_line_before_the_last_is_counted(tmp_path):
    log = tmp_path / "log"
    first, second = (json.dumps(event) for event in acknowledged(2))
    log.write_text(f'{first}\n{{"event": "acknow\n{second}\n', encoding="utf-8")
    result = check(read_log(log), disk(tmp_path, whole(2)))
    assert (result["acknowledged"], result["torn_lines"]) == (2, 1)


def test_log_goes_on_after_a_torn_line(tmp_path):
    log = tmp_path / "log"
    log.write_text(json.dumps(acknowledged(1)[0]) + '\n{"event": "acknow', encoding="utf-8")
    Log(str(log)).write("acknowledged", sequence=1)
    assert [event["event"] for event in read_log(log)] == ["acknowledged", "torn", "acknowledged"]
    assert log.read_bytes().count(ACKNOWLEDGED) == 2


@pytest.mark.parametrize(("content", "code"), [(whole(3), 0), (whole(2), 1), (b"", 1)])
def test_exit_code(tmp_path, content, code):
    log = tmp_path / "log"
    log.write_text("".join(json.dumps(event) + "\n" for event in acknowledged(3)), encoding="utf-8")
    command = [sys.executable, str(CHECKER), str(log), str(disk(tmp_path, content))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert json.loads(done.stdout)["acknowledged"] == 3


def test_torn_last_line_is_left_out(tmp_path):
    log = tmp_path / "log"
    log.write_text(json.dumps(acknowledged(1)[0]) + '\n{"event": "acknow', encoding="utf-8")
    assert len(read_log(log)) == 1
