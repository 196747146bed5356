# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request and an answer are, and how OneFS words a refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: HTTP status of each of OneFS's error codes.
STATUS_BY_CODE = {
    "AEC_BAD_REQUEST": 400,
    "AEC_ARG_REQUIRED": 400,
    "AEC_ARG_SINGLE_ONLY": 400,
    "AEC_UNAUTHORIZED": 401,
    "AEC_FORBIDDEN": 403,
    "AEC_LIMIT_EXCEEDED": 403,
    "AEC_INVALID_LICENSE": 403,
    "AEC_NOT_FOUND": 404,
    "AEC_METHOD_NOT_ALLOWED": 405,
    "AEC_NOT_ACCEPTABLE": 406,
    "AEC_CONFLICT": 409,
    "AEC_PRE_CONDITION_FAILED": 412,
    "AEC_INVALID_REQUEST_RANGE": 416,
    "AEC_NOT_MODIFIED": 304,
    "AEC_SYSTEM_INTERNAL_ERROR": 500,
}


class Refusal(Exception):
    """OneFS says no."""

    def __init__(self, code: str, message: str, error_field: str = "", status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.error_field = error_field
        self.status = status if status is not None else STATUS_BY_CODE.get(code, 500)


@dataclass(frozen=True)
class Request:
    """One call, after log-in and routing. `lnn` is the node whose address was called."""

    method: str
    path: str
    version: int
    lnn: int
    user: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    names: Mapping[str, str] = field(default_factory=dict)

    def first(self, name: str, default: str = "") -> str:
        values = self.query.get(name)
        return values[0] if values else default

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.first(name).lower()
        if not value:
            return default
        if value in ("true", "1", "yes"):
            return True
        if value in ("false", "0", "no"):
            return False
        raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{value}' for boolean argument '{name}'", name)

    def json_body(self) -> dict[str, Any]:
        if not self.body:
            return {}
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise Refusal("AEC_BAD_REQUEST", f"Invalid JSON in request body: {error}") from error
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise Refusal("AEC_BAD_REQUEST", "The request body must be a JSON object")
        return value


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    #: The connection ends half-way through it.
    breaks_off: bool = False

    @classmethod
    def of(cls, document: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        return cls(status=status, body=json.dumps(document).encode(), headers=headers)


NO_CONTENT = Answer(status=204)


def refused(refusal: Refusal) -> Answer:
    error = {"code": refusal.code, "message": refusal.message}
    if refusal.error_field:
        error["field"] = refusal.error_field
    return Answer.of({"errors": [error]}, status=refusal.status)


#: The web server answers this one itself, from a static file, without a `code`.
LOGIN_REFUSED = Answer.of({"errors": [{"message": "Authorization required"}]}, status=401)

#: The same where no such file is configured: the web server's own page.
LOGIN_REFUSED_PAGE = Answer(
    status=401,
    body=b"""<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>401 Unauthorized</title>
</head><body>
<h1>Unauthorized</h1>
<p>This server could not verify that you are authorized to access the document requested.</p>
</body></html>
""",
    content_type="text/html; charset=iso-8859-1",
)
