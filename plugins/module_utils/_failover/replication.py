# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drive the SyncIQ policies of a failover: run, allow writes, take that back, prepare the way back.

Private to the collection. The state is read first; what already holds is not done again.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import asdict, dataclass

from .._onefs.errors import BadOption
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .._onefs.synciq import (
    SyncJobFailed,
    mirror_name,
    run_action,
    set_schedule,
    start_allow_write,
    start_run,
    target_state,
    wait_for_allow_write,
    wait_for_runs,
    wait_until_idle,
)
from .facts import both_connections, pair_argument_spec

# What the target policy must say before and after each operation.
WRITES_DISABLED = "writes_disabled"
WRITES_ENABLED = "writes_enabled"
RESYNC_CREATED = "resync_policy_created"
# What a task may begin and a later one wait for.
BEGUN_BY_ITSELF = ("run", "allow_write")
# Counters of a report that stay 0 when every file was copied.
LEFT_OUT = ("failed_chunks", "error_checksum_files_skipped", "error_io_files_skipped", "error_net_files_skipped")


@dataclass(frozen=True)
class Round:
    """One replication of all policies while clients still work."""

    number: int
    seconds: float
    files: int
    bytes: int


def is_small(rounds: t.Sequence[Round], until_seconds: float) -> bool:
    """Whether the next run will be short: it has to do what was written during the last one, and takes no longer than that took."""
    return bool(rounds) and rounds[-1].seconds <= until_seconds


def require_final(changes: t.Sequence[t.Mapping[str, t.Any]], not_before: int, host: str) -> None:
    """Refuse runs that may not have copied all that was written: begun before the proof of the fence, or with files left out.

    Both times are the cluster's own, so it does not matter how wrong its clock is.
    """
    if not_before <= 0:
        raise SyncJobFailed(
            f"Holding the final run on {host} against the proof of the fence: nobody says when the fence was proven, so what was written last may be "
            "missing on the target. Give not_before the cluster_time that fence_proof returned."
        )
    for change in changes:
        where = f"The final run of SyncIQ policy '{change['policy']}' on {host} ({change['after']})"
        if int(change["started"] or 0) < not_before:
            raise SyncJobFailed(
                f"{where}: it started at {change['started']}, before the fence was proven at {not_before} by the cluster's own clock, so it "
                "may lack what was written last. See whether somebody sets that clock, and run the failover again."
            )
        if change["left_out"]:
            raise SyncJobFailed(
                f"{where}: files were left out ({', '.join(change['left_out'])}), which would be missing or old on the target. Look at "
                f"'isi sync reports list --policy-name {change['policy']}' there, mend the cause and run the failover again."
            )


