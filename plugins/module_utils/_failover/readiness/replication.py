# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of SyncIQ: what is replicated, how fresh it is, and whether it can be turned round. Private to the collection; pure."""

from __future__ import annotations

import statistics
import typing as t

from ..._onefs.synciq import SUCCEEDED, mirror_name
from ..plan import is_below, require_read_only_targets, require_ready_policies
from .check import BLOCK, WARN, Check, Finding, NotSeen, judge, known
from .facts import Facts, Run
from .scope import plan_facts

TREND_RUNS = 4
TREND_FACTOR = 3
SHORT_RUN_SECONDS = 5
SETTLED_SECONDS = 1.0


def policies_ready(facts: Facts) -> Finding:
    """Policies cover the zone, and each replicates all that lies below its path."""
    scope = known(facts.scope)
    problems = list(scope.policy_problems)
    require_ready_policies(scope.policies, facts.request, problems)
    root = known(facts.source.zones)[scope.zone].path
    seen = [f"'{p.name}': {p.source_root_path} to {p.target_path}" for p in scope.policies]
    seen.append(f"Access zone '{scope.zone}' starts at {root}.")
    return judge(problems, seen)


def target_read_only(facts: Facts) -> Finding:
    """The target's copies are read-only, and the last job of each policy ended well on both sides."""
    scope = known(facts.scope)
    problems: list[str] = []
    require_read_only_targets(scope.policies, facts.request, plan_facts(facts.target), problems)
    names = {policy.name for policy in scope.policies}
    seen: list[str] = []
    failed: list[str] = []
    for partner in known(facts.target.target_policies):
        if partner.name in names:
            seen.append(
                f"'{partner.name}': {partner.target_path} is {partner.failover_failback_state}, last job {partner.last_job_state}"
            )
            if partner.last_job_state in {"failed", "needs_attention", "canceled"}:
                # A failed attempt to allow writes was undone; the same run may be started again when its cause is mended.
                weight = problems if partner.last_job_state == "needs_attention" else failed
                weight.append(
                    f"'{partner.name}': {facts.target.name} saw its last job end with state '{partner.last_job_state}'"
                )
    return judge([*problems, *failed], seen, BLOCK if problems else WARN)


def replication_fresh(facts: Facts) -> Finding:
    """The last success of each policy is young enough, and its runs do not become ever longer."""
    late: list[str] = []
    growing: list[str] = []
    seen: list[str] = []
    limit = facts.limits.replication_age_seconds
    for policy in known(facts.scope).policies:
        runs = _runs(facts, policy.name)
        durations = [run.seconds for run in reversed(runs)]
        history = f"durations of its last runs, in seconds: {', '.join(map(str, durations)) or 'none'}"
        if not policy.last_success:
            late.append(f"'{policy.name}' never ended with success")
            continue
        age = facts.now - policy.last_success
        line = f"'{policy.name}' ended with success {spoken_seconds(age)} ago; {history}"
        (late if age > limit else seen).append(line)
        if _grows(durations):
            growing.append(f"'{policy.name}' takes ever longer; {history}")
    if late:
        return judge([*late, f"The limit is {spoken_seconds(limit)}."], seen, BLOCK)
    return judge(growing, seen, WARN)


def _grows(durations: t.Sequence[int]) -> bool:
    """Whether the last run took a multiple of what the ones before it did; short ones tell nothing."""
    if len(durations) < TREND_RUNS or durations[-1] <= SHORT_RUN_SECONDS:
        return False
    return durations[-1] > TREND_FACTOR * max(1.0, statistics.median(durations[:-1]))


def final_sync_short(facts: Facts) -> Finding:
    """The run for which clients wait is predicted to be short."""
    problems: list[str] = []
    seen: list[str] = []
    limit = facts.limits.final_sync_seconds
    for policy in known(facts.scope).policies:
        runs = [run for run in _runs(facts, policy.name) if run.state in SUCCEEDED]
        if not runs:
            seen.append(f"'{policy.name}' has no report, so nothing is predicted")
            continue
        predicted = statistics.median(run.seconds for run in runs[:5])
        rate = sum(run.transferred_bytes for run in runs) / max(1, sum(run.seconds for run in runs))
        line = f"'{policy.name}': {predicted:.0f} s, by its last {len(runs[:5])} runs ({rate / 1e6:.1f} MB/s)"
        (problems if predicted > limit else seen).append(line)
    if problems:
        problems.append(f"The limit is {limit:.0f} s.")
    return judge(problems, seen)


