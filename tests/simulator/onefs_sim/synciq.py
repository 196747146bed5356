# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SyncIQ of one cluster: policies, what it is the target of, jobs and reports."""

from __future__ import annotations

import copy
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .allocation import Document
from .clock import ClusterClock
from .faults import FaultInForce, FaultList
from .ports import FilesPort
from .replication import CopyCanceled, CopyControl, CopyFailed, PolicySnapshots
from .synciq_choices import ENDINGS, SyncChoices
from .synciq_documents import (
    LATEST,
    POLICY_RUN_TIME_FIELDS,
    SETTINGS_DEFAULTS,
    job_document,
    new_policy,
    new_target_policy,
)
from .synciq_rules import Rules
from .work_record import WorkRecord

if TYPE_CHECKING:
    from .synciq_jobs import JobWork

LOG = logging.getLogger("onefs_sim.synciq")

REPORTS_KEPT = 200


class JobRefused(Exception):
    """A job cannot start now."""


class JobFailed(Exception):
    """A job began and came to nothing; the text is what its report says."""


class JobNeedsAttention(JobFailed):
    """A job began and came to what an administrator has to look at."""


class Job:
    """One job that runs or ran."""

    def __init__(
        self, number: int, policy: Document, action: str, visible_after_seconds: float, clock: ClusterClock
    ) -> None:
        self.number = number
        self.policy = copy.deepcopy(policy)
        self.action = action
        self.state = "running"
        #: What a good end is called.
        self.good_end = "finished"
        self.errors: list[str] = []
        self.clock = clock
        self.started = clock.now()
        self._began = time.monotonic()
        self.ended: float | None = None
        self.counts: dict[str, int] = {}
        self.sync_type = "incremental"
        #: What the job does now, in the words of OneFS 9.11 and later; earlier ones show its action only.
        self.step = action
        self.phases: list[Document] = []
        self.lost = threading.Event()
        self.canceled = threading.Event()
        self.unpaused = threading.Event()
        self.unpaused.set()
        self._visible_from = time.monotonic() + visible_after_seconds

    @property
    def policy_name(self) -> str:
        return str(self.policy["name"])

    @property
    def age_seconds(self) -> float:
        """How long ago the job began, whatever became of the clock in between."""
        return time.monotonic() - self._began

    @property
    def succeeded(self) -> bool:
        return self.state == self.good_end

    def is_visible(self) -> bool:
        """A new job is not listed at once."""
        return time.monotonic() >= self._visible_from

    def checkpoint(self) -> None:
        """Wait while paused; stop when canceled."""
        while not self.unpaused.wait(0.1):
            if self.canceled.is_set():
                break
        if self.canceled.is_set():
            raise CopyCanceled
        if self.lost.is_set():
            raise CopyFailed("Lost the connection to the target cluster")

    def control(
        self, kilobytes_a_second: int | None = None, chosen: tuple[str, ...] = (), deletes: bool = True
    ) -> CopyControl:
        """Return what the job's copies obey."""
        return CopyControl(self.canceled, self.unpaused, self.lost, kilobytes_a_second, chosen, deletes)

    def enter(self, phase: str, step: str = "") -> None:
        """Begin a phase; the one before ends."""
        self.checkpoint()
        now = int(self.clock.now())
        self.end_phase()
        self.phases.append({"phase": phase, "start_time": now, "end_time": None, "statistics": {}})
        if step:
            self.step = step

    def end_phase(self) -> None:
        if self.phases and self.phases[-1]["end_time"] is None:
            self.phases[-1]["end_time"] = int(self.clock.now())

    def document(self, version: int = LATEST) -> Document:
        return job_document(self, version)


