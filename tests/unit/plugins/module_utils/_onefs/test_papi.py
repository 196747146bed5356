# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import papi as papi_module
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import (
    PapiError,
    PapiUnreachable,
    UnexpectedAnswer,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession

PATH = "/platform/3/thing"


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papi_module, "RETRY_PAUSES_SECONDS", (0.0, 0.0, 0.0, 0.0))
    monkeypatch.setattr(papi_module, "BUSY_PAUSES_SECONDS", (0.0, 0.0, 0.0, 0.0))


def failure(code: str, message: str = "no") -> dict[str, t.Any]:
    return {"errors": [{"code": code, "message": message}]}


def test_logs_in_once_sends_the_token_and_logs_out(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, (200, {"name": "boston"}))
    with PapiSession(connection) as papi:
        assert papi.get(PATH) == {"name": "boston"}
        assert papi.get(PATH) == {"name": "boston"}
        assert server.sessions
    assert server.logins == 1
    server.until_logged_out()


def test_the_answer_to_a_logout_is_not_waited_for(
    server: t.Any, connection: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papi_module, "LOGOUT_SECONDS", 3600.0)
    server.queue("GET", PATH, (200, {}))
    server.may_log_out.clear()
    with PapiSession(connection) as papi:
        papi.get(PATH)
    assert server.sessions, "the log-out was answered before the session was closed here"
    server.may_log_out.set()
    server.until_logged_out()


def test_several_threads_log_in_once(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, (200, {}))
    together = threading.Barrier(4, timeout=20)

    def ask(papi: PapiSession) -> None:
        together.wait()
        papi.get(PATH)

    with PapiSession(connection) as papi, ThreadPoolExecutor(max_workers=4) as workers:
        for asked in [workers.submit(ask, papi) for _number in range(4)]:
            asked.result()
    assert server.logins == 1


def test_a_cluster_before_the_csrf_patches_gives_no_token_and_wants_none(server: t.Any, connection: t.Any) -> None:
    server.gives_csrf = False
    server.queue("GET", PATH, (200, {}))
    with PapiSession(connection) as papi:
        assert papi.get(PATH) == {}


def test_nothing_is_sent_before_it_is_needed(server: t.Any, connection: t.Any) -> None:
    with PapiSession(connection):
        pass
    assert server.logins == 0


def test_an_expired_session_is_renewed_once_for_a_write_too(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, (200, {}))
    server.queue("POST", PATH, (201, {"id": "1"}))
    with PapiSession(connection) as papi:
        papi.get(PATH)
        server.sessions.clear()
        assert papi.post(PATH, {}) == {"id": "1"}
    assert server.logins == 2


def test_a_401_that_stays_is_an_error_with_what_to_do(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, (401, "<html>Authorization required</html>"))
    with PapiSession(connection) as papi, pytest.raises(PapiError) as caught:
        papi.get(PATH)
    assert caught.value.status == 401
    assert "web page" in caught.value.message
    assert "onefs_user" in caught.value.message
    assert server.seen("GET", PATH) == 2


def test_a_refused_login_has_no_code(server: t.Any, connection: t.Any) -> None:
    wrong = dataclasses.replace(connection, password="hunter2")
    with PapiSession(wrong) as papi, pytest.raises(PapiError) as caught:
        papi.get(PATH)
    assert (caught.value.status, caught.value.code) == (401, "")
    assert "Authorization required" in caught.value.message
    assert "hunter2" not in caught.value.message
    assert server.logins == 1


def test_an_error_keeps_the_clusters_own_code_and_text(server: t.Any, connection: t.Any) -> None:
    server.queue("PUT", PATH, (400, failure("AEC_BAD_REQUEST", "Interface 9:ext-1 does not exist")))
    with PapiSession(connection) as papi, pytest.raises(PapiError) as caught:
        papi.put(PATH, {"ifaces": []})
    assert (caught.value.status, caught.value.code) == (400, "AEC_BAD_REQUEST")
    assert caught.value.text == "Interface 9:ext-1 does not exist"
    assert "PUT /platform/3/thing on 127.0.0.1" in caught.value.message


@pytest.mark.parametrize(("status", "sent"), [(409, 2), (503, 2), (500, 1)])
def test_a_write_that_may_be_repeated_waits_for_its_turn(
    server: t.Any, connection: t.Any, status: int, sent: int
) -> None:
    server.queue("PUT", PATH, (status, failure("AEC_CONFLICT")), (204, None))
    with PapiSession(connection) as papi:
        if status == 500:
            with pytest.raises(PapiError):
                papi.put(PATH, {}, repeatable=True)
        else:
            papi.put(PATH, {}, repeatable=True)
    assert server.seen("PUT", PATH) == sent


