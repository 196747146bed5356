# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state that a dead source's data has on the target: which point, how old, and what had not finished.

Private to the collection. What a client wrote before the newest finished run of a policy *began* is on the target; what came later
may be lost.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import asdict, dataclass

from .._onefs.papi import PapiSession
from .._onefs.synciq import SUCCEEDED, TargetPolicy

TARGET_REPORTS = "/platform/4/sync/target/reports"


@dataclass(frozen=True)
class RecoveryPoint:
    """To which moment a policy's data goes back."""

    policy: str
    path: str
    point: int  # epoch seconds
    age_seconds: int
    last_job_state: str
    unfinished: bool

    def as_dict(self) -> dict[str, t.Any]:
        """Return it as it goes into results, with the moment as people read it."""
        return {**asdict(self), "point_time": moment(self.point)}


def moment(epoch_seconds: float) -> str:
    """Write a moment as people read it, in UTC."""
    return dt.datetime.fromtimestamp(epoch_seconds, tz=dt.timezone.utc).isoformat(timespec="seconds")


def recovery_point(policy: TargetPolicy, reports: t.Iterable[t.Mapping[str, t.Any]], now: float) -> RecoveryPoint:
    """Decide from the target's own knowledge; where its parts differ, the earlier moment is the one to trust."""
    runs = [report for report in reports if report.get("policy_name") in (None, policy.name)]
    good = [report for report in runs if report.get("state") in SUCCEEDED and report.get("start_time")]
    began = max((int(report["start_time"]) for report in good), default=0)
    point = min(filter(None, (began, policy.last_update)), default=0)
    newest = max(runs, key=lambda report: (report.get("job_id") or 0, report.get("start_time") or 0), default=None)
    state = policy.last_job_state
    broken = bool(newest and newest.get("state") not in SUCCEEDED)
    return RecoveryPoint(
        policy=policy.name,
        path=policy.target_path,
        point=point,
        age_seconds=max(0, int(now - point)),
        last_job_state=state,
        unfinished=state not in SUCCEEDED or broken,
    )


def read_recovery_points(
    papi: PapiSession, target_policies: t.Iterable[TargetPolicy], names: t.Container[str], now: float
) -> list[RecoveryPoint]:
    """Read the points of some policies from the cluster that they replicate to."""
    found = []
    for policy in target_policies:
        if policy.name in names:
            reports = papi.list(TARGET_REPORTS, "reports", policy_name=policy.name, reports_per_policy=10)
            found.append(recovery_point(policy, reports, now))
    return found


def spoken(point: RecoveryPoint, target: str) -> str:
    """Say the age of the data of one policy in a line for people."""
    minutes, seconds = divmod(point.age_seconds, 60)
    text = (
        f"policy {point.policy}: {point.path} of {target} has the state of {moment(point.point)} "
        f"({minutes} min {seconds} s ago); what was written later may be lost"
    )
    return f"{text}; its last job did not finish ({point.last_job_state})" if point.unfinished else text
