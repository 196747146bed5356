#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: operator_message
short_description: Show lines to whoever watches the run
version_added: 0.2.0
description:
  - Shows a table or a list as it is, line by line, where M(ansible.builtin.debug) would show it as JSON.
  - Beside a callback that writes one JSON document the lines go to standard error, so that they do not spoil it.
  - Runs on the controller whatever the task's connection is, and changes nothing.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  lines:
    description:
      - What to show.
    type: list
    elements: str
    required: true
  banner:
    description:
      - Whether the lines stand between two rules, because nobody must overlook them.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Say what the readiness checks found
  seamless.smb_failover.operator_message:
    lines: "{{ readiness.table }}"
"""

RETURN = r"""
lines:
  description: What was shown.
  returned: success
  type: list
  elements: str
  sample: ["Access zone sales is already served by newyork; nothing to move."]
"""

from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    """Say that there is nobody here to show anything to: the action plugin of the same name does the work."""
    module = AnsibleModule(
        argument_spec={
            "lines": {"type": "list", "elements": "str", "required": True},
            "banner": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    module.fail_json(
        msg="Showing lines: the module was sent to a host, where nobody sees them. Name it in full, seamless.smb_failover.operator_message, "
        "so that Ansible finds the action plugin that belongs to it."
    )


if __name__ == "__main__":
    main()
