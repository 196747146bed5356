# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-in as OneFS does it: cookies, CSRF token, basic authentication."""

from __future__ import annotations

from typing import Any

SESSION = "/session/1/session"
POOLS = "/platform/16/network/pools"


def test_a_session_needs_token_and_referer_on_every_method(pair: Any) -> None:
    caller = pair.caller("boston", basic=False)
    assert caller.call("GET", POOLS).status_code == 401
    answer = caller.log_in()
    assert answer.status_code == 201
    assert answer.json()["timeout_absolute"] == 14400
    assert answer.cookies["isisessid"].count(".") == 2
    assert answer.cookies["isicsrf"] == answer.headers["X-CSRF-Token"]
    assert caller.call("GET", POOLS).status_code == 200
    for missing in ("X-CSRF-Token", "Referer"):
        refused = caller.call("GET", POOLS, headers={missing: None})
        assert refused.status_code == 401
        assert refused.json() == {"errors": [{"message": "Authorization required"}]}
    origin = caller.call("GET", POOLS, headers={"Referer": None, "Origin": caller.base})
    assert origin.status_code == 200


def test_the_other_node_takes_the_session_and_a_log_out_ends_it(pair: Any) -> None:
    caller = pair.caller("boston", basic=False)
    caller.log_in()
    cookie = "; ".join(f"{one.name}={one.value}" for one in caller.http.cookies)
    other = pair.caller("boston", lnn=2, basic=False)
    other.http.headers.update({name: caller.http.headers[name] for name in ("X-CSRF-Token", "Referer")})
    other.http.headers["Cookie"] = cookie
    assert other.get("/platform/16/cluster/config")["local_lnn"] == 2
    assert other.call("GET", SESSION).json()["username"] == "root"
    assert caller.call("DELETE", SESSION).status_code == 204
    assert other.call("GET", SESSION).status_code == 401


def test_wrong_password_is_refused(pair: Any) -> None:
    caller = pair.caller("boston", basic=False)
    body = {"username": "root", "password": "wrong", "services": ["platform"]}
    assert caller.call("POST", SESSION, body).status_code == 401
    caller.http.auth = ("root", "wrong")
    assert caller.call("GET", POOLS).status_code == 401


def test_a_session_without_the_service_is_refused(pair: Any) -> None:
    caller = pair.caller("boston", basic=False)
    body = {"username": "root", "password": "Test-1", "services": ["platform"]}
    answer = caller.call("POST", SESSION, body)
    headers = {"X-CSRF-Token": answer.headers["X-CSRF-Token"], "Referer": caller.base}
    assert caller.call("GET", POOLS, headers=headers).status_code == 200
    assert caller.call("GET", "/namespace/ifs", headers=headers).status_code == 401


def test_latest_is_a_string_and_unknown_paths_say_so(pair: Any) -> None:
    caller = pair.caller("boston")
    assert caller.get("/platform/latest") == {"latest": "21"}
    answer = caller.call("GET", "/platform/16/no/such/thing")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "AEC_NOT_FOUND"
    assert caller.call("PUT", POOLS, {}).status_code == 405
    assert "/3/network/pools" in caller.get("/platform/?describe&list&json")["directory"]


def test_unknown_query_argument_is_refused(pair: Any) -> None:
    answer = pair.caller("boston").call("GET", POOLS + "?zone=sales")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "zone"


def test_kept_alive_answers_are_quick(pair: Any) -> None:
    caller = pair.caller("boston")
    caller.get("/platform/latest")
    fastest = min(caller.call("GET", "/platform/latest").elapsed.total_seconds() for _ in range(20))
    # Nagle's algorithm with delayed acknowledgements would make each of them 40 ms.
    assert fastest < 0.02
