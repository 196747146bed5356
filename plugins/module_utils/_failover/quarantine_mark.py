# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mark that a cluster which was given up for dead must not serve, until it was quarantined.

Private to the collection. The unplanned failover writes it on the cluster that took over; the dead one can't be told. It holds the
plan of that failover: what has to be taken off the cluster that returns.
"""

from __future__ import annotations

import time
import typing as t

from .._onefs.errors import OnefsError
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .facts import both_connections, pair_argument_spec, without_source_argument_spec
from .journaled_plan import plan_from_dict
from .planning import views
from .records import ROOT, folder_name, folders, newest_record, write_record

KIND = "quarantine"
KEEP = 50

# What becomes of a mark: the cluster was given up, was kept from serving, and got the data of the other one.
STATES = ("waiting", "quarantined", "lifted")

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    **without_source_argument_spec(),
    "access_zone": {"type": "str", "required": True},
    "state": {"type": "str", "required": True, "choices": list(STATES)},
    "cluster": {"type": "str", "default": ""},
    "content": {"type": "dict", "default": {}},
}

INFO_ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    **without_source_argument_spec(),
    "access_zone": {"type": "str", "default": ""},
    "pools": {"type": "list", "elements": "str", "default": []},
}


class MarkMissing(OnefsError):
    """There is no mark whose state could be changed."""


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Write the mark of an access zone, or its next state."""
    connections = both_connections(params)
    folder = f"{ROOT}/{KIND}/{folder_name(params['access_zone'])}"
    with PapiSession(connections[0]) as source, PapiSession(connections[1]) as target:
        clusters = [target] if params["without_source"] else [target, source]
        before = newest_of(clusters, folder)
        if params["state"] == "lifted" and before is None:
            return {"changed": False, "mark": {}}
        if params["state"] == "quarantined" and before is None:
            raise MarkMissing(
                f"Marking access zone '{params['access_zone']}' as {params['state']}: no cluster was given up for it "
                f"({folder} on {target.connection.host}). Nothing was changed. Check the name of the access zone, and which cluster took over."
            )
        body = next_body(before, params, time.time())
        late = [papi for papi in clusters if not _same(newest_record(papi, folder), body)]
        if late and not check_mode:
            for papi in late:
                write_record(papi, folder, body, KEEP)
                progress(
                    f"{papi.connection.host}: {body['cluster']} is {body['state']} for access zone {params['access_zone']}"
                )
    return {"changed": bool(late), "mark": body}


def next_body(before: t.Mapping[str, t.Any] | None, params: t.Mapping[str, t.Any], now: float) -> dict[str, t.Any]:
    """Return what the mark says next: a new one, or the one before in another state."""
    kept = {} if params["state"] == "waiting" else dict(before or {})
    kept = {**kept, "access_zone": params["access_zone"], "state": params["state"], **dict(params["content"] or {})}
    if params["cluster"]:
        kept["cluster"] = params["cluster"]
    return {**kept, "written": round(now, 3)}


def _same(one: t.Mapping[str, t.Any] | None, other: t.Mapping[str, t.Any]) -> bool:
    """Whether two marks say the same, whenever they were written."""
    return one is not None and {**one, "written": 0} == {**other, "written": 0}


def newest_of(clusters: t.Iterable[PapiSession], folder: str) -> dict[str, t.Any] | None:
    """Return the mark that was written last on any of the clusters."""
    found = [body for papi in clusters if (body := newest_record(papi, folder)) is not None]
    return max(found, key=lambda body: float(body.get("written") or 0), default=None)


def run_info(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Return the mark that stands for an access zone or for some pools; changes nothing, in check mode or not."""
    del check_mode, progress
    connections = both_connections(params)
    with PapiSession(connections[0]) as source, PapiSession(connections[1]) as target:
        clusters = [target] if params["without_source"] else [target, source]
        kept = {folder for papi in clusters for folder in folders(papi, KIND)}
        for folder in sorted(kept):
            mark = newest_of(clusters, folder)
            if mark is not None and stands(mark, params["access_zone"] or "", params["pools"] or ()):
                plan = plan_from_dict(mark["plan"])
                return {
                    "changed": False,
                    "found": True,
                    "mark": mark,
                    "plan": {**views(plan), "plan": mark["plan"], "needed": True},
                }
    return {"changed": False, "found": False}


def stands(mark: t.Mapping[str, t.Any], access_zone: str, pools: t.Collection[str]) -> bool:
    """Whether a mark is in force, and about what is asked for."""
    if mark.get("state") not in STATES or mark.get("state") == "lifted":
        return False
    if access_zone:
        return bool(mark.get("access_zone") == access_zone)
    concerned = {pair[side] for pair in mark["plan"]["pairs"] for side in ("source", "target")}
    return bool(concerned & set(pools))
