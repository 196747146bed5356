# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan that was written down, read back. Private to the collection; pure."""

from __future__ import annotations

import typing as t

from .plan import Names, Plan, PolicyPlan, PoolPair, Share
from .spn_plan import SpnPlan


def plan_from_dict(data: t.Mapping[str, t.Any]) -> Plan:
    """Return the plan that :meth:`Plan.as_dict` wrote down: the journal of a run has it."""

    def names(value: t.Mapping[str, t.Any]) -> Names:
        return Names(value["zone"], tuple(value["aliases"]), tuple(value.get("hints") or ()))

    pairs = [
        PoolPair(
            source=pair["source"],
            target=pair["target"],
            source_members=tuple(pair["source_members"]),
            target_members=tuple(pair["target_members"]),
            source_names=names(pair["source_names"]),
            target_names=names(pair["target_names"]),
            source_addresses=tuple(pair["source_addresses"]),
            target_addresses=tuple(pair["target_addresses"]),
            ranges=tuple(pair["ranges"]),
            source_ttl_seconds=int(pair["source_ttl_seconds"]),
            target_ttl_seconds=int(pair["target_ttl_seconds"]),
            paired_by=str(pair.get("paired_by") or ""),
        )
        for pair in data["pairs"]
    ]
    return Plan(
        source=data["source"],
        target=data["target"],
        access_zone=data["access_zone"],
        pairs=tuple(pairs),
        policies=tuple(PolicyPlan(**policy) for policy in data["policies"]),
        shares=tuple(Share(**share) for share in data["shares"]),
        needed=data["needed"],
        warnings=tuple(data["warnings"]),
        spns=tuple(SpnPlan(one["domain"], one["account"], tuple(one["spns"])) for one in data["spns"]),
        source_guid=str(data.get("source_guid") or ""),
        target_guid=str(data.get("target_guid") or ""),
    )
