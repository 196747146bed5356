# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-in: sessions, CSRF tokens, their end, and refusals of the web server itself."""

from __future__ import annotations

import uuid

import pytest
import requests
from contract_cluster import TIMEOUT_SECONDS, Caller, Cluster, check, check_error, with_other_password


@pytest.fixture
def own(cluster: Cluster) -> Caller:
    """A session that a test may spoil."""
    return cluster.log_in()


def test_log_in_answers_201_with_its_timeouts(own: Caller) -> None:
    document = own.logged_in.json()
    check(document, "session_response")
    assert sorted(document["services"]) == ["namespace", "platform"]
    assert document["timeout_absolute"] > 0
    assert own.logged_in.cookies["isisessid"]


def test_cookies_are_kept_from_scripts_and_from_plain_http(own: Caller) -> None:
    for cookie in own.logged_in.cookies:
        assert cookie.secure
        assert cookie.has_nonstandard_attr("HttpOnly")


def test_token_is_in_a_header_as_well(own: Caller) -> None:
    assert own.logged_in.headers["X-CSRF-Token"] == own.logged_in.cookies["isicsrf"]
    uuid.UUID(own.logged_in.cookies["isicsrf"])


def test_wrong_password_is_answered_401(cluster: Cluster) -> None:
    wrong = with_other_password(cluster)
    body = {"username": wrong.user, "password": wrong.password, "services": ["platform"]}
    answer = wrong.http().post(f"{wrong.base}/session/1/session", json=body, timeout=TIMEOUT_SECONDS)
    assert answer.status_code == 401
    assert "isisessid" not in answer.cookies


def test_live_session_shows_itself_and_ends_with_delete(own: Caller) -> None:
    document = own.get("/session/1/session")
    assert document["username"] == own.cluster.user
    assert own.call("DELETE", "/session/1/session").status_code == 204
    assert own.call("GET", "/platform/1/cluster/config").status_code == 401


def test_without_log_in_nothing_is_shown(cluster: Cluster) -> None:
    answer = cluster.http().get(f"{cluster.base}/platform/1/cluster/config", timeout=TIMEOUT_SECONDS)
    assert answer.status_code == 401


def test_refusal_of_a_log_in_has_no_code(cluster: Cluster) -> None:
    """The web server answers from a static file: a parser must not expect `code`."""
    answer = requests.get(
        f"{cluster.base}/platform/1/cluster/config",
        auth=(cluster.user, "not-" + cluster.password),
        verify=cluster.verify,
        timeout=TIMEOUT_SECONDS,
    )
    check_error(answer, 401, None)
    assert answer.json() == {"errors": [{"message": "Authorization required"}]}


@pytest.mark.parametrize("missing", ["X-CSRF-Token", "Referer"])
def test_write_without_token_or_origin_is_answered_401(own: Caller, missing: str) -> None:
    """The body is refused in any case, so that nothing is changed where the token is not asked for."""
    del own.http.headers[missing]
    answer = own.call("POST", "/platform/1/zones", {"nobody knows this field": True})
    assert answer.status_code == 401


def test_origin_serves_as_well_as_referer(own: Caller) -> None:
    del own.http.headers["Referer"]
    own.http.headers["Origin"] = own.cluster.base
    own.get("/platform/1/cluster/config")


@pytest.mark.assumption("csrf-on-reads")
def test_read_without_token_is_answered_401(own: Caller) -> None:
    del own.http.headers["X-CSRF-Token"]
    assert own.call("GET", "/platform/1/cluster/config").status_code == 401


def test_session_for_one_service_does_not_serve_the_other(cluster: Cluster) -> None:
    caller = cluster.log_in("namespace")
    assert caller.call("GET", "/platform/1/cluster/config").status_code == 401
    assert caller.call("GET", "/namespace/ifs").status_code == 200
    caller.log_out()
