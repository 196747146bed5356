#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: onefs_role
short_description: Give an account exactly the privileges that a failover uses
version_added: 0.3.0
description:
  - Creates, updates or removes a role of OneFS. Without O(privileges) it gets those that the calls of this collection use, and no more.
  - Privileges that the role has beyond them are taken off. Members that it has beyond O(members) stay.
  - The account that runs this needs C(ISI_PRIV_ROLE), which the role itself does not have.
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
  name:
    description:
      - Name of the role.
    type: str
    required: true
  description:
    description:
      - What the role is for.
    type: str
    default: What an SMB failover needs, and nothing else
  privileges:
    description:
      - Permission of each privilege by its id, V(r) to read, V(x) to execute, V(w) to write.
      - Empty means what this collection uses; the page on privileges has the list.
    type: dict
    default: {}
  members:
    description:
      - Users who have the role, by name.
    type: list
    elements: str
    default: []
  state:
    description:
      - V(present) makes the role be there, V(absent) removes it with its members' privileges.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: seamless.smb_failover.failover_readiness
"""

EXAMPLES = r"""
- name: Give the service account what it needs
  seamless.smb_failover.onefs_role:
    connection: "{{ hostvars | seamless.smb_failover.cluster_connection('boston')
      | combine({'onefs_user': 'root', 'onefs_password': vault_root_password}) }}"
    name: SeamlessSmbFailover
    members: [svc-failover]
"""

RETURN = r"""
role:
  description: The role as it is wanted; empty with O(state=absent).
  returned: success
  type: dict
  sample:
    description: What an SMB failover needs, and nothing else
    privileges: {ISI_PRIV_NETWORK: w, ISI_PRIV_LOGIN_PAPI: r}
    members: [svc-failover]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.account_role import (
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
