# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The synthetic client of a rehearsal visits a real Samba, and says what is not as it has to be."""

from __future__ import annotations

import hashlib
import pathlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import synthetic_client
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.synthetic_client import Visit, VisitFailed
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb_files import FileTrouble, ShareFiles
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.snapshots import take_snapshot
from error_catalogue.parts import take_apart
from unit.plugins.module_utils.samba_server import ADDRESS, PASSWORD, SHARE, SambaServer

WHERE = f"on share '{SHARE}' at {ADDRESS}"
REPLICA, SNAPSHOT = "/ifs/replica", "seamless-rehearsal-sales-0"
FROZEN = f"{REPLICA}/.snapshot/{SNAPSHOT}"
ALL = ["connect", "create_and_write", "read", "overwrite", "rename", "read", "delete"]


def visit(samba: SambaServer, replicated: Mapping[str, str] | None = None) -> Visit:
    made = Visit(ADDRESS, SHARE)
    made.all(samba.user, PASSWORD, replicated or {})
    return made


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def after(monkeypatch: pytest.MonkeyPatch, operation: str, meddle: Callable[[str], Any]) -> None:
    """Let somebody else do something to the file on the server's disk whenever an operation has succeeded."""
    original = getattr(ShareFiles, operation)

    def followed(self: ShareFiles, path: str, *rest: Any, **more: Any) -> Any:
        done = original(self, path, *rest, **more)
        meddle(path)
        return done

    monkeypatch.setattr(ShareFiles, operation, followed)


def test_a_visit_does_everything_once_and_leaves_nothing(samba: SambaServer) -> None:
    (samba.folder / "plan.txt").write_bytes(b"replicated")
    done = visit(samba, {"plan.txt": sha256(b"replicated")})
    assert [one["operation"] for one in done.operations] == [*ALL, "read_replica"]
    assert [path.name for path in samba.folder.iterdir()] == ["plan.txt"]


def test_a_file_that_reads_otherwise_than_it_was_written(samba: SambaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    after(monkeypatch, "write", lambda path: (samba.folder / path).write_bytes(b"short"))
    with pytest.raises(FileTrouble, match=rf"^read '.*\.new' {WHERE}: 5 bytes came back that are not the 180224 "):
        visit(samba)


def test_a_file_that_is_there_again_after_it_was_deleted(samba: SambaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    after(monkeypatch, "delete", lambda path: (samba.folder / path).touch())
    with pytest.raises(FileTrouble, match=rf"^deleting '.*\.renamed' {WHERE}: it is still there"):
        visit(samba)


def test_a_replica_that_differs_from_its_snapshot(samba: SambaServer) -> None:
    (samba.folder / "plan.txt").write_bytes(b"replicated by half")
    with pytest.raises(FileTrouble) as caught:
        visit(samba, {"plan.txt": sha256(b"replicated")})
    parts = take_apart(caught.value.message)
    assert parts.tried == f"reading 'plan.txt' {WHERE}"
    assert "18 bytes came back that are not what the snapshot" in parts.came_back
    assert "policy's last report" in parts.to_do


@pytest.fixture
def rehearse(
    pair: Any, papi: Callable[[str], PapiSession], options: Callable[[str], dict[str, Any]], samba: SambaServer
) -> Callable[..., dict[str, Any]]:
    """Return the module's work as a call: the snapshot on the cluster has one file, and Samba serves the copy of it."""
    replica: pathlib.Path = pair.files["newyork"].path(REPLICA)
    replica.mkdir()
    for folder in (replica, samba.folder):
        (folder / "plan.txt").write_bytes(b"replicated")
    take_snapshot(papi("newyork"), SNAPSHOT, REPLICA, int(time.time()) + 3600)

    def run(check_mode: bool = False, **more: Any) -> dict[str, Any]:
        params = {
            "target": options("newyork"),
            "addresses": [ADDRESS],
            "shares": [{"name": SHARE, "frozen_path": FROZEN}],
            "user": samba.user,
            "password": PASSWORD,
            "files_limit": 20,
            "file_bytes_limit": 1 << 20,
            **more,
        }
        return synthetic_client.run(params, check_mode, lambda _line: None)

    return run


def test_every_share_is_visited_at_every_address(rehearse: Callable[..., dict[str, Any]]) -> None:
    done = rehearse()
    assert (done["changed"], done["files_compared"], done["files_left_out"]) == (False, 1, 0)
    assert {one["operation"] for one in done["operations"]} == {*ALL, "read_replica"}
    assert rehearse(check_mode=True)["operations"] == []


def test_a_visit_that_fails_is_told_with_what_was_done_until_then(
    rehearse: Callable[..., dict[str, Any]], samba: SambaServer
) -> None:
    (samba.folder / "plan.txt").write_bytes(b"replicated by half")
    with pytest.raises(VisitFailed) as caught:
        rehearse()
    parts = take_apart(caught.value.message)
    assert parts.tried == "The synthetic client failed"
    assert f"reading 'plan.txt' {WHERE}: 18 bytes" in parts.came_back
    assert parts.to_do.endswith("Look at that share on the node with this address, and run the rehearsal again.")
    assert [one["operation"] for one in caught.value.details["operations"]] == [*ALL, "read_replica"]
