# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether management and replication stay clear of the pools that move. Private to the collection; pure."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .._onefs.synciq import Policy
    from .plan import ClusterFacts, PoolPair


def require_management_outside(
    pairs: t.Sequence[PoolPair],
    source: ClusterFacts,
    target: ClusterFacts,
    policies: t.Sequence[Policy],
    reasons: list[str],
) -> None:
    """Name the ways of this run and of SyncIQ that lead through a pool that moves."""
    for pair in pairs:
        for facts, addresses, pool in (
            (source, pair.source_addresses, pair.source),
            (target, pair.target_addresses, pair.target),
        ):
            inside = sorted(set(facts.management_addresses) & set(addresses))
            if inside:
                reasons.append(
                    f"This run reaches {facts.identity.name} at {_quoted(inside)}, an address of IP pool '{pool}' that moves; "
                    "set onefs_host (and onefs_ssh_host) to an address of a pool that stays."
                )
        replication = [p.name for p in policies if p.target_host in pair.source_addresses + pair.target_addresses]
        if replication:
            reasons.append(
                f"SyncIQ policy {_quoted(replication)} replicates to an address of a pool that moves; "
                "set its target host to an address of a pool that stays."
            )


def _quoted(names: t.Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
