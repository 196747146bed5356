# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A session with the platform API of one cluster. Private to the collection.

One login, one kept-alive connection, one place where OneFS's errors become ours. Answers are plain dictionaries: real
clusters send ``null`` and fields that no model knows, so nothing validates them.
"""

from __future__ import annotations

import builtins
import contextlib
import dataclasses
import threading
import time
import typing as t
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

from .answer import LARGEST_LIST_BYTES, MOST_PAGES, Answer, read_answer
from .errors import LeaseLost, MissingLibrary, PapiError, PapiUnreachable, UnexpectedAnswer
from .lease_file import newest_opened, stands
from .waiting import scattered

try:
    import requests
    import urllib3

    HAS_REQUESTS = True
except ImportError:
    HAS_REQUESTS = False

if t.TYPE_CHECKING:
    from .connection import Connection

# Answers that say "not now": the API is restarting, or another write holds the share database (409).
BUSY = frozenset({503})
BUSY_FOR_WRITES = frozenset({409, 503})
RETRY_PAUSES_SECONDS = (0.1, 0.3, 1.0, 3.0)
# Whoever waits for its turn at a cluster that others change at the same time needs more patience than for no answer.
BUSY_PAUSES_SECONDS = (0.1, 0.3, 1.0, 2.0, 3.0, 3.0)
# Ending a session is a courtesy: it is asked for, and the answer is not waited for. A cluster that takes no request must not hold up
# the end of a task, and clients may wait for the next one.
LOGOUT_SECONDS = 3.0
UNHEARD_SECONDS = 0.001
# A dead node answers no SYN; to wait as long as for a slow answer would stretch a cutover.
CONNECT_SECONDS = 5.0
# For so long a run that has seen its lease need not look again. One that was held up for longer looks before it goes on.
LEASE_SEEN_SECONDS = 1.0
# Clusters or nodes that are asked at the same time: the largest have 252 nodes, and each answers after its own while.
MOST_AT_ONCE = 16

Name = t.TypeVar("Name")
Result = t.TypeVar("Result")


class EncodedPath(str):
    """A path whose parts are percent-encoded already, because one of them holds slashes."""

    __slots__ = ()


@contextlib.contextmanager
def sessions_of(connections: t.Mapping[str, Connection]) -> t.Iterator[dict[str, PapiSession]]:
    """Log in to several clusters at the same time, and out at the end: clients may be waiting meanwhile. Names are the caller's."""
    sessions = {name: PapiSession(connection) for name, connection in connections.items()}
    try:
        on_each(sessions, PapiSession.open)
        yield sessions
    finally:
        on_each(sessions, PapiSession.close)


def on_each(sessions: t.Mapping[Name, PapiSession], ask: t.Callable[[PapiSession], Result]) -> dict[Name, Result]:
    """Ask several clusters or nodes at the same time; where several fail, the error of the first one is raised."""
    with ThreadPoolExecutor(max_workers=min(MOST_AT_ONCE, max(1, len(sessions)))) as workers:
        return dict(zip(sessions, workers.map(ask, sessions.values())))


