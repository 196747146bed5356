# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The surveys that the role awx_setup makes, and the answers that AWX hands to a job of theirs."""

from __future__ import annotations

from typing import Any

from jinja2.nativetypes import NativeEnvironment

from awx.job import definitions
from awx.survey_rules import refused_answers

#: The clusters that the surveys offer; those of the simulated pair.
CLUSTERS = ["boston", "newyork"]


def playbooks() -> dict[str, str]:
    """Return the job templates by name, each with the playbook that it runs."""
    return {one["name"]: one["playbook"].removesuffix(".yml") for one in definitions()["__awx_setup_templates"]}


def survey(template: str) -> dict[str, Any]:
    """Return the survey of a job template."""
    roles = definitions()
    (found,) = [one for one in roles["__awx_setup_templates"] if one["name"] == template]
    names = found["questions"]
    if isinstance(names, str):
        names = NativeEnvironment().from_string(names.strip()).render(**roles)
    spec = [{**roles["__awx_setup_questions"][name], "variable": name} for name in names]
    for question in spec:
        if isinstance(question.get("choices"), str):
            question["choices"] = CLUSTERS
    return {"name": "", "description": "", "spec": spec}


def answers(template: str, **given: Any) -> dict[str, Any]:
    """Return what a job of a template is handed: the answers that were given, and the defaults of the other questions."""
    asked = survey(template)
    assert not (why := refused_answers(asked, given)), why
    defaults = {one["variable"]: one["default"] for one in asked["spec"] if one.get("default") is not None}
    return {**defaults, **given}
