# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what earlier runs left on both clusters: the ends of their journals. Private to the collection; reads only."""

from __future__ import annotations

import json
import typing as t

from .._onefs.errors import PapiError
from .._onefs.lease_file import CLOSED
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .facts import both_connections, pair_argument_spec
from .history import PastRun, past_run, predict
from .lease import folder_of

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "access_zone": {"type": "str", "required": True},
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "method": {"type": "str", "choices": ["smartconnect", "ip_takeover"], "default": "smartconnect"},
    "limit": {"type": "int", "default": 20},
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Return the newest runs of an access zone and what the next one will take; changes nothing, in check mode or not."""
    del check_mode, progress
    connections = both_connections(params)
    with PapiSession(connections[0]) as source, PapiSession(connections[1]) as target:
        runs = read_runs((source, target), params["access_zone"], int(params["limit"]))
    return {
        "changed": False,
        "runs": [one.as_dict() for one in runs],
        "predicted_seconds": predict(runs, params["source_name"], params["target_name"], params["method"]),
    }


def read_runs(clusters: t.Sequence[PapiSession], access_zone: str, limit: int) -> list[PastRun]:
    """Return the newest runs, oldest first; each is on both clusters, unless one of them lost it."""
    found: dict[str, PastRun] = {}
    for papi in clusters:
        for record in read_records(papi, folder_of(access_zone), CLOSED, limit):
            run_found = past_run(record)
            if run_found is not None:
                found.setdefault(run_found.run_id, run_found)
    return sorted(found.values(), key=lambda one: one.closed)[-limit:]


def read_records(papi: PapiSession, folder: str, ending: str, limit: int) -> list[t.Any]:
    """Return the newest records of a folder, oldest first; one that a dying controller left half written is passed over."""
    try:
        names = sorted(name for name in papi.list_folder(folder) if name.endswith(ending))
    except PapiError as error:
        if error.status == 404:
            return []
        raise
    records = []
    for name in names[-limit:]:
        try:
            records.append(json.loads(papi.read_file(f"{folder}/{name}")))
        except ValueError:
            continue
    return records
