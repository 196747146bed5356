# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter that numbers the steps of a run, for whoever reads them before it begins."""

from __future__ import annotations

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

DOCUMENTATION = r"""
name: step_table
short_description: Number the steps of a run, with what each will take
version_added: 0.2.0
description:
  - Makes lines for people of the steps that a run will go through, in their order.
author:
  - seamless.smb_failover contributors (@seamless)
options:
  _input:
    description:
      - The steps. Each has a C(name), which is what the history calls it, and C(says), what it does. One that has only C(mark) is a line between steps.
        One whose C(planned) is false is left out.
    type: list
    elements: dict
    required: true
  predicted_seconds:
    description:
      - What each step will take, as RV(seamless.smb_failover.failover_history_info#module:predicted_seconds).
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Show what a run does
  seamless.smb_failover.operator_message:
    lines: "{{ [{'name': 'fence', 'says': 'Take the interfaces off boston'}] | seamless.smb_failover.step_table({'fence': 1.1}) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

# A line fits a terminal of 80 columns, with the indent that progress has.
SAYS_COLUMNS = 58


def step_table(
    steps: t.Iterable[t.Mapping[str, t.Any]], predicted_seconds: t.Mapping[str, float] | None = None
) -> list[str]:
    """Return the lines: numbers, what each step does, and its seconds by earlier runs."""
    predicted = predicted_seconds or {}
    lines: list[str] = []
    number = 0
    for step in steps:
        if not boolean(step.get("planned", True)):
            continue
        if "mark" in step:
            lines.append(f"    -- {step['mark']} --")
            continue
        number += 1
        seconds = predicted.get(str(step["name"]))
        took = "" if seconds is None else f"{seconds:8.1f} s"
        lines.append(f"{number:2}. {str(step['says']):<{SAYS_COLUMNS}}{took}".rstrip())
    if predicted:
        lines.append("Seconds are the medians of earlier runs.")
    return lines


class FilterModule:
    """Give the filter to Ansible."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"step_table": step_table}
