# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small HTTPS server on loopback that logs in, wants its CSRF token, and answers as it is told."""

from __future__ import annotations

import datetime
import ipaddress
import json
import pathlib
import ssl
import threading
import time
import typing as t
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = tuple[int, t.Any]
DEADLINE_SECONDS = 20.0


class Server:
    """Remembers every request, and answers a path with what is queued for it, the last one again and again."""

    def __init__(self, certificate: pathlib.Path) -> None:
        self.certificate = certificate
        self.requests: list[tuple[str, str, t.Any]] = []
        self.answers: dict[tuple[str, str], list[Answer]] = {}
        self.sessions: set[tuple[str, str]] = set()
        self.logins = 0
        self.gives_csrf = True
        #: A log-out is answered when this is set.
        self.may_log_out = threading.Event()
        self.may_log_out.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = 65536

            def log_message(self, format: str, *args: t.Any) -> None:
                pass

            def handle_one(self) -> None:
                outer.handle(self)

            do_GET = do_PUT = do_POST = do_DELETE = handle_one

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return self.http.server_address[1]

    def queue(self, method: str, path: str, *answers: Answer) -> None:
        self.answers.setdefault((method, path), []).extend(answers)

    def until_logged_out(self) -> None:
        """Wait until there is no session: whoever logs out does not wait for the answer."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while self.sessions:
            assert time.monotonic() < deadline, "nobody logged out"
            time.sleep(0.01)

    def seen(self, method: str, path: str) -> int:
        return sum((method, path) == (m, p.split("?")[0]) for m, p, _body in self.requests)

    def handle(self, request: t.Any) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        path = request.path.split("?")[0]
        if path == "/session/1/session":
            return self.session(request, body)
        self.requests.append((request.command, request.path, body))
        cookies = dict(
            part.strip().split("=", 1) for part in (request.headers.get("Cookie") or "").split(";") if "=" in part
        )
        token = request.headers.get("X-CSRF-Token") or ""
        known = (cookies.get("isisessid", ""), token) in self.sessions
        if not known or request.headers.get("Referer") != f"https://127.0.0.1:{self.port}":
            return self.answer(request, 401, "<html>Authorization required</html>")
        queued = self.answers.get((request.command, path), [(404, error("AEC_NOT_FOUND", "not found"))])
        return self.answer(request, *(queued.pop(0) if len(queued) > 1 else queued[0]))

    def session(self, request: t.Any, body: bytes) -> None:
        if request.command == "DELETE":
            self.may_log_out.wait(DEADLINE_SECONDS)
            self.sessions.clear()
            return self.answer(request, 204, None)
        self.logins += 1
        given = json.loads(body)
        if (given["username"], given["password"]) != ("svc", "pass"):
            return self.answer(request, 401, {"errors": [{"message": "Authorization required"}]})
        session, token = uuid.uuid4().hex, uuid.uuid4().hex if self.gives_csrf else ""
        self.sessions = {(session, token)}
        cookies = [f"isisessid={session}; path=/; HttpOnly; Secure; SameSite=strict"]
        cookies += [f"isicsrf={token}; path=/; HttpOnly; Secure; SameSite=strict"] if token else []
        return self.answer(request, 201, {"services": ["platform"]}, cookies)

    def answer(self, request: t.Any, status: int, body: t.Any, cookies: t.Sequence[str] = ()) -> None:
        data = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        request.send_response(status)
        for cookie in reversed(cookies):
            request.send_header("Set-Cookie", cookie)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)
        request.wfile.flush()


def error(code: str, message: str) -> dict[str, t.Any]:
    return {"errors": [{"code": code, "message": message}]}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "boston")])
    now = datetime.datetime.now(tz=datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("pki") / "server.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


@pytest.fixture
def server(certificate: pathlib.Path) -> Iterator[Server]:
    found = Server(certificate)
    yield found
    found.http.shutdown()
    found.http.server_close()


@pytest.fixture
def connection(server: Server) -> Connection:
    return Connection(
        host="127.0.0.1",
        port=server.port,
        user="svc",
        password="pass",
        ca_path=str(server.certificate),
        timeout_seconds=30,
    )
