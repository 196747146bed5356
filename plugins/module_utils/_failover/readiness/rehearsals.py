# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a failover of an access zone was last tried out. Private to the collection.

A drill leaves a record below ``/ifs`` of both clusters, one file a drill.
"""

from __future__ import annotations

import datetime as dt
import typing as t

from ..history_files import read_records
from ..lease import folder_of as lease_folder_of

if t.TYPE_CHECKING:
    from ..._onefs.papi import PapiSession

FOLDER = "/ifs/.seamless_smb_failover/drills"
NEWEST = 20


def folder_of(access_zone: str) -> str:
    """Return where the drills of an access zone are written down."""
    return f"{FOLDER}/{lease_folder_of(access_zone).rsplit('/', 1)[1]}"


def read_last_rehearsal(papi: PapiSession, access_zone: str) -> int:
    """Return when the last drill that went well ended, in epoch seconds; 0 where none did."""
    ended = [0]
    for record in read_records(papi, folder_of(access_zone), ".json", NEWEST):
        if isinstance(record, dict) and record.get("result") == "succeeded" and record.get("finished"):
            ended.append(int(dt.datetime.fromisoformat(str(record["finished"])).timestamp()))
    return max(ended)
