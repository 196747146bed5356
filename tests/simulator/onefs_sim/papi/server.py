# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTPS server on port 8080 of one node."""

from __future__ import annotations

import contextlib
import dataclasses
import email.utils
import json
import logging
import random
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

from ..call_record import CallRecord
from ..clock import ClusterClock
from ..faults import FaultInForce, FaultList
from ..ports import NodePort
from ..work_record import WorkRecord
from .answers import Answer, Refusal, Request, refused
from .privileges import Gate
from .routing import Router
from .session import LoginRefused, SessionStore

LOG = logging.getLogger("onefs_sim.papi")

NamespaceHandler = Callable[[Request], Answer]
Changed = TypeVar("Changed", Request, Answer)


def changed_fields(request: Request) -> list[str]:
    """Return the names of what a PUT changes of the configuration."""
    if request.method != "PUT" or not request.path.startswith("/platform/"):
        return []
    with contextlib.suppress(ValueError):
        body = json.loads(request.body)
        return sorted(body) if isinstance(body, dict) else []
    return []


class Front:
    """What all nodes of a cluster share: sessions, routes, faults."""

    def __init__(
        self,
        sessions: SessionStore,
        router: Router,
        namespace: NamespaceHandler,
        faults: FaultList,
        latest: int,
        clock: ClusterClock,
        gate: Gate,
        work: WorkRecord,
    ) -> None:
        self.gate = gate
        self.clock = clock
        self.sessions = sessions
        self.router = router
        self.namespace = namespace
        self.faults = faults
        #: The newest version after /platform/ that the cluster's release knows.
        self.latest = latest
        self.stopping = threading.Event()
        #: How long every call takes beside its work.
        self.latency_seconds = 0.0
        self.calls = CallRecord()
        self.work = work

    def answer(self, request: Request, target: str) -> Answer | None:
        """Answer one call; None: break the connection off without an answer. `target`: path with query, as sent."""
        with self.work.noted("call", f"{request.method} {target}", changed_fields(request)):
            if self.latency_seconds:
                self.stopping.wait(self.latency_seconds)
            self.calls.note(request.method, target)
            met = self.faults.meet(request.method, target)
            return self._answer(request) if met is None else self._disturbed(met, request)

    def _disturbed(self, met: FaultInForce, request: Request) -> Answer | None:
        """Answer a call that a fault hits."""
        fault = met.fault
        met.wait(fault.hang_seconds or fault.slow_seconds, self.stopping)
        if fault.hang_seconds or fault.drop == "before":
            return None
        if fault.status is None:
            answer = self._answer(request)
        elif fault.body is None:
            code = fault.code or _code_of(fault.status)
            answer = refused(Refusal(code, fault.message or "Injected failure", "", fault.status))
        else:
            answer = Answer(fault.status, fault.body.encode(), fault.content_type)
        met.wait(fault.late_seconds, self.stopping)
        if fault.drop == "after":
            return None
        return _with(answer, breaks_off=True) if fault.drop == "mid" else answer

    def _answer(self, request: Request) -> Answer:
        try:
            return self._route(request)
        except LoginRefused:
            return self.sessions.refused()
        except Refusal as refusal:
            return refused(refusal)
        except Exception as error:
            # A fault of the simulator itself: say so as OneFS would, and leave the trace where a tester finds it.
            LOG.exception("%s %s failed inside the simulator", request.method, request.path)
            return refused(Refusal("AEC_SYSTEM_INTERNAL_ERROR", f"{type(error).__name__}: {error}"))

    def _route(self, request: Request) -> Answer:
        path = request.path
        if path == "/session/1/session":
            return self.sessions.answer(request)
        if path == "/namespace" or path.startswith("/namespace/"):
            user = request.user or self.sessions.user_of(request, "namespace")
            self.gate.namespace(user)
            return self.namespace(_with(request, user=user))
        if path.rstrip("/") == "/platform" or path.startswith("/platform/"):
            user = request.user or self.sessions.user_of(request, "platform")
            return self._platform(_with(request, user=user))
        raise Refusal("AEC_NOT_FOUND", f"Path not found: {path}")

    def _platform(self, request: Request) -> Answer:
        rest = request.path.removeprefix("/platform").strip("/")
        if rest == "latest":
            return Answer.of({"latest": str(self.latest)})
        if not rest and "describe" in request.query:
            return Answer.of({"directory": self.router.directory()})
        version, _, path = rest.partition("/")
        if not version.isdigit() or not 1 <= int(version) <= self.latest:
            raise Refusal("AEC_NOT_FOUND", f"Path not found: {request.path}")
        return self.router.answer(_with(request, path="/" + path, version=int(version)))


def _with(one: Changed, **changes: Any) -> Changed:
    return dataclasses.replace(one, **changes)


