# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was taken off a pool, remembered where a crash of the controller can't lose it.

Private to the collection. Before a pool is emptied, its members and ranges are written below ``/ifs`` of both clusters, as
records that are never changed. A record carries its own hash: one that a dying controller left half written is passed over.
"""

from __future__ import annotations

import hashlib
import json
import typing as t
from dataclasses import dataclass

from .._onefs.errors import OnefsError, PapiError
from .._onefs.papi import PapiSession

FOLDER = "/ifs/.seamless_smb_failover/interfaces"


class NotRemembered(OnefsError):
    """Nothing is known of what a pool held before, or it could not be written down."""


@dataclass(frozen=True)
class Holding:
    """What a pool holds: its members as ``LNN:interface`` and its ranges."""

    members: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]


def encode(holding: Holding) -> bytes:
    """Return a record as it is written, with its hash."""
    body = {"members": list(holding.members), "ranges": [list(pair) for pair in holding.ranges]}
    text = json.dumps(body, sort_keys=True)
    return json.dumps({"body": body, "sha256": hashlib.sha256(text.encode()).hexdigest()}, sort_keys=True).encode()


def decode(data: bytes) -> Holding | None:
    """Return what a record says, or None where it is torn or was changed."""
    try:
        record = json.loads(data)
        body = record["body"]
        if hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest() != record["sha256"]:
            return None
        return Holding(tuple(body["members"]), tuple((low, high) for low, high in body["ranges"]))
    except (ValueError, KeyError, TypeError):
        return None


def remember(clusters: t.Sequence[PapiSession], owner: str, pool: str, holding: Holding) -> None:
    """Write down what ``pool`` of cluster ``owner`` holds, on both clusters, and read it back."""
    data = encode(holding)
    for papi in clusters:
        folder = _folder(owner, pool)
        papi.make_folder(folder)
        number = max(_numbers(papi, folder), default=0) + 1
        path = f"{folder}/{number:08d}.json"
        papi.write_file(path, data, overwrite=False)
        if papi.read_file(path) != data:
            raise NotRemembered(
                f"Writing down the interfaces of pool '{pool}' on {papi.connection.host} ({path}): what was read back is not what "
                "was written, so nothing was changed. Look whether /ifs of that cluster is full or read-only, and run again."
            )


def recall(clusters: t.Sequence[PapiSession], owner: str, pool: str) -> Holding | None:
    """Return what was last written down of a pool, from whichever cluster has the newest whole record."""
    newest: tuple[int, Holding] | None = None
    folder = _folder(owner, pool)
    for papi in clusters:
        for number in sorted(_numbers(papi, folder), reverse=True):
            holding = decode(papi.read_file(f"{folder}/{number:08d}.json"))
            if holding is not None:
                if newest is None or number > newest[0]:
                    newest = (number, holding)
                break
    return newest[1] if newest else None


def _folder(owner: str, pool: str) -> str:
    return f"{FOLDER}/{owner}/{pool}"


def _numbers(papi: PapiSession, folder: str) -> list[int]:
    try:
        names = papi.list_folder(folder)
    except PapiError as error:
        if error.status == 404:
            return []
        raise
    return [int(name[:-5]) for name in names if name.endswith(".json") and name[:-5].isdigit()]
