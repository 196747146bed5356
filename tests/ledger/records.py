# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A record of the ledger: numbered, of fixed size, and such that any change of a byte shows. Standard library only."""

from __future__ import annotations

import hashlib

SIZE = 4096
FILE = "ledger.bin"
DOCUMENT = "document.txt"
#: Written by an application that never flushes, and closed at the very end.
CACHED = "cached.bin"
EDIT = b"An edit from before the failover.\n" * 1000
SAVE = b"Saved after the failover.\n"


def make(sequence: int) -> bytes:
    """Return record number `sequence`; its content is known from its number alone."""
    head = b"REC %012d " % sequence
    filler = hashlib.sha256(head).hexdigest().encode()
    body = (head + filler * (SIZE // len(filler) + 1))[: SIZE - 64]
    return body + hashlib.sha256(body).hexdigest().encode()


def state(data: bytes, sequence: int) -> str:
    """Say whether a file's content holds a record: found, lost (nothing of it is there) or corrupted."""
    record = data[sequence * SIZE : (sequence + 1) * SIZE]
    if record == make(sequence):
        return "found"
    return "corrupted" if record.strip(b"\0") else "lost"


def document_sha256() -> str:
    """Return the checksum that the edited file must have once it is saved."""
    return hashlib.sha256(EDIT + SAVE).hexdigest()
