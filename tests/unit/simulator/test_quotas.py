# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotas, with the real size of what they are about."""

from __future__ import annotations

from typing import Any

QUOTAS = "/platform/15/quota/quotas"
BODY = {"path": "/ifs/data/sales", "type": "directory", "include_snapshots": False}


def test_usage_is_what_lies_there(pair: Any) -> None:
    caller = pair.caller("boston")
    quota_id = caller.write("POST", QUOTAS, {**BODY, "thresholds": {"hard": 100_000, "advisory": 50}}, 201)["id"]
    quota = caller.get(f"{QUOTAS}/{quota_id}")["quotas"][0]
    assert quota["usage"]["applogical"] == len("first\n")
    assert (quota["usage"]["inodes"], quota["thresholds"]["hard_exceeded"]) == (2, False)
    assert quota["thresholds"]["advisory_exceeded"] is True, "a block is more than 50 bytes"
    (pair.files["boston"].path("/ifs/data/sales") / "more").write_bytes(b"x" * 200_000)
    quota = caller.get(f"{QUOTAS}/{quota_id}")["quotas"][0]
    assert quota["usage"]["applogical"] == 200_006
    assert quota["thresholds"]["hard_exceeded"] is True
    caller.write("PUT", f"{QUOTAS}/{quota_id}", {"thresholds": {"hard": 1_000_000}})
    assert caller.get(QUOTAS + "?exceeded=true")["quotas"] == []
    caller.write("DELETE", f"{QUOTAS}/{quota_id}")
    assert caller.call("GET", f"{QUOTAS}/{quota_id}").status_code == 404


def test_filters(pair: Any) -> None:
    caller = pair.caller("boston")
    for path in ("/ifs/data", "/ifs/data/sales", "/ifs/data/finance"):
        caller.write("POST", QUOTAS, {**BODY, "path": path}, 201)

    def paths(query: str) -> list[str]:
        return sorted(one["path"] for one in caller.get(f"{QUOTAS}?{query}")["quotas"])

    assert paths("zone=sales") == ["/ifs/data/sales"]
    assert paths("path=/ifs/data") == ["/ifs/data"]
    assert paths("path=/ifs/data&recurse_path_children=true") == ["/ifs/data", "/ifs/data/finance", "/ifs/data/sales"]
    assert paths("path=/ifs/data/sales&recurse_path_parents=true") == ["/ifs/data", "/ifs/data/sales"]
    assert paths("type=user") == []
    assert caller.get("/platform/1/quota/quotas-summary")["summary"]["directory_quotas_count"] == 3
    caller.write("DELETE", QUOTAS + "?path=/ifs/data/sales")
    assert len(caller.get(QUOTAS)["quotas"]) == 2
    assert caller.call("GET", QUOTAS + "?zone=nobody").status_code == 404


def test_what_is_refused(pair: Any) -> None:
    caller = pair.caller("boston")
    caller.write("POST", QUOTAS, BODY, 201)
    for body, status in (
        (BODY, 409),
        ({**BODY, "path": "/ifs/nothing"}, 400),
        ({**BODY, "path": "/ifs/../etc"}, 400),
        ({**BODY, "type": "folder"}, 400),
        ({"path": "/ifs/data"}, 400),
    ):
        assert caller.call("POST", QUOTAS, body).status_code == status, body
    pair.boston.licenses.set_status("SmartQuotas", "Expired")
    refused = caller.call("POST", QUOTAS, {**BODY, "path": "/ifs/data"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "AEC_INVALID_LICENSE")
