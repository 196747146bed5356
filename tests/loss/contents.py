# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the applications write: content that tells its file and its number, so that any change of a byte shows.

Standard library only: the guest has no other.
"""

from __future__ import annotations

import hashlib

CHECKSUM_LENGTH = 64


def make(name: str, number: int, size: int) -> bytes:
    """Return piece `number` of a file; what it holds is known from the two alone."""
    head = f"{name} {number:012d} ".encode()
    filler = hashlib.sha256(head).hexdigest().encode()
    body = (head + filler * (size // len(filler) + 1))[: size - CHECKSUM_LENGTH]
    return body + hashlib.sha256(body).hexdigest().encode()


def state(found: bytes, wanted: bytes) -> str:
    """Say whether a piece is found, lost (nothing of it is there) or torn (something else is)."""
    if found == wanted:
        return "found"
    return "torn" if found.strip(b"\0") else "lost"
