# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the run that holds an access zone or IP pools, and what it planned.

Private to the collection. Reads only. A run that was killed leaves its lease open; its journal says what the clusters looked
like before it, which is what the next run needs to finish it or to undo it.
"""

from __future__ import annotations

import typing as t

from .._onefs.cluster import read_cluster
from .._onefs.errors import OnefsError, PapiError, WrongCluster
from .._onefs.papi import PapiSession
from .._onefs.pools import read_pools
from .._onefs.printable import printable
from .._onefs.progress import Progress
from . import controller
from .facts import both_connections, pair_argument_spec, without_source_argument_spec
from .journaled_plan import plan_from_dict
from .lease import FOLDER, folder_of, is_rehearsal, newest_lease, read_note
from .planning import views

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    **without_source_argument_spec(),
    "access_zone": {"type": "str", "default": ""},
    "pools": {"type": "list", "elements": "str", "default": []},
}


class JournalUnreadable(OnefsError):
    """The journal of an open run is not what this version writes."""


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Return the open run of an access zone, or of the zone of some pools; changes nothing, in check mode or not."""
    del progress
    connections = both_connections(params)
    rehearsal: dict[str, t.Any] = {}
    with PapiSession(connections[0]) as source, PapiSession(connections[1]) as target:
        clusters = (target,) if params["without_source"] else (source, target)
        for folder in _folders(clusters, params["access_zone"] or ""):
            rehearsal = rehearsal or _rehearsal(clusters, folder, params)
            found = _open_run(clusters, folder)
            if found is not None and _concerns(found["journal"], params):
                _require_same_clusters(found["journal"], clusters, params["without_source"])
                return {"changed": False, "check_mode": check_mode, "found": True, "rehearsal": rehearsal, **found}
    return {"changed": False, "check_mode": check_mode, "found": False, "rehearsal": rehearsal}


def _rehearsal(clusters: t.Sequence[PapiSession], folder: str, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the rehearsal that holds an access zone on either cluster; empty where there is none."""
    for side, papi in zip(("target",) if params["without_source"] else ("source", "target"), clusters):
        generation, lease = newest_lease(papi, folder)
        if lease is None or not is_rehearsal(lease):
            continue
        content = lease.get("content") or {}
        zone = str(content.get("access_zone") or "")
        if not params["access_zone"] and zone not in _zones_of(clusters, params["pools"] or ()):
            continue
        owner = lease.get("controller") or {}
        return {
            "run_id": str(lease.get("run_id")),
            "generation": generation,
            "opened": str(lease.get("opened")),
            "access_zone": params["access_zone"] or zone,
            "cluster": printable(str(content.get("target") or papi.connection.host)),
            "side": side,
            "subnet": str(content.get("subnet") or ""),
            "controller": owner,
            "controller_description": controller.describe(owner),
            "controller_question": controller.how_to_tell(owner),
        }
    return {}


def _zones_of(clusters: t.Sequence[PapiSession], pools: t.Container[str]) -> set[str]:
    return {pool.access_zone for papi in clusters for pool in read_pools(papi) if pool.id in pools}


def _require_same_clusters(
    journal: t.Mapping[str, t.Any], clusters: t.Sequence[PapiSession], without_source: bool
) -> None:
    """Raise where who answers is none of the two clusters that the run was planned for; in which role does not matter here."""
    planned = {str(journal.get(key) or "") for key in ("source_guid", "target_guid")} - {""}
    if len(planned) < 2:
        return
    found = {papi.connection.host: read_cluster(papi) for papi in clusters}
    for host, identity in found.items():
        if identity.guid not in planned:
            raise WrongCluster(
                f"Going on with the open run from {journal.get('source')} to {journal.get('target')}: at {host} answers cluster "
                f"'{identity.name}' with the GUID '{identity.guid}', and the journal has {' and '.join(sorted(planned))}. Nothing was "
                "changed. Correct onefs_host, or find out who answers in the cluster's place."
            )
    if not without_source and len({identity.guid for identity in found.values()}) < 2:
        raise WrongCluster(
            f"Going on with the open run from {journal.get('source')} to {journal.get('target')}: the same cluster answers at "
            f"{' and '.join(found)}. Nothing was changed. Correct onefs_host of one of them."
        )


def _folders(clusters: t.Sequence[PapiSession], access_zone: str) -> list[str]:
    if access_zone:
        return [folder_of(access_zone)]
    names: set[str] = set()
    for papi in clusters:
        try:
            names |= set(papi.list_folder(FOLDER))
        except PapiError as error:
            if error.status != 404:
                raise
    return [f"{FOLDER}/{name}" for name in sorted(names)]


def _open_run(clusters: t.Sequence[PapiSession], folder: str) -> dict[str, t.Any] | None:
    """Return the newest lease that is open on either cluster: a dying controller may have reached one of them only."""
    best: dict[str, t.Any] | None = None
    for papi in clusters:
        generation, lease = newest_lease(papi, folder)
        # A lease that was torn while it was written is of a run that had changed nothing yet; a whole one counts for more.
        if (
            lease is None
            or is_rehearsal(lease)
            or (best is not None and (generation, "content" in lease) <= (best["generation"], best["journal"] != {}))
        ):
            continue
        journal = lease.get("content") or {}
        owner = lease.get("controller") or {}
        best = {
            "run_id": str(lease.get("run_id")),
            "generation": generation,
            "opened": str(lease.get("opened")),
            "controller": owner,
            "controller_description": controller.describe(owner),
            "controller_question": controller.how_to_tell(owner),
            "journal": journal,
            "note": read_note(papi, folder, generation),
            "plan": _plan_of(journal, papi, folder) if journal else {},
        }
    return best


def _plan_of(journal: dict[str, t.Any], papi: PapiSession, folder: str) -> dict[str, t.Any]:
    try:
        return {**views(plan_from_dict(journal)), "plan": journal, "needed": True}
    except (KeyError, TypeError) as error:
        raise JournalUnreadable(
            f"Reading the journal of an open run on {papi.connection.host} ({folder}): {type(error).__name__} at {error}. It was not "
            "written by this version, or was changed since. Compare the pools of both clusters with that file by hand, and remove "
            "the folder when they are as they should be."
        ) from error


def _concerns(journal: t.Mapping[str, t.Any], params: t.Mapping[str, t.Any]) -> bool:
    """Whether a run is about what is asked for; one whose journal is torn is about its zone, which its folder tells."""
    if params["access_zone"] or not journal:
        return True
    return bool({pair["source"] for pair in journal["pairs"]} & set(params["pools"] or ()))
