# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checker finds each record that is missing or changed, and reads a log that was torn."""

from __future__ import annotations

import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from ledger import records
from ledger.checker import check, read_log


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


def test_torn_last_line_is_left_out(tmp_path):
    log = tmp_path / "log"
    log.write_text(json.dumps(acknowledged(1)[0]) + '\n{"event": "acknow', encoding="utf-8")
    assert len(read_log(log)) == 1
