# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find in the journals of both clusters the failover that a failback takes back. Private to the collection; reads only."""

from __future__ import annotations

import json
import typing as t
from dataclasses import asdict

from .._onefs.errors import PapiError
from .._onefs.lease_file import CLOSED, OPENED
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .facts import both_connections, pair_argument_spec, read_facts
from .lease import FOLDER, folder_of
from .pool_pairing import HINT_PREFIX
from .way_home import FailbackRefused, PastFailover, find_way_home

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "access_zone": {"type": "str", "default": ""},
    "pools": {"type": "list", "elements": "str", "default": []},
    "hint_prefix": {"type": "str", "default": HINT_PREFIX},
    "method": {"type": "str", "choices": ["smartconnect", "ip_takeover"], "default": "smartconnect"},
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Return the way back, or that the target serves again already; changes nothing, in check mode or not."""
    del check_mode
    source_name, target_name = params["source_name"], params["target_name"]
    connections = both_connections(params)
    with PapiSession(connections[0]) as source, PapiSession(connections[1]) as target:
        past = newest_failover((source, target), params["access_zone"] or "", params["pools"] or ())
        if past is None or not (past.goes(target_name, source_name) or past.goes(source_name, target_name)):
            what = f"access zone '{params['access_zone']}'" if params["access_zone"] else ", ".join(params["pools"])
            raise FailbackRefused(
                [
                    f"No journal tells of a failover of {what} from {target_name} to {source_name} that ended well, so there is nothing to "
                    "take back. To move the service without comparing it with an earlier one, use the failover playbook."
                ]
            )
        if past.goes(source_name, target_name):
            progress(f"run {past.run_id} brought it back to {target_name} already, {past.closed}")
            pool_map = {pair["source"]: pair["target"] for pair in past.journal["pairs"]}
            return {"changed": False, "home": True, "pool_map": pool_map, "warnings_found": []}
        progress(f"taking back run {past.run_id} of {past.closed}")
        facts = (read_facts(source), read_facts(target))
    way = find_way_home(past, *facts, method=params["method"], hint_prefix=params["hint_prefix"] or "")
    return {
        "changed": False,
        "home": False,
        "run_id": past.run_id,
        "closed": past.closed,
        "pool_map": dict(way.pool_map),
        "target_members": {pool: list(members) for pool, members in way.target_members.items()},
        "schedules": [asdict(one) for one in way.schedules],
        "mirrors": list(way.mirrors),
        "before": past.journal.get("before") or {},
        "warnings_found": list(way.warnings),
    }


def newest_failover(clusters: t.Sequence[PapiSession], access_zone: str, pools: t.Sequence[str]) -> PastFailover | None:
    """Return the newest run that succeeded, of an access zone or of the zone of some pools, from whichever cluster has it."""
    found: list[PastFailover] = []
    for papi in clusters:
        folders = [folder_of(access_zone)] if access_zone else [f"{FOLDER}/{name}" for name in _names(papi, FOLDER)]
        for folder in folders:
            past = _newest_of(papi, folder)
            if past is not None and (access_zone or _pools_of(past) & set(pools)):
                found.append(past)
    return max(found, key=lambda past: past.generation, default=None)


def _newest_of(papi: PapiSession, folder: str) -> PastFailover | None:
    names = set(_names(papi, folder))
    for name in sorted((name for name in names if name.endswith(CLOSED)), reverse=True):
        number = name.split(".", 1)[0]
        opened = f"{number}{OPENED}"
        if not number.isdigit() or opened not in names:
            continue
        closed_record, opened_record = _record(papi, f"{folder}/{name}"), _record(papi, f"{folder}/{opened}")
        journal = opened_record.get("content")
        result = (closed_record.get("content") or {}).get("result")
        if result == "succeeded" and isinstance(journal, dict) and journal.get("pairs"):
            return PastFailover(
                str(closed_record.get("run_id")), int(number), str(closed_record.get("closed")), journal
            )
    return None


def _pools_of(past: PastFailover) -> set[str]:
    return {pair[side] for pair in past.journal["pairs"] for side in ("source", "target")}


def _record(papi: PapiSession, path: str) -> dict[str, t.Any]:
    """Return a record; a torn one says nothing."""
    try:
        record = json.loads(papi.read_file(path))
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _names(papi: PapiSession, folder: str) -> list[str]:
    try:
        return papi.list_folder(folder)
    except PapiError as error:
        if error.status == 404:
            return []
        raise
