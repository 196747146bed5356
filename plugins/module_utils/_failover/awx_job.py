# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which job of AWX, or of automation controller, carries a run out.

Private to the collection. Each job runs in a container of its own, of which nothing is left when somebody asks whether it still
lives: the number of the job is what one can look up then.
"""

from __future__ import annotations

import typing as t

from .._onefs.printable import printable

# AWX sets each variable under both names; automation controller had only the second one for long.
PREFIXES = ("awx", "tower")
KEYS = ("job_id", "job_template_name", "workflow_job_id", "user_name")
# Set by AWX for each job, from its setting "Base URL of the service".
ADDRESS = "AWX_HOST"
LONGEST = 120


def job_of(variables: t.Mapping[str, t.Any], environment: t.Mapping[str, str]) -> dict[str, str]:
    """Return what AWX says of the job that runs with these variables; empty where it is none."""
    found = {key: _first(variables, key) for key in KEYS}
    if not found["job_id"]:
        return {}
    address = environment.get(ADDRESS, "").rstrip("/")
    if address.startswith(("http://", "https://")):
        found["address"] = plain(f"{address}/#/jobs/playbook/{found['job_id']}")
    return {key: value for key, value in found.items() if value}


def describe(job: t.Mapping[str, t.Any]) -> str:
    """Name a job in a message; empty where there is none."""
    known = {key: plain(job[key]) for key in (*KEYS, "address") if job.get(key)}
    if "job_id" not in known:
        return ""
    words = f"AWX job {known['job_id']}"
    if "job_template_name" in known:
        words += f" '{known['job_template_name']}'"
    if "workflow_job_id" in known:
        words += f" of workflow job {known['workflow_job_id']}"
    if "user_name" in known:
        words += f", started by {known['user_name']}"
    if "address" in known:
        words += f", {known['address']}"
    return words


def _first(variables: t.Mapping[str, t.Any], key: str) -> str:
    for prefix in PREFIXES:
        value = variables.get(f"{prefix}_{key}")
        if value not in (None, ""):
            return plain(value)
    return ""


def plain(value: t.Any) -> str:
    """Return a value on one line: what a cluster's file holds may be anything."""
    return printable(str(value))[:LONGEST]
