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


def test_parts_conditions_and_head(pair: Any) -> None:
    caller = pair.caller("boston")
    path = "/namespace/ifs/data/sales/ledger.txt"
    part = caller.call("GET", path, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"irs", "bytes 1-3/6")
    assert caller.call("GET", path, headers={"Range": "bytes=-2"}).content == b"t\n"
    beyond = caller.call("GET", path, headers={"Range": "bytes=6-"})
    assert (beyond.status_code, beyond.json()["errors"][0]["code"]) == (416, "AEC_INVALID_REQUEST_RANGE")
    head = caller.call("HEAD", path)
    assert (head.headers["Content-Length"], head.content) == ("6", b"")
    modified = head.headers["Last-Modified"]
    assert caller.call("GET", path, headers={"If-Modified-Since": modified}).status_code == 304
    assert caller.call("GET", path, headers={"If-Unmodified-Since": modified}).status_code == 200
    old = "Sat, 01 Jan 2000 00:00:00 GMT"
    assert caller.call("GET", path, headers={"If-Unmodified-Since": old}).status_code == 412
    assert caller.call("GET", path, headers={"If-Modified-Since": old}).status_code == 200


def test_listings_are_paged_sorted_and_filtered(pair: Any) -> None:
    caller = pair.caller("boston")
    folder = pair.files["boston"].path("/ifs/data/sales")
    for number, name in enumerate(("c", "a", "b", ".hidden")):
        (folder / name).write_bytes(b"x" * number)
    (folder / "sub").mkdir()
    path = "/namespace/ifs/data/sales"
    page = caller.get(f"{path}?limit=2&sort=size&dir=DESC&type=object&detail=size")
    assert [(one["name"], one["size"]) for one in page["children"]] == [("ledger.txt", 6), (".hidden", 3)]
    rest = caller.get(f"{path}?resume={page['resume']}")
    assert [one["name"] for one in rest["children"]] == ["b", "a"]
    last = caller.get(f"{path}?resume={rest['resume']}")
    assert [one["name"] for one in last["children"]] == ["c"]
    assert "resume" not in last
    assert [one["name"] for one in caller.get(f"{path}?type=container")["children"]] == ["sub"]
    assert ".hidden" not in str(caller.get(f"{path}?hidden=false"))
    for query in ("detail=colour", "sort=colour", "limit=0", "resume=x"):
        assert caller.call("GET", f"{path}?{query}").status_code == 400, query


def test_copies(pair: Any) -> None:
    caller = pair.caller("boston")
    source = {"x-isi-ifs-copy-source": "/namespace/ifs/data/sales"}
    assert caller.call("PUT", "/namespace/ifs/data/copy", headers=source).status_code == 200
    assert caller.call("GET", "/namespace/ifs/data/copy/ledger.txt").content == b"first\n"
    assert caller.call("PUT", "/namespace/ifs/data/copy", headers=source).status_code == 409
    (pair.files["boston"].path("/ifs/data/copy") / "own").touch()
    assert caller.call("PUT", "/namespace/ifs/data/copy?merge=true", headers=source).status_code == 200
    assert {one["name"] for one in caller.get("/namespace/ifs/data/copy")["children"]} == {"ledger.txt", "own"}
    assert caller.call("PUT", "/namespace/ifs/data/copy?overwrite=true", headers=source).status_code == 200
    assert caller.get("/namespace/ifs/data/copy")["children"] == [{"name": "ledger.txt"}]
    assert caller.call("PUT", "/namespace/ifs/data/sales/within", headers=source).status_code == 400
    file = {"x-isi-ifs-copy-source": "/namespace/ifs/data/sales/ledger.txt"}
    assert caller.call("PUT", "/namespace/ifs/data/one", headers=file).status_code == 200
    assert caller.call("PUT", "/namespace/ifs/data/one", headers=file).status_code == 409
    missing = {"x-isi-ifs-copy-source": "/namespace/ifs/data/nothing"}
    assert caller.call("PUT", "/namespace/ifs/data/two", headers=missing).status_code == 404


def test_metadata_and_access(pair: Any) -> None:
    caller = pair.caller("boston")
    path = "/namespace/ifs/data/sales/ledger.txt"
    mark = {"action": "update", "attrs": [{"name": "team", "value": "sales", "namespace": "user", "op": "update"}]}
    assert caller.call("PUT", f"{path}?metadata", mark).status_code == 200
    attrs = {one["name"]: one["value"] for one in caller.get(f"{path}?metadata")["attrs"]}
    assert (attrs["team"], attrs["size"]) == ("sales", "6")
    mark["attrs"][0]["op"] = "delete"
    assert caller.call("PUT", f"{path}?metadata", mark).status_code == 200
    assert "team" not in {one["name"] for one in caller.get(f"{path}?metadata")["attrs"]}
    assert caller.call("PUT", f"{path}?metadata", {"attrs": [{"name": "size", "value": "1"}]}).status_code == 400
    assert caller.call("PUT", f"{path}?acl", {"authoritative": "mode", "mode": "0640"}).status_code == 200
    assert caller.get(f"{path}?acl")["mode"] == "0640"
    for body in ({"authoritative": "acl", "acl": []}, {"mode": "rwx"}, {"owner": {"id": "alice"}}):
        assert caller.call("PUT", f"{path}?acl", body).status_code == 400, body
    made = caller.call(
        "PUT", "/namespace/ifs/data/private", headers=CONTAINER | {"x-isi-ifs-access-control": "private"}
    )
    assert made.status_code == 200
    assert caller.get("/namespace/ifs/data/private?acl")["mode"] == "0770"


def test_access_points(pair: Any) -> None:
    caller = pair.caller("boston")
    assert caller.get("/namespace") == {"namespaces": [{"name": "ifs", "path": "/ifs"}]}
    assert caller.call("PUT", "/namespace/books", {"path": "/ifs/data/sales"}).status_code == 200
    assert caller.call("GET", "/namespace/books/ledger.txt").content == b"first\n"
    assert caller.call("PUT", "/namespace/other", {"path": "/etc"}).status_code == 400
    assert pair.caller("boston", user="admin").call("DELETE", "/namespace/books").status_code == 403
    assert caller.call("DELETE", "/namespace/books").status_code == 204
    assert caller.call("GET", "/namespace/books/ledger.txt").status_code == 404


def test_a_full_disk(pair: Any) -> None:
    caller = pair.caller("boston")
    pair.boston.space.fill("/ifs/.seamless_smb_failover")
    refused = caller.call("PUT", f"{JOURNAL}/runs?recursive=true", headers=CONTAINER)
    assert (refused.status_code, "No space left" in refused.text) == (507, True)
    assert caller.call("PUT", "/namespace/ifs/data/x", headers=CONTAINER).status_code == 200
    pair.boston.space.free("/ifs/.seamless_smb_failover")
    assert caller.call("PUT", f"{JOURNAL}/runs?recursive=true", headers=CONTAINER).status_code == 200