def failback_prepared(facts: Facts) -> Finding:
    """The source is marked already, so that turning the replication round does not have to walk all files."""
    problems: list[str] = []
    seen: list[str] = []
    details = known(facts.source.sync_details)
    # What was replicated to before is a SyncIQ domain already.
    been_target = {partner.name for partner in known(facts.source.target_policies)}
    for policy in known(facts.scope).policies:
        detail = details[policy.name]
        earlier = mirror_name(policy.name) in been_target
        ready = detail.accelerated_failback or detail.domain_marked or earlier
        words = "is" if ready else "is not"
        (seen if ready else problems).append(
            f"'{policy.name}': the source {words} prepared (accelerated failback {_on(detail.accelerated_failback)}, "
            f"domain mark {_on(detail.domain_marked)}{', was a target before' if earlier else ''})"
        )
    return judge(problems, seen)


def one_direction(facts: Facts) -> Finding:
    """No policy of the target replicates what the source's policies replicate to it."""
    problems: list[str] = []
    scope = known(facts.scope)
    paths = [policy.target_path for policy in scope.policies]
    others = known(facts.target.policies)
    for policy in others:
        if not policy.enabled:
            continue
        for path in paths:
            if is_below(policy.source_root_path, path) or is_below(path, policy.source_root_path):
                problems.append(
                    f"'{policy.name}' of {facts.target.name} replicates {policy.source_root_path}, which overlaps {path}, and is enabled"
                )
    mirrors = {mirror_name(policy.name) for policy in scope.policies}
    parked = [policy.name for policy in others if policy.name in mirrors and not policy.enabled]
    seen = (
        [f"{facts.target.name} has {len(others)} policies of its own, none enabled on these paths"]
        if not problems
        else []
    )
    return judge(problems, [*seen, *(f"'{name}' waits there for a failback" for name in parked)])


def copies_agree(facts: Facts) -> Finding:
    """What was there before the last replication is on the target with the same size."""
    problems: list[str] = []
    seen: list[str] = []
    for policy in known(facts.scope).policies:
        good = [run for run in _runs(facts, policy.name) if run.state in SUCCEEDED]
        if not good:
            raise NotSeen(f"policy '{policy.name}' has no report of a run that ended well, so nothing can be compared")
        here = known(facts.source.listings[policy.source_root_path])
        there = {entry.name: entry for entry in known(facts.target.listings[policy.target_path])}
        # What was changed since may rightly differ.
        settled = [entry for entry in here if entry.modified < good[0].started - SETTLED_SECONDS]
        for entry in settled:
            copy = there.get(entry.name)
            path = f"{policy.target_path}/{entry.name}"
            if copy is None:
                problems.append(
                    f"{path} is not on {facts.target.name}, though the last replication is younger than the file"
                )
            elif copy.size_bytes != entry.size_bytes:
                problems.append(
                    f"{path} has {copy.size_bytes} bytes on {facts.target.name} and {entry.size_bytes} on {facts.source.name}"
                )
        seen.append(f"'{policy.name}': {len(settled)} files of {policy.source_root_path} compared by name and size")
    return judge(problems, seen)


def _runs(facts: Facts, policy: str) -> list[Run]:
    """Return the ordinary runs of a policy, the newest first."""
    actions = {"run", "sync", "copy", ""}
    return [run for run in known(facts.source.runs) if run.policy == policy and run.action in actions]


def spoken_seconds(seconds: float) -> str:
    """Say a duration as people do."""
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if abs(seconds) >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"


def _on(switch: bool) -> str:
    return "on" if switch else "off"


CHECKS = (
    Check(
        6,
        "policies_ready",
        "Do SyncIQ policies replicate all of the zone?",
        BLOCK,
        policies_ready,
        "isi sync policies modify POLICY --enabled true (without includes and excludes), then isi sync jobs start POLICY.",
    ),
    Check(
        7,
        "target_read_only",
        "Are the target's copies in the state that a failover starts from?",
        BLOCK,
        target_read_only,
        "Look at 'isi sync target list' on the target and 'isi sync reports list' on the source; end the earlier failover, or run the policy.",
    ),
    Check(
        8,
        "replication_fresh",
        "Is the last replication young enough?",
        BLOCK,
        replication_fresh,
        "isi sync jobs start POLICY, and look at why its schedule did not.",
    ),
    Check(
        9,
        "final_sync_short",
        "Will the run for which clients wait be short?",
        WARN,
        final_sync_short,
        "Raise failover_pre_sync_rounds, or fail over when less is written.",
    ),
    Check(
        10,
        "failback_prepared",
        "Can the replication be turned round without walking all files?",
        WARN,
        failback_prepared,
        "isi sync policies modify POLICY --accelerated-failback true, and let it run once.",
    ),
    Check(
        11,
        "one_direction",
        "Is the replication one-way?",
        BLOCK,
        one_direction,
        "Disable the target's policy (isi sync policies modify POLICY --enabled false), or fail over in the other direction.",
    ),
    Check(
        40,
        "copies_agree",
        "Is on the target what was replicated?",
        BLOCK,
        copies_agree,
        "Let the policy run (isi sync jobs start POLICY) and look at its report; where the copy stays different, look into it before any failover.",
    ),
)
