# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-in: sessions with cookie and CSRF token, and HTTP basic authentication."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import math
import random
import secrets
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from .answers import LOGIN_REFUSED, NO_CONTENT, Answer, Refusal, Request
from .validation import check_body

TIMEOUT_ABSOLUTE_SECONDS = 14400
TIMEOUT_INACTIVE_SECONDS = 900


@dataclass
class Session:
    """A session in force."""

    user: str
    services: tuple[str, ...]
    csrf_token: str
    started: float
    last_used: float

    def is_over(self, now: float) -> bool:
        return now - self.started > TIMEOUT_ABSOLUTE_SECONDS or now - self.last_used > TIMEOUT_INACTIVE_SECONDS


class LoginRefused(Exception):
    """The web server in front of the API does not let the call through."""


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SessionStore:
    """The sessions of one cluster; each node takes a session that another node began."""

    def __init__(self, credentials: Mapping[str, str], cluster_name: str) -> None:
        self._credentials = dict(credentials)
        self._cluster_name = cluster_name
        self._signing_key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}

    def end_all(self) -> None:
        """Forget every session, as a restart of the web server does."""
        with self._lock:
            self._sessions.clear()

    def user_of(self, headers: Mapping[str, str], service: str) -> str:
        """Return who calls; raises LoginRefused when nobody does, or a session's rules are broken."""
        authorization = headers.get("authorization", "")
        if authorization.lower().startswith("basic "):
            return self._basic_user(authorization)
        session = self._session_of(headers)
        if service not in session.services:
            raise LoginRefused
        return session.user

    def _basic_user(self, authorization: str) -> str:
        try:
            user, _, password = base64.b64decode(authorization[6:], validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise LoginRefused from error
        if not self._knows(user, password):
            raise LoginRefused
        return user

    def _knows(self, user: str, password: str) -> bool:
        return user in self._credentials and hmac.compare_digest(self._credentials[user], password)

    def _cookie(self, headers: Mapping[str, str]) -> str:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError as error:
            raise LoginRefused from error
        if "isisessid" not in cookies:
            raise LoginRefused
        return cookies["isisessid"].value

    def _session_of(self, headers: Mapping[str, str]) -> Session:
        now = time.monotonic()
        with self._lock:
            session = self._sessions.get(self._cookie(headers))
            if session is None or session.is_over(now):
                raise LoginRefused
            origin = headers.get("referer") or headers.get("origin")
            # A missing or wrong token is answered 401, not 403.
            if not origin or not hmac.compare_digest(headers.get("x-csrf-token", ""), session.csrf_token):
                raise LoginRefused
            session.last_used = now
            return session

    def answer(self, request: Request) -> Answer:
        """Answer /session/1/session."""
        if request.method == "POST":
            return self._begin(request)
        try:
            session = self._session_of(request.headers)
            if request.method == "GET":
                return Answer.of(self._document(session))
            if request.method == "DELETE":
                with self._lock:
                    self._sessions.pop(self._cookie(request.headers), None)
                return NO_CONTENT
        except LoginRefused:
            return LOGIN_REFUSED
        raise Refusal("AEC_METHOD_NOT_ALLOWED", f"Method {request.method} is not supported")

    def _begin(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "session_request")
        if not self._knows(body["username"], body["password"]):
            return Answer.of({"message": "Username or password is incorrect."}, status=401)
        now = time.monotonic()
        session = Session(body["username"], tuple(body["services"]), str(uuid.uuid4()), now, now)
        cookie = self._token(session)
        with self._lock:
            self._sessions[cookie] = session
        attributes = "path=/; HttpOnly; Secure; SameSite=strict"
        headers = [
            ("Set-Cookie", f"isisessid={cookie}; {attributes}"),
            ("Set-Cookie", f"isicsrf={session.csrf_token}; {attributes}"),
            ("X-CSRF-Token", session.csrf_token),
        ]
        # Nobody may rely on the order of these: real clusters differ.
        random.shuffle(headers)
        return Answer.of(self._document(session), status=201, headers=tuple(headers))

    def _document(self, session: Session) -> dict[str, object]:
        return {
            "services": sorted(session.services),
            "timeout_absolute": math.ceil(TIMEOUT_ABSOLUTE_SECONDS - (time.monotonic() - session.started)),
            "timeout_inactive": TIMEOUT_INACTIVE_SECONDS,
            "username": session.user,
        }

    def _token(self, session: Session) -> str:
        """Make a token with the shape of the JWT that OneFS 9 gives: long, with dots, dashes and underscores."""
        issued = int(time.time())
        claims = {
            "aud": list(session.services),
            "csrf": session.csrf_token,
            "exp": issued + TIMEOUT_ABSOLUTE_SECONDS,
            "iat": issued,
            "jti": str(uuid.uuid4()),
            "onefs/csid": self._cluster_name,
            "sub": session.user,
        }
        head = _encoded(json.dumps({"alg": "PS512", "typ": "JWT"}).encode())
        payload = _encoded(json.dumps(claims).encode())
        signature = hmac.new(self._signing_key, f"{head}.{payload}".encode(), hashlib.sha512).digest()
        return f"{head}.{payload}.{_encoded(signature)}"
