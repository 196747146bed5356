# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each drill took, kept on both clusters, and the trend of it.

Private to the collection. A record is never changed; one that a dying controller left half written is passed over.
"""

from __future__ import annotations

import datetime as dt
import json
import typing as t

from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .facts import both_connections, pair_argument_spec
from .history import Trend, trend
from .history_files import read_records
from .lease import folder_name

FOLDER = "/ifs/.seamless_smb_failover/drills"
FIGURES = ("there_cutover_seconds", "there_pause_seconds", "back_cutover_seconds", "back_pause_seconds")
TITLES = ("there: cutover", "pause", "back: cutover", "pause")

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "access_zone": {"type": "str", "required": True},
    "result": {"type": "str", "choices": ["succeeded", "failed"], "default": "succeeded"},
    "figures": {"type": "dict", "default": {}, "options": {name: {"type": "float"} for name in FIGURES}},
    "limit": {"type": "int", "default": 10},
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Write a drill down on both clusters, and return the newest ones with their trend."""
    drill = {
        "finished": dt.datetime.now(tz=dt.timezone.utc).isoformat(timespec="seconds"),
        "result": params["result"],
        **{name: (params["figures"] or {}).get(name) for name in FIGURES},
    }
    folder = f"{FOLDER}/{folder_name(params['access_zone'])}"
    connections = both_connections(params)
    with PapiSession(connections[0]) as source, PapiSession(connections[1]) as target:
        clusters = (source, target)
        limit = int(params["limit"])
        known = {str(one.get("finished")): one for papi in clusters for one in _read(papi, folder, limit)}
        if not check_mode:
            _write(clusters, folder, drill)
            progress(f"written to {folder} of both clusters")
    drills = [*(known[when] for when in sorted(known)), drill][-limit:]
    return {"changed": True, "drills": drills, "trend": _as_dicts(drills), "table": table(drills)}


def _read(papi: PapiSession, folder: str, limit: int) -> list[dict[str, t.Any]]:
    return [one for one in read_records(papi, folder, ".json", limit) if isinstance(one, dict) and one.get("finished")]


def _write(clusters: t.Sequence[PapiSession], folder: str, drill: t.Mapping[str, t.Any]) -> None:
    # The name is the time: two drills of a zone can't end in the same second, its lease keeps them apart.
    name = "".join(character for character in str(drill["finished"]) if character.isdigit())[:14]
    for papi in clusters:
        papi.make_folder(folder)
        papi.write_file(f"{folder}/{name}.json", json.dumps(drill, sort_keys=True).encode())


def figures_of(drills: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, Trend | None]:
    """Return the trend of each figure over the drills that succeeded."""
    good = [drill for drill in drills if drill.get("result") == "succeeded"]
    return {name: trend([_seconds(drill.get(name)) for drill in good]) for name in FIGURES}


def table(drills: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """Return the drills in lines for people, with the median of each figure and how far the newest is from the others."""
    lines = [_line("drill", TITLES, "result")]
    for drill in drills:
        cells = [_cell(_seconds(drill.get(name)), "{:.1f} s") for name in FIGURES]
        lines.append(_line(str(drill.get("finished"))[:19], cells, str(drill.get("result"))))
    trends = [figures_of(drills)[name] for name in FIGURES]
    lines.append(_line("median", [_cell(one.median_seconds if one else None, "{:.1f} s") for one in trends], ""))
    lines.append(_line("change", [_cell(one.change_percent if one else None, "{:+.0f} %") for one in trends], ""))
    return lines


def _as_dicts(drills: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    return {
        name: one
        and {
            "median_seconds": one.median_seconds,
            "newest_seconds": one.newest_seconds,
            "change_percent": one.change_percent,
        }
        for name, one in figures_of(drills).items()
    }


def _line(first: str, cells: t.Sequence[str], last: str) -> str:
    return f"{first:<19} " + " ".join(f"{cell:>14}" for cell in cells) + f"  {last}".rstrip()


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)


def _seconds(value: t.Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
