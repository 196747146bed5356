# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No name of a task, and no message that Ansible shows by itself, has a secret in it, or a cluster's words as the cluster chose them.

Ansible renders a name once and writes it into the log of the job as it is. So whatever is in one comes from whoever started the run, is on the list
below with the reason why it is harmless, or passes through the filter ``seamless.smb_failover.printable``.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from unit.roles.shown_texts import ShownText, options, shown_by, shown_texts, sources
from unit.roles.template_values import Value, let_out

LEASES = ("__failover_earlier", "__failover_earlier.rehearsal", "__rehearsal_open", "__rehearsal_open.rehearsal")
#: Beside the options of the roles; a path stands for itself alone.
HARMLESS = {
    "inventory_hostname": "a host of the operator's inventory",
    "failover_zones": "an option of a playbook: the operator's own words",
    "readiness_request": "an option of a playbook: the operator's own words",
    "__failover_typed.user_input": "what the operator types here",
    "__awx_setup_open_secrets": "names of variables, by their keys alone",
    "__failover_told.tasks": "the operator's hooks, their names made printable",
    "__failover_hook.name": "the operator's hooks, their names made printable",
    "__failover_readiness.blockers": "ids of checks",
    "__failover_readiness.concerns": "ids of checks",
    "__failover_readiness.checks": "evidence, which the checks make printable",
    "__failover_target_ready.blockers": "ids of checks",
    "__prerequisites_journal_folder.folder": "a constant of the collection",
    "__failover_divergence.sha256": "a hash that the module computed",
    "__failover_divergence.total": "a number",
    "__failover_pre_sync.predicted_seconds": "a number",
    "__failover_report.report.cutover_seconds": "a number",
    "__rehearsal_robot.acknowledged": "a number",
    "__rehearsal_robot.lost": "a number",
    "__failover_earlier.generation": "a number",
    # The collection's own errors are printable, and whatever else failed Ansible has shown itself by then.
    "ansible_failed_result": "why a task failed",
    "ansible_failed_result.msg": "why a task failed",
    "ansible_failed_task.name": "one of these texts",
    "__rehearsal_removed.msg": "why a task failed",
    "__rehearsal_released.msg": "why a task failed",
    "__rehearsal_robot.last_error": "why something failed, as one of the collection's errors says it",
    **{
        f"{lease}.{field}": "made printable where a lease is read"
        for lease in LEASES
        for field in ("run_id", "opened", "controller_description", "controller_question")
    },
    "__failover_earlier.rehearsal.cluster": "made printable where a lease is read",
    "__rehearsal_open.rehearsal.cluster": "made printable where a lease is read",
}
#: Words of variables that hold a secret, or everything; so does the result of a lookup.
SECRET = re.compile(r"password|passphrase|secret|token|(^|_)key\b|_connection\b|^(hostvars|vars|lookup|query|q)\b")
TEXTS = shown_texts()


def trouble(shown: ShownText) -> list[str]:
    """Say what a text must not have in it."""
    found = []
    for value in sources(shown, HARMLESS):
        if value.path in HARMLESS:
            continue
        if SECRET.search(value.path) or not options().get(value.name, True):
            found.append(f"{value.path} may hold a secret")
        elif value.name not in options() and not value.printable:
            found.append(f"{value.path} is not made printable: use the filter, or say in HARMLESS why it needs none")
    return found


@pytest.mark.parametrize("shown", TEXTS, ids=lambda shown: shown.key)
def test_what_is_shown_is_harmless(shown: ShownText) -> None:
    assert not trouble(shown), shown.text


def test_the_list_has_nothing_that_is_not_shown() -> None:
    assert len(TEXTS) > 300
    shown = {value.path for text in TEXTS for value in sources(text, HARMLESS)}
    assert sorted(set(HARMLESS) - shown) == []


@pytest.mark.parametrize(
    "name",
    [
        "Log in as {{ onefs_user }} with {{ onefs_password }}",
        "Log in with {{ onefs_password | seamless.smb_failover.printable }}",
        "Flush with {{ failover_flush_password }}",
        "Notify {{ failover_notify }}",
        "Connect to {{ __failover_source_connection.onefs_host }}",
        "Ask {{ hostvars[failover_source].onefs_password }}",
        "Ask {{ lookup('env', 'HOME') }}",
        "Move {{ __failover_plan.names | join(', ') }}",
        "Move {{ 'nothing' if failover_reprotect | bool else __failover_plan.plan.access_zone }}",
        "Move {% for one in __failover_plan.plan.pairs %}{{ one.source }}{% endfor %}",
        # By way of a variable of the role.
        "Give up {{ __failover_given_up }}",
        "Open {{ item.path }}",
    ],
)
def test_a_bad_name_is_seen(name: str) -> None:
    (shown,) = shown_by("roles/failover/tasks/bad.yml", {"name": name, "loop": "{{ __failover_at_risk.open_files }}"})
    assert trouble(shown)


@pytest.mark.parametrize(
    "name",
    [
        "Move {{ failover_access_zone }} from {{ failover_source }} to {{ failover_target }}",
        "Move {{ __failover_plan.names | map('seamless.smb_failover.printable') | join(', ') }}",
        "Move {{ __failover_plan.names | length }} names",
        "{{ 'Move' if __failover_plan.needed else 'Leave' }} the zone",
        "Give up {{ __failover_zone }}",
    ],
)
def test_a_good_name_is_none(name: str) -> None:
    (shown,) = shown_by("roles/failover/tasks/good.yml", {"name": name})
    assert not trouble(shown)


@pytest.mark.parametrize(
    ("action", "option"),
    [
        ("ansible.builtin.fail", "msg"),
        ("ansible.builtin.assert", "fail_msg"),
        ("ansible.builtin.pause", "prompt"),
        ("seamless.smb_failover.operator_message", "lines"),
    ],
)
def test_a_secret_in_a_message_is_seen(action: str, option: str) -> None:
    step: dict[str, Any] = {"name": "Stop", action: {option: "It is {{ failover_domain_password }}."}}
    assert [one.what for one in shown_by("roles/failover/tasks/bad.yml", step) if trouble(one)] == [option]


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("nothing", set()),
        ("{{ a.b['c'] }} {{ d[0] }}", {Value("a.b.c", False), Value("d", False)}),
        ("{{ a if b.c else d | default(e) }}", {Value("a", False), Value("d", False), Value("e", False)}),
        ("{{ a == b }}{{ a is defined }}{{ not a }}{{ a | int }}", set()),
        ("{% if a %}{{ b }}{% endif %}", {Value("b", False)}),
        ("{% set a = b %}{{ a }}", {Value("b", False)}),
        ("{{ hosts | map('extract', hostvars, 'a') }}", {Value("a", False)}),
    ],
)
def test_what_a_template_lets_out(template: str, values: set[Value]) -> None:
    assert let_out(template) == values
