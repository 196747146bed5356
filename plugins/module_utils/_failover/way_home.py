# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The failover that a failback takes back, and what was changed by others since.

Private to the collection; pure. Decides from the journals of earlier runs and from facts, and from nothing else.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._onefs.errors import Refused
from .._onefs.synciq import NOT_SUCCEEDED, mirror_name
from .plan import Names
from .pool_pairing import HINT_PREFIX

if t.TYPE_CHECKING:
    from .._onefs.pools import Pool
    from .plan import ClusterFacts

RESYNC_CREATED = "resync_policy_created"


class FailbackRefused(Refused):
    """There is nothing to fail back, or the way back is not prepared; nothing was changed."""

    what = "failback"


@dataclass(frozen=True)
class PastFailover:
    """A failover that succeeded: its journal as it was opened, and when it ended."""

    run_id: str
    generation: int
    closed: str
    journal: t.Mapping[str, t.Any]

    def goes(self, source: str, target: str) -> bool:
        """Whether it went this way."""
        return (self.journal.get("source"), self.journal.get("target")) == (source, target)


@dataclass(frozen=True)
class Schedule:
    """When a policy of the cluster that gets its service back is to run by itself."""

    name: str
    schedule: str
    enabled: bool


@dataclass(frozen=True)
class WayHome:
    """How the way back differs from any other failover."""

    pool_map: t.Mapping[str, str]
    target_members: t.Mapping[str, tuple[str, ...]]
    schedules: tuple[Schedule, ...]
    mirrors: tuple[str, ...]
    warnings: tuple[str, ...]


def find_way_home(
    past: PastFailover, source: ClusterFacts, target: ClusterFacts, method: str, hint_prefix: str = HINT_PREFIX
) -> WayHome:
    """Return the way back from ``source``, which serves now, or raise with every reason why there is none."""
    journal = past.journal
    reasons: list[str] = []
    warnings: list[str] = []
    journaled_method = journal.get("method")
    if journaled_method and journaled_method != method:
        reasons.append(
            f"The failover {past.run_id} was by the method {journaled_method}, this is to go by {method}, and would not end where that one "
            f"began. Run with -e failover_method={journaled_method}."
        )
    source_name, target_name = journal["target"], journal["source"]
    schedules = _schedules(journal, source, target, (source_name, target_name), reasons, warnings)
    _require_names_at_rest(journal, target, target_name, hint_prefix, reasons)
    _warn_of_new_names(journal, source, (source_name, target_name), hint_prefix, warnings)
    if reasons:
        raise FailbackRefused(reasons)
    return WayHome(
        pool_map={pair["target"]: pair["source"] for pair in journal["pairs"]},
        target_members={pair["source"]: tuple(pair["source_members"]) for pair in journal["pairs"]},
        schedules=schedules,
        mirrors=tuple(mirror_name(policy["name"]) for policy in journal["policies"]),
        warnings=tuple(warnings),
    )


def _schedules(
    journal: t.Mapping[str, t.Any],
    source: ClusterFacts,
    target: ClusterFacts,
    names: tuple[str, str],
    reasons: list[str],
    warnings: list[str],
) -> tuple[Schedule, ...]:
    """Return the schedules that the original policies had, or what somebody set since; name mirrors that are not ready."""
    source_name, target_name = names
    found = []
    states = {policy.name: policy.failover_failback_state for policy in source.target_policies}
    originals = {policy.name: policy for policy in target.policies}
    mirrors = {policy.name: policy for policy in source.policies}
    for policy in journal["policies"]:
        name, schedule = policy["name"], str(policy["schedule"])
        mirror = mirrors.get(mirror_name(name))
        where = f"SyncIQ policy '{mirror_name(name)}' of {source_name}"
        if states.get(name) != RESYNC_CREATED or mirror is None:
            reasons.append(
                f"The way back is not prepared: {where} {'is missing' if mirror is None else 'is there'}, and '{name}' has the state "
                f"'{states.get(name, 'absent')}' on {source_name}, not '{RESYNC_CREATED}'. {_how_to_prepare(journal, source_name, target_name, name)}"
            )
            continue
        if mirror.last_job_state in NOT_SUCCEEDED or not mirror.last_success:
            reasons.append(
                f"{where} has not replicated back yet: its last job has the state '{mirror.last_job_state}'. Let it run once with success."
            )
        if mirror.schedule != schedule:
            warnings.append(
                f"{where} runs '{mirror.schedule}', the failover gave it '{schedule}': somebody changed it since. Policy '{name}' of "
                f"{target_name} gets '{schedule}' back, which it had before."
            )
        original = originals.get(name)
        if original is None:
            reasons.append(
                f"SyncIQ policy '{name}' of {target_name}, which the failover came by, is gone; create it again first."
            )
            continue
        if original.schedule not in {"", schedule}:
            warnings.append(
                f"SyncIQ policy '{name}' of {target_name} was given the schedule '{original.schedule}' since the failover, and keeps it; "
                f"before it had '{schedule}'."
            )
            schedule = original.schedule
        found.append(Schedule(name, schedule, bool(policy["enabled"])))
    return tuple(found)


