# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder below ``/ifs`` that holds leases, journals and records: there, closed to others, or taken away again.

Private to the collection. Records of runs are what a failback goes by and what a history is made of: they are thrown away only where
that is said, and never while a run holds a lease.
"""

from __future__ import annotations

import typing as t

from .._onefs.connection import SINGLE_CLUSTER_RULES, Connection, single_cluster_argument_spec
from .._onefs.errors import OnefsError, PapiError, UnexpectedAnswer
from .._onefs.lease_file import closing, newest_opened
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .cluster_record import KIND as CLUSTERS
from .pool_lifetime import KIND as LIFETIMES
from .pool_lifetime import recall
from .records import ROOT
from .turn import KIND as TURNS

MODE = "0700"
DEEPEST = 8

ARGUMENT_SPEC: dict[str, t.Any] = {
    **single_cluster_argument_spec(),
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "discard_records": {"type": "bool", "default": False},
}
RULES = SINGLE_CLUSTER_RULES


class JournalInUse(OnefsError):
    """A run holds a lease in the folder that is to be removed."""


def open_leases(files: t.Iterable[str]) -> list[str]:
    """Return the leases among some files that were opened and not closed; of one folder only the newest counts."""
    by_folder: dict[str, set[str]] = {}
    for path in files:
        folder, _slash, name = path.rpartition("/")
        by_folder.setdefault(folder, set()).add(name)
    newest = {folder: newest_opened(names) for folder, names in by_folder.items()}
    return sorted(
        f"{folder}/{name}" for folder, name in newest.items() if name and closing(name) not in by_folder[folder]
    )


def worth_keeping(files: t.Iterable[str], pools_remembered: bool) -> list[str]:
    """Return those files that runs wrote, and what pools had before, where some have not got it back."""
    without = {CLUSTERS, TURNS} if pools_remembered else {CLUSTERS, TURNS, LIFETIMES}
    return [path for path in files if path.removeprefix(f"{ROOT}/").partition("/")[0] not in without]


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Make the folder be there with its mode, or not at all."""
    with PapiSession(Connection.from_params(params)) as papi:
        mode = read_mode(papi)
        if params["state"] == "present":
            return _present(papi, mode, check_mode)
        return _absent(papi, mode, bool(params["discard_records"]), check_mode, progress)


def read_mode(papi: PapiSession) -> str:
    """Return the permissions of the folder, such as ``0700``; empty where there is none."""
    try:
        answer = papi.get(f"/namespace{ROOT}", acl="")
    except PapiError as error:
        if error.status != 404:
            raise
        return ""
    return str(answer.get("mode") or "").rjust(4, "0")[-4:]


def _present(papi: PapiSession, mode: str, check_mode: bool) -> dict[str, t.Any]:
    changed = mode != MODE
    if changed and not check_mode:
        if mode:
            papi.put(f"/namespace{ROOT}", {"authoritative": "mode", "mode": MODE}, repeatable=True, acl="")
        else:
            papi.make_folder(ROOT, MODE)
        after = read_mode(papi)
        if after != MODE:
            raise UnexpectedAnswer(
                f"Closing {ROOT} on {papi.connection.host} to other accounts: its mode is {after or 'not known'} afterwards, not {MODE}. "
                f"Look at 'ls -led {ROOT}' on a node: an access control list may stand in the way ('chmod -b {MODE} {ROOT}')."
            )
    return _result(changed, {"mode": mode}, {"mode": MODE}, [])


def _absent(
    papi: PapiSession, mode: str, discard_records: bool, check_mode: bool, progress: Progress
) -> dict[str, t.Any]:
    if not mode:
        return _result(False, {"mode": ""}, {"mode": ""}, [])
    folders, files = walk(papi, ROOT)
    held = open_leases(files)
    if held:
        raise JournalInUse(
            f"Removing {ROOT} on {papi.connection.host}: a run holds the lease {', '.join(held)}. Nothing was removed. Wait until that "
            "run ends, or run the same failover once more to end it, and remove the folder afterwards."
        )
    kept = [] if discard_records else worth_keeping(files, bool(recall(papi)))
    going = [path for path in files if path not in kept]
    stays = {folder for path in kept for folder in _parents(path)}
    gone = [folder for folder in (*folders, ROOT) if folder not in stays]
    if not check_mode:
        for path in (*going, *sorted(gone, key=len, reverse=True)):
            papi.delete_file(path)
        progress(f"{papi.connection.host}: {len(going)} records removed, {len(kept)} kept")
    before = {"mode": mode, "files": len(files), "folders": len(folders)}
    after = {"mode": mode if kept else "", "files": len(kept), "folders": len(set(folders) - set(gone))}
    return _result(bool(going or gone), before, after, kept)


def walk(papi: PapiSession, folder: str, depth: int = 0) -> tuple[list[str], list[str]]:
    """Return the folders and the files below a folder."""
    folders: list[str] = []
    files: list[str] = []
    for entry in papi.list_details(folder):
        path = f"{folder}/{entry['name']}"
        if entry.get("type") != "container":
            files.append(path)
        elif depth < DEEPEST:
            folders.append(path)
            below = walk(papi, path, depth + 1)
            folders += below[0]
            files += below[1]
    return folders, files


def _parents(path: str) -> list[str]:
    names = path.removeprefix(f"{ROOT}/").split("/")[:-1]
    return [ROOT, *("/".join((ROOT, *names[: number + 1])) for number in range(len(names)))]


def _result(changed: bool, before: dict[str, t.Any], after: dict[str, t.Any], kept: list[str]) -> dict[str, t.Any]:
    return {
        "changed": changed,
        "folder": ROOT,
        "mode": after["mode"],
        "kept": kept,
        "diff": {"before": before, "after": after},
    }
