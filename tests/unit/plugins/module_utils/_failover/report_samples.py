# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that came to every end there is, as the role hands them to the module, with the names that nobody wishes for."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import jsonschema
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.report_files import (
    ARGUMENT_SPEC,
    report_of,
)

ROOT = pathlib.Path(__file__).resolve().parents[5]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))

HOSTILE = (
    "</script><script>document.title='owned'</script>",
    '"><img src=http://198.51.100.9/x onerror=document.title="owned">',
    "'; onmouseover='alert(1)",
    "{{ lookup('pipe', 'id') }} {% raw %}",
    "\x1b[2J\x1b]0;owned\x07 \x00 \r\n# heading",
    "a|b `c` *d* _e_ [f](http://198.51.100.9/) <!-- ]]> &lt; www.example.org",
    "\u202egpj.exe",
    "\udcff",
)

START = 1_800_000_000.0
PLAN = {
    "access_zone": "sales",
    "pairs": [
        {
            "source": "groupnet0.subnet1.sales",
            "target": "groupnet0.subnet1.sales",
            "paired_by": "same name in the same zone",
        }
    ],
    "warnings": [],
}


def check(**changes: Any) -> dict[str, Any]:
    """Return a readiness check."""
    return {
        "number": 1,
        "id": "api_reachable",
        "title": "Does the platform API answer?",
        "severity": "block",
        "status": "ok",
        "evidence": ["boston answers after 12 ms"],
        "remedy": "",
        "waived": False,
        "waiver_reason": "",
        **changes,
    }


CHECKS = [
    check(),
    check(
        id="only_smb",
        title="Is SMB the only way in?",
        status="failed",
        evidence=["export 1"],
        waived=True,
        waiver_reason="read-only",
    ),
    check(id="rehearsed_lately", title="Was it tried out?", severity="warn", status="failed", evidence=["never"]),
]


def steps(*timed: tuple[str, float, float], failed: str = "") -> list[dict[str, Any]]:
    """Return steps by name, start and length."""
    found: list[dict[str, Any]] = []
    for name, after, seconds in timed:
        result: dict[str, Any] = {"started": START + after, "seconds": seconds, "changed": True}
        if name == failed:
            result |= {"failed": True, "msg": f"The call for {name} came back with 500. Look at the cluster."}
        found.append({"name": name, "result": result})
    return [*found, {"name": "restore", "result": {"skipped": True}}]


def looked(*timed: tuple[str, float, float]) -> list[dict[str, Any]]:
    """Return steps that changed nothing."""
    return [{**step, "result": {**step["result"], "changed": False}} for step in steps(*timed)]


BEFORE = (("readiness", 0, 6.0), ("plan", 6, 0.7), ("lease", 7, 0.3), ("pre_sync", 8, 3.9))
CUTOVER = (
    ("fence", 12, 1.1),
    ("prove", 13.2, 0.8),
    ("final_sync", 14, 1.4),
    ("allow_writes", 15.5, 0.6),
    ("online", 16.2, 0.9),
)
AFTER = (("wake", 17.2, 2.1), ("verify", 19.4, 0.2), ("reprotect", 21, 1.0))

CLIENTS = {
    "clients": [
        {
            "address": "198.51.100.101",
            "name": "pc7.example.com",
            "users": ["EXAMPLE\\alice"],
            "by_address": {"verdict": "no", "strength": "strong", "evidence": ["it asked for sales.example.com"]},
            "ntlm": {"verdict": "perhaps", "strength": "weak", "evidence": ["no domain"]},
        }
    ],
    "returned": [{"client": "198.51.100.101", "seen": START + 19.5}],
    "recheck": {
        "counts": {"same": 1},
        "bad": [],
        "not_looked_at": 0,
        "files": [{"path": "/ifs/data/sales/a.xlsx", "verdict": "same"}],
    },
}


def file(path: str, risk: str, **changes: Any) -> dict[str, Any]:
    """Return an open file."""
    return {
        "path": path,
        "user": "EXAMPLE\\alice",
        "clients": ["198.51.100.101"],
        "access": "read" if risk == "green" else "write",
        "locks": 0,
        "share": "sales",
        "risk": risk,
        "reason": "open",
        "ambiguous": False,
        "handles": 1,
        **changes,
    }


