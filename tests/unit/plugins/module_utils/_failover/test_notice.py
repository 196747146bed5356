# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people are told, sent to real servers on this machine; what can't be sent is said, and no secret with it."""

from __future__ import annotations

import http.server
import json
import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.notice import (
    EVENTS,
    HOOK_OPTIONS,
    compose,
    run,
)


class Web(http.server.BaseHTTPRequestHandler):
    """Keeps what is posted; /gone leads elsewhere, /broken fails, /slow never answers."""

    got: list[tuple[str, str, dict[str, Any]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).got.append((self.path, self.headers.get("Authorization", ""), body))
        if self.path.startswith("/slow"):
            threading.Event().wait(3)
        self.send_response({"/gone": 302, "/broken": 500}.get(self.path, 204))
        if self.path == "/gone":
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a mail takes."""

    got: list[str]

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            if word == b"DATA":
                self.wfile.write(b"354 go\r\n")
                text = b""
                while not text.endswith(b"\r\n.\r\n"):
                    text += self.rfile.readline()
                type(self).got.append(text.decode())
            self.wfile.write(b"250 ok\r\n")


@pytest.fixture
def web() -> Iterator[str]:
    Web.got = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def mail() -> Iterator[int]:
    Mail.got = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def hook(**more: Any) -> dict[str, Any]:
    return {**{name: option["default"] for name, option in HOOK_OPTIONS.items()}, **more}


def params(event: str, *hooks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "event": event, "source_name": "boston", "target_name": "newyork", "access_zone": "sales", "names": ["sales.example.com"],
        "mode": "planned", "rehearsal_level": 0, "run_id": "7", "at_risk": {}, "missing_clients": [], "bad_files": [],
        "hooks": list(hooks), "timeout_seconds": 1, **more,
    }  # fmt: skip


def told(*arguments: Any, check: bool = False, **more: Any) -> dict[str, Any]:
    return run(params(*arguments, **more), check, lambda _line: None)


@pytest.mark.parametrize("event", EVENTS)
def test_each_moment_is_told_in_words_of_its_own(event: str) -> None:
    texts = {one: compose(params(one))["text"] for one in EVENTS}
    assert len(set(texts.values())) == len(EVENTS)
    assert "sales.example.com" in texts[event]
    assert not compose(params(event))["subject"].startswith("REHEARSAL")
    drill = compose(params(event, rehearsal_level=3))
    assert drill["subject"].startswith("REHEARSAL: ") and drill["rehearsal"] and "rehearsal of level 3" in drill["text"]


def test_who_waits_for_the_confirmation_gets_one() -> None:
    assert "wait for the message that it is complete" in compose(params("announce"))["text"]
    assert "The move is complete" in compose(params("complete"))["text"]
    assert "served by boston as before" in compose(params("rolled_back"))["text"]
    dead = compose(params("rolled_back", mode="unplanned"))["text"]
    assert "Nobody serves" in dead and "as before" not in dead
    assert "may be missing" in compose(params("complete", mode="unplanned"))["text"]


def test_names_from_a_cluster_add_no_line_and_no_header() -> None:
    hostile = "a\r\nBcc: all@example.com\x1b[2J"
    found = compose(params("complete", names=[hostile], bad_files=[hostile], missing_clients=[hostile]))
    assert found["subject"].isprintable()
    assert all(line.isprintable() for line in found["text"].split("\n"))
    assert "\nBcc" not in found["text"]


def test_a_webhook_gets_the_message_and_its_token(web: str) -> None:
    found = told("start", hook(name="chat", webhook=f"{web}/hook", webhook_token="t0ken"))
    ((path, authorization, body),) = Web.got
    assert (path, authorization, body["event"]) == ("/hook", "Bearer t0ken", "start")
    assert body["text"].startswith(body["subject"])
    assert [(one["hook"], one["told"]) for one in found["outcomes"]] == [("chat", True)]
    assert "t0ken" not in json.dumps(found)


def test_a_mail_is_sent(mail: int) -> None:
    found = told("complete", hook(mail_to=["a@example.com", "b@example.com"], mail_host="127.0.0.1", mail_port=mail))
    (text,) = Mail.got
    assert "To: a@example.com, b@example.com" in text and "complete" in text
    assert found["outcomes"][0]["told"]


@pytest.mark.parametrize("path", ["/broken", "/gone", "/slow-secret7"])
def test_a_hook_that_fails_is_written_down_without_its_address(web: str, path: str) -> None:
    found = told("start", hook(webhook=web + path), hook(name="nobody", webhook="http://127.0.0.1:9/secret7"))
    assert [one["told"] for one in found["outcomes"]] == [False, False]
    assert all(one["trouble"] for one in found["outcomes"])
    assert "secret7" not in json.dumps(found)
    assert [path for path, _token, _body in Web.got] == [path], "no redirection is followed"


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/x", "nonsense"])
def test_only_web_addresses_are_posted_to(address: str) -> None:
    assert "neither http nor https" in told("start", hook(webhook=address))["outcomes"][0]["trouble"]


def test_a_hook_hears_of_what_it_asked_for_and_tasks_are_left_to_the_role(web: str) -> None:
    hooks = [hook(name="end", webhook=f"{web}/end", events=["complete"]), hook(name="mine", tasks="tell.yml")]
    found = told("start", *hooks)
    assert Web.got == [] and found["outcomes"] == []
    assert found["tasks"] == [{"name": "mine", "file": "tell.yml"}]
    assert not told("start", hook(name="idle"))["outcomes"][0]["told"]


def test_check_mode_says_what_it_would_tell_and_tells_nobody(web: str) -> None:
    found = told("announce", hook(name="chat", webhook=f"{web}/x"), hook(name="mine", tasks="tell.yml"), check=True)
    assert Web.got == []
    assert found["would_tell"] == ["webhook chat", "mine"]
    assert found["tasks"] == [] and found["changed"]
