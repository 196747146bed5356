# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of what is about to be thrown away on a cluster that returned, so that it can still be fetched for some days.

Private to the collection. They are SnapshotIQ's: SyncIQ makes, moves and deletes its own ones as it needs them.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import asdict, dataclass

from .._onefs.connection import Connection
from .._onefs.errors import BadOption, OnefsError, PapiError
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .._onefs.snapshots import SNAPSHOTS, take_snapshot
from .facts import source_argument_spec
from .plan import is_below
from .records import folder_name
from .recovery_point import moment

PREFIX = "seamless-discard"
DAY_SECONDS = 24 * 3600
# OneFS takes 255; the number of a path has to fit as well.
LONGEST_ZONE = 150

ARGUMENT_SPEC: dict[str, t.Any] = {
    **source_argument_spec(),
    "access_zone": {"type": "str", "required": True},
    "run_id": {"type": "str", "required": True},
    "sha256": {"type": "str", "required": True},
    "paths": {"type": "list", "elements": "str", "required": True},
    "days": {"type": "int", "default": 14},
}


class NoSnapshot(OnefsError):
    """What is about to be thrown away could not be kept in a snapshot; nothing of it was changed."""


@dataclass(frozen=True)
class DiscardSnapshot:
    """One snapshot: its name, the folder that it is of, and when the cluster deletes it (epoch seconds)."""

    name: str
    path: str
    expires: int

    def as_dict(self) -> dict[str, t.Any]:
        """Return it as it goes into results, with the moment as people read it, and where its files lie."""
        return {**asdict(self), "expires_time": moment(self.expires), "folder": f"{self.path}/.snapshot/{self.name}"}


def plan_snapshots(
    access_zone: str, run_id: str, sha256: str, paths: t.Sequence[str], expires: int
) -> tuple[DiscardSnapshot, ...]:
    """Name the snapshots of one list of one run: another list gets others. A path below another comes with it."""
    whole = sorted({path.rstrip("/") for path in paths})
    tops = [path for path in whole if not any(path != other and is_below(path, other) for other in whole)]
    stem = f"{PREFIX}-{folder_name(access_zone)[:LONGEST_ZONE]}-{folder_name(run_id)[:8]}-{folder_name(sha256)[:8]}"
    return tuple(DiscardSnapshot(f"{stem}-{number}", path, expires) for number, path in enumerate(tops))


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Take the snapshots that are missing."""
    days = params["days"]
    if days < 1:
        raise BadOption(f"Keeping what is thrown away for {days} days: that is no time. Give one day or more.")
    # The cluster's clock may differ by some seconds, which is nothing against a day.
    expires = int(time.time()) + days * DAY_SECONDS
    wanted = plan_snapshots(params["access_zone"], params["run_id"], params["sha256"], params["paths"], expires)
    with PapiSession(Connection.from_params(params["source"])) as papi:
        known = {str(one["name"]): one for one in papi.list(SNAPSHOTS, "snapshots")}
        missing = [one for one in wanted if one.name not in known]
        for one in missing if not check_mode else ():
            _take(papi, one)
            progress(f"{papi.connection.host}: {one.path} is kept in snapshot {one.name} until {moment(one.expires)}")
    kept = [
        one if one in missing else DiscardSnapshot(one.name, one.path, int(known[one.name].get("expires") or 0))
        for one in wanted
    ]
    return {"changed": bool(missing), "snapshots": [one.as_dict() for one in kept]}


def _take(papi: PapiSession, snapshot: DiscardSnapshot) -> None:
    try:
        take_snapshot(papi, snapshot.name, snapshot.path, snapshot.expires)
    except PapiError as error:
        raise NoSnapshot(
            f"Keeping {snapshot.path} of {papi.connection.host} in snapshot {snapshot.name} before it is overwritten: the cluster answered "
            f"{error.status} {error.code}: {error.text.rstrip('. ')}. Nothing of its data was changed. Give the cluster a SnapshotIQ license "
            "and the account ISI_PRIV_SNAPSHOT (write), and run again; or run again with -e failover_discard_snapshot_days=0, which goes "
            "without: what is thrown away is gone then."
        ) from error
