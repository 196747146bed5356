# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SyncIQ policies, jobs, reports and target policies, as OneFS tells them.

Private to the collection. The values that a job's ``action`` may have differ by release, so they are never validated;
``state`` is compared with the few words that end a job.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass

from .errors import OnefsError, PapiError
from .pace import Pace, spoken_bytes
from .progress import Progress
from .waiting import wait_until

if t.TYPE_CHECKING:
    from .papi import PapiSession

POLICIES = "/platform/7/sync/policies"
JOBS = "/platform/7/sync/jobs"
REPORTS = "/platform/7/sync/reports"
TARGET_POLICIES = "/platform/1/sync/target/policies"

# From OneFS 9.7 on a job that succeeds after a failed one has a state of its own.
SUCCEEDED = frozenset({"finished", "success w/ prior failures"})
NOT_SUCCEEDED = frozenset({"failed", "canceled", "needs_attention"})
POLL_SECONDS = 0.05
# For how long a refusal because of another job is taken for something that passes.
CONFLICT_SECONDS = 5.0


class SyncJobFailed(OnefsError):
    """A SyncIQ job ended in another state than success, or could not be started."""


@dataclass(frozen=True)
class Policy:
    """A SyncIQ policy on the cluster that replicates from."""

    id: str
    name: str
    action: str
    enabled: bool
    conflicted: bool
    schedule: str
    source_root_path: str
    target_host: str
    target_path: str
    last_job_state: str
    last_success: int
    has_filters: bool

    @classmethod
    def from_answer(cls, answer: t.Mapping[str, t.Any]) -> Policy:
        """Build a policy from one element of a PAPI answer; real clusters send ``null`` for optional fields."""
        return cls(
            id=str(answer.get("id") or ""),
            name=str(answer.get("name") or ""),
            action=str(answer.get("action") or ""),
            enabled=bool(answer.get("enabled")),
            conflicted=bool(answer.get("conflicted")),
            schedule=str(answer.get("schedule") or ""),
            source_root_path=str(answer.get("source_root_path") or "").rstrip("/"),
            target_host=str(answer.get("target_host") or ""),
            target_path=str(answer.get("target_path") or "").rstrip("/"),
            last_job_state=str(answer.get("last_job_state") or "unknown"),
            last_success=int(answer.get("last_success") or 0),
            has_filters=bool(
                answer.get("source_include_directories")
                or answer.get("source_exclude_directories")
                or (answer.get("file_matching_pattern") or {}).get("or_criteria")
            ),
        )


@dataclass(frozen=True)
class TargetPolicy:
    """What the cluster that is replicated to knows of a policy."""

    name: str
    target_path: str
    failover_failback_state: str
    last_job_state: str
    last_update: int = 0  # epoch seconds, 0 where it never was

    @classmethod
    def from_answer(cls, answer: t.Mapping[str, t.Any]) -> TargetPolicy:
        """Build a target policy from one element of a PAPI answer."""
        return cls(
            name=str(answer.get("name") or ""),
            target_path=str(answer.get("target_path") or "").rstrip("/"),
            failover_failback_state=str(answer.get("failover_failback_state") or "unknown"),
            last_job_state=str(answer.get("last_job_state") or "unknown"),
            last_update=int(answer.get("last_update_from_source") or 0),
        )


def read_policies(papi: PapiSession) -> tuple[Policy, ...]:
    """Return all SyncIQ policies of a cluster."""
    return tuple(Policy.from_answer(answer) for answer in papi.list(POLICIES, "policies"))


def read_target_policies(papi: PapiSession) -> tuple[TargetPolicy, ...]:
    """Return all policies that replicate to this cluster."""
    return tuple(TargetPolicy.from_answer(answer) for answer in papi.list(TARGET_POLICIES, "policies"))


def read_policy(papi: PapiSession, name: str) -> Policy | None:
    """Return one policy, or None where the cluster has none of this name."""
    try:
        answers = papi.get(f"{POLICIES}/{name}").get("policies") or []
    except PapiError as error:
        if error.status == 404:
            return None
        raise
    return Policy.from_answer(answers[0]) if answers else None


def target_state(papi: PapiSession, name: str) -> str:
    """Return the failover state of a target policy, ``absent`` where there is none."""
    try:
        answers = papi.get(f"{TARGET_POLICIES}/{name}").get("policies") or []
    except PapiError as error:
        if error.status == 404:
            return "absent"
        raise
    return TargetPolicy.from_answer(answers[0]).failover_failback_state if answers else "absent"


def set_schedule(papi: PapiSession, name: str, schedule: str, enabled: bool) -> bool:
    """Set when a policy runs by itself; returns whether anything had to change.

    Both fields are always sent: Dell's own client does, with the remark that the one left out is cleared.
    """
    before = read_policy(papi, name)
    if before is None:
        raise SyncJobFailed(
            f"Setting the schedule of SyncIQ policy '{name}': the cluster has no such policy. "
            "Check the name with 'isi sync policies list' on that cluster."
        )
    if (before.schedule, before.enabled) == (schedule, enabled):
        return False
    papi.put(f"{POLICIES}/{name}", {"schedule": schedule, "enabled": enabled}, repeatable=True)
    return True


