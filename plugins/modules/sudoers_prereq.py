#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sudoers_prereq
short_description: Put the sudo rule for counting SMB connections on every node
version_added: 0.1.0
description:
  - The commercial tool's seamless SMB failover needs, on its versions 2.12 and 2.13, the line
    C(eyeglass ALL=(ALL) NOPASSWD:/usr/bin/isi_for_array netstat*) in the sudo rules of every node. This module adds or removes
    that line, or the exact and narrower one that this collection's own service account gets.
  - It edits the override from which OneFS renders the file of each node. The new file is checked with C(visudo -c) before anything
    is replaced, the old one is kept beside it with a time stamp, and the change is one rename. Then it waits until the rendered file
    of every node has followed.
  - The rule is there once, however it is spaced, and no other line is touched.
  - Where there is no override yet, it is made from OneFS's default; but from the file in force if that has rules beyond the default,
    because the next rendering would lose them.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.connection
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - V(present) makes the rule be on every node once, V(absent) on none.
      - V(auto) lets O(eyeglass_version) decide, V(present) on 2.12 and 2.13, nothing at all on later versions.
    type: str
    choices: [present, absent, auto]
    default: present
  eyeglass_version:
    description:
      - The version of the commercial tool, such as V(2.13). It is refused below 2.12, which has no seamless failover,
        unless O(state=absent).
    type: str
    default: ''
  user:
    description:
      - The account that may run the commands.
    type: str
    default: eyeglass
  runas:
    description:
      - As whom it may run them.
    type: str
    default: ALL
  commands:
    description:
      - The commands, with their arguments.
      - The default is the commercial tool's own. B(It is as good as root:) the C(*) also matches C(netstat; any other command), and
        C(isi_for_array) hands that to a root shell on every node.
      - Where only this collection counts connections, use exactly V(/usr/bin/isi_for_array netstat -anW -p tcp).
    type: list
    elements: str
    default: ['/usr/bin/isi_for_array netstat*']
  become_command:
    description:
      - What makes the account of the SSH connection root, such as V(sudo -n). Empty where root logs in.
    type: str
    default: ''
  override_path:
    description:
      - The file that is edited.
    type: str
    default: /etc/mcp/override/sudoers
  default_path:
    description:
      - OneFS's default, from which the override is made where there is none.
    type: str
    default: /etc/mcp/default/sudoers
  rendered_path:
    description:
      - The file in force on each node.
    type: str
    default: /usr/local/etc/sudoers
  visudo_path:
    description:
      - The command that checks the file.
    type: str
    default: visudo
  isi_for_array_path:
    description:
      - The command that reads the file in force on every node.
    type: str
    default: /usr/bin/isi_for_array
  deadline_seconds:
    description:
      - How long the nodes may take to follow.
    type: int
    default: 60
seealso:
  - module: seamless.smb_failover.smb_session_check
"""

EXAMPLES = r"""
- name: Let the service account count connections, and nothing else
  seamless.smb_failover.sudoers_prereq:
    onefs_host: boston.example.com
    onefs_user: svc-failover
    onefs_password: "{{ vault_onefs_password }}"
    onefs_ca_path: /etc/pki/onefs-ca.pem
    onefs_ssh_user: root
    onefs_ssh_key_file: ~/.ssh/id_onefs_root
    user: svc-failover
    commands:
      - /usr/bin/isi_for_array netstat -anW -p tcp

- name: What the commercial tool needs, by its version
  seamless.smb_failover.sudoers_prereq:
    connection: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') | combine({'onefs_ssh_user': 'root'}) }}"
    state: auto
    eyeglass_version: "2.13"

- name: Take its rule off again
  seamless.smb_failover.sudoers_prereq:
    connection: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') | combine({'onefs_ssh_user': 'root'}) }}"
    state: absent
"""

RETURN = r"""
line:
  description: The rule as it stands in the file.
  returned: success
  type: str
  sample: 'svc-failover ALL=(ALL) NOPASSWD: /usr/bin/isi_for_array netstat -anW -p tcp'
needed:
  description: Whether the rule is wanted; V(false) with O(state=absent), and with O(state=auto) after version 2.13.
  returned: success
  type: bool
  sample: true
backup_file:
  description: Where the file from before is kept on the node; empty where there was none or nothing was changed.
  returned: success
  type: str
  sample: /etc/mcp/override/sudoers.20260301T101500Z
created_from:
  description: The file that the override was made from; empty where there was one already.
  returned: when the rule is wanted or removed
  type: str
  sample: /etc/mcp/default/sudoers
nodes:
  description: Logical numbers of the nodes whose file in force was read and is as wanted.
  returned: when not in check mode
  type: list
  elements: int
  sample: [1, 2]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.sudoers_rule import (
    ARGUMENT_SPEC,
    RULES,
    run,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run, **RULES)


if __name__ == "__main__":
    main()
