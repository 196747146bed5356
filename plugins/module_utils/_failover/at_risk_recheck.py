# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look after the files that were at risk: are they on the target as they are on the source?

Private to the collection. Reads the metadata of each file on both clusters through the namespace API, with a few sessions side by
side. A file that could not be read is said to be so, and stops nothing.
"""

from __future__ import annotations

import contextlib
import typing as t
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from .._onefs.errors import OnefsError, PapiError
from .facts import both_connections, pair_argument_spec
from .open_file_list import KEPT_ROWS
from .plan import is_below
from .readiness.sessions import Sessions

if t.TYPE_CHECKING:
    from .._onefs.papi import PapiSession
    from .._onefs.progress import Progress

SAME, WRITTEN_SINCE, MISSING, DIFFERS = "same", "written_since", "missing", "differs"
GONE, NEW, UNREAD, NOT_REPLICATED = "gone", "only_on_target", "unread", "not_replicated"
# What somebody has to look at.
BAD = (MISSING, DIFFERS, UNREAD, NOT_REPLICATED)

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "files": {"type": "list", "elements": "dict", "required": True},
    "policies": {"type": "list", "elements": "dict", "required": True},
    "most": {"type": "int", "default": KEPT_ROWS},
    "concurrency": {"type": "int", "default": 4},
}


@dataclass(frozen=True)
class State:
    """A file as one cluster has it."""

    size_bytes: int
    modified: int  # epoch seconds


def verdict(source: State | None, target: State | None) -> str:
    """Compare a file on both clusters; SyncIQ keeps the time at which a file was written."""
    if source is None:
        return GONE if target is None else NEW
    if target is None:
        return MISSING
    if source == target:
        return SAME
    return WRITTEN_SINCE if target.modified > source.modified else DIFFERS


def partner(path: str, policies: t.Iterable[t.Mapping[str, t.Any]]) -> str:
    """Return where a file of the source is on the target; empty where no policy replicates it."""
    closest = max(
        (policy for policy in policies if is_below(path, str(policy["source_path"]).rstrip("/"))),
        key=lambda policy: len(str(policy["source_path"])),
        default=None,
    )
    if closest is None:
        return ""
    root = str(closest["source_path"]).rstrip("/")
    return str(closest.get("target_path") or root).rstrip("/") + path[len(root) :]


def is_plain(path: str) -> bool:
    """Whether a path is one that may be asked for: below /ifs, and no step leads up."""
    parts = path.split("/")
    return path.startswith("/ifs/") and ".." not in parts and "." not in parts and "\0" not in path


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Compare the files, the first of them first; changes nothing, in check mode or not."""
    del check_mode
    source, target = both_connections(params)
    paths = list(dict.fromkeys(str(one.get("path") or "") for one in params["files"]))
    chosen = paths[: max(0, int(params["most"]))]
    workers = max(1, min(int(params["concurrency"]), len(chosen) or 1))
    with contextlib.ExitStack() as stack:
        here, there = Sessions(source), Sessions(target)
        stack.callback(here.close)
        stack.callback(there.close)
        with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="recheck") as pool:
            found = list(pool.map(lambda path: look(here, there, path, params["policies"]), chosen))
    counts = dict(Counter(one["verdict"] for one in found))
    bad = [one for one in found if one["verdict"] in BAD]
    left = len(paths) - len(chosen)
    told = ", ".join(f"{number} {what}" for what, number in sorted(counts.items())) or "none"
    progress(f"{target.host}: files that were at risk: {told}" + (f"; {left} more were not looked at" if left else ""))
    return {"changed": False, "files": found, "counts": counts, "bad": bad, "not_looked_at": left}


def look(here: Sessions, there: Sessions, path: str, policies: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """Look at one file on both clusters."""
    if not is_plain(path):
        return _outcome(path, UNREAD, reason="its path is not one that may be asked for")
    other = partner(path, policies)
    if not other:
        return _outcome(path, NOT_REPLICATED, reason="no policy of this failover replicates it")
    try:
        with here.borrowed() as papi:
            source = state_of(papi, path)
        with there.borrowed() as papi:
            target = state_of(papi, other)
    except (OnefsError, ValueError) as error:
        return _outcome(path, UNREAD, reason=str(getattr(error, "message", error))[:300])
    return _outcome(path, verdict(source, target), source, target)


def state_of(papi: PapiSession, path: str) -> State | None:
    """Read a file's size and time; None where there is none."""
    try:
        answer = papi.get(f"/namespace{path}", metadata="")
    except PapiError as error:
        if error.status == 404:
            return None
        raise
    told = {str(one.get("name")): one.get("value") for one in answer.get("attrs") or [] if isinstance(one, dict)}
    return State(int(told.get("size") or 0), int(told.get("mtime_val") or 0))


def _outcome(
    path: str, what: str, source: State | None = None, target: State | None = None, reason: str = ""
) -> dict[str, t.Any]:
    return {
        "path": path,
        "verdict": what,
        "source": asdict(source) if source else {},
        "target": asdict(target) if target else {},
        "reason": reason,
    }
