# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module's work: gather the facts, ask the checks, say what stands in the way. Private to the collection."""

from __future__ import annotations

import dataclasses
import typing as t

from ..._onefs.connection import Connection
from ..._onefs.errors import BadOption
from ..._onefs.progress import Progress
from ..facts import pair_argument_spec
from ..plan import Request, is_served_by_target
from ..pool_pairing import HINT_PREFIX
from .check import BLOCK, INFO, WARN, Unread
from .facts import Facts, Limits
from .gathering import Question, gather
from .outcome import evaluate, standing, summary, table, waivers_from

_LIMITS: dict[str, t.Any] = {
    "replication_age_seconds": {"type": "float", "default": 86400},
    "final_sync_seconds": {"type": "float", "default": 60},
    "ttl_seconds": {"type": "int", "default": 10},
    "rehearsal_days": {"type": "float", "default": 30},
}

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "source_name": {"type": "str", "required": True},
    "target_name": {"type": "str", "required": True},
    "access_zone": {"type": "str", "default": ""},
    "method": {"type": "str", "choices": ["smartconnect", "ip_takeover"], "default": "smartconnect"},
    "mode": {"type": "str", "choices": ["planned", "unplanned"], "default": "planned"},
    "pools": {"type": "list", "elements": "str", "default": []},
    "pool_map": {"type": "dict", "default": {}},
    "hint_prefix": {"type": "str", "default": HINT_PREFIX},
    "target_members": {"type": "dict", "default": {}},
    "dns_servers": {"type": "list", "elements": "str", "default": []},
    "smb_user": {"type": "str", "default": ""},
    "smb_password": {"type": "str", "default": "", "no_log": True},
    "waive": {"type": "list", "elements": "raw", "default": []},
    "limits": {"type": "dict", "default": {}, "options": _LIMITS},
}


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Ask all checks; changes nothing, in check mode or not."""
    del check_mode
    waivers = waivers_from(params["waive"] or ())
    if params["source_name"] == params["target_name"]:
        raise BadOption(
            f"Comparing two clusters: source and target are both '{params['source_name']}'. Name two clusters."
        )
    question = question_from(params)
    progress(
        f"reading {params['target_name']}"
        if not question.with_source
        else f"reading {params['source_name']} and {params['target_name']}"
    )
    facts = gather(question)
    if is_done(facts):
        line = f"{params['target_name']} serves already; nothing is to move."
        return _result([], [line], [line], [], [], served=True)
    outcomes = evaluate(facts, waivers)
    progress(summary(outcomes))
    blockers, warnings = standing(outcomes, BLOCK), standing(outcomes, WARN)
    informs = standing(outcomes, INFO)
    return {
        **_result(
            [one.as_dict() for one in outcomes],
            table(outcomes),
            table(outcomes, only_unfulfilled=True),
            blockers,
            warnings,
            served=False,
        ),
        "notes": informs,
    }


def question_from(params: t.Mapping[str, t.Any]) -> Question:
    """Take the options of the module."""
    limits = {name: value for name, value in (params["limits"] or {}).items() if value is not None}
    return Question(
        request=Request(
            source=params["source_name"],
            target=params["target_name"],
            access_zone=params["access_zone"] or "",
            pools=tuple(params["pools"] or ()),
            method=params["method"],
            pool_map=params["pool_map"] or {},
            hint_prefix=params["hint_prefix"] or "",
            target_members=params["target_members"] or {},
        ),
        source=Connection.from_params(params["source"]),
        target=Connection.from_params(params["target"]),
        dns_servers=tuple(params["dns_servers"] or ()),
        smb_user=params["smb_user"] or "",
        smb_password=params["smb_password"] or "",
        limits=dataclasses.replace(Limits(), **limits),
        with_source=params["mode"] == "planned",
    )


def is_done(facts: Facts) -> bool:
    """Whether the target serves already what is asked for."""
    if isinstance(facts.scope, Unread):
        return False
    pairs = facts.scope.pairs
    return bool(pairs) and all(is_served_by_target(pair) for pair in pairs)


def _result(
    checks: list[dict[str, t.Any]],
    lines: list[str],
    unfulfilled: list[str],
    blockers: list[str],
    warnings: list[str],
    served: bool,
) -> dict[str, t.Any]:
    return {
        "changed": False,
        "checks": checks,
        "table": lines,
        "unfulfilled": unfulfilled,
        "blockers": blockers,
        "concerns": warnings,
        "notes": [],
        "ready": not blockers,
        "served_by_target": served,
    }