FILES = [
    file("/ifs/data/sales/b.docx", "red", locks=10),
    file("/ifs/data/sales/a.xlsx", "amber", locks=9),
    file("/ifs/data/sales/c.pdf", "green"),
]
ROUND = {"number": 1, "seconds": 3.9, "files": 12, "bytes": 5_000_000}
CONFIGURATION = {
    "boston": {
        "pools": {"groupnet0.subnet1.sales": {"sc_dns_zone": "sales.example.com", "ifaces": []}},
        "shares": {"sales": "1"},
    },
    "newyork": {"policies": {}},
}
CHANGED = {
    "boston": {"pools": {"groupnet0.subnet1.sales": {"sc_dns_zone": "", "ifaces": []}}, "shares": {"sales": "2"}},
    "newyork": {"policies": {"sales_mirror": {"enabled": True}}},
}


def params(result: str, timed: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """Return the options of the module."""
    unset = {name: option.get("default") for name, option in ARGUMENT_SPEC.items()}
    return {
        **unset,
        "result": result,
        "source_name": "boston",
        "target_name": "newyork",
        "access_zone": "sales",
        "method": "smartconnect",
        "plan": PLAN,
        "run_id": "dd10870bcbcf",
        "steps": timed,
        "readiness": CHECKS,
        "unfulfilled": CHECKS[1:],
        "onefs_releases": {"boston": "9.10.0.0", "newyork": "9.10.0.0"},
        "ansible_core_version": "2.19.1",
        **changes,
    }


SERVED = {
    "connected_clients": ["198.51.100.101", "198.51.100.102"],
    "missing_clients": ["198.51.100.102"],
    "at_risk": CLIENTS,
    "open_files": FILES,
    "open_files_total": 3,
    "pre_sync_rounds": [ROUND],
    "final_sync_rounds": [ROUND],
    "configuration_before": CONFIGURATION,
    "configuration_after": CHANGED,
    "notices": [
        {
            "event": "complete",
            "hook": "sales team",
            "way": "mail",
            "told": False,
            "trouble": "no answer",
            "seconds": 1.0,
        }
    ],
}

LOSS = {
    "witnesses": ["controller", "newyork"],
    "outside_fence": "waived: no power",
    "loss_window": {
        "points": [{"path": "/ifs/data/sales", "point_time": "2026-05-04T12:00:00+00:00", "unfinished": True}],
        "known_as_of": "2026-05-04T12:00:00+00:00",
        "clients_last_seen": ["198.51.100.101"],
        "files_last_seen_open": [{"path": "/ifs/data/sales/a.xlsx", "user": "alice"}],
    },
}

ENDS: dict[str, dict[str, Any]] = {
    "succeeded": params("succeeded", steps(*BEFORE, *CUTOVER, *AFTER), **SERVED),
    "rolled_back": params(
        "rolled_back",
        steps(*BEFORE, *CUTOVER[:3], ("undo_interfaces", 18, 1.5), failed="final_sync"),
        reason="The step 'Final sync' failed: 500.\nMend the cause.",
        connected_clients=["198.51.100.101"],
        configuration_before=CONFIGURATION,
        configuration_after=CONFIGURATION,
    ),
    "stopped": params(
        "stopped", steps(*BEFORE, *CUTOVER, *AFTER, failed="reprotect"), reason="A step is missing.", **SERVED
    ),
    "half_way": params(
        "stopped", steps(*BEFORE, *CUTOVER[:2], failed="prove"), served_by="unknown", reason="Undoing failed in turn."
    ),
    "refused": params(
        "refused",
        steps(BEFORE[0]),
        plan={},
        run_id="",
        reason="Not ready: licenses_valid.",
        readiness=[*CHECKS, check(id="licenses_valid", status="failed", remedy="Renew it.")],
    ),
    "nothing_known": params("refused", [], plan={}, run_id="", readiness=[], unfulfilled=[], onefs_releases={}),
    "unchanged": params("unchanged", looked(*BEFORE[:2]), run_id=""),
    "finished": params("unchanged", [*looked(*BEFORE[:2]), *steps(AFTER[2])], run_id=""),
    "taken_over": params(
        "taken_over", steps(*BEFORE, *CUTOVER[:2], failed="prove"), reason="This run no longer holds its lease."
    ),
    "checked": params("checked", steps(*BEFORE, *CUTOVER), run_id="", predicted_seconds={"fence": 1.5}),
    "rehearsed": params("checked", steps(*BEFORE), run_id="", rehearsal_level=1),
    "copy_failed": params(
        "failed", steps(("client_visit", 3, 2.0), failed="client_visit"), rehearsal_level=2, rehearsed={"leftovers": []}
    ),
    "drill": params("succeeded", steps(*BEFORE, *CUTOVER, *AFTER), rehearsal_level=3),
    "unplanned": params("succeeded", steps(*CUTOVER[3:], AFTER[1]), unplanned=LOSS),
    "unplanned_undone": params(
        "rolled_back", steps(*CUTOVER[3:4], failed="allow_writes"), unplanned=LOSS, reason="The step failed."
    ),
}


def made(end: str) -> dict[str, Any]:
    """Return the report of an end."""
    return report_of(ENDS[end], START + 60)


def long_names() -> dict[str, Any]:
    """Return a run with several pools, clients and files, with names as long as those of a large company."""
    pools = [f"groupnet0.subnet{number}.sales-headquarters" for number in (1, 2)]
    addresses = ["198.51.100.101", "198.51.100.102"]
    folder = "/ifs/data/sales/Departments/Northern Region/2026/Contracts and amendments"
    clients = [
        {**CLIENTS["clients"][0], "address": address, "name": "workstation-7.emea.corp.example.com"}
        for address in addresses
    ]
    files = [file(f"{folder}/final_version_{risk}.docx", risk, clients=addresses) for risk in ("red", "green")]
    whole = {"sc_dns_zone": "sales-headquarters.emea.corp.example.com", "ifaces": ["1:ext-1", "2:ext-1", "3:ext-1"]}
    before = {name: {"pools": dict.fromkeys(pools, whole)} for name in ("boston", "newyork")}
    after = {name: {"pools": dict.fromkeys(pools, {"sc_dns_zone": "", "ifaces": []})} for name in before}
    pairs = [{"source": pool, "target": pool, "paired_by": "SmartConnect alias igls-pool-7"} for pool in pools]
    return {
        **ENDS["succeeded"],
        "plan": {**PLAN, "pairs": pairs},
        "at_risk": {**CLIENTS, "clients": clients},
        "open_files": files,
        "configuration_before": before,
        "configuration_after": after,
    }


def hostile(name: str) -> dict[str, Any]:
    """Return a report in which everything that a cluster or a client has named is called so."""
    rows = [file(f"/ifs/{name}", "red", user=name, share=name, clients=[name], reason=name)]
    detail = {
        "address": name,
        "name": name,
        "users": [name],
        "by_address": {"verdict": name, "evidence": [name]},
        "ntlm": {"verdict": name, "evidence": [name]},
    }
    words = check(title=name, evidence=[name], status="failed", remedy=name, waived=True, waiver_reason=name)
    after = {name: {"pools": {name: {"sc_dns_zone": name, name: [name]}}, "policies": {name: {}}}}
    return report_of(
        params(
            "succeeded",
            steps(*BEFORE, *CUTOVER, *AFTER, failed="verify"),
            **{
                **SERVED,
                "source_name": name,
                "target_name": name,
                "method": name,
                "run_id": name,
                "reason": name.replace("\n", " "),
                "warnings": [name],
                "plan": {**PLAN, "access_zone": name, "pairs": [{"source": name, "target": name, "paired_by": name}]},
                "connected_clients": [name],
                "missing_clients": [name],
                "at_risk": {"clients": [detail], "unlisted": [name]},
                "open_files": rows,
                "readiness": [words, check(title=name, evidence=[name])],
                "unfulfilled": [words],
                "configuration_before": {name: {"pools": {name: {"sc_dns_zone": "another"}}}},
                "configuration_after": after,
                "onefs_releases": {name: name},
                "notices": [{"event": name, "hook": name, "way": name, "told": False, "trouble": name}],
                "unplanned": {
                    "witnesses": [name],
                    "outside_fence": name,
                    "loss_window": {
                        **LOSS["loss_window"],
                        "clients_last_seen": [name],
                        "points": [{"path": name, "point_time": name, "unfinished": True}],
                    },
                },
            },
        ),
        START + 60,
    )


def faults_of(report: Any) -> list[str]:
    """Return where a report is not as its schema says."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [f"{'/'.join(map(str, error.path))}: {error.message[:300]}" for error in validator.iter_errors(report)]
