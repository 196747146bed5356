# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lease and journal of a failover, kept on both clusters.

Private to the collection. A controller may be gone for good after a run (an AWX job's pod is), so what a run must know
lies below ``/ifs`` of both clusters. A lease is a file that must not exist yet when it is written: of two controllers
that want the same generation, the cluster lets one have it.

A rehearsal that serves a copy holds the same lease, on the target alone: whoever moves the zone looks at both clusters, and the
source of a rehearsal is not written to. It never takes the lease from a failover; a failover may take it from a rehearsal.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import typing as t
import uuid

from .._onefs.errors import LeaseLost, OnefsError, PapiError
from .._onefs.lease_file import CLOSED, OPENED, closing, newest_opened
from .._onefs.papi import PapiSession
from .._onefs.printable import printable
from .._onefs.progress import Progress
from . import controller
from .facts import both_connections, pair_argument_spec, without_source_argument_spec

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    **without_source_argument_spec(),
    "access_zone": {"type": "str", "required": True},
    "state": {"type": "str", "required": True, "choices": ["opened", "noted", "closed"]},
    "controller": {"type": "dict", "default": {}},
    "run_id": {"type": "str", "default": ""},
    "take_over": {"type": "bool", "default": False},
    "rehearsal": {"type": "bool", "default": False},
    "over_rehearsals": {"type": "bool", "default": False},
    "content": {"type": "dict", "default": {}},
}

FOLDER = "/ifs/.seamless_smb_failover/leases"

# A run takes the source first: one that died with it may have left the next generation there, which the target never saw.
UNSEEN_GENERATIONS = 1

# A rehearsal that begins in the same moment takes a generation away once; the run that goes ahead of it takes the next one.
ATTEMPTS = 3


class LeaseHeld(OnefsError):
    """Another run holds the lease of this access zone."""


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Open, go on with or close the journal of one access zone on both clusters."""
    # Here the lease itself is changed, and looked at before: no lease is needed for that.
    connections = [dataclasses.replace(connection, lease="") for connection in both_connections(params)]
    folder = folder_of(params["access_zone"])
    with PapiSession(connections[0]) as source, PapiSession(connections[1]) as target:
        looked_at = (target,) if params["without_source"] else (source, target)
        written = (target,) if params["rehearsal"] else looked_at
        if params["state"] == "opened":
            return _open(looked_at, written, folder, params, check_mode, progress)
        if params["state"] == "noted":
            return _note(written, folder, params, check_mode)
        return _close(written, folder, params, check_mode)


def _open(
    looked_at: t.Sequence[PapiSession],
    written: t.Sequence[PapiSession],
    folder: str,
    params: t.Mapping[str, t.Any],
    check_mode: bool,
    progress: Progress,
) -> dict[str, t.Any]:
    left = ATTEMPTS
    while True:
        left -= 1
        generation = _next_generation(looked_at, folder, params)
        if check_mode:
            return {"changed": True, "generation": generation}
        try:
            return _take_all(written, folder, generation, params, progress)
        except LeaseHeld:
            if not params["over_rehearsals"] or not left:
                raise


def _next_generation(looked_at: t.Sequence[PapiSession], folder: str, params: t.Mapping[str, t.Any]) -> int:
    """Return the number of a lease that comes after all others; raise LeaseHeld where one of them stands in the way."""
    held = [newest_lease(papi, folder) for papi in looked_at]
    for papi, (generation, lease) in zip(looked_at, held):
        if lease is None or gives_way(lease, params):
            continue
        owner = lease.get("controller") or {}
        if is_rehearsal(lease):
            raise LeaseHeld(
                f"Taking the lease of access zone '{params['access_zone']}' on {papi.connection.host}: the rehearsal {lease.get('run_id')} of "
                f"{controller.describe(owner)} holds it since {lease.get('opened')} (generation {generation}). Wait until it ends. "
                f"{controller.how_to_tell(owner)} A failover that can't wait goes ahead of it with -e failover_take_over=true; so does a "
                "rehearsal where the controller of that one is gone."
            )
        raise LeaseHeld(
            f"Taking the lease of access zone '{params['access_zone']}' on {papi.connection.host}: run {lease.get('run_id')} "
            f"of {controller.describe(owner)} holds it since {lease.get('opened')} (generation {generation}). "
            f"Wait until that run ends. {controller.how_to_tell(owner)} If its controller is gone, run the same playbook with -e failover_take_over=true."
        )
    newest = max(number for number, _lease in held)
    return newest + 1 + (UNSEEN_GENERATIONS if params["without_source"] else 0)


def is_rehearsal(lease: t.Mapping[str, t.Any]) -> bool:
    """Tell whether a lease is that of a rehearsal: nobody is served by what it does."""
    return lease.get("rehearsal") is True


def gives_way(lease: t.Mapping[str, t.Any], params: t.Mapping[str, t.Any]) -> bool:
    """Tell whether an open lease may be taken: a rehearsal's by a failover that says so, any other one from the run that was named."""
    if is_rehearsal(lease) and params["over_rehearsals"]:
        return True
    if params["rehearsal"] and not is_rehearsal(lease):
        return False
    return bool(params["take_over"] and params["run_id"] in ("", lease.get("run_id")))


