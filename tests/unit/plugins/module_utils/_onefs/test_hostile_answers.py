# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What answers in a cluster's place can neither fill the memory, nor hold up a run, nor steer a terminal."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import socket
import ssl
import threading
import time
import typing as t
from collections.abc import Callable

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import answer as answer_module
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import papi as papi_module
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import (
    OnefsError,
    PapiError,
    PapiUnreachable,
    UnexpectedAnswer,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.printable import printable

PATH = "/platform/3/thing"


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papi_module, "RETRY_PAUSES_SECONDS", ())
    monkeypatch.setattr(papi_module, "BUSY_PAUSES_SECONDS", ())


def raw(connection: t.Any, certificate: t.Any, send: Callable[[t.Any], None]) -> t.Any:
    """Return a connection to somebody who logs everybody in, and sends the body of any other answer as it likes."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _address = listener.accept()
        listener.close()
        with (
            # Whoever asked has had enough, as is wanted.
            contextlib.suppress(OSError),
            context.wrap_socket(peer, server_side=True) as wrapped,
            wrapped.makefile("rwb") as stream,
        ):
            for turn in range(2):
                length = 0
                while (line := stream.readline().strip()) != b"":
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                stream.read(length)
                if turn == 0:
                    stream.write(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}")
                    stream.flush()
            send(stream)

    threading.Thread(target=serve, daemon=True).start()
    return dataclasses.replace(connection, port=listener.getsockname()[1], timeout_seconds=2)


def test_an_answer_without_end_is_given_up(
    connection: t.Any, certificate: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_module, "LARGEST_BODY_BYTES", 300_000)
    sent = []

    def flood(stream: t.Any) -> None:
        stream.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            stream.write(b" " * 65536)
            sent.append(65536)

    with (
        PapiSession(dataclasses.replace(raw(connection, certificate, flood), timeout_seconds=20)) as papi,
        pytest.raises(UnexpectedAnswer, match="larger than 300000 bytes"),
    ):
        papi.get(PATH)
    assert sum(sent) < 50_000_000


def test_an_answer_that_drips_meets_the_deadline(connection: t.Any, certificate: t.Any) -> None:
    dripped = []

    def drip(stream: t.Any) -> None:
        stream.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for byte in range(1000):
            stream.write(b" ")
            stream.flush()
            dripped.append(byte)
            time.sleep(0.05)

    with (
        PapiSession(raw(connection, certificate, drip)) as papi,
        pytest.raises(PapiUnreachable, match="did not end within"),
    ):
        papi.get(PATH)
    assert 0 < len(dripped) < 1000


def test_an_answer_that_breaks_off_is_no_answer(connection: t.Any, certificate: t.Any) -> None:
    def half(stream: t.Any) -> None:
        stream.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"pools": []}')

    with PapiSession(raw(connection, certificate, half)) as papi, pytest.raises((PapiUnreachable, PapiError)):
        papi.get(PATH)


def test_brackets_without_end_are_no_json(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, (200, '{"a":' + "[" * 200_000))
    with PapiSession(connection) as papi, pytest.raises(PapiError, match="no JSON"):
        papi.get(PATH)


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize(
    "body", ["[" * 200_000, "[]", "7", '{"errors": {"a": 1}}', '{"errors": [7]}', '{"errors": "x"}']
)
def test_an_error_of_any_shape_is_an_error(server: t.Any, connection: t.Any, status: int, body: str) -> None:
    server.queue("GET", PATH, (status, body))
    with PapiSession(connection) as papi, pytest.raises(PapiError) as caught:
        papi.get(PATH)
    assert caught.value.status == status


@pytest.mark.parametrize("body", ["[]", "7", "null", '"text"'])
def test_what_is_no_object_is_not_taken_for_an_empty_answer(server: t.Any, connection: t.Any, body: str) -> None:
    server.queue("GET", PATH, (200, body))
    with PapiSession(connection) as papi, pytest.raises(UnexpectedAnswer, match="no JSON object"):
        papi.get(PATH)


@pytest.mark.parametrize("pools", ["many", {"a": 1}, [1], [None], [["a"]], 7])
def test_a_list_of_the_wrong_type_is_refused(server: t.Any, connection: t.Any, pools: t.Any) -> None:
    server.queue("GET", PATH, (200, {"pools": pools}))
    with PapiSession(connection) as papi, pytest.raises(UnexpectedAnswer, match="no list of objects"):
        papi.list(PATH, "pools")


def test_resume_tokens_in_a_circle_are_noticed(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, *((200, {"pools": [], "resume": token}) for token in "ababab"))
    with PapiSession(connection) as papi, pytest.raises(UnexpectedAnswer, match="gave before"):
        papi.list(PATH, "pools")
    assert server.seen("GET", PATH) == 3


def test_ever_new_resume_tokens_come_to_an_end(
    server: t.Any, connection: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papi_module, "MOST_PAGES", 20)
    server.queue("GET", PATH, *((200, {"pools": [], "resume": str(number)}) for number in range(100)))
    with PapiSession(connection) as papi, pytest.raises(UnexpectedAnswer, match="did not end after 20 pages"):
        papi.list(PATH, "pools")


def test_all_pages_together_are_bounded(server: t.Any, connection: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papi_module, "LARGEST_LIST_BYTES", 5000)
    page = {"pools": [{"name": "x" * 1000}]}
    server.queue("GET", PATH, *((200, {**page, "resume": str(number)}) for number in range(100)))
    with PapiSession(connection) as papi, pytest.raises(UnexpectedAnswer, match="did not end"):
        papi.list(PATH, "pools")
    assert server.seen("GET", PATH) < 8


def test_no_answer_is_asked_for_compressed(server: t.Any, connection: t.Any) -> None:
    with PapiSession(connection) as papi:
        papi.open()
        assert papi._http.headers["Accept-Encoding"] == "identity"


def test_a_connection_serves_one_answer_after_the_other(server: t.Any, connection: t.Any) -> None:
    server.queue("GET", PATH, (200, {"a": "b" * 200_000}))
    with PapiSession(connection) as papi:
        papi.get(PATH)
        pool = papi._http.get_adapter("https://").poolmanager
        for _turn in range(5):
            papi.get(PATH)
        opened = [pool.pools[key].num_connections for key in pool.pools.keys()]  # noqa: SIM118 (no dict)
    assert opened == [1]


def test_a_clusters_words_do_not_steer_a_terminal(server: t.Any, connection: t.Any) -> None:
    words = "no\x1b[2J\r\nok: [localhost]\u202e\u2028 \x9b31m"
    server.queue("GET", PATH, (400, {"errors": [{"code": "X\x1b[1m", "message": words}]}))
    with PapiSession(connection) as papi, pytest.raises(PapiError) as caught:
        papi.get(PATH)
    assert str(caught.value).isprintable()
    assert caught.value.message.isprintable()
    assert "\\x1b[2J\\r\\nok: [localhost]\\u202e\\u2028" in caught.value.message
    # Whoever looks for a word of the cluster's finds it as it was.
    assert caught.value.text == words


def test_other_messages_do_not_either() -> None:
    assert "\x1b" not in OnefsError("share 'a\x1b[2J'").message


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain \u00fcml\u00e4ut \u6587", "plain \u00fcml\u00e4ut \u6587"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\rb\nc\td", r"a\rb\nc\td"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("\x9b\u2028\u200b", r"\x9b\u2028\u200b"),
        ("\udc80", r"\udc80"),
    ],
)
def test_what_steers_a_terminal_is_made_visible(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).isprintable()
    json.dumps(printable(text)).encode()
