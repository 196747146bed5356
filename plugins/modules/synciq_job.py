#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: synciq_job
short_description: Run SyncIQ policies and move them between their states
version_added: 0.1.0
description:
  - Runs policies, side by side, or makes their target writable, takes that back, or prepares the way back, one policy after the other.
  - Waits until the cluster says that it is done, and tells live how far it is.
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
    support: partial
options:
  policies:
    description:
      - Names of the SyncIQ policies.
    type: list
    elements: str
    required: true
  operation:
    description:
      - V(run) replicates from O(source) to O(target); a run that is under way is waited for and does not count.
      - V(allow_write) makes the target path writable, V(allow_write_revert) makes it read-only again and discards what was written there.
      - V(resync_prep) makes the source path read-only and creates the mirror policy on O(target).
    type: str
    choices: [run, allow_write, allow_write_revert, resync_prep]
    required: true
  wait:
    description:
      - Whether V(run) or V(allow_write) waits for its end. Without it V(run) ends when all policies have begun to run, V(allow_write) when the job of the
        first policy that needs one has begun; RV(under_way) goes to a later task, which waits.
    type: bool
    default: true
  under_way:
    description:
      - What an earlier task has begun with O(wait=false), as it returned it in RV(under_way). It is waited for, and none of these policies is
        started once more in the first of O(rounds).
    type: dict
  rounds:
    description:
      - How often V(run) is done at the most, so that the last one has little left to do.
    type: int
    default: 1
  until_seconds:
    description:
      - With V(run), how long a run of all policies may take to be the last one; V(0) does all O(rounds).
    type: float
    default: 0
  require_small:
    description:
      - Whether the task fails when the last of all O(rounds) still took longer than O(until_seconds).
    type: bool
    default: false
  final:
    description:
      - Whether the task fails when a V(run) began before O(not_before), or left files out.
    type: bool
    default: false
  not_before:
    description:
      - The source's own time (epoch seconds) before which no run may have begun, as
        RV(seamless.smb_failover.fence_proof#module:cluster_time).
    type: int
    default: 0
  deadline_seconds:
    description:
      - How long one operation of one policy may take, or one V(run) of all of them.
    type: int
    default: 600
"""

EXAMPLES = r"""
- name: Replicate once more
  seamless.smb_failover.synciq_job:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    policies: [sales]
    operation: run

- name: Make the target writable
  seamless.smb_failover.synciq_job:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    policies: [sales]
    operation: allow_write

- name: Begin to replicate
  seamless.smb_failover.synciq_job:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    policies: [sales]
    operation: run
    wait: false
  register: begun

- name: Do something else, and then wait for the end of that run
  seamless.smb_failover.synciq_job:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    policies: [sales]
    operation: run
    under_way: "{{ begun.under_way }}"
"""

RETURN = r"""
policies:
  description: What was done for each policy, with the state before and after.
  returned: success
  type: list
  elements: dict
  sample:
    - policy: sales
      changed: true
      before: writes_disabled
      after: writes_enabled
rounds:
  description: With V(run), each run of all policies.
  returned: success
  type: list
  elements: dict
  sample:
    - number: 1
      seconds: 41.2
      files: 812
      bytes: 104857600
under_way:
  description: With O(wait=false), for each policy that runs when (epoch seconds) its run was begun, and the id of the newest report from before it.
  returned: success
  type: dict
  sample:
    sales:
      begun: 1764498000.125
      report_before: 17-sales
small:
  description: Whether the last run took no longer than O(until_seconds).
  returned: success
  type: bool
  sample: true
predicted_seconds:
  description: How long the next run will take at the most, if clients go on as they did; the last one took as long.
  returned: success
  type: float
  sample: 41.2
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.replication import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
