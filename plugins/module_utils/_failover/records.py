# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbered records below ``/ifs``, each with its own hash, so that what a dying writer left half written is passed over.

Private to the collection. A record is never changed; the newest whole one counts, and old ones are removed.
"""

from __future__ import annotations

import hashlib
import json
import typing as t

from .._onefs.errors import OnefsError, PapiError
from .._onefs.papi import PapiSession

ROOT = "/ifs/.seamless_smb_failover"
ATTEMPTS = 5


class RecordNotWritten(OnefsError):
    """What was read back of a record is not what was written."""


def encode(body: t.Mapping[str, t.Any]) -> bytes:
    """Return a record as it is written, with its hash."""
    return json.dumps({"body": body, "sha256": digest(body)}, sort_keys=True).encode()


def decode(data: bytes) -> dict[str, t.Any] | None:
    """Return what a record says, or None where it is torn or was changed."""
    try:
        record = json.loads(data)
        body = record["body"]
        return body if isinstance(body, dict) and digest(body) == record["sha256"] else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def digest(body: t.Mapping[str, t.Any]) -> str:
    """Return the hash of a record's content."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def write_record(papi: PapiSession, folder: str, body: t.Mapping[str, t.Any], keep: int) -> None:
    """Write the next record of a folder and read it back; of the older ones ``keep`` stay."""
    papi.make_folder(folder)
    data = encode(body)
    path, numbers = _write_next(papi, folder, data)
    if papi.read_file(path) != data:
        raise RecordNotWritten(
            f"Writing the record {path} on {papi.connection.host}: what was read back is not what was written. "
            "Look whether /ifs of that cluster is full or read-only, and run again."
        )
    for number in sorted(numbers)[: max(0, len(numbers) - keep)]:
        _remove(papi, f"{folder}/{number:08d}.json")


def _write_next(papi: PapiSession, folder: str, data: bytes) -> tuple[str, list[int]]:
    """Write under the next free number; of two zones that are moved at once only one gets it, the other takes the one after it."""
    left = ATTEMPTS
    while True:
        left -= 1
        numbers = _numbers(papi, folder)
        path = f"{folder}/{max(numbers, default=0) + 1:08d}.json"
        try:
            papi.write_file(path, data, overwrite=False)
        except PapiError as error:
            if error.status != 409 or not left:
                raise
        else:
            return path, numbers


def _remove(papi: PapiSession, path: str) -> None:
    try:
        papi.delete_file(path)
    except PapiError as error:
        # Somebody who writes at the same time has tidied up too.
        if error.status != 404:
            raise


def newest_record(papi: PapiSession, folder: str) -> dict[str, t.Any] | None:
    """Return the newest whole record of a folder, or None."""
    for number in sorted(_numbers(papi, folder), reverse=True):
        body = decode(papi.read_file(f"{folder}/{number:08d}.json"))
        if body is not None:
            return body
    return None


def folders(papi: PapiSession, kind: str) -> list[str]:
    """Return the folders that hold records of one kind."""
    return [f"{ROOT}/{kind}/{name}" for name in sorted(_names(papi, f"{ROOT}/{kind}"))]


def folder_name(text: str) -> str:
    """Make a name fit for one folder name; one of dots alone would be another folder."""
    name = "".join(character if character.isalnum() or character in "-_." else "_" for character in text)
    return name if name.strip(".") else "_" * max(1, len(name))


def _numbers(papi: PapiSession, folder: str) -> list[int]:
    return [int(name[:-5]) for name in _names(papi, folder) if name.endswith(".json") and name[:-5].isdigit()]


def _names(papi: PapiSession, folder: str) -> list[str]:
    try:
        return papi.list_folder(folder)
    except PapiError as error:
        if error.status == 404:
            return []
        raise