def _how_to_prepare(journal: t.Mapping[str, t.Any], source_name: str, target_name: str, policy: str) -> str:
    """Say what prepares the way back; after an unplanned failover that throws away what only the other cluster has."""
    if "unplanned" not in journal:
        return (
            f"Run the failover from {target_name} to {source_name} once more with failover_reprotect=true: it prepares the way back and "
            "changes nothing else."
        )
    return (
        f"The failover to {source_name} was unplanned: {target_name} may have what nobody else has. Run "
        f"seamless.smb_failover.quarantine_returning_source with -e failover_source={target_name} -e failover_target={source_name} "
        f"-e failover_access_zone={journal['access_zone']}, look at its list, and run it again with "
        f"-e failover_discard={journal['access_zone']}: it prepares the way back. Where it finds nothing to do, its mark was lifted or removed: "
        f"'isi sync recovery resync-prep {policy}' on {target_name} prepares the way back then."
    )


def _require_names_at_rest(
    journal: t.Mapping[str, t.Any], target: ClusterFacts, target_name: str, hint_prefix: str, reasons: list[str]
) -> None:
    """Refuse to carry names away that somebody gave to a pool of the cluster that gets its service back."""
    pools = {pool.id: pool for pool in target.pools}
    for pair in journal["pairs"]:
        pool = pools.get(pair["source"])
        if pool is None:
            reasons.append(f"IP pool '{pair['source']}' of {target_name} is gone; create it again first.")
            continue
        left = {pair["target_names"]["zone"], *pair["target_names"]["aliases"]}
        own = {pair["source_names"]["zone"], *pair["source_names"]["aliases"]}
        new = sorted(_moving(pool, hint_prefix) - left - own)
        if new:
            reasons.append(
                f"IP pool '{pool.id}' of {target_name} was given the names {', '.join(new)} since the failover; the failback would carry "
                "them away. Give them to another pool, or take them off, and give them back afterwards."
            )


def _warn_of_new_names(
    journal: t.Mapping[str, t.Any],
    source: ClusterFacts,
    clusters: tuple[str, str],
    hint_prefix: str,
    warnings: list[str],
) -> None:
    source_name, target_name = clusters
    pools = {pool.id: pool for pool in source.pools}
    for pair in journal["pairs"]:
        pool = pools.get(pair["target"])
        if pool is None:
            continue
        known = {pair["source_names"]["zone"], *pair["source_names"]["aliases"]}
        now = _moving(pool, hint_prefix)
        served = bool(now & known)
        if served and now - known:
            warnings.append(
                f"IP pool '{pool.id}' of {source_name} was given the names {', '.join(sorted(now - known))} since the failover; they go "
                f"along to {target_name}."
            )
        if served and known - now - {""}:
            warnings.append(
                f"IP pool '{pool.id}' of {source_name} has lost the names {', '.join(sorted(known - now - {''}))} since the failover; "
                f"{target_name} does not get them back."
            )


def _moving(pool: Pool, hint_prefix: str) -> set[str]:
    """Return the names of a pool that go along with a failover."""
    names = Names.of(pool, hint_prefix)
    return {names.zone, *names.aliases} - {""}