def left_out(report: t.Mapping[str, t.Any]) -> list[str]:
    """Name what a run that succeeded did not copy."""
    return [f"{report[name]} {name}" for name in LEFT_OUT if report.get(name)]


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Carry out one operation for every policy.

    Runs go on side by side, as they do on a schedule. Paths become writable one policy after the other.
    """
    if not params["wait"] and params["operation"] not in BEGUN_BY_ITSELF:
        raise BadOption(
            f"Beginning {params['operation']} of SyncIQ policies {', '.join(params['policies'])} without waiting for its end: nothing would "
            f"wait for it later. Leave wait at true, or begin {' or '.join(BEGUN_BY_ITSELF)}."
        )
    source_connection, target_connection = both_connections(params)
    with PapiSession(source_connection) as source, PapiSession(target_connection) as target:
        if params["operation"] == "run":
            return _replicate(source, params, check_mode, progress)
        deadline_seconds = float(params["deadline_seconds"])
        if not params["wait"]:
            return _begin_allow_write(target, params, deadline_seconds, check_mode, progress)
        operation = _OPERATIONS[params["operation"]]
        begun = (params["under_way"] or {}) if params["operation"] == "allow_write" and not check_mode else {}
        changes: list[dict[str, t.Any]] = []
        for name in params["policies"]:
            if name in begun:
                # A job that has just begun may not be listed yet: what was begun is waited for by its state.
                wait_for_allow_write(target, name, WRITES_ENABLED, deadline_seconds, progress)
                changes.append({"policy": name, "changed": False, "before": WRITES_ENABLED, "after": WRITES_ENABLED})
            else:
                done = operation(source, target, name, deadline_seconds, check_mode, progress)
                changes.append({"policy": name, **done})
        return _result(changes)


def _replicate(
    source: PapiSession, params: t.Mapping[str, t.Any], check_mode: bool, progress: Progress
) -> dict[str, t.Any]:
    """Run all policies, again and again where that is wanted; or only start them, or only wait for those that were started."""
    names: t.Sequence[str] = params["policies"]
    if check_mode:
        predicted = [{"policy": name, "changed": True, "before": "", "after": "one more run"} for name in names]
        return _result(predicted)
    deadline_seconds = float(params["deadline_seconds"])
    under_way = {name: run for name, run in (params["under_way"] or {}).items() if name in names}
    changes: list[dict[str, t.Any]] = []
    done: list[Round] = []
    for number in range(1, int(params["rounds"]) + 1):
        for name in names:
            if name not in under_way:
                begun = time.time()
                under_way[name] = {
                    "begun": round(begun, 3),
                    "report_before": start_run(source, name, deadline_seconds, progress),
                }
        if not params["wait"]:
            started = [{"policy": name, "changed": True, "before": "", "after": "a run has begun"} for name in names]
            return {**_result(started), "under_way": under_way}
        reports_before = {name: str(run["report_before"]) for name, run in under_way.items()}
        first_begun = min(float(run["begun"]) for run in under_way.values())
        now = _told(wait_for_runs(source, reports_before, deadline_seconds, progress))
        under_way = {}
        if params["final"]:
            require_final(now, int(params["not_before"]), source.connection.host)
        changes += now
        done.append(_round(number, time.time() - first_begun, now))
        _tell(source.connection.host, done[-1], params, progress)
        if is_small(done, float(params["until_seconds"])):
            break
    small = not params["until_seconds"] or is_small(done, float(params["until_seconds"]))
    if params["require_small"] and not small:
        raise SyncJobFailed(
            f"Replicating from {source.connection.host} until a run takes no more than {params['until_seconds']:g} s: after {len(done)} rounds "
            f"the last one took {done[-1].seconds:.1f} s, and the final run, for which clients wait, would take about as long. "
            "Fail over when less is written, give it more rounds, or allow a longer run (failover_pre_sync_seconds)."
        )
    return {
        **_result(changes),
        "rounds": [asdict(one) for one in done],
        "small": small,
        "predicted_seconds": round(done[-1].seconds, 1) if done else None,
    }


def _result(changes: t.Sequence[t.Mapping[str, t.Any]]) -> dict[str, t.Any]:
    """Return what every operation returns."""
    return {
        "rounds": [],
        "small": True,
        "predicted_seconds": None,
        "under_way": {},
        "changed": any(change["changed"] for change in changes),
        "policies": list(changes),
        "diff": {
            "before": {change["policy"]: change["before"] for change in changes},
            "after": {change["policy"]: change["after"] for change in changes},
        },
    }


def _round(number: int, seconds: float, changes: t.Sequence[t.Mapping[str, t.Any]]) -> Round:
    files, volume = (sum(int(one.get(f"{what}_transferred") or 0) for one in changes) for what in ("files", "bytes"))
    return Round(number, round(seconds, 3), files, volume)


def _tell(host: str, done: Round, params: t.Mapping[str, t.Any], progress: Progress) -> None:
    if int(params["rounds"]) > 1:
        progress(
            f"{host}: round {done.number} of {params['rounds']} at the most took {done.seconds:.1f} s, {done.files} files, {done.bytes} bytes"
        )


def _told(reports: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    return [
        {
            "policy": name,
            "changed": True,
            "before": "",
            "after": f"run {report.get('job_id')} {report.get('state')}",
            "started": report.get("start_time"),
            "left_out": left_out(report),
            "seconds": report.get("duration"),
            "files_transferred": report.get("files_transferred") or report.get("total_files") or 0,
            "bytes_transferred": report.get("bytes_transferred") or report.get("total_data_bytes") or 0,
        }
        for name, report in reports.items()
    ]


def _begin_allow_write(
    target: PapiSession,
    params: t.Mapping[str, t.Any],
    deadline_seconds: float,
    check_mode: bool,
    progress: Progress,
) -> dict[str, t.Any]:
    """Start the job of the first policy whose path is not writable yet; those behind it have their turn when it has ended."""
    for name in params["policies"]:
        before = _settled_state(target, target, name, deadline_seconds, check_mode, progress)
        if before in {WRITES_ENABLED, RESYNC_CREATED}:
            continue
        if not check_mode:
            _require_known(target, name, before)
            start_allow_write(target, name, WRITES_ENABLED, deadline_seconds, progress)
        begun = {"policy": name, "changed": True, "before": before, "after": "a job has begun"}
        return {**_result([begun]), "under_way": {name: {"begun": round(time.time(), 3), "report_before": ""}}}
    return _result([])


def _allow_write(
    source: PapiSession, target: PapiSession, name: str, deadline_seconds: float, check_mode: bool, progress: Progress
) -> dict[str, t.Any]:
    del source
    before = _settled_state(target, target, name, deadline_seconds, check_mode, progress)
    if before in {WRITES_ENABLED, RESYNC_CREATED}:
        return {"changed": False, "before": before, "after": before}
    if not check_mode:
        _require_known(target, name, before)
        run_action(target, target, name, "allow_write", WRITES_ENABLED, deadline_seconds, progress)
    return {"changed": True, "before": before, "after": WRITES_ENABLED}


def _allow_write_revert(
    source: PapiSession, target: PapiSession, name: str, deadline_seconds: float, check_mode: bool, progress: Progress
) -> dict[str, t.Any]:
    del source
    before = _settled_state(target, target, name, deadline_seconds, check_mode, progress)
    if before == WRITES_DISABLED:
        return {"changed": False, "before": before, "after": before}
    if not check_mode:
        _require_known(target, name, before)
        run_action(target, target, name, "allow_write_revert", WRITES_DISABLED, deadline_seconds, progress)
    return {"changed": True, "before": before, "after": WRITES_DISABLED}


def _resync_prep(
    source: PapiSession, target: PapiSession, name: str, deadline_seconds: float, check_mode: bool, progress: Progress
) -> dict[str, t.Any]:
    before = _settled_state(source, target, name, deadline_seconds, check_mode, progress)
    if before == RESYNC_CREATED:
        return {"changed": False, "before": before, "after": before, "mirror": mirror_name(name)}
    if not check_mode:
        _require_known(target, name, before)
        # OneFS refuses resync_prep for a disabled policy, and would let a schedule fire in between.
        set_schedule(source, name, schedule="", enabled=True)
        run_action(source, target, name, "resync_prep", RESYNC_CREATED, deadline_seconds, progress)
    return {"changed": True, "before": before, "after": RESYNC_CREATED, "mirror": mirror_name(name)}


def _settled_state(
    runs: PapiSession, target: PapiSession, name: str, deadline_seconds: float, check_mode: bool, progress: Progress
) -> str:
    """Return where the policy stands once no job of it runs: a controller that was killed leaves its job running."""
    if not check_mode:
        wait_until_idle(runs, name, deadline_seconds, progress)
    return target_state(target, name)


def _require_known(target: PapiSession, name: str, state: str) -> None:
    if state == "absent":
        raise SyncJobFailed(
            f"Looking for SyncIQ policy '{name}' on {target.connection.host}: it is no target policy there. "
            "Let it run once with success from the other cluster, then run the failover again."
        )


_OPERATIONS: dict[str, t.Callable[..., dict[str, t.Any]]] = {
    "allow_write": _allow_write,
    "allow_write_revert": _allow_write_revert,
    "resync_prep": _resync_prep,
}

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "policies": {"type": "list", "elements": "str", "required": True},
    "operation": {"type": "str", "required": True, "choices": ["run", *_OPERATIONS]},
    "wait": {"type": "bool", "default": True},
    "under_way": {"type": "dict"},
    "rounds": {"type": "int", "default": 1},
    "until_seconds": {"type": "float", "default": 0},
    "final": {"type": "bool", "default": False},
    "not_before": {"type": "int", "default": 0},
    "require_small": {"type": "bool", "default": False},
    "deadline_seconds": {"type": "int", "default": 600},
}
