# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of a folder, and writable copies of them. Private to the collection."""

from __future__ import annotations

import typing as t
import urllib.parse

from .errors import PapiError
from .papi import EncodedPath

if t.TYPE_CHECKING:
    from .papi import PapiSession

SNAPSHOTS = "/platform/1/snapshot/snapshots"
# OneFS 9.3 brought them.
WRITABLE = "/platform/14/snapshot/writable"


def snapshot_paths(papi: PapiSession) -> dict[str, str]:
    """Return the folder that each snapshot is of, by the snapshot's name."""
    return {str(one["name"]): str(one.get("path") or "") for one in papi.list(SNAPSHOTS, "snapshots")}


def take_snapshot(papi: PapiSession, name: str, path: str, expires: int) -> None:
    """Take a snapshot of a folder, which the cluster deletes by itself at a time (seconds since 1970) if nobody did."""
    papi.post(SNAPSHOTS, {"name": name, "path": path, "expires": expires})


def delete_snapshot(papi: PapiSession, name: str) -> None:
    """Delete a snapshot."""
    papi.delete(f"{SNAPSHOTS}/{name}")


def writable_copies(papi: PapiSession) -> dict[str, str]:
    """Return the state of each writable copy, active or deleting, by its path; empty before OneFS 9.3."""
    try:
        return {str(one["dst_path"]): str(one.get("state") or "") for one in papi.list(WRITABLE, "writable")}
    except PapiError as error:
        if error.status == 404:
            return {}
        raise


def make_writable_copy(papi: PapiSession, snapshot: str, path: str) -> None:
    """Make a writable copy of a snapshot at a path that is not there yet; no data is copied on OneFS."""
    papi.post(WRITABLE, {"src_snap": snapshot, "dst_path": path})


def delete_writable_copy(papi: PapiSession, path: str) -> None:
    """Delete a writable copy; the cluster reclaims it in its own time, and holds its snapshot meanwhile."""
    papi.delete(EncodedPath(f"{WRITABLE}/{urllib.parse.quote(path, safe='')}"))
