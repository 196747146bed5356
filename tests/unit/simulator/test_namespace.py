# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and folders through /namespace."""

from __future__ import annotations

from typing import Any

JOURNAL = "/namespace/ifs/.seamless_smb_failover"
OBJECT = {"x-isi-ifs-target-type": "object"}
CONTAINER = {"x-isi-ifs-target-type": "container"}


def test_folder_and_files(pair: Any) -> None:
    caller = pair.caller("boston", basic=False)
    caller.log_in()

    def put(path: str, data: bytes, **headers: str) -> int:
        return int(caller.http.put(caller.base + path, data=data, headers=OBJECT | headers).status_code)

    assert caller.call("GET", JOURNAL).status_code == 404
    assert put(f"{JOURNAL}/0001.json", b"{}") == 404, "there is no folder yet"
    for _ in range(2):
        assert caller.call("PUT", f"{JOURNAL}/runs?recursive=true", headers=CONTAINER).status_code == 200
    assert put(f"{JOURNAL}/0001.json", b'{"a": 1}') == 200
    assert put(f"{JOURNAL}/0001.json", b"other") == 409
    assert put(f"{JOURNAL}/0001.json?overwrite=true", b'{"a": 2}') == 200
    answer = caller.call("GET", f"{JOURNAL}/0001.json")
    assert (answer.content, answer.headers["x-isi-ifs-target-type"]) == (b'{"a": 2}', "object")
    assert caller.get(JOURNAL) == {"children": [{"name": "0001.json"}, {"name": "runs"}]}
    detail = caller.get(f"{JOURNAL}?detail=default")["children"][0]
    assert (detail["type"], detail["size"]) == ("object", 8)
    location = {"x-isi-ifs-set-location": f"{JOURNAL}/runs/0001.json"}
    assert caller.call("POST", f"{JOURNAL}/0001.json", headers=location).status_code == 204
    assert pair.files["boston"].path("/ifs/.seamless_smb_failover/runs/0001.json").read_bytes() == b'{"a": 2}'
    assert caller.call("DELETE", JOURNAL).status_code == 409, "not empty"
    assert caller.call("DELETE", f"{JOURNAL}?recursive=true").status_code == 204
    assert caller.call("GET", JOURNAL).status_code == 404


def test_what_is_refused(pair: Any) -> None:
    caller = pair.caller("newyork")
    assert caller.call("PUT", "/namespace/ifs/x").status_code == 400
    assert caller.call("GET", "/namespace/ifs/../etc/passwd").status_code == 404
    assert caller.call("GET", "/namespace/ifs/%2e%2e/etc/passwd").status_code == 404
    canary = caller.call("PUT", "/namespace/ifs/data/sales/canary", headers=OBJECT)
    assert (canary.status_code, canary.json()["errors"][0]["code"]) == (403, "AEC_FORBIDDEN")
    assert caller.get("/namespace/ifs/data/sales")["children"] == [{"name": "ledger.txt"}]