def running_job(papi: PapiSession, name: str) -> dict[str, t.Any] | None:
    """Return the job of a policy that runs now, or None (OneFS answers 404 when none does)."""
    try:
        jobs = papi.get(f"{JOBS}/{name}").get("jobs") or []
    except PapiError as error:
        if error.status == 404:
            return None
        raise
    return jobs[0] if jobs else None


class JobPace:
    """Says in a few words how far a job is, how fast it goes, and about how long it still takes where the job tells how much there is."""

    def __init__(self, clock: t.Callable[[], float] = time.monotonic) -> None:
        self._bytes, self._files = Pace(spoken_bytes, clock), Pace("{:.3g} files".format, clock)

    def describe(self, job: t.Mapping[str, t.Any]) -> str:
        """Take what the job says of itself now, and say it."""
        told = [f"{job.get('action') or job.get('policy_action') or 'job'} {job.get('state') or 'unknown'}"]
        left = ""
        # A job learns how much there is while it looks: a total that is not above what is done is no total.
        for pace, done, total in (
            (self._bytes, "bytes_transferred", "total_data_bytes"),
            (self._files, "files_transferred", "total_files"),
        ):
            if _counts(job.get(done)):
                pace.saw(job[done])
                whole = job[total] if _counts(job.get(total)) else None
                told.append(pace.so_far(whole))
                left = left or pace.left(whole)
        return ", ".join(told) + left