def test_runs_that_were_refused_together_do_not_come_back_together(
    server: t.Any, connection: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(papi_module, "BUSY_PAUSES_SECONDS", (1.0, 1.0, 4.0))
    monkeypatch.setattr(papi_module.time, "sleep", pauses.append)
    for path in (f"{PATH}/1", f"{PATH}/2"):
        server.queue("PUT", path, *[(409, failure("AEC_CONFLICT"))] * 3, (204, None))
        with PapiSession(connection) as papi:
            papi.put(path, {}, repeatable=True)
    assert len(set(pauses)) == 6
    assert all(0.5 <= pause <= 1.5 for pause in (*pauses[:2], *pauses[3:5]))
    assert all(2.0 <= pause <= 6.0 for pause in (pauses[2], pauses[5]))


@pytest.mark.parametrize("status", [409, 503])
def test_a_write_that_may_not_be_repeated_is_sent_once(server: t.Any, connection: t.Any, status: int) -> None:
    server.queue("POST", PATH, (status, failure("AEC_CONFLICT")), (201, {}))
    with PapiSession(connection) as papi, pytest.raises(PapiError):
        papi.post(PATH, {})
    assert server.seen("POST", PATH) == 1


def test_a_read_is_repeated_while_the_service_restarts_but_not_on_a_conflict(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, (503, "<html>"), (503, "<html>"), (200, {"ok": True}))
    server.queue("GET", PATH + "/other", (409, failure("AEC_CONFLICT")))
    with PapiSession(connection) as papi:
        assert papi.get(PATH) == {"ok": True}
        with pytest.raises(PapiError):
            papi.get(PATH + "/other")
    assert server.seen("GET", PATH + "/other") == 1


def test_a_certificate_of_an_unknown_authority_is_refused_by_default(connection: t.Any, server: t.Any) -> None:
    stranger = dataclasses.replace(connection, ca_path="")
    with PapiSession(stranger) as papi, pytest.raises(PapiUnreachable, match="onefs_ca_path"):
        papi.get(PATH)
    assert server.logins == 0


def test_the_environment_does_not_decide_whom_to_trust(
    connection: t.Any, server: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.certificate))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    server.queue("GET", PATH, (200, {}))
    with PapiSession(connection) as papi:
        papi.get(PATH)
    with PapiSession(dataclasses.replace(connection, ca_path="")) as papi, pytest.raises(PapiUnreachable):
        papi.get(PATH)


def test_a_certificate_is_not_checked_where_that_was_turned_off(connection: t.Any, server: t.Any) -> None:
    server.queue("GET", PATH, (200, {}))
    with PapiSession(dataclasses.replace(connection, ca_path="", validate_certs=False)) as papi:
        assert papi.get(PATH) == {}


def test_nobody_there_is_told_with_the_address(connection: t.Any) -> None:
    with (
        PapiSession(dataclasses.replace(connection, port=9)) as papi,
        pytest.raises(PapiUnreachable, match="127.0.0.1:9"),
    ):
        papi.get(PATH)


def test_after_the_first_page_only_the_token_is_sent(server: t.Any, connection: t.Any) -> None:
    server.queue(
        "GET", PATH, (200, {"pools": [{"id": 1}], "resume": "a+b/c="}), (200, {"pools": [{"id": 2}], "resume": None})
    )
    with PapiSession(connection) as papi:
        assert papi.list(PATH, "pools", access_zone="sales") == [{"id": 1}, {"id": 2}]
    queries = [path.partition("?")[2] for _method, path, _body in server.requests]
    assert queries == ["access_zone=sales", "resume=a%2Bb%2Fc%3D"]


def test_pages_without_an_end_are_an_error(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, (200, {"pools": [], "resume": "again"}))
    with PapiSession(connection) as papi, pytest.raises(UnexpectedAnswer):
        papi.list(PATH, "pools")


def test_null_in_place_of_a_list_is_an_empty_list(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, (200, {"pools": None}))
    with PapiSession(connection) as papi:
        assert papi.list(PATH, "pools") == []


def test_booleans_are_written_as_the_cluster_reads_them(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, (200, {}))
    with PapiSession(connection) as papi:
        papi.get(PATH, show_all=True, left_out=None)
    assert server.requests[0][1].endswith("?show_all=true")


def test_files_below_ifs(server: t.Any, connection: t.Any) -> None:
    file, folder = "/namespace/ifs/.x/a.json", "/namespace/ifs/.x"
    server.queue("PUT", file, (200, {}))
    server.queue("GET", file, (200, '{"torn"'))
    server.queue("GET", folder, (404, failure("AEC_NOT_FOUND")), (200, {"children": [{"name": "a.json"}]}))
    server.queue("PUT", folder, (200, {}))
    with PapiSession(connection) as papi:
        papi.make_folder("/ifs/.x")
        papi.make_folder("/ifs/.x")
        papi.write_file("/ifs/.x/a.json", b'{"torn"', overwrite=False)
        assert papi.read_file("/ifs/.x/a.json") == b'{"torn"'
        assert papi.list_folder("/ifs/.x") == ["a.json"]
    assert server.seen("PUT", folder) == 1
    assert (b'{"torn"', True) in [(body, "overwrite=false" in path) for _method, path, body in server.requests]


def test_another_node_is_asked_with_the_same_account(connection: t.Any) -> None:
    other = PapiSession(connection).for_node("192.0.2.12").connection
    assert (other.host, other.user, other.ca_path) == ("192.0.2.12", connection.user, connection.ca_path)
