# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The writer acknowledges only what was flushed, tries again what was not, and truncates nothing. On a local folder."""

from __future__ import annotations

import errno
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from ledger import records, writer
from ledger.checker import check, read_log
from ledger.event_log import Log


@pytest.fixture
def log(tmp_path):
    return Log(str(tmp_path / "log"))


def failing(monkeypatch, name, numbers, real=None):
    """Let calls of an os function fail with these error numbers, one each, and then work again."""
    real, left = real or getattr(os, name), list(numbers)

    def call(*arguments):
        if left:
            raise OSError(left.pop(0), "injected")
        return real(*arguments)

    monkeypatch.setattr(writer.os, name, call)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.0)


def test_error_of_the_flush_is_tried_again_from_the_write(tmp_path, log, monkeypatch):
    file = writer.File(str(tmp_path / "file"), log)
    failing(monkeypatch, "fsync", [errno.EAGAIN, errno.EHOSTDOWN])
    file.write_until_done(records.make(0), 0, "record")
    assert [event["errno"] for event in read_log(tmp_path / "log")] == [errno.EAGAIN, errno.EHOSTDOWN]
    assert (tmp_path / "file").read_bytes() == records.make(0)


def test_stale_file_is_opened_again_and_not_truncated(tmp_path, log, monkeypatch):
    (tmp_path / "file").write_bytes(records.make(0))
    file = writer.File(str(tmp_path / "file"), log)
    failing(monkeypatch, "pwrite", [errno.ESTALE])
    file.write_until_done(records.make(1), records.SIZE, "record")
    assert [event["event"] for event in read_log(tmp_path / "log")] == ["error", "reopened"]
    assert (tmp_path / "file").read_bytes() == records.make(0) + records.make(1)


def test_file_that_is_gone_is_not_created_again(tmp_path, log, monkeypatch):
    file = writer.File(str(tmp_path / "file"), log)
    (tmp_path / "file").unlink()
    (tmp_path / "stop").touch()
    failing(monkeypatch, "pwrite", [errno.ENOENT])
    with pytest.raises(writer.Stopped):
        file.write_until_done(records.make(0), 0, "record", stop=str(tmp_path / "stop"))
    assert not (tmp_path / "file").exists()
    assert [event["what"] for event in read_log(tmp_path / "log")] == ["record", "open"]


def test_short_write_is_completed(tmp_path, log, monkeypatch):
    file = writer.File(str(tmp_path / "file"), log)
    real = os.pwrite
    monkeypatch.setattr(writer.os, "pwrite", lambda descriptor, data, offset: real(descriptor, data[:1000], offset))
    file.write_until_done(records.make(0), 0, "record")
    assert (tmp_path / "file").read_bytes() == records.make(0)


def test_close_says_what_the_application_hears(tmp_path, log, monkeypatch):
    file = writer.File(str(tmp_path / "file"), log)
    failing(monkeypatch, "close", [errno.ECONNABORTED])
    assert file.close() == errno.ECONNABORTED


def test_whole_run(tmp_path, monkeypatch):
    share, stop = tmp_path / "share", tmp_path / "stop"
    share.mkdir()
    real = os.fsync
    calls = []

    def fsync(descriptor):
        calls.append(descriptor)
        if len(calls) == 40:
            raise OSError(errno.EAGAIN, "injected")
        if len(calls) == 150:
            stop.touch()
        real(descriptor)

    monkeypatch.setattr(writer.os, "fsync", fsync)
    monkeypatch.setattr(sys, "argv", ["writer", str(share), str(tmp_path / "log"), str(stop), "--interval", "0"])
    assert writer.main() == 0
    result = check(read_log(tmp_path / "log"), share)
    assert (result["acknowledged"], result["found"], result["errors"], result["closed"]) == (149, 149, 1, True)
    assert result["edited_file"] == {"saved": True, "intact": True}


def test_pace_keeps_the_interval_and_catches_nothing_up(monkeypatch):
    clock, slept = [100.0], []
    monkeypatch.setattr(writer.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(writer.time, "sleep", lambda seconds: slept.append(round(seconds, 3)))
    pace = writer.Pace(0.02)
    for now in (100.005, 100.025, 107.0, 107.001):
        clock[0] = now
        pace.wait()
    assert slept == [0.015, 0.015, 0.0, 0.019]
