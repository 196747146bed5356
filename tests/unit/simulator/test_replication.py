# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A copy that takes long says where its processes are, so that whoever finds it in a log knows why."""

from __future__ import annotations

import logging
import pathlib

import pytest
from onefs_sim import replication


def test_a_copy_that_takes_long_says_what_its_processes_wait_for(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    program = tmp_path / "slow"
    program.write_text('#!/bin/sh\nsleep 1\necho "Number of files: 3"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(replication, "RSYNC", (str(program),))
    monkeypatch.setattr(replication, "SLOW_SECONDS", 0.2)
    with caplog.at_level(logging.WARNING):
        assert replication.copy_folder(tmp_path, tmp_path / "target").files_total == 3
    told = [record.getMessage() for record in caplog.records]
    assert told
    # The script and what it started, each asleep in a system call.
    assert told[0].startswith(f"rsync {tmp_path} -> {tmp_path}/target takes long: ")
    assert told[0].count(" S ") == 2


def test_a_quick_copy_says_nothing(tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "file").write_text("content", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert replication.copy_folder(source, tmp_path / "target").files_transferred == 1
    assert not caplog.records