class SyncIq:
    """State of SyncIQ on one cluster. The work of each kind of job is in synciq_jobs."""

    def __init__(
        self,
        cluster_name: str,
        guid: str,
        host: str,
        files: FilesPort,
        policies: Sequence[Document],
        faults: FaultList,
        job_visible_after_seconds: float,
        job_minimum_seconds: float,
        clock: ClusterClock,
    ) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.cluster_name = cluster_name
        self.guid = guid
        #: Address by which the other cluster knows this one.
        self.host = host
        self.files = files
        self.policies = {fields["name"]: new_policy(fields) for fields in policies}
        self.target_policies: dict[str, Document] = {}
        self.peer: SyncIq | None = None
        #: Whether the network between the two clusters carries anything; asked whenever SyncIQ needs the other side.
        self.peer_reachable: Callable[[], bool] = lambda: True
        #: Raises OSError where /ifs has no room.
        self.demand_space: Callable[[str], None] = lambda _ifs_path: None
        self.is_running = False
        self.choices = SyncChoices()
        self.work = WorkRecord()
        self.settings: Document = copy.deepcopy(SETTINGS_DEFAULTS)
        self.rules = Rules()
        self._endings: deque[str] = deque()
        self._faults = faults
        self._read_only: set[str] = set()
        self._jobs: dict[str, Job] = {}
        self.reports: deque[Job] = deque(maxlen=REPORTS_KEPT)
        self.target_reports: deque[Job] = deque(maxlen=REPORTS_KEPT)
        self._next_number = 1
        self.visible_after_seconds = job_visible_after_seconds
        self._minimum_seconds = job_minimum_seconds
        self._stopping = threading.Event()

    # Look-ups; names and ids both serve

    def policy(self, name: str) -> Document | None:
        return _find(self.policies, name)

    def target_policy(self, name: str) -> Document | None:
        return _find(self.target_policies, name)

    def running_job(self, policy_name: str) -> Job | None:
        """Return the job that runs for a policy on this cluster, listed yet or not."""
        with self.lock:
            return self._jobs.get(policy_name)

    def jobs(self) -> list[Job]:
        with self.lock:
            return [job for job in self._jobs.values() if job.is_visible()]

    def snapshots(self, policy_name: str) -> PolicySnapshots:
        return PolicySnapshots(self.files, policy_name)

    def reached_peer(self) -> SyncIq | None:
        """Return the other cluster's SyncIQ when it runs and the network carries both ways."""
        peer = self.peer
        if peer is None or not peer.is_running or not self.peer_reachable() or not peer.peer_reachable():
            return None
        return peer

    # Protection

    def protect(self, ifs_path: str, read_only: bool) -> None:
        """Make a folder read-only for clients, or writable. OSError when a writer holds it."""
        with self.lock:
            if read_only != (ifs_path in self._read_only):
                self.files.set_read_only(ifs_path, read_only)
                (self._read_only.add if read_only else self._read_only.discard)(ifs_path)

    def protects(self, ifs_path: str) -> bool:
        """Whether clients may not write at this path."""
        with self.lock:
            return any((ifs_path.rstrip("/") + "/").startswith(one.rstrip("/") + "/") for one in self._read_only)

    # Jobs

    def start_job(self, policy: Document, action: str, work: JobWork) -> Job:
        """Start a job in the background; refused while another one of the policy runs, here or on the peer."""
        with self.lock:
            self._refuse_second_job(policy["name"])
            job = Job(self._next_number, policy, action, self.visible_after_seconds, self.clock)
            self._next_number += 1
            self._jobs[policy["name"]] = job
        name = f"{self.cluster_name}-{action}-{policy['name']}"
        threading.Thread(target=self._run, args=(job, work), name=name, daemon=True).start()
        return job

    def expect(self, ending: str) -> None:
        """Have the next sync come to one of ENDINGS."""
        if ending not in ENDINGS:
            raise ValueError(f"a job can end with {', '.join(ENDINGS)}, not '{ending}'")
        self._endings.append(ending)

    def next_ending(self) -> str:
        """Return what the sync that asks is to come to."""
        return self._endings.popleft() if self._endings else ""

    def lose_job_of_source(self, policy_name: str) -> None:
        """Give up a job of a source that cannot be reached any more: what it still sends finds nobody."""
        source = self.peer
        if source is None or self.reached_peer() is not None:
            return
        job = source.running_job(policy_name)
        deadline = time.monotonic() + 10
        while job is not None and source.running_job(policy_name) is job and time.monotonic() < deadline:
            job.lost.set()
            time.sleep(0.02)

    def _refuse_second_job(self, policy_name: str) -> None:
        reached = self.reached_peer()
        sides = [self] if reached is None else [self, reached]
        for side in sides:
            job = side.running_job(policy_name)
            if job is not None:
                raise JobRefused(
                    f"Unable to start a job of policy '{policy_name}': job {job.number} ({job.action}) of it is running"
                )

    def run_now(self, policy: Document, action: str, work: JobWork) -> None:
        """Run a job to its end at once: how a cluster comes to its first sync before anyone looks."""
        job = Job(self._next_number, policy, action, 0.0, self.clock)
        self._next_number += 1
        self._finish(job, work, 0.0)
        if not job.succeeded:
            raise JobFailed("; ".join(job.errors))

    def _run(self, job: Job, work: JobWork) -> None:
        began = time.monotonic()
        try:
            met = self._faults.meet("JOB", f"/sync/jobs/{job.policy_name}/{job.action}")
            self._finish(job, work if met is None else _disturbed(met, work), self._minimum_seconds)
        finally:
            with self.lock:
                self._jobs.pop(job.policy_name, None)
            self.work.note("job", f"{job.action} {job.policy_name}", began)

    def _finish(self, job: Job, work: JobWork, minimum_seconds: float) -> None:
        """Do the work, wait out the least time that a job takes, then write its end down, all at once."""
        work.began(job)
        state = "finished"
        try:
            job.checkpoint()
            work.do(job)
            job.end_phase()
            rest_seconds = minimum_seconds - job.age_seconds
            if rest_seconds > 0:
                job.canceled.wait(rest_seconds)
        except CopyCanceled:
            state = "canceled"
        except (CopyFailed, JobFailed, OSError) as error:
            state = "needs_attention" if isinstance(error, JobNeedsAttention) else "failed"
            job.errors.append(str(error))
            LOG.warning("%s: job %s of %s failed: %s", self.cluster_name, job.action, job.policy_name, error)
        except Exception as error:
            state = "failed"
            job.errors.append(f"{type(error).__name__}: {error}")
            LOG.exception("job %s of %s failed inside the simulator", job.action, job.policy_name)
        job.ended = self.clock.now()
        job.end_phase()
        job.state = job.good_end if state == "finished" else state
        with self.lock:
            work.ended(job)
            self.reports.append(job)

    # Shape

    def add_target_policy(self, policy: Document, source: SyncIq) -> Document:
        """Become the target of a policy of the other cluster."""
        with self.lock:
            known = self.target_policies.get(policy["name"])
            if known is None:
                known = new_target_policy(policy, source.guid, source.host)
                self.target_policies[policy["name"]] = known
            return known

    def stop(self) -> None:
        self.is_running = False
        with self.lock:
            running = list(self._jobs.values())
        for job in running:
            job.canceled.set()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and any(self.running_job(job.policy_name) is job for job in running):
            self._stopping.wait(0.02)

    def configuration(self) -> Document:
        with self.lock:
            return {
                "policies": [
                    {key: copy.deepcopy(value) for key, value in policy.items() if key not in POLICY_RUN_TIME_FIELDS}
                    for _, policy in sorted(self.policies.items())
                ],
                "target_policies": {
                    name: one["failover_failback_state"] for name, one in sorted(self.target_policies.items())
                },
                "read_only_paths": sorted(self._read_only),
                "settings": copy.deepcopy(self.settings),
                "rules": copy.deepcopy(self.rules.by_id),
            }


def _disturbed(met: FaultInForce, work: JobWork) -> JobWork:
    """Return the work as a fault lets it go."""
    fault = met.fault

    def do(job: Job) -> None:
        met.wait(fault.hang_seconds, job.canceled)
        job.checkpoint()
        if fault.outcome:
            kind = JobNeedsAttention if fault.outcome == "needs_attention" else JobFailed
            raise kind(fault.message or "Injected failure")
        work.do(job)

    return work.instead(do)


def new_id() -> str:
    return uuid.uuid4().hex


def _find(documents: dict[str, Document], name: str) -> Document | None:
    if name in documents:
        return documents[name]
    return next((one for one in list(documents.values()) if one["id"] == name), None)
