# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan asks of the target where the source is dead. Private to the collection; pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .._onefs.synciq import Policy
    from .plan import ClusterFacts, PoolPair, Request


def has_taken_over(pair: PoolPair, target: ClusterFacts) -> bool:
    """Whether the target's pool answers to the names that a dead source had, on interfaces of its own."""
    partner = next(pool for pool in target.pools if pool.id == pair.target)
    return bool(partner.interfaces) and pair.source_names.zone == pair.target_names.zone != ""


def require_recoverable(
    policies: t.Sequence[Policy], request: Request, target: ClusterFacts, reasons: list[str], warnings: list[str]
) -> None:
    """Without a source only the target says whether there is a state to fail over to; the rest is a warning."""
    states = {policy.name: policy for policy in target.target_policies}
    for policy in policies:
        partner = states.get(policy.name)
        where = f"SyncIQ policy '{policy.name}' of {request.source}"
        if partner is None or not partner.last_update:
            reasons.append(
                f"{where} never finished a run to {request.target}, so there is no state that could be served."
            )
        elif partner.failover_failback_state not in {"writes_disabled", "writes_enabled"}:
            reasons.append(
                f"{where}: its target path '{partner.target_path}' on {request.target} has the state "
                f"'{partner.failover_failback_state}'; an earlier failover or failback was not finished."
            )
        if policy.has_filters:
            warnings.append(
                f"{where} included or excluded folders or files; what it left out is missing on {request.target}."
            )
        if policy.action != "sync":
            warnings.append(f"{where} has the action '{policy.action}'; only 'sync' can fail back.")
