# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter that reads a list as a survey of AWX gives it."""

from __future__ import annotations

import json
import typing as t

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: survey_list
short_description: Read a list as a survey gives it
version_added: 0.2.0
description:
  - A survey of AWX has no lists of free text. Takes one element a line, or elements with commas between them, or JSON as text; a list stays as it is.
  - What is blank is left out, so that a question that nobody answered is an empty list.
author:
  - seamless.smb_failover contributors (@seamless)
positional: _input
options:
  _input:
    description:
      - The list, or the text.
    type: raw
    required: true
  commas:
    description:
      - Whether a comma ends an element. Sentences may have commas of their own; then only the end of a line does.
    type: bool
    default: true
"""

EXAMPLES = r"""
- name: Show the IP pools that a survey named one a line
  ansible.builtin.debug:
    msg: "{{ 'groupnet0.subnet0.sales\ngroupnet0.subnet0.finance' | seamless.smb_failover.survey_list }}"
"""

RETURN = r"""
_value:
  description: The elements.
  type: list
  elements: raw
"""


def survey_list(value: t.Any, commas: bool = True) -> list[t.Any]:
    """Return the elements of a list, or of a text that stands for one."""
    if value is None:
        return []
    if isinstance(value, str):
        text = value.strip()
        if text.startswith(("[", "{")):
            try:
                value = json.loads(text)
            except ValueError as error:
                raise AnsibleFilterError(
                    f"Reading {text!r} as a list: it starts like JSON, but is none ({error}). "
                    'Write one element a line, or JSON such as ["one", "two"].'
                ) from error
        else:
            value = (text.replace(",", "\n") if commas else text).splitlines()
    if isinstance(value, t.Mapping):
        value = [value]
    if not isinstance(value, (list, tuple)):
        raise AnsibleFilterError(
            f"Reading {value!r} as a list: it is neither text nor a list. Write one element a line, or JSON such as "
            '["one", "two"].'
        )
    stripped = [one.strip() if isinstance(one, str) else one for one in value]
    return [one for one in stripped if one not in ("", None)]


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"survey_list": survey_list}