def _counts(value: t.Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def wait_until_idle(papi: PapiSession, name: str, deadline_seconds: float, progress: Progress) -> None:
    """Wait until no job of the policy runs."""
    seen: list[str] = ["no answer yet"]
    pace = JobPace()

    def idle() -> bool:
        job = running_job(papi, name)
        seen[0] = pace.describe(job) if job else "idle"
        return job is None

    wait_until(
        idle,
        deadline_seconds=deadline_seconds,
        interval_seconds=POLL_SECONDS,
        progress=progress,
        describe=lambda: f"SyncIQ policy '{name}' on {papi.connection.host}: {seen[0]}",
    )


def newest_report(papi: PapiSession, name: str) -> dict[str, t.Any] | None:
    """Return the newest report of a policy."""
    reports = papi.list(REPORTS, "reports", policy_name=name, reports_per_policy=10)
    # Numbers of jobs only grow; a clock that ran ahead and was set back would make an old report the newest one.
    return max(reports, key=lambda r: (r.get("job_id") or 0, r.get("start_time") or 0), default=None)


def start_run(papi: PapiSession, name: str, deadline_seconds: float, progress: Progress) -> str:
    """Start a run of a policy, and return the id of the newest report from before it, empty where there was none.

    A run that was already under way is waited for and does not count: it may have read files before our fence.
    """
    before = _start_job(papi, {"id": name}, deadline_seconds, progress, reported=True)
    return str((before or {}).get("id") or "")


def wait_for_runs(
    papi: PapiSession, started: t.Mapping[str, str], deadline_seconds: float, progress: Progress
) -> dict[str, dict[str, t.Any]]:
    """Wait for the reports of runs that go on side by side; ``started`` has what :func:`start_run` returned for each policy.

    Returns the reports by policy. The first run that ends without success is an error at once, whatever the others do.
    """
    reports: dict[str, dict[str, t.Any]] = {}
    seen = dict.fromkeys(started, "started, not listed yet")
    paces = {name: JobPace() for name in started}

    def look(name: str) -> None:
        job = running_job(papi, name)
        if job is not None:
            seen[name] = paces[name].describe(job)
            return
        report = newest_report(papi, name)
        if report is None or str(report.get("id") or "") == started[name] or not report.get("end_time"):
            return
        _require_success(papi, name, "the run", report)
        reports[name] = report

    def all_reported() -> bool:
        for name in started:
            if name not in reports:
                look(name)
        return len(reports) == len(started)

    def describe() -> str:
        waiting = [name for name in started if name not in reports]
        return "; ".join(f"SyncIQ policy '{name}' on {papi.connection.host}: {seen[name]}" for name in waiting)

    wait_until(all_reported, deadline_seconds, POLL_SECONDS, progress, describe)
    return {name: reports[name] for name in started}


def _start_job(
    papi: PapiSession,
    job: t.Mapping[str, str],
    deadline_seconds: float,
    progress: Progress,
    reported: bool,
    holds: t.Callable[[], bool] = lambda: False,
    idle: bool = False,
) -> dict[str, t.Any] | None:
    """Start a job once none of the policy runs; returns the newest report from before it, where this cluster reports the job.

    ``idle`` says that none was running a moment ago: it is not looked at again before the first try.

    A schedule, or another operator, may start one in between: OneFS then refuses ours with 409, and it is tried again for a
    while. A conflict that lasts is an error, since clients may be waiting; one that comes because what is wanted ``holds`` by now is
    none: a job of an earlier run may have been under way and not listed yet.
    """
    started = time.monotonic()
    while True:
        if not idle:
            wait_until_idle(papi, job["id"], deadline_seconds, progress)
        idle = False
        before = newest_report(papi, job["id"]) if reported else None
        try:
            papi.post(JOBS, job)
        except PapiError as error:
            if error.status == 409 and holds():
                return before
            if error.status != 409 or time.monotonic() - started >= CONFLICT_SECONDS:
                raise
            progress(
                f"{papi.connection.host}: SyncIQ policy '{job['id']}' is busy ({error.text.rstrip('. ')}); trying again"
            )
            time.sleep(POLL_SECONDS)
        else:
            return before


def start_allow_write(papi: PapiSession, name: str, wanted: str, deadline_seconds: float, progress: Progress) -> None:
    """Start ``allow_write`` of a policy that was idle a moment ago, unless the state is ``wanted`` by then; its end is not waited for."""
    _start_job(
        papi,
        {"id": name, "action": "allow_write"},
        deadline_seconds,
        progress,
        reported=False,
        holds=lambda: target_state(papi, name) == wanted,
        idle=True,
    )


def run_action(
    start: PapiSession,
    watch: PapiSession,
    name: str,
    action: str,
    wanted: str,
    deadline_seconds: float,
    progress: Progress,
) -> None:
    """Start ``allow_write``, ``allow_write_revert`` or ``resync_prep`` and wait for the target's state.

    ``start`` is the cluster that runs the job, ``watch`` the one that holds the target policy (they differ for
    ``resync_prep``). The state alone says that it is done: the answer to the POST does not.
    """
    job_before = _start_job(
        start,
        {"id": name, "action": action},
        deadline_seconds,
        progress,
        reported=start is not watch,
        holds=lambda: target_state(watch, name) == wanted,
    )
    _wait_for_action(start, watch, name, action, wanted, job_before, deadline_seconds, progress)


def wait_for_allow_write(
    papi: PapiSession, name: str, wanted: str, deadline_seconds: float, progress: Progress
) -> None:
    """Wait until an ``allow_write`` that was started before has made the target's state ``wanted``; its job may not be listed yet."""
    _wait_for_action(papi, papi, name, "allow_write", wanted, None, deadline_seconds, progress)


def _wait_for_action(
    start: PapiSession,
    watch: PapiSession,
    name: str,
    action: str,
    wanted: str,
    job_before: t.Mapping[str, t.Any] | None,
    deadline_seconds: float,
    progress: Progress,
) -> None:
    seen: list[str] = ["unknown"]
    pace = JobPace()

    def reached() -> bool:
        job = running_job(start, name)
        if job is not None:
            seen[0] = pace.describe(job)
            return False
        seen[0] = target_state(watch, name)
        if seen[0] != wanted:
            _raise_if_failed(start, watch, name, action, job_before)
        return seen[0] == wanted

    wait_until(
        reached,
        deadline_seconds=deadline_seconds,
        interval_seconds=POLL_SECONDS,
        progress=progress,
        describe=lambda: f"SyncIQ policy '{name}' on {watch.connection.host}: {seen[0]}, waiting for {wanted}",
    )


def _raise_if_failed(
    start: PapiSession, watch: PapiSession, name: str, action: str, before: t.Mapping[str, t.Any] | None
) -> None:
    if start is watch:
        state = next((p.last_job_state for p in read_target_policies(start) if p.name == name), "unknown")
        report = newest_report(start, name) if state in NOT_SUCCEEDED else None
    else:
        report = newest_report(start, name)
        if report is None or report.get("id") == (before or {}).get("id"):
            return
        state = str(report.get("state"))
    if state in NOT_SUCCEEDED:
        raise SyncJobFailed(
            f"SyncIQ {action} of policy '{name}' on {start.connection.host}: it ended with state '{state}' ({_errors(report)}). "
            f"Look at 'isi sync reports list --policy-name {name}' there, mend the cause and run the failover again."
        )


def _require_success(papi: PapiSession, name: str, what: str, report: t.Mapping[str, t.Any]) -> None:
    if report.get("state") in SUCCEEDED:
        return
    raise SyncJobFailed(
        f"SyncIQ policy '{name}' on {papi.connection.host}: {what} ended with state '{report.get('state')}' ({_errors(report)}). "
        f"Look at 'isi sync reports view {name} {report.get('job_id')}' there, mend the cause and run again."
    )


def _errors(report: t.Mapping[str, t.Any] | None) -> str:
    return "; ".join(str(error) for error in (report or {}).get("errors") or []) or "no error text in the report"


def mirror_name(name: str) -> str:
    """Return the name of the policy that replicates back; the mirror of a mirror is the policy that it came from."""
    suffix = "_mirror"
    return name[: -len(suffix)] if name.endswith(suffix) else name + suffix
