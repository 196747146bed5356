#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: synciq_schedule
short_description: Set when SyncIQ policies run by themselves
version_added: 0.1.0
description:
  - Sets schedule and enablement of policies; both are always sent together, since OneFS may clear the one that is left out.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.cluster_pair.source
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  policies:
    description:
      - The policies and their schedules.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the policy.
        type: str
        required: true
      schedule:
        description:
          - When it runs, in OneFS's words. Empty means only when told.
        type: str
        default: ""
      enabled:
        description:
          - Whether the policy may run at all.
        type: bool
        default: true
"""

EXAMPLES = r"""
- name: Keep a policy from running by itself
  seamless.smb_failover.synciq_schedule:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    policies:
      - name: sales
        schedule: ""
"""

RETURN = r"""
policies:
  description: The schedules before.
  returned: success
  type: list
  elements: dict
  sample:
    - name: sales
      schedule: every 1 hours
      enabled: true
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.schedule import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