def _take_all(
    written: t.Sequence[PapiSession], folder: str, generation: int, params: t.Mapping[str, t.Any], progress: Progress
) -> dict[str, t.Any]:
    run_id = uuid.uuid4().hex[:12]
    lease = {
        "run_id": run_id,
        "generation": generation,
        "controller": params["controller"],
        "opened": _now(),
        "rehearsal": bool(params["rehearsal"]),
        "content": params["content"],
    }
    path = f"{folder}/{generation:08d}{OPENED}"
    taken: list[PapiSession] = []
    try:
        for papi in written:
            _take(papi, folder, path, json.dumps(lease, sort_keys=True).encode(), params["access_zone"])
            taken.append(papi)
    except OnefsError:
        # A lease on one cluster only would keep every later run out, for nothing.
        for papi in taken:
            _write_closed(papi, folder, generation, lease, {"result": "not taken on both clusters"})
        raise
    progress(f"run {run_id} holds generation {generation} of access zone {params['access_zone']}")
    return {"changed": True, "generation": generation, "run_id": run_id, "lease": path}


def _take(papi: PapiSession, folder: str, path: str, data: bytes, access_zone: str) -> None:
    """Write the lease on one cluster, where nobody has written that generation yet, and read it back."""
    papi.make_folder(folder)
    try:
        papi.write_file(path, data, overwrite=False)
    except PapiError as error:
        if error.status != 409:
            raise
        raise LeaseHeld(
            f"Taking the lease of access zone '{access_zone}' on {papi.connection.host} ({path}): {error} "
            "Another run took it in this moment; wait until it ends."
        ) from error
    if papi.read_file(path) != data:
        raise LeaseLost(
            f"Taking the lease of access zone '{access_zone}' on {papi.connection.host} ({path}): what was read back is not "
            "what was written. Look whether /ifs of that cluster is full or read-only, and run again."
        )


def _write_closed(
    papi: PapiSession, folder: str, generation: int, lease: t.Mapping[str, t.Any], content: t.Any
) -> None:
    record = {
        "run_id": str(lease.get("run_id")),
        "closed": _now(),
        "rehearsal": is_rehearsal(lease),
        "content": content,
    }
    papi.write_file(f"{folder}/{generation:08d}{CLOSED}", json.dumps(record, sort_keys=True).encode())


def _note(
    clusters: t.Sequence[PapiSession], folder: str, params: t.Mapping[str, t.Any], check_mode: bool
) -> dict[str, t.Any]:
    """Write down what the run found out since it was opened; the newest note counts."""
    data = json.dumps(params["content"], sort_keys=True).encode()
    for papi in clusters:
        generation, lease = newest_lease(papi, folder)
        if lease is None or lease.get("run_id") != params["run_id"]:
            raise LeaseLost(
                f"Writing into the journal of run {params['run_id']} on {papi.connection.host} ({folder}): another run has taken "
                "the lease of this access zone, or somebody closed it. Nothing more is changed by this run; follow the other one, or "
                "run the same playbook again when it has ended."
            )
        if not check_mode:
            papi.write_file(_note_path(folder, generation), data)
    return {"changed": True, "run_id": params["run_id"]}


def read_note(papi: PapiSession, folder: str, generation: int) -> dict[str, t.Any]:
    """Return what a run noted last, empty where it noted nothing or died while it wrote."""
    try:
        note = json.loads(papi.read_file(_note_path(folder, generation)))
    except PapiError as error:
        if error.status == 404:
            return {}
        raise
    except (ValueError, RecursionError):
        return {}
    return note if isinstance(note, dict) else {}


def _note_path(folder: str, generation: int) -> str:
    return f"{folder}/{generation:08d}.noted.json"


def _close(
    clusters: t.Sequence[PapiSession], folder: str, params: t.Mapping[str, t.Any], check_mode: bool
) -> dict[str, t.Any]:
    """Give back the lease of a run; with ``take_over`` and no run named, the one that a dead controller left."""
    changed = False
    for papi in clusters:
        generation, lease = newest_lease(papi, folder)
        if lease is None:
            continue
        orphaned = params["take_over"] and not params["run_id"]
        if lease.get("run_id") != params["run_id"] and not orphaned:
            continue
        changed = True
        if not check_mode:
            _write_closed(papi, folder, generation, lease, params["content"])
    return {"changed": changed, "run_id": params["run_id"]}


def newest_lease(papi: PapiSession, folder: str) -> tuple[int, dict[str, t.Any] | None]:
    """Return the newest generation, 0 where there is none yet, and its lease where it is not closed."""
    try:
        names = papi.list_folder(folder)
    except PapiError as error:
        if error.status == 404:
            return 0, None
        raise
    newest = newest_opened(names)
    if not newest:
        return 0, None
    generation = int(newest.split(".", 1)[0])
    if closing(newest) in names:
        return generation, None
    try:
        lease = json.loads(papi.read_file(f"{folder}/{newest}"))
        if not isinstance(lease, dict):
            raise ValueError("no object")
        # Shown in names of tasks and in messages, and compared with what was shown: whoever may write to /ifs may write anything here.
        lease.update({name: printable(str(lease[name])) for name in ("run_id", "opened") if name in lease})
        # Who holds it decides whether it may be taken over: what is no description of anybody says nothing.
        lease["controller"] = lease["controller"] if isinstance(lease.get("controller"), dict) else {}
    except (ValueError, RecursionError):
        # The controller died while it wrote; nothing was changed under this lease yet.
        lease = {"run_id": "unreadable", "opened": "an unknown time"}
    return generation, lease


def folder_of(access_zone: str) -> str:
    """Return where the leases of an access zone are, its name made fit for one folder name."""
    return f"{FOLDER}/{folder_name(access_zone)}"


def folder_name(access_zone: str) -> str:
    """Return the name of an access zone made fit for one folder name."""
    return "".join(character if character.isalnum() or character in "-_" else "_" for character in access_zone)


def _now() -> str:
    return dt.datetime.now(tz=dt.timezone.utc).isoformat(timespec="seconds")