class PapiSession:
    """Talk to one cluster, or to one node of it; logs in with the first request and out at the end."""

    def __init__(self, connection: Connection) -> None:
        """Keep the connection; nothing is sent yet."""
        self.connection = connection
        self._base = f"https://{_bracketed(connection.host)}:{connection.port}"
        self._http: t.Any = None
        self._logging_in = threading.Lock()
        self._lease_seen = float("-inf")
        self._received_bytes = 0

    def __enter__(self) -> PapiSession:
        """Return the session."""
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Log out."""
        self.close()

    def close(self) -> None:
        """Log out, so that no session is left on the cluster; one that was never opened is left as it is."""
        if self._http is not None:
            try:
                timeouts = (LOGOUT_SECONDS, UNHEARD_SECONDS)
                self._http.delete(f"{self._base}/session/1/session", timeout=timeouts, stream=True)
            except requests.RequestException:
                # It was sent, or the cluster is gone and ends the session by itself; the work is done and its result known.
                return
            finally:
                self._http.close()
                self._http = None

    def open(self) -> None:
        """Log in now, so that a wrong password or name shows before anything is changed; once, whoever else does it just now."""
        with self._logging_in:
            if self._http is None:
                self._login(list(RETRY_PAUSES_SECONDS))

    def for_node(self, host: str) -> PapiSession:
        """Return a session with another address of the same cluster."""
        return PapiSession(dataclasses.replace(self.connection, host=host))

    def get(self, path: str, **query: t.Any) -> dict[str, t.Any]:
        """GET a resource."""
        return self._json("GET", path, query, None, repeatable=True)

    def list(self, path: str, key: str, **query: t.Any) -> builtins.list[dict[str, t.Any]]:
        """GET all elements of a list, page by page: after the first page only ``resume`` may be sent."""
        return builtins.list(self.elements(path, key, **query))

    def elements(self, path: str, key: str, **query: t.Any) -> t.Iterator[dict[str, t.Any]]:
        """GET the elements of a list as their pages come; for lists that are longer than anybody wants to hold."""
        for page in self.pages(path, **query):
            elements = page.get(key) or []
            if not isinstance(elements, builtins.list) or not all(isinstance(one, dict) for one in elements):
                raise UnexpectedAnswer(
                    f"GET {path} on {self.connection.host}: '{key}' of the answer is no list of objects. "
                    "Look whether what answers there is the cluster, and at its platform API."
                )
            yield from elements

    def pages(self, path: str, **query: t.Any) -> t.Iterator[dict[str, t.Any]]:
        """GET a list page by page, for answers whose pages hold more than one list."""
        before_bytes = self._received_bytes
        answer = self.get(path, **query)
        yield answer
        tokens: set[str] = set()
        while answer.get("resume"):
            token = str(answer["resume"])
            if token in tokens:
                raise UnexpectedAnswer(
                    f"GET {path} on {self.connection.host}: the cluster answers with a resume token that it gave before, so the "
                    "list has no end. "
                    "Run again, and look at the cluster's platform API if it stays so."
                )
            tokens.add(token)
            if len(tokens) >= MOST_PAGES or self._received_bytes - before_bytes > LARGEST_LIST_BYTES:
                raise UnexpectedAnswer(
                    f"GET {path} on {self.connection.host}: the list did not end after {len(tokens)} pages of "
                    f"{self._received_bytes - before_bytes} bytes. Look whether what answers there is the cluster, and at its platform API."
                )
            answer = self.get(path, resume=token)
            yield answer

    def put(self, path: str, body: t.Mapping[str, t.Any], repeatable: bool = False, **query: t.Any) -> None:
        """PUT a partial update. ``repeatable`` says that doing it twice is the same as once."""
        self._json("PUT", path, query, body, repeatable)

    def post(
        self, path: str, body: t.Mapping[str, t.Any], repeatable: bool = False, **query: t.Any
    ) -> dict[str, t.Any]:
        """POST; returns the answer, empty where OneFS sends none."""
        return self._json("POST", path, query, body, repeatable)

    def delete(self, path: str, repeatable: bool = True, **query: t.Any) -> None:
        """DELETE one resource; the path must name one, since OneFS deletes a whole collection without a question."""
        self._json("DELETE", path, query, None, repeatable)

    def read_file(self, ifs_path: str) -> bytes:
        """Return the content of a file below ``/ifs``."""
        return self._send("GET", _namespace(ifs_path), {}, None, True).content

    def write_file(self, ifs_path: str, data: bytes, overwrite: bool = True) -> None:
        """Write a file below ``/ifs``; without ``overwrite`` an existing one is an error of OneFS's."""
        headers = {"x-isi-ifs-target-type": "object", "Content-Type": "application/octet-stream"}
        query = {"overwrite": "true" if overwrite else "false"}
        self._send("PUT", _namespace(ifs_path), query, data, overwrite, headers)

    def make_folder(self, ifs_path: str, mode: str = "0700") -> None:
        """Create a folder below ``/ifs`` with its parents; one that exists is left as it is."""
        try:
            self.list_folder(ifs_path)
        except PapiError as error:
            if error.status != 404:
                raise
        else:
            # A PUT on a folder that exists would give it new permissions.
            return
        headers = {"x-isi-ifs-target-type": "container", "x-isi-ifs-access-control": mode}
        query = {"recursive": "true", "overwrite": "true"}
        self._send("PUT", _namespace(ifs_path), query, b"", True, headers)

    def list_folder(self, ifs_path: str) -> builtins.list[str]:
        """Return the names in a folder below ``/ifs``."""
        return [str(child["name"]) for child in self._children(ifs_path, "default")]

    def list_details(self, ifs_path: str) -> builtins.list[dict[str, t.Any]]:
        """Return ``name``, ``type`` (container, object, ...) and ``size`` of what is in a folder below ``/ifs``."""
        return self._children(ifs_path, "type,size")

    def _children(self, ifs_path: str, detail: str) -> builtins.list[dict[str, t.Any]]:
        """List a folder; a name becomes part of the next path, of the other cluster's too, so it must be one name."""
        children = self.list(_namespace(ifs_path), "children", detail=detail)
        for child in children:
            name = child.get("name")
            if not isinstance(name, str) or name in ("", ".", "..") or "/" in name or "\0" in name:
                raise UnexpectedAnswer(
                    f"GET {_namespace(ifs_path)} on {self.connection.host}: the folder has a child {name!r}, which is no name of a file. "
                    "Look whether what answers there is the cluster."
                )
        return children

    def delete_file(self, ifs_path: str) -> None:
        """Remove one file, or one empty folder, below ``/ifs``."""
        self._send("DELETE", _namespace(ifs_path), {}, None, True)

    def _json(
        self, method: str, path: str, query: t.Mapping[str, t.Any], body: t.Mapping[str, t.Any] | None, repeatable: bool
    ) -> dict[str, t.Any]:
        answer = self._send(method, path, query, body, repeatable)
        if not answer.content:
            return {}
        try:
            decoded = answer.json()
        except ValueError as error:
            raise PapiError(
                answer.status_code,
                "NOT_JSON",
                f"an answer that is no JSON ({error})",
                method,
                path,
                self.connection.host,
            ) from error
        if method == "GET" and not isinstance(decoded, dict):
            # To take it for an empty answer would be to see no sessions, no open files, no pools.
            raise UnexpectedAnswer(
                f"GET {path} on {self.connection.host}: the answer is no JSON object. "
                "Look whether what answers there is the cluster, and at its platform API."
            )
        return decoded if isinstance(decoded, dict) else {}

    def _send(
        self,
        method: str,
        path: str,
        query: t.Mapping[str, t.Any],
        body: t.Mapping[str, t.Any] | bytes | None,
        repeatable: bool,
        headers: t.Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request, log in where needed, repeat what is safe to repeat."""
        busy = BUSY if method == "GET" else BUSY_FOR_WRITES
        pauses = list(RETRY_PAUSES_SECONDS) if repeatable else []
        busy_pauses = list(BUSY_PAUSES_SECONDS) if repeatable else []
        logins = 2
        while True:
            self.open()
            if method != "GET" and self.connection.lease:
                self._require_lease(method, path)
            try:
                answer = self._request(method, path, query, body, headers)
            except PapiUnreachable:
                if not pauses:
                    raise
                time.sleep(pauses.pop(0))
                continue
            if answer.status_code == 401 and logins > 1:
                # The session ran out: nothing was done, so the same request may be sent once more after a login.
                logins -= 1
                self._forget_session()
                continue
            if answer.status_code in busy and busy_pauses:
                time.sleep(scattered(busy_pauses.pop(0)))
                continue
            if answer.status_code >= 400:
                raise self._error(answer, method, path)
            return answer

    def doubt_lease(self) -> None:
        """Have the lease looked at before the next change, however short ago it was seen."""
        self._lease_seen = float("-inf")

    def _require_lease(self, method: str, path: str) -> None:
        """Raise LeaseLost where another run has taken the lease since, or somebody closed it."""
        now = _clock()
        if now - self._lease_seen < LEASE_SEEN_SECONDS:
            return
        lease = self.connection.lease
        try:
            names = self.list_folder(lease.rpartition("/")[0])
        except PapiError as error:
            if error.status != 404:
                raise
            names = []
        if not stands(lease, names):
            raise LeaseLost(
                f"{method} {path} on {self.connection.host} was not sent: this run no longer holds its lease ({lease}), the newest there "
                f"is '{newest_opened(names) or 'none'}'. Another run has taken over, or somebody closed it. This run changes nothing "
                "more; follow the one that holds the lease now, or run the same playbook again when it has ended.",
                {"lease_lost": True},
            )
        self._lease_seen = now

    def _login(self, pauses: builtins.list[float]) -> None:
        """Log in; this is safe to repeat, whatever is sent afterwards."""
        while True:
            try:
                return self._log_in_once()
            except PapiUnreachable:
                if not pauses:
                    raise
            except PapiError as error:
                if error.status not in BUSY or not pauses:
                    raise
            time.sleep(pauses.pop(0))

    def _log_in_once(self) -> None:
        if not HAS_REQUESTS:
            raise MissingLibrary("Talking to OneFS", "requests", "where the task runs")
        http = requests.Session()
        # No proxy, no .netrc and no CA bundle of the environment may decide where a cluster's password goes.
        http.trust_env = False
        # A few KB of zeros, compressed, would be gigabytes here.
        http.headers["Accept-Encoding"] = "identity"
        http.verify = (self.connection.ca_path or True) if self.connection.validate_certs else False
        self._http = http
        body = {
            "username": self.connection.user,
            "password": self.connection.password,
            "services": ["platform", "namespace"],
        }
        try:
            answer = self._request("POST", "/session/1/session", {}, body, None)
            if answer.status_code not in {200, 201}:
                raise self._error(answer, "POST", "/session/1/session")
        except Exception:
            self._forget_session()
            raise
        http.headers.update({"Referer": self._base, "Origin": self._base})
        # Clusters older than the anti-CSRF patches give no such cookie, and want no such header.
        token = http.cookies.get("isicsrf")
        if token:
            http.headers["X-CSRF-Token"] = token

    def _forget_session(self) -> None:
        if self._http is not None:
            self._http.close()
            self._http = None

    def _request(
        self,
        method: str,
        path: str,
        query: t.Mapping[str, t.Any],
        body: t.Mapping[str, t.Any] | bytes | None,
        headers: t.Mapping[str, str] | None,
    ) -> Answer:
        if not self.connection.validate_certs:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        as_json = body is not None and not isinstance(body, bytes)
        try:
            response = self._http.request(
                method,
                self._base + (path if isinstance(path, EncodedPath) else urllib.parse.quote(path, safe="/")),
                params={name: _query_value(value) for name, value in query.items() if value is not None},
                json=body if as_json else None,
                data=None if as_json else body,
                headers=dict(headers or {}),
                timeout=(min(CONNECT_SECONDS, self.connection.timeout_seconds), self.connection.timeout_seconds),
                allow_redirects=False,
                stream=True,
            )
            answer = read_answer(
                response, f"{method} {path} on {self.connection.host}", self.connection.timeout_seconds
            )
        except requests.exceptions.SSLError as error:
            raise PapiUnreachable(
                f"{method} {path} on {self.connection.host}: the certificate of {self._base} was not accepted ({error}). "
                "Give the CA that signed it in onefs_ca_path."
            ) from error
        except (OSError, urllib3.exceptions.HTTPError) as error:
            # requests makes its own errors of most; a CA file that is not there comes as a plain OSError.
            raise PapiUnreachable(
                f"{method} {path} on {self.connection.host}: no answer from {self._base} ({type(error).__name__}: {error}). "
                "Check onefs_host and onefs_port, and that the cluster's platform API runs."
            ) from error
        self._received_bytes += len(answer.content)
        return answer

    def _error(self, answer: Answer, method: str, path: str) -> PapiError:
        """Make an error of an answer: OneFS sends a list of errors, a web page, or an error without a code."""
        code, text = "", ""
        try:
            first = (answer.json().get("errors") or [{}])[0]
            code, text = str(first.get("code") or ""), str(first.get("message") or "")
        except (ValueError, AttributeError, IndexError, KeyError, TypeError):
            # Apache answers some errors by itself, with a web page.
            text = "a web page instead of OneFS's own error"
        return PapiError(answer.status_code, code, text or "no error text", method, path, self.connection.host)


def _clock() -> float:
    """Return seconds that go on while the machine sleeps, where the system has such a clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _namespace(ifs_path: str) -> str:
    return "/namespace" + ifs_path


def _query_value(value: t.Any) -> t.Any:
    """OneFS wants its own spelling of booleans."""
    return str(value).lower() if isinstance(value, bool) else value


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
