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
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from ..accounts import Accounts
from ..clock import ClusterClock
from ..login_rules import LoginRules
from ..privileges import LOGIN_PAPI
from .answers import LOGIN_REFUSED, LOGIN_REFUSED_PAGE, NO_CONTENT, Answer, Refusal, Request
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
    #: Set by a tester who does not want to wait for the timeouts.
    expired: bool = False

    def is_over(self, now: float) -> bool:
        return (
            self.expired
            or now - self.started > TIMEOUT_ABSOLUTE_SECONDS
            or now - self.last_used > TIMEOUT_INACTIVE_SECONDS
        )


class LoginRefused(Exception):
    """The web server in front of the API does not let the call through."""


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SessionStore:
    """The sessions of one cluster; each node takes a session that another node began.

    `now`: a clock for the timeouts, which setting the cluster's own clock does not move.
    """

    def __init__(
        self, accounts: Accounts, cluster_name: str, clock: ClusterClock, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.rules = LoginRules()
        self._accounts = accounts
        self._cluster_name = cluster_name
        self._clock = clock
        self._now = now
        self._signing_key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}

    def expire_all(self) -> None:
        """Let the time of every session run out now."""
        with self._lock:
            for session in self._sessions.values():
                session.expired = True

    def refused(self) -> Answer:
        """Return what the web server says to who is not logged in."""
        return LOGIN_REFUSED_PAGE if self.rules.unauthorized == "html" else LOGIN_REFUSED

    def user_of(self, request: Request, service: str) -> str:
        """Return who calls; raises LoginRefused when nobody does, or a session's rules are broken."""
        authorization = request.headers.get("authorization", "")
        # Dell's SDK sends its session and basic authentication with every call; where the latter is off, the session counts.
        if authorization.lower().startswith("basic ") and self.rules.basic == "on":
            user = self._basic_user(authorization)
        else:
            session = self._session_of(request)
            if service not in session.services:
                raise LoginRefused
            user = session.user
        if not self._accounts.permits(user, LOGIN_PAPI):
            raise LoginRefused
        return user

    def _basic_user(self, authorization: str) -> str:
        try:
            user, _, password = base64.b64decode(authorization[6:], validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise LoginRefused from error
        if not self._accounts.knows(user, password):
            raise LoginRefused
        return user

    def _cookie(self, headers: Mapping[str, str]) -> str:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError as error:
            raise LoginRefused from error
        if "isisessid" not in cookies:
            raise LoginRefused
        return cookies["isisessid"].value

    def _session_of(self, request: Request) -> Session:
        now = self._now()
        with self._lock:
            cookie = self._cookie(request.headers)
            session = self._sessions.get(cookie)
            if session is None:
                raise LoginRefused
            if session.is_over(now):
                del self._sessions[cookie]
                raise LoginRefused
            if self.rules.csrf == "strict" or request.method != "GET":
                self._check_origin(request.headers, session)
            session.last_used = now
            return session

    @staticmethod
    def _check_origin(headers: Mapping[str, str], session: Session) -> None:
        """Ask for token and origin; without them, or with wrong ones, OneFS answers 401, not 403."""
        origin = headers.get("referer") or headers.get("origin")
        token = headers.get("x-csrf-token", "").encode()
        if not origin or not hmac.compare_digest(token, session.csrf_token.encode()):
            raise LoginRefused

    def answer(self, request: Request) -> Answer:
        """Answer /session/1/session."""
        if request.method == "POST":
            return self._begin(request)
        session = self._session_of(request)
        if request.method == "GET":
            return Answer.of(self._document(session))
        if request.method == "DELETE":
            with self._lock:
                self._sessions.pop(self._cookie(request.headers), None)
            return NO_CONTENT
        raise Refusal("AEC_METHOD_NOT_ALLOWED", f"Method {request.method} is not supported")

    def _begin(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "session_request")
        if not self._accounts.knows(body["username"], body["password"]):
            return Answer.of({"message": "Username or password is incorrect."}, status=401)
        if not self._accounts.permits(body["username"], LOGIN_PAPI):
            return Answer.of({"message": f"User does not have the privilege {LOGIN_PAPI}."}, status=401)
        now = self._now()
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
        if self.rules.cookies == "shuffled":
            random.shuffle(headers)
        return Answer.of(self._document(session), status=201, headers=tuple(headers))

    def _document(self, session: Session) -> dict[str, object]:
        return {
            "services": sorted(session.services),
            "timeout_absolute": math.ceil(TIMEOUT_ABSOLUTE_SECONDS - (self._now() - session.started)),
            "timeout_inactive": TIMEOUT_INACTIVE_SECONDS,
            "username": session.user,
        }

    def _token(self, session: Session) -> str:
        """Make a token with the shape of the JWT that OneFS 9 gives: long, with dots, dashes and underscores."""
        issued = int(self._clock.now())
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