def _code_of(status: int) -> str:
    return {
        400: "AEC_BAD_REQUEST",
        401: "AEC_UNAUTHORIZED",
        403: "AEC_FORBIDDEN",
        404: "AEC_NOT_FOUND",
        409: "AEC_CONFLICT",
    }.get(status, "AEC_SYSTEM_INTERNAL_ERROR")


def _interleaved(own: list[tuple[str, str]], kept: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put a server's own headers in any order, with those of an answer somewhere among them, in their order."""
    result = random.sample(own, len(own))
    for place, header in zip(
        sorted(random.choices(range(len(own) + 1), k=len(kept)), reverse=True), reversed(kept), strict=True
    ):
        result.insert(place, header)
    return result


class PapiHandler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    # Without these two a kept-alive answer waits 44 ms for a delayed ACK.
    disable_nagle_algorithm = True
    wbufsize = 65536
    timeout = 120

    def _serve(self) -> None:
        server = cast("PapiServer", self.server)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        parts = urlsplit(self.path)
        request = Request(
            method="GET" if self.command == "HEAD" else self.command,
            path=parts.path,
            version=0,
            lnn=self.called_lnn(),
            user=self.caller(),
            query=parse_qs(parts.query, keep_blank_values=True),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        answer = server.front.answer(request, self.path)
        if answer is None or server.front.stopping.is_set():
            self.close_connection = True
            self._break_off()
            return
        (self._send_half if answer.breaks_off else self._send)(answer)

    def called_lnn(self) -> int:
        """Return the number of the node that is called."""
        return cast("PapiServer", self.server).lnn

    def caller(self) -> str:
        """Return who calls if that is known before any log-in; else nobody."""
        return ""

    def _break_off(self) -> None:
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError as error:
            LOG.debug("connection was gone before it could be broken off: %s", error)

    def _send(self, answer: Answer) -> None:
        server = cast("PapiServer", self.server)
        headers = [
            ("Date", email.utils.formatdate(server.front.clock.now(), usegmt=True)),
            ("Server", "Apache"),
            ("X-Frame-Options", "sameorigin"),
            ("X-Content-Type-Options", "nosniff"),
            ("Strict-Transport-Security", "max-age=31536000"),
        ]
        if answer.status not in (204, 304):
            headers += [("Content-Length", str(len(answer.body))), ("Content-Type", answer.content_type)]
        self.send_response_only(answer.status)
        for name, value in _interleaved(headers, answer.headers):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(answer.body)

    def _send_half(self, answer: Answer) -> None:
        """Send the head and half the body, or half the first line where there is no body, and end the connection."""
        body = b"" if self.command == "HEAD" else answer.body
        if body:
            self.send_response_only(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
        else:
            self.wfile.write(f"{self.protocol_version} {answer.status // 100}".encode())
        self.wfile.flush()
        self.close_connection = True
        self._break_off()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 (names that http.server looks up)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (name in the base class)
        LOG.debug("%s %s", self.address_string(), format % args)

    def address_string(self) -> str:
        return str(self.client_address[0])


class NodeHandler(PapiHandler):
    """One connection to an address of a node."""

    def called_lnn(self) -> int:
        return cast("PapiServer", self.server).lnn_of(self.connection.getsockname()[0])


class PapiServer(ThreadingHTTPServer):
    """Listens on one address of one node; every connection has a thread."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, node: NodePort, address: str, port: int, tls: ssl.SSLContext, front: Front) -> None:
        self.lnn = node.lnn
        self.front = front
        self._tls = tls
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, port), PapiHandler, bind_and_activate=False)
        # The base class made a socket in the namespace of this process; the node's is what clients reach.
        self.socket.close()
        self.socket = node.open_socket(self.address_family, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        self.server_address = self.socket.getsockname()[:2]
        self.socket.listen(self.request_queue_size)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name=f"papi-{address}", daemon=True)

    def lnn_of(self, address: str) -> int:
        """Return the node that has an address on which this server is called."""
        return self.lnn

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
        self._end_connections()

    def present(self, tls: ssl.SSLContext) -> None:
        """Present another certificate from now on; what is connected is ended, as when a web server starts anew."""
        self._tls = tls
        self._end_connections()

    def _end_connections(self) -> None:
        with self._connections_lock:
            connections = list(self._connections)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError as error:
                LOG.debug("connection was gone before it was ended: %s", error)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Run in the connection's own thread, so that a slow TLS handshake holds nobody else up."""
        request.settimeout(PapiHandler.timeout)
        try:
            connection = self._tls.wrap_socket(request, server_side=True)
        except OSError as error:
            LOG.debug("TLS handshake with %s failed: %s", client_address, error)
            return
        with self._connections_lock:
            self._connections.add(connection)
        try:
            NodeHandler(connection, client_address, self)
        except OSError as error:
            LOG.debug("connection of %s ended: %s", client_address, error)
        finally:
            with self._connections_lock:
                self._connections.discard(connection)
            connection.close()


def tls_context(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context
