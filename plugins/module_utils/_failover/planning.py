# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read both clusters, plan a failover, and hand each later step what it needs of the plan.

Private to the collection.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._onefs.errors import MissingLibrary
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .._onefs.synciq import mirror_name
from .cluster_record import recall
from .facts import both_connections, pair_argument_spec, read_both, read_facts, without_source_argument_spec
from .plan import ClusterFacts, Plan, PlanRefused, Request, make_plan
from .pool_pairing import HINT_PREFIX
from .spn_plan import plan_spns

try:
    import jmespath

    HAS_JMESPATH = True
except ImportError:
    HAS_JMESPATH = False

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    **without_source_argument_spec(),
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "access_zone": {"type": "str", "default": ""},
    "method": {"type": "str", "choices": ["smartconnect", "ip_takeover"], "default": "smartconnect"},
    "pools": {"type": "list", "elements": "str", "default": []},
    "pool_map": {"type": "dict", "default": {}},
    "hint_prefix": {"type": "str", "default": HINT_PREFIX},
    "target_members": {"type": "dict", "default": {}},
}

# What each later step takes of the plan, as JMESPath expressions over Plan.as_dict().
VIEWS = {
    "interface_pairs": "pairs[].{source: source, target: target, source_members: source_members, target_members: target_members, ranges: ranges}",
    "name_pairs": "pairs[].{source: source, target: target, source_names: source_names, target_names: target_names}",
    "ttl_pairs": (
        "pairs[].{source: source, target: target, source_ttl_seconds: source_ttl_seconds, target_ttl_seconds: target_ttl_seconds, "
        "names: [source_names.zone, source_names.aliases][]}"
    ),
    "wake_pools": "pairs[].{pool: source, members: source_members}",
    "source_pools": "pairs[].source",
    "target_pools": "pairs[].target",
    "target_addresses": "pairs[].target_addresses[]",
    "source_addresses": "pairs[].source_addresses[]",
    "names": "pairs[].[source_names.zone, target_names.zone, source_names.aliases, target_names.aliases][][] | [?@ != '']",
    "policies": "policies[].name",
    "source_paths": "policies[].source_path",
    "spns": "spns",
    "schedules": "policies[].{name: name, schedule: schedule, enabled: enabled}",
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Plan the failover; changes nothing, in check mode or not."""
    del check_mode
    if params["source_name"] == params["target_name"]:
        raise PlanRefused([f"Source and target are both '{params['source_name']}'. Name two clusters."])
    request = Request(
        source=params["source_name"],
        target=params["target_name"],
        access_zone=params["access_zone"] or "",
        method=params["method"],
        pools=tuple(params["pools"] or ()),
        pool_map=params["pool_map"] or {},
        hint_prefix=params["hint_prefix"] or "",
        target_members=params["target_members"] or {},
        without_source=params["without_source"],
    )
    if request.without_source:
        progress(f"reading {request.target}, and what it knows of {request.source}")
        source, target = _read_without_source(request, params)
    else:
        progress(f"reading {request.source} and {request.target}")
        source, target = read_both(*both_connections(params))
    plan = make_plan(request, source, target)
    if plan.needed:
        plan = dataclasses.replace(plan, spns=plan_spns(source, target, *_names_and_pools(plan)))
    return {"changed": False, **views(plan), "plan": plan.as_dict(), "needed": plan.needed, "summary": summary(plan)}


def _names_and_pools(plan: Plan) -> tuple[list[str], list[str]]:
    names = [name for pair in plan.pairs for name in (pair.source_names.zone, *pair.source_names.aliases) if name]
    return names, [pair.source for pair in plan.pairs]


def _read_without_source(request: Request, params: t.Mapping[str, t.Any]) -> tuple[ClusterFacts, ClusterFacts]:
    """Take the source from what was written down of it, and read the target."""
    source, target = both_connections(params)
    with PapiSession(target) as papi:
        return recall(papi, request.source, source.host).facts, read_facts(papi)


def views(plan: Plan) -> dict[str, t.Any]:
    """Return what each later step takes of the plan."""
    if not HAS_JMESPATH:
        raise MissingLibrary("Planning", "jmespath")
    data = plan.as_dict()
    result = {name: jmespath.search(expression, data) or [] for name, expression in VIEWS.items()}
    result["mirror_schedules"] = [
        {**item, "name": mirror_name(item["name"]), "enabled": True} for item in result["schedules"]
    ]
    # Only addresses that an interface will hold answer; a pool may have spare ones in its ranges.
    result["target_addresses"] = _held(plan, "target")
    result["source_addresses"] = _held(plan, "source")
    return result


def summary(plan: Plan) -> list[str]:
    """Say the plan, or that nothing is left to do, in lines that an operator reads before pressing on."""
    if not plan.needed:
        return [f"Access zone {plan.access_zone} is already served by {plan.target}; nothing to move."]
    lines = [f"Access zone {plan.access_zone} moves from {plan.source} to {plan.target}:"]
    for pair in plan.pairs:
        names = ", ".join(name for name in (pair.source_names.zone, *pair.source_names.aliases) if name)
        lines += [
            f"  {pair.source} is taken over by {pair.target}: {pair.paired_by}",
            f"  interfaces {', '.join(pair.source_members)} leave {pair.source} of {plan.source}",
            f"  interfaces {', '.join(pair.target_members)} join {pair.target} of {plan.target}",
            f"  {names}: from {', '.join(pair.source_addresses)} to {', '.join(pair.target_addresses)}",
        ]
    lines += [
        f"  SyncIQ policy {policy.name}: {policy.source_path} becomes read-only on {plan.source}, "
        f"{policy.target_path} writable on {plan.target}"
        for policy in plan.policies
    ]
    lines += [f"  {', '.join(one.spns)} go to {plan.target}'s machine account in {one.domain}" for one in plan.spns]
    lines += [f"  warning: {warning}" for warning in plan.warnings]
    return lines


def _held(plan: Plan, side: str) -> list[str]:
    held: list[str] = []
    for pair in plan.pairs:
        members = pair.source_members if side == "source" else pair.target_members
        addresses = pair.source_addresses if side == "source" else pair.target_addresses
        held += addresses[: len(members)]
    return held
