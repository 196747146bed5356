# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/sync/policies, and /sync/target/policies: those that this cluster is the target of."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from ..allocation import Document
from ..synciq import SyncIq
from ..synciq_documents import POLICY_DEFAULTS, POLICY_SINCE, new_policy, policy_document
from ..synciq_schedule import BadSchedule, parse
from ..synciq_scheduler import set_next_run
from .answers import NO_CONTENT, Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route
from .validation import check_body

POLICIES = "/sync/policies"
TARGETS = "/sync/target/policies"


class SyncIqApi:
    """Handlers of policies."""

    def __init__(self, sync: SyncIq) -> None:
        self._sync = sync

    def routes(self) -> list[Route]:
        return [
            Route("GET", POLICIES, self.list_policies, (*LIST_ARGUMENTS, "summary", "state")),
            Route("POST", POLICIES, self.create_policy),
            Route("DELETE", POLICIES, self.delete_policies, ("local_only", "force")),
            Route("GET", POLICIES + "/{policy}", self.get_policy),
            Route("PUT", POLICIES + "/{policy}", self.update_policy),
            Route("DELETE", POLICIES + "/{policy}", self.delete_policy, ("local_only", "force")),
            Route("POST", POLICIES + "/{policy}/reset", self.reset_policy),
            Route("GET", TARGETS, self.list_targets, (*LIST_ARGUMENTS, "target_path")),
            Route("GET", TARGETS + "/{policy}", self.get_target),
            Route("DELETE", TARGETS + "/{policy}", self.delete_target, ("force",)),
            Route("POST", TARGETS + "/{policy}/cancel", self.cancel_target),
        ]

    # Policies

    def _policy(self, name: str) -> Document:
        policy = self._sync.policy(name)
        if policy is None:
            raise Refusal("AEC_NOT_FOUND", f"Policy '{name}' not found.", "id")
        return policy

    def list_policies(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            state = query.get("state", [""])[0]
            with self._sync.lock:
                listed = [policy_document(one, request.version) for _, one in sorted(self._sync.policies.items())]
            return [one for one in listed if state in ("", one["last_job_state"])]

        return list_answer(request, "policies", listing)

    def get_policy(self, request: Request) -> Answer:
        with self._sync.lock:
            policy = self._policy(request.names["policy"])
            return Answer.of({"policies": [policy_document(policy, request.version)]})

    def create_policy(self, request: Request) -> Answer:
        body = request.json_body()
        _check(body, request.version)
        if "conflicted" in body:
            raise Refusal("AEC_BAD_REQUEST", "Unknown field 'conflicted'", "conflicted")
        for name in ("name", "action", "source_root_path", "target_host", "target_path"):
            if not body.get(name):
                raise Refusal("AEC_ARG_REQUIRED", f"Missing required field '{name}'", name)
        password = body.pop("password", "")
        with self._sync.lock:
            if body["name"] in self._sync.policies:
                raise Refusal("AEC_CONFLICT", f"A policy named '{body['name']}' already exists.", "name")
            said = {name: POLICY_DEFAULTS.get(name) if one == "@DEFAULT" else one for name, one in body.items()}
            policy = new_policy({**said, "password_set": bool(password)})
            set_next_run(policy, self._sync.clock.now())
            self._sync.policies[policy["name"]] = policy
        return Answer.of({"id": policy["id"]}, status=201)

    def update_policy(self, request: Request) -> Answer:
        body = request.json_body()
        _check(body, request.version)
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
            if self._sync.choices.put_clears and len({"schedule", "enabled"} & set(body)) == 1:
                policy.update({"schedule": ""} if "enabled" in body else {"enabled": False})
            set_next_run(policy, self._sync.clock.now())
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
        # Without the other side its association stays behind.
        peer = self._sync.reached_peer()
        if peer is not None and not local_only:
            target = peer.target_policies.pop(policy["name"], None)
            if target is not None and target["failover_failback_state"] == "writes_disabled":
                peer.protect(target["target_path"], False)

    def reset_policy(self, request: Request) -> Answer:
        with self._sync.lock:
            policy = self._policy(request.names["policy"])
            if self._sync.running_job(policy["name"]) is not None:
                raise Refusal("AEC_CONFLICT", f"Policy '{policy['name']}' has a running job and cannot be reset.")
            policy["has_sync_state"] = False
            policy["conflicted"] = False
        return Answer.of({"id": policy["id"]})

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
        peer = self._sync.reached_peer()
        job = peer.running_job(target["name"]) if peer is not None else None
        if job is None:
            raise Refusal("AEC_NOT_FOUND", f"No job of policy '{target['name']}' is running.")
        job.canceled.set()
        job.unpaused.set()
        return Answer.of({"id": target["id"]})


def _check(body: Document, version: int) -> None:
    """Refuse fields that this version of the API does not have, and schedules that mean nothing."""
    check_body(body, "policy_update", also=("elliptic_curve_list",))
    for name in body:
        if POLICY_SINCE.get(name, 1) > version:
            raise Refusal("AEC_BAD_REQUEST", f"Unknown field '{name}'", name)
    for name in ("source_root_path", "target_path"):
        path = body.get(name, "/ifs")
        if path != "/ifs" and (not path.startswith("/ifs/") or ".." in path.split("/")):
            raise Refusal("AEC_BAD_REQUEST", f"Path '{path}' is not below /ifs", name)
    root = str(body.get("source_root_path", "")).rstrip("/")
    for name in ("source_include_directories", "source_exclude_directories"):
        for path in body.get(name) or ():
            if (root and not path.startswith(root + "/")) or ".." in path.split("/"):
                raise Refusal("AEC_BAD_REQUEST", f"Directory '{path}' is not below {root}", name)
    if body.get("schedule", "@DEFAULT") != "@DEFAULT":
        try:
            parse(body["schedule"])
        except BadSchedule as error:
            raise Refusal("AEC_BAD_REQUEST", str(error), "schedule") from error
