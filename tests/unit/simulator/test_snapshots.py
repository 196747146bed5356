# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots: what they hold stays as it was, until they expire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from onefs_sim.snapshots import stored_path

SNAPSHOTS = "/platform/1/snapshot/snapshots"


def test_content_is_frozen_and_readable_at_both_places(pair: Any) -> None:
    caller = pair.caller("boston")
    before = pair.boston.configuration()["files"]
    taken = caller.write("POST", SNAPSHOTS, {"path": "/ifs/data/sales", "name": "safe"}, 201)
    assert (taken["size"], taken["state"], taken["expires"]) == (6, "active", None)
    (pair.files["boston"].path("/ifs/data/sales") / "ledger.txt").write_text("second\n", encoding="utf-8")
    for path in ("/ifs/data/sales/.snapshot/safe/ledger.txt", "/ifs/.snapshot/safe/data/sales/ledger.txt"):
        assert caller.call("GET", f"/namespace{path}").content == b"first\n"
        refused = caller.call("PUT", f"/namespace{path}?overwrite=true", headers={"x-isi-ifs-target-type": "object"})
        assert refused.status_code == 403
    assert caller.get("/namespace/ifs/data/sales/.snapshot")["children"] == [{"name": "safe"}]
    assert set(pair.boston.configuration()["files"]) == set(before)
    caller.write("PUT", f"{SNAPSHOTS}/safe", {"name": "safer"})
    assert caller.get(f"{SNAPSHOTS}/{taken['id']}")["snapshots"][0]["name"] == "safer"
    assert caller.call("GET", "/namespace/ifs/data/sales/.snapshot/safer/ledger.txt").content == b"first\n"
    assert caller.get(SNAPSHOTS + "-summary")["summary"]["count"] == 1
    caller.write("DELETE", f"{SNAPSHOTS}/safer")
    assert caller.call("GET", "/namespace/ifs/data/sales/.snapshot/safer/ledger.txt").status_code == 404


def test_a_snapshot_of_everything_leaves_snapshots_out(pair: Any) -> None:
    caller = pair.caller("boston")
    for name in ("one", "two"):
        caller.write("POST", SNAPSHOTS, {"path": "/ifs", "name": name}, 201)
    assert caller.call("GET", "/namespace/ifs/.snapshot/two/data/sales/ledger.txt").content == b"first\n"
    assert caller.call("GET", "/namespace/ifs/.snapshot/two/.snapshot").status_code == 404


def test_an_expired_snapshot_is_gone(pair: Any) -> None:
    caller = pair.caller("boston")
    now = int(pair.boston.clock.now())
    body = {"path": "/ifs/data/sales", "expires": now + 600}
    name = caller.write("POST", SNAPSHOTS, body, 201)["name"]
    assert len(caller.get(SNAPSHOTS)["snapshots"]) == 1
    pair.boston.clock.offset_seconds = 601
    assert caller.get(SNAPSHOTS)["snapshots"] == []
    assert not pair.files["boston"].path(f"/ifs/.snapshot/{name}").exists()
    assert caller.call("POST", SNAPSHOTS, body).json()["errors"][0]["field"] == "expires"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"path": "/ifs/data/sales", "name": "safe"}, 409),
        ({"path": "/ifs/nothing"}, 404),
        ({"path": "/ifs/../etc"}, 400),
        ({"path": "/ifs/data/sales", "name": "../../x"}, 400),
        ({"path": "/ifs/data/sales", "name": ".."}, 400),
        ({"name": "x"}, 400),
    ],
)
def test_what_is_refused(pair: Any, body: Any, status: int) -> None:
    caller = pair.caller("boston")
    caller.write("POST", SNAPSHOTS, {"path": "/ifs/data/sales", "name": "safe"}, 201)
    assert caller.call("POST", SNAPSHOTS, body).status_code == status
    assert [one["name"] for one in caller.get(SNAPSHOTS)["snapshots"]] == ["safe"]


