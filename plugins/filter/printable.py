# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter for what a cluster says, where Ansible shows it: in the name of a task, or in the message of one that fails."""

from __future__ import annotations

import typing as t

from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.printable import printable as _printable

DOCUMENTATION = r"""
name: printable
short_description: Show what a cluster says so that no terminal obeys it
version_added: 0.2.0
description:
  - Ansible shows names of tasks, and messages of tasks that fail, as they are. A name that a cluster or a client chose could colour a terminal, or
    write a line that looks like one of Ansible's.
  - Makes control characters, line breaks and marks of writing direction visible; every other character stays.
author:
  - seamless.smb_failover contributors (@seamless)
positional: _input
options:
  _input:
    description:
      - What is shown. What is no text becomes one first.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: "Look at {{ found.share | seamless.smb_failover.printable }}"
  ansible.builtin.debug:
    msg: "{{ ['a\nname', 'another'] | map('seamless.smb_failover.printable') | join(', ') }}"
"""

RETURN = r"""
_value:
  description: The text, on one line.
  type: str
"""


def printable(value: t.Any) -> str:
    """Return a text on one line that steers no terminal."""
    return _printable(str(value))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"printable": printable}
