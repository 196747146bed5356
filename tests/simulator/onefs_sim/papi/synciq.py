# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/sync: policies, jobs, reports, and policies that this cluster is the target of."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from ..allocation import Document
from ..synciq import Job, JobRefused, SyncIq
from ..synciq_documents import POLICY_DEFAULTS, new_policy
from ..synciq_jobs import JobWork, allow_write_revert_work, allow_write_work, resync_prep_work, sync_work
from .answers import NO_CONTENT, Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route
from .validation import check_body

POLICIES = "/sync/policies"
JOBS = "/sync/jobs"
TARGETS = "/sync/target/policies"
_REPORT_FILTERS = ("policy_name", "state", "newer_than", "reports_per_policy", "summary")


class SyncIqApi:
    """Handlers of SyncIQ."""

    def __init__(self, sync: SyncIq) -> None:
        self._sync = sync

    def routes(self) -> list[Route]:
        return [
            Route("GET", POLICIES, self.list_policies, (*LIST_ARGUMENTS, "summary")),
            Route("POST", POLICIES, self.create_policy),
            Route("DELETE", POLICIES, self.delete_policies, ("local_only", "force")),
            Route("GET", POLICIES + "/{policy}", self.get_policy),
            Route("PUT", POLICIES + "/{policy}", self.update_policy),
            Route("DELETE", POLICIES + "/{policy}", self.delete_policy, ("local_only", "force")),
            Route("POST", POLICIES + "/{policy}/reset", self.reset_policy),
            Route("GET", JOBS, self.list_jobs, (*LIST_ARGUMENTS, "state")),
            Route("POST", JOBS, self.start_job),
            Route("DELETE", JOBS, self.cancel_jobs, (), 7),
            Route("GET", JOBS + "/{job}", self.get_job),
            Route("PUT", JOBS + "/{job}", self.update_job),
            Route("GET", "/sync/reports", self.list_reports, (*LIST_ARGUMENTS, *_REPORT_FILTERS)),
            Route("GET", "/sync/reports/{report}", self.get_report),
            Route("GET", "/sync/target/reports", self.list_target_reports, (*LIST_ARGUMENTS, *_REPORT_FILTERS)),
            Route("GET", TARGETS, self.list_targets, (*LIST_ARGUMENTS, "target_path")),
            Route("GET", TARGETS + "/{policy}", self.get_target),
            Route("DELETE", TARGETS + "/{policy}", self.delete_target, ("force",)),
            Route("POST", TARGETS + "/{policy}/cancel", self.cancel_target),
            Route("GET", "/sync/license", self.license, (), 5),
        ]

    def license(self, request: Request) -> Answer:
        return Answer.of({"name": "SyncIQ", "status": "Licensed", "id": "SyncIQ"})

    # Policies

    def _policy(self, name: str) -> Document:
        policy = self._sync.policy(name)
        if policy is None:
            raise Refusal("AEC_NOT_FOUND", f"Policy '{name}' not found.", "id")
        return policy

    def list_policies(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            with self._sync.lock:
                return copy.deepcopy([self._sync.policies[name] for name in sorted(self._sync.policies)])

        return list_answer(request, "policies", listing)

    def get_policy(self, request: Request) -> Answer:
        with self._sync.lock:
            return Answer.of({"policies": [self._policy(request.names["policy"])]})

    def create_policy(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "policy_update")
        for name in ("name", "action", "source_root_path", "target_host", "target_path"):
            if not body.get(name):
                raise Refusal("AEC_ARG_REQUIRED", f"Missing required field '{name}'", name)
        body.pop("password", None)
        with self._sync.lock:
            if body["name"] in self._sync.policies:
                raise Refusal("AEC_CONFLICT", f"A policy named '{body['name']}' already exists.", "name")
            policy = new_policy(body)
            self._sync.policies[policy["name"]] = policy
        return Answer.of({"id": policy["id"]}, status=201)

    def update_policy(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "policy_update")
        with self._sync.lock:
            policy = self._policy(request.names["policy"])
            is_busy = self._sync.running_job(policy["name"]) is not None
            if is_busy and set(body) - {"enabled", "schedule", "description"}:
                raise Refusal("AEC_CONFLICT", f"Policy '{policy['name']}' has a running job and cannot be changed.")
            if body.get("conflicted") is False and not policy["conflicted"] and set(body) == {"conflicted"}:
                raise Refusal("AEC_BAD_REQUEST", "The policy was not conflicted, so no change was made")
            if "password" in body:
                policy["password_set"] = bool(body.pop("password"))
            new_name = body.get("name", policy["name"])
            if new_name != policy["name"]:
                if new_name in self._sync.policies:
                    raise Refusal("AEC_CONFLICT", f"A policy named '{new_name}' already exists.", "name")
                self._sync.policies[new_name] = self._sync.policies.pop(policy["name"])
            policy.update(
                {name: POLICY_DEFAULTS.get(name) if value == "@DEFAULT" else value for name, value in body.items()}
            )
        return NO_CONTENT

    def delete_policy(self, request: Request) -> Answer:
        with self._sync.lock:
            self._delete(self._policy(request.names["policy"]), request.flag("local_only"))
        return NO_CONTENT

    def delete_policies(self, request: Request) -> Answer:
        """Delete every policy: what OneFS does when a careless URL carries no name."""
        with self._sync.lock:
            for policy in list(self._sync.policies.values()):
                self._delete(policy, request.flag("local_only"))
        return NO_CONTENT

    def _delete(self, policy: Document, local_only: bool) -> None:
        if self._sync.running_job(policy["name"]) is not None:
            raise Refusal("AEC_CONFLICT", f"Policy '{policy['name']}' has a running job and cannot be deleted.")
        del self._sync.policies[policy["name"]]
        peer = self._sync.peer
        if peer is not None and not local_only:
            target = peer.target_policies.pop(policy["name"], None)
            if target is not None and target["failover_failback_state"] == "writes_disabled":
                peer.protect(target["target_path"], False)

    def reset_policy(self, request: Request) -> Answer:
        with self._sync.lock:
            policy = self._policy(request.names["policy"])
            policy["has_sync_state"] = False
            policy["conflicted"] = False
        return Answer.of({})

    # Jobs

    def _job(self, name: str) -> Job:
        policy = self._sync.policy(name) or self._sync.target_policy(name)
        for job in self._sync.jobs():
            if job.policy_name == (policy["name"] if policy else name) or str(job.number) == name:
                return job
        raise Refusal("AEC_NOT_FOUND", f"No job found for policy '{name}'.", "id")

    def list_jobs(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            state = query.get("state", [""])[0]
            documents = [job.document() for job in self._sync.jobs()]
            return [one for one in documents if state in ("", one["state"])]

        return list_answer(request, "jobs", listing)

    def get_job(self, request: Request) -> Answer:
        return Answer.of({"jobs": [self._job(request.names["job"]).document()]})

    def start_job(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "job_create")
        action = body.get("action", "run")
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
        policy = self._policy(name)
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
        return NO_CONTENT

    # Reports

    def list_reports(self, request: Request) -> Answer:
        return self._reports(request, self._sync.reports)

    def list_target_reports(self, request: Request) -> Answer:
        return self._reports(request, self._sync.target_reports)

    def _reports(self, request: Request, kept: Sequence[Document]) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            with self._sync.lock:
                reports = list(reversed(kept))
            for field, argument in (("policy_name", "policy_name"), ("state", "state")):
                wanted = query.get(argument, [""])[0]
                reports = [one for one in reports if wanted in ("", one[field])]
            newer_than = query.get("newer_than", ["0"])[0]
            if not newer_than.isdigit():
                raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{newer_than}'", "newer_than")
            reports = [one for one in reports if one["end_time"] >= int(newer_than)]
            return _newest_of_each(reports, int(query.get("reports_per_policy", ["1"])[0]))

        return list_answer(request, "reports", listing)

    def get_report(self, request: Request) -> Answer:
        for report in list(self._sync.reports):
            if report["id"] == request.names["report"]:
                return Answer.of({"reports": [report]})
        raise Refusal("AEC_NOT_FOUND", f"Report '{request.names['report']}' not found.")

    # Target side

    def _target(self, request: Request) -> Document:
        target = self._sync.target_policy(request.names["policy"])
        if target is None:
            raise Refusal("AEC_NOT_FOUND", f"Target policy '{request.names['policy']}' not found.", "id")
        return target

    def list_targets(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            path = query.get("target_path", [""])[0]
            with self._sync.lock:
                targets = [self._sync.target_policies[name] for name in sorted(self._sync.target_policies)]
                return copy.deepcopy([one for one in targets if path in ("", one["target_path"])])

        return list_answer(request, "policies", listing)

    def get_target(self, request: Request) -> Answer:
        with self._sync.lock:
            return Answer.of({"policies": [self._target(request)]})

    def delete_target(self, request: Request) -> Answer:
        """Break the association: the path becomes an ordinary, writable one."""
        with self._sync.lock:
            target = self._target(request)
            if self._sync.running_job(target["name"]) is not None:
                raise Refusal("AEC_CONFLICT", f"Target policy '{target['name']}' has a running job.")
            del self._sync.target_policies[target["name"]]
            self._sync.protect(target["target_path"], False)
        return NO_CONTENT

    def cancel_target(self, request: Request) -> Answer:
        target = self._target(request)
        job = self._sync.peer.running_job(target["name"]) if self._sync.peer is not None else None
        if job is None:
            raise Refusal("AEC_NOT_FOUND", f"No job of policy '{target['name']}' is running.")
        job.canceled.set()
        return Answer.of({})


def _newest_of_each(reports: Sequence[Document], number: int) -> list[Document]:
    seen: dict[str, int] = {}
    kept = []
    for report in reports:
        seen[report["policy_name"]] = seen.get(report["policy_name"], 0) + 1
        if seen[report["policy_name"]] <= number:
            kept.append(report)
    return kept