@pytest.mark.parametrize(
    ("shown", "stored"),
    [
        ("/ifs/data", "/ifs/data"),
        ("/ifs/data/.snapshot", "/ifs/.snapshot"),
        ("/ifs/data/.snapshot/one/a/b", "/ifs/.snapshot/one/data/a/b"),
        ("/ifs/.snapshot/one", "/ifs/.snapshot/one"),
    ],
)
def test_where_a_snapshot_is(shown: str, stored: str) -> None:
    assert stored_path(shown) == stored


WRITABLE = "/platform/14/snapshot/writable"


def writable(path: str) -> str:
    return f"{WRITABLE}/{quote(path, safe='')}"


def test_a_writable_snapshot_is_a_copy_that_nothing_else_sees(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("newyork")
    caller.write("POST", SNAPSHOTS, {"path": "/ifs/data/sales", "name": "replica"}, 201)
    made = caller.write("POST", WRITABLE, {"src_snap": "replica", "dst_path": "/ifs/copy"}, 201)
    assert (made["state"], made["src_snap"], made["src_path"]) == ("active", "replica", "/ifs/data/sales")
    copy = pair.files["newyork"].path("/ifs/copy/ledger.txt")
    assert copy.read_text(encoding="utf-8") == "first\n"
    copy.write_text("changed\n", encoding="utf-8")
    assert caller.call("GET", "/namespace/ifs/data/sales/ledger.txt").content == b"first\n"
    assert caller.call("GET", "/namespace/ifs/data/sales/.snapshot/replica/ledger.txt").content == b"first\n"

    assert caller.call("DELETE", f"{SNAPSHOTS}/replica").status_code == 409
    assert caller.get(f"{SNAPSHOTS}/replica")["snapshots"][0]["has_locks"]
    assert pair.newyork.configuration()["writable_snapshots"] == ["/ifs/copy"]
    caller.write("DELETE", writable("/ifs/copy"))
    shown = caller.get(writable("/ifs/copy"))["writable"][0]
    assert (shown["state"], shown["src_snap"]) == ("deleting", None)
    assert not copy.parent.exists()
    until(lambda: caller.get(WRITABLE)["writable"] == [])
    assert caller.call("GET", writable("/ifs/copy")).status_code == 404
    caller.write("DELETE", f"{SNAPSHOTS}/replica")
    assert caller.get("/platform/14/snapshot/writable-snapshot-summary")["summary"]["count"] == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"src_snap": "replica", "dst_path": "/ifs/data/sales/copy"}, 400),
        ({"src_snap": "replica", "dst_path": "/ifs/data"}, 400),
        ({"src_snap": "replica", "dst_path": "/ifs/nothing/copy"}, 400),
        ({"src_snap": "other", "dst_path": "/ifs/data/sales/copy"}, 400),
        ({"src_snap": "replica", "dst_path": "/ifs/one/copy"}, 400),
        ({"src_snap": "replica", "dst_path": "/etc/copy"}, 400),
        ({"src_snap": "SIQ-latest", "dst_path": "/ifs/copy"}, 400),
        ({"src_snap": "nothing", "dst_path": "/ifs/copy"}, 404),
        ({"dst_path": "/ifs/copy"}, 400),
    ],
)
def test_writable_snapshots_that_are_refused(pair: Any, body: Any, status: int) -> None:
    caller = pair.caller("newyork")
    for name in ("replica", "SIQ-latest"):
        caller.write("POST", SNAPSHOTS, {"path": "/ifs/data/sales", "name": name}, 201)
    caller.write("POST", SNAPSHOTS, {"path": "/ifs/data/finance", "name": "other"}, 201)
    caller.write("POST", WRITABLE, {"src_snap": "replica", "dst_path": "/ifs/one"}, 201)
    assert caller.call("POST", WRITABLE, body).status_code == status
    assert [one["dst_path"] for one in caller.get(WRITABLE)["writable"]] == ["/ifs/one"]
