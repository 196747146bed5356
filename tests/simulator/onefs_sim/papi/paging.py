# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""List answers: sort, dir, limit, resume, total."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .answers import Answer, Refusal, Request

#: Arguments that every list takes.
LIST_ARGUMENTS = ("limit", "sort", "dir", "resume")
DEFAULT_LIMIT = 1000

Listing = Callable[[Mapping[str, list[str]]], Sequence[Mapping[str, Any]]]


def list_answer(request: Request, key: str, listing: Listing, also: Mapping[str, Any] | None = None) -> Answer:
    """Answer one page; `listing` gives all elements for a query (a resume token carries its first call's query).

    `also`: what stands beside the elements.
    """
    query, offset = opened(request)
    limit = limit_of(query)
    elements = listing(query)
    sort = query.get("sort", [""])[0]
    if sort:
        if elements and not any(sort in element for element in elements):
            raise Refusal("AEC_BAD_REQUEST", f"Cannot sort by '{sort}'", "sort")
        elements = sorted(
            elements, key=lambda element: (element.get(sort) is None, element.get(sort) or 0), reverse=descends(query)
        )
    page = elements[offset : offset + limit]
    rest = offset + limit < len(elements)
    token = make_token(query, offset + limit) if rest else None
    return Answer.of({**(also or {}), key: page, "resume": token, "total": len(elements)})


def opened(request: Request) -> tuple[Mapping[str, list[str]], int]:
    """Return the query of a list, and how many of its elements went before; a token stands for both."""
    if "resume" not in request.query:
        return request.query, 0
    if set(request.query) != {"resume"}:
        raise Refusal("AEC_BAD_REQUEST", "'resume' cannot be combined with other arguments", "resume")
    return open_token(request.first("resume"))


def limit_of(query: Mapping[str, list[str]]) -> int:
    text = query.get("limit", [str(DEFAULT_LIMIT)])[0]
    if not text.isdigit() or int(text) < 1:
        raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{text}' for argument 'limit'", "limit")
    return int(text)


def descends(query: Mapping[str, list[str]]) -> bool:
    direction = query.get("dir", ["ASC"])[0].upper()
    if direction not in ("ASC", "DESC"):
        raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{direction}' for argument 'dir'", "dir")
    return direction == "DESC"


def make_token(query: Mapping[str, list[str]], offset: int) -> str:
    return "1-" + base64.urlsafe_b64encode(json.dumps([dict(query), offset]).encode()).decode()


def open_token(token: str) -> tuple[Mapping[str, list[str]], int]:
    try:
        query, offset = json.loads(base64.urlsafe_b64decode(token.removeprefix("1-").encode()))
        return dict(query), int(offset)
    except (ValueError, TypeError) as error:
        raise Refusal("AEC_BAD_REQUEST", "Invalid resume token", "resume") from error
