#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: synciq_mirror
short_description: Keep or delete the SyncIQ policies that replicated back
version_added: 0.2.0
description:
  - Waits until no job of the policies, or of those that they are the mirrors of, runs on either cluster, and keeps or deletes them.
  - A policy that is kept is used again by the next failover. One that was deleted is made anew then, which takes longer.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.cluster_pair
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
      - Names of the mirror policies, on the source.
    type: list
    elements: str
    required: true
  state:
    description:
      - V(kept) only waits.
      - V(deleted) deletes them, and waits until the target has let go of them too.
    type: str
    choices: [kept, deleted]
    required: true
  deadline_seconds:
    description:
      - How long each wait may take.
    type: int
    default: 600
"""

EXAMPLES = r"""
- name: Delete the policy that replicated back
  seamless.smb_failover.synciq_mirror:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    policies: [sales_mirror]
    state: deleted
"""

RETURN = r"""
deleted:
  description: The policies that were deleted.
  returned: success
  type: list
  elements: str
  sample: [sales_mirror]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.mirror_policy import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
