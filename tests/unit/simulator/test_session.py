# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-in as OneFS does it: cookies, CSRF token, basic authentication."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from onefs_sim.accounts import Accounts
from onefs_sim.clock import ClusterClock
from onefs_sim.login_rules import LoginRules
from onefs_sim.papi.answers import Request
from onefs_sim.papi.session import LoginRefused, SessionStore

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


def test_the_cookie_is_a_jwt_with_the_token_in_a_claim(pair: Any) -> None:
    answer = pair.caller("boston", basic=False).log_in()
    claims = answer.cookies["isisessid"].split(".")[1]
    shown = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert shown["csrf"] == answer.cookies["isicsrf"]
    assert shown["exp"] - shown["iat"] == 14400
    assert sorted(shown["aud"]) == ["namespace", "platform"]


def test_lax_rules_want_the_token_for_changes_only(pair: Any) -> None:
    caller = pair.caller("boston", basic=False)
    caller.log_in()
    del caller.http.headers["X-CSRF-Token"]
    assert caller.call("GET", POOLS).status_code == 401
    pair.boston.sessions.rules = LoginRules(csrf="lax")
    assert caller.call("GET", POOLS).status_code == 200
    assert caller.call("PUT", "/platform/3/cluster/time", {"time": 0}).status_code == 401
    assert caller.call("DELETE", SESSION).status_code == 401


def test_a_wrong_token_is_refused(pair: Any) -> None:
    caller = pair.caller("boston", basic=False)
    caller.log_in()
    for token in ("wrong", "w\xf6rong"):
        assert caller.call("GET", POOLS, headers={"X-CSRF-Token": token.encode("latin-1")}).status_code == 401


@pytest.mark.parametrize(("kind", "content_type"), [("json", "application/json"), ("html", "text/html")])
def test_expired_sessions_get_401_in_either_form(pair: Any, kind: str, content_type: str) -> None:
    caller = pair.caller("boston", basic=False)
    caller.log_in()
    pair.boston.sessions.rules = LoginRules(unauthorized=kind)
    assert caller.call("GET", POOLS).status_code == 200
    pair.boston.sessions.expire_all()
    for path in (POOLS, SESSION):
        answer = caller.call("GET", path)
        assert answer.status_code == 401
        assert answer.headers["Content-Type"].startswith(content_type)
    caller.log_in()
    assert caller.call("GET", POOLS).status_code == 200


def test_basic_authentication_can_be_off(pair: Any) -> None:
    caller = pair.caller("boston")
    assert caller.call("GET", POOLS).status_code == 200
    pair.boston.sessions.rules = LoginRules(basic="off")
    answer = caller.call("GET", POOLS)
    assert (answer.status_code, answer.json()) == (401, {"errors": [{"message": "Authorization required"}]})
    session = pair.caller("boston", basic=False)
    session.log_in()
    assert session.call("GET", POOLS).status_code == 200


def test_cookies_come_in_order_where_that_is_chosen(pair: Any) -> None:
    pair.boston.sessions.rules = LoginRules(cookies="ordered")
    caller = pair.caller("boston", basic=False)
    for _ in range(8):
        cookies = caller.log_in().raw.headers.getlist("Set-Cookie")
        assert [one.partition("=")[0] for one in cookies] == ["isisessid", "isicsrf"]


def test_rules_are_checked() -> None:
    assert LoginRules().with_changes({"csrf": "lax", "basic": None}) == LoginRules(csrf="lax")
    with pytest.raises(ValueError, match="csrf is one of strict, lax"):
        LoginRules(csrf="none")


@pytest.mark.parametrize(
    ("steps_seconds", "lives"),
    [((899.0,), True), ((901.0,), False), ((800.0,) * 17, True), ((800.0,) * 19, False)],
    ids=["in use", "inactive", "long in use", "past its absolute end"],
)
def test_timeouts(steps_seconds: tuple[float, ...], lives: bool) -> None:
    now = [0.0]
    store = SessionStore(Accounts({"root": "x"}), "boston", ClusterClock(), lambda: now[0])
    body = json.dumps({"username": "root", "password": "x", "services": ["platform"]}).encode()
    answer = store.answer(Request("POST", SESSION, 0, 1, "", {}, {}, body))
    cookie = next(value.split(";")[0] for name, value in answer.headers if value.startswith("isisessid="))
    token = next(value for name, value in answer.headers if name == "X-CSRF-Token")
    headers = {"cookie": cookie, "x-csrf-token": token, "referer": "https://boston:8080"}
    call = Request("GET", POOLS, 0, 1, "", {}, headers, b"")
    for seconds in steps_seconds[:-1]:
        now[0] += seconds
        if now[0] < 14400:
            assert store.user_of(call, "platform") == "root"
    now[0] += steps_seconds[-1]
    if lives:
        assert store.user_of(call, "platform") == "root"
    else:
        with pytest.raises(LoginRefused):
            store.user_of(call, "platform")
