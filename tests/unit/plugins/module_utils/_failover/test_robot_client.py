# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The synthetic client of a drill: what keeps it from writing is told by itself, or by who started it as a process of its own."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import (
    robot_client,
    robot_process,
    service_check,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import NotReached
from error_catalogue.parts import take_apart
from unit.plugins.module_utils.samba_server import PASSWORD

ACCOUNT = ("robot", PASSWORD)


def test_a_name_that_leads_nowhere_is_told_and_asked_for_again(
    pair: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_check, "DNS_PORT", pair.dns_port)
    monkeypatch.setattr(robot_client, "END_SECONDS", 0.0)
    server = pair.sites["boston"].service_addresses[0]
    log = tmp_path / robot_process.LOG

    def after_two_errors() -> bool:
        return log.read_text(encoding="utf-8").count('"error"') >= 2

    name = "elsewhere.example.net"
    robot_client.RobotClient(name, "sales", ACCOUNT, [server], log, after_two_errors, "robot.ledger").run()
    first, *_others, end = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    parts = take_apart(first["text"])
    assert parts.tried == f"Looking for the addresses of {name} at {server}"
    assert "REFUSED" in parts.came_back
    assert parts.to_do == "Look at the members of its pool, and who answers for that name."
    assert (end["event"], end["lost"], end["removed"]) == ("ended", 0, False)


def test_a_process_that_ends_at_once_is_told_with_its_last_words(tmp_path: pathlib.Path) -> None:
    # Its log can't be written, as on a disk that is full.
    (tmp_path / robot_process.LOG).symlink_to(tmp_path / "absent" / robot_process.LOG)
    params = {
        "state": "started",
        "folder": str(tmp_path),
        "name": "sales.example.com",
        "share": "sales",
        "user": ACCOUNT[0],
        "password": ACCOUNT[1],
        "dns_servers": ["127.0.0.254"],
        "deadline_seconds": 60,
    }
    with pytest.raises(robot_process.RobotTrouble) as caught:
        robot_process.run(params, False, lambda _line: None)
    parts = take_apart(caught.value.message)
    assert parts.tried == "Starting the synthetic client for share 'sales' of sales.example.com"
    assert parts.came_back.startswith("it ended at once with 1 (") and "FileNotFoundError" in parts.came_back
    assert parts.to_do == "Mend what it names, and run again."
    assert (tmp_path / robot_process.STOP).exists()


def test_what_is_waited_for_is_told_with_the_last_error(tmp_path: pathlib.Path) -> None:
    (tmp_path / robot_process.LOG).write_text('{"event": "error", "at": 1.0, "text": "Nobody is there."}\n', "utf-8")
    with pytest.raises(NotReached, match=r"for the client to write \(Nobody is there\): it was not reached"):
        robot_process._wait(lambda: False, 0, lambda _line: None, "the client to write", tmp_path)
