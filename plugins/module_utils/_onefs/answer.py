# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An answer of the platform API, read to its end only as long as it has one. Private to the collection.

What answers in a cluster's place may send without end, a byte at a time, or brackets a million deep; none of it may take a
controller's memory or hold up a run that clients wait for.
"""

from __future__ import annotations

import json
import time
import typing as t
from dataclasses import dataclass

from .errors import PapiUnreachable, UnexpectedAnswer

# The largest that is asked for is a page of a list or a record of a run, some MB.
LARGEST_BODY_BYTES = 64 * 1024 * 1024
# All pages of one list: ten times what a cluster of 252 nodes was seen to send.
LARGEST_LIST_BYTES = 512 * 1024 * 1024
MOST_PAGES = 5000
CHUNK_BYTES = 65536
FEW_BYTES = 1024


@dataclass(frozen=True)
class Answer:
    """Status and body of one answer."""

    status_code: int
    content: bytes

    def json(self) -> t.Any:
        """Return the body decoded; what is nested too deep to be decoded is a ValueError like all that is no JSON."""
        try:
            return json.loads(self.content)
        except RecursionError as error:
            raise ValueError("nested too deep") from error


def read_answer(response: t.Any, what: str, seconds: float) -> Answer:
    """Read the body of a streamed response of requests; ``what`` names the request for whoever reads the error."""
    deadline = time.monotonic() + seconds
    body = bytearray()
    try:
        while True:
            chunk = _read(response.raw)
            if not chunk:
                return Answer(int(response.status_code), bytes(body))
            body += chunk
            if len(body) > LARGEST_BODY_BYTES:
                raise UnexpectedAnswer(
                    f"{what}: the answer is larger than {LARGEST_BODY_BYTES} bytes and was not read to its end. Look whether what "
                    "answers there is the cluster, and at its platform API."
                )
            if time.monotonic() > deadline:
                raise PapiUnreachable(
                    f"{what}: the answer did not end within {seconds:.0f} s. Look at the network and at the cluster's load, and run again."
                )
    finally:
        # A connection whose answer was read to its end has gone back to its pool; this closes any other.
        response.close()


def _read(raw: t.Any) -> bytes:
    """Return what has come; a urllib3 before 2.3 can only wait for so many bytes, so few are asked for."""
    return t.cast("bytes", raw.read1(CHUNK_BYTES) if hasattr(raw, "read1") else raw.read(FEW_BYTES))
