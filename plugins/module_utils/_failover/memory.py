# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was taken off a pool, remembered where a crash of the controller can't lose it.

Private to the collection. Before a pool loses members or ranges, both are written below ``/ifs`` of both clusters, as numbered
records that are never changed. A record carries its own hash: one that a dying controller left half written is passed over.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import typing as t
from dataclasses import dataclass

from .._onefs.addresses import AddressRange
from .._onefs.errors import OnefsError, PapiError
from .._onefs.papi import PapiSession

FOLDER = "/ifs/.seamless_smb_failover/interfaces"


class NotRemembered(OnefsError):
    """What a pool held before could not be written down; nothing was changed."""


@dataclass(frozen=True)
class Holding:
    """What a pool holds: its members as ``LNN:interface`` and its ranges."""

    members: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]

    def address_ranges(self) -> tuple[AddressRange, ...]:
        """Return the ranges as the engine has them."""
        return tuple(AddressRange(low, high) for low, high in self.ranges)


def encode(owner: str, pool: str, holding: Holding, written: str) -> bytes:
    """Return a record as it is written, with its hash."""
    body = {
        "cluster": owner,
        "pool": pool,
        "members": list(holding.members),
        "ranges": [list(pair) for pair in holding.ranges],
        "written": written,
    }
    return json.dumps({"body": body, "sha256": _digest(body)}, sort_keys=True).encode()


def decode(data: bytes) -> Holding | None:
    """Return what a record says, or None where it is torn or was changed."""
    try:
        record = json.loads(data)
        body = record["body"]
        if _digest(body) != record["sha256"]:
            return None
        return Holding(
            tuple(str(member) for member in body["members"]),
            tuple((str(low), str(high)) for low, high in body["ranges"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def remember(clusters: t.Sequence[PapiSession], owner: str, pool: str, holding: Holding) -> None:
    """Write down what ``pool`` of cluster ``owner`` holds, on both clusters under one number, and read it back."""
    if recall(clusters, owner, pool, need_all=True) == holding:
        return
    folder = _folder(owner, pool)
    number = max((number for papi in clusters for number in _numbers(papi, folder)), default=0) + 1
    data = encode(owner, pool, holding, dt.datetime.now(tz=dt.timezone.utc).isoformat(timespec="seconds"))
    for papi in clusters:
        papi.make_folder(folder)
        path = f"{folder}/{number:08d}.json"
        papi.write_file(path, data, overwrite=False)
        if papi.read_file(path) != data:
            raise NotRemembered(
                f"Writing down the interfaces of pool '{pool}' on {papi.connection.host} ({path}): what was read back is not what "
                "was written, so nothing was changed. Look whether /ifs of that cluster is full or read-only, and run again."
            )


def recall(clusters: t.Sequence[PapiSession], owner: str, pool: str, need_all: bool = False) -> Holding | None:
    """Return what was last written down of a pool, from whichever cluster has the newest whole record.

    With ``need_all`` only what every cluster has as its newest one counts.
    """
    found = [_newest(papi, _folder(owner, pool)) for papi in clusters]
    whole = [record for record in found if record is not None]
    if not whole or (need_all and (len(whole) < len(found) or len(set(whole)) > 1)):
        return None
    return max(whole, key=lambda record: record[0])[1]


def _newest(papi: PapiSession, folder: str) -> tuple[int, Holding] | None:
    for number in sorted(_numbers(papi, folder), reverse=True):
        holding = decode(papi.read_file(f"{folder}/{number:08d}.json"))
        if holding is not None:
            return number, holding
    return None


def _digest(body: t.Mapping[str, t.Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


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
