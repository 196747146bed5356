# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a failover of an access zone was last tried out. Private to the collection.

A rehearsal leaves a record below ``/ifs`` of the target, one file a rehearsal: ``{"ended": ..., "result": "succeeded"}``.
"""

from __future__ import annotations

import datetime as dt
import json
import typing as t

from ..._onefs.errors import PapiError
from ..lease import folder_of as lease_folder_of

if t.TYPE_CHECKING:
    from ..._onefs.papi import PapiSession

FOLDER = "/ifs/.seamless_smb_failover/rehearsals"
NEWEST = 20


def folder_of(access_zone: str) -> str:
    """Return where the rehearsals of an access zone are written down."""
    return f"{FOLDER}/{lease_folder_of(access_zone).rsplit('/', 1)[1]}"


def read_last_rehearsal(papi: PapiSession, access_zone: str) -> int:
    """Return when the last rehearsal that went well ended, in epoch seconds; 0 where none did."""
    folder = folder_of(access_zone)
    try:
        names = papi.list_folder(folder)
    except PapiError as error:
        if error.status == 404:
            return 0
        raise
    ended = [0]
    for name in sorted((one for one in names if one.endswith(".json")), reverse=True)[:NEWEST]:
        record = json.loads(papi.read_file(f"{folder}/{name}"))
        if record.get("result") == "succeeded":
            ended.append(int(dt.datetime.fromisoformat(record["ended"]).timestamp()))
    return max(ended)
