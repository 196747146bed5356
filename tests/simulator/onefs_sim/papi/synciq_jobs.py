# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/sync/jobs: jobs that run, and how they are started, paused and canceled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..allocation import Document
from ..synciq import Job, JobRefused, SyncIq
from ..synciq_documents import SINCE_STEPS, new_policy
from ..synciq_jobs import JobWork, allow_write_revert_work, allow_write_work, resync_prep_work, sync_work
from .answers import NO_CONTENT, Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route
from .validation import check_body

JOBS = "/sync/jobs"
#: What Dell's SDKs up to 9.6 may send with a new job.
_OLD_JOB_FIELDS = ("service_policy", "skip_copy", "skip_failover", "skip_map", "tgt_path", "timestamp")


class SyncIqJobsApi:
    """Handlers of jobs."""

    def __init__(self, sync: SyncIq) -> None:
        self._sync = sync

    def routes(self) -> list[Route]:
        return [
            Route("GET", JOBS, self.list_jobs, (*LIST_ARGUMENTS, "state")),
            Route("POST", JOBS, self.start_job),
            Route("DELETE", JOBS, self.cancel_jobs, (), 7),
            Route("GET", JOBS + "/{job}", self.get_job),
            Route("PUT", JOBS + "/{job}", self.update_job),
        ]

    def _job(self, name: str) -> Job:
        policy = self._sync.policy(name) or self._sync.target_policy(name)
        for job in self._sync.jobs():
            if job.policy_name == (policy["name"] if policy else name) or str(job.number) == name:
                return job
        raise Refusal("AEC_NOT_FOUND", f"No job found for policy '{name}'.", "id")

    def list_jobs(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            state = query.get("state", [""])[0]
            documents = [job.document(request.version) for job in self._sync.jobs()]
            return [one for one in documents if state in ("", one["state"])]

        return list_answer(request, "jobs", listing)

    def get_job(self, request: Request) -> Answer:
        return Answer.of({"jobs": [self._job(request.names["job"]).document(request.version)]})

    def start_job(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "job_create", also=_OLD_JOB_FIELDS if request.version < SINCE_STEPS - 4 else ())
        action = body.get("action", "run")
        if self._sync.settings["service"] != "on":
            raise Refusal("AEC_CONFLICT", f"The SyncIQ service is {self._sync.settings['service']}.")
        for name in ("workers_per_node", "log_level"):
            if name in body and action not in ("allow_write", "allow_write_revert"):
                raise Refusal("AEC_BAD_REQUEST", f"'{name}' is for allow_write and allow_write_revert only", name)
        try:
            with self._sync.lock:
                subject, work = self._work(body["id"], action)
                job = self._sync.start_job(subject, action, work)
        except JobRefused as error:
            raise Refusal("AEC_CONFLICT", str(error)) from error
        return Answer.of({"id": str(job.number)}, status=201)

    def _work(self, name: str, action: str) -> tuple[Document, JobWork]:
        """Return the policy that the job is listed with, and its work."""
        if action in ("allow_write", "allow_write_revert"):
            target = self._sync.target_policy(name)
            if target is None:
                raise Refusal("AEC_NOT_FOUND", f"Target policy '{name}' not found.", "id")
            fields = {"name": target["name"], "id": target["id"], "source_root_path": target["target_path"]}
            subject = new_policy(fields)
            if action == "allow_write":
                return subject, allow_write_work(self._sync, target)
            return subject, allow_write_revert_work(self._sync, target)
        policy = self._sync.policy(name)
        if policy is None:
            raise Refusal("AEC_NOT_FOUND", f"Policy '{name}' not found.", "id")
        if policy["conflicted"]:
            raise JobRefused(f"Policy '{policy['name']}' is in an error state. Please resolve it and retry.")
        if action == "resync_prep":
            return policy, resync_prep_work(self._sync, policy)
        if not policy["enabled"]:
            raise JobRefused(f"Policy '{policy['name']}' is disabled.")
        if action == "test":
            return policy, JobWork(lambda job: None)
        return policy, sync_work(self._sync, policy)

    def update_job(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "job_update")
        job = self._job(request.names["job"])
        if body["state"] == "canceled":
            job.canceled.set()
            job.unpaused.set()
        elif body["state"] == "paused":
            job.unpaused.clear()
            job.state = "paused"
        else:
            job.state = "running"
            job.unpaused.set()
        return NO_CONTENT

    def cancel_jobs(self, request: Request) -> Answer:
        """Cancel every job: what OneFS does when a careless URL carries no name."""
        for job in self._sync.jobs():
            job.canceled.set()
            job.unpaused.set()
        return NO_CONTENT
