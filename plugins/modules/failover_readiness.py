#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: failover_readiness
short_description: Say whether an SMB failover is safe now, with evidence
version_added: 0.3.0
description:
  - Reads both clusters, the site's DNS and the network between, all at the same time, and answers a list of checks from that.
  - Each check says what it looked at, whether it blocks, warns or informs, and what to do. One that could not be evaluated is C(unknown),
    says why, and counts as if it had failed.
  - Changes nothing, and does not fail where a check does; look at RV(ready), RV(blockers) and RV(concerns).
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.cluster_pair
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
requirements:
  - dnspython
options:
  source_name:
    description:
      - What the cluster that serves now is called in messages.
    type: str
    required: true
  target_name:
    description:
      - What the cluster that takes over is called.
    type: str
    required: true
  access_zone:
    description:
      - Access zone that moves, with all its IP pools. Exactly one of this and O(pools) is given.
    type: str
    default: ""
  method:
    description:
      - V(smartconnect) leaves each pool its own addresses, V(ip_takeover) moves the source's ranges along.
    type: str
    choices: [smartconnect, ip_takeover]
    default: smartconnect
  mode:
    description:
      - V(unplanned) asks the target only, since the source is dead, and only those checks that can be answered without the source.
    type: str
    choices: [planned, unplanned]
    default: planned
  pools:
    description:
      - IP pools that move, as C(groupnet.subnet.pool) of the source.
    type: list
    elements: str
    default: []
  pool_map:
    description:
      - Which pool of the target takes over which of the source; by default the one whose hint names the same pair
        (O(hint_prefix)), else the one of the same name in the same zone.
    type: dict
    default: {}
  hint_prefix:
    description:
      - How SmartConnect aliases begin that are hints for pairs, as of M(seamless.smb_failover.failover_plan); empty looks for none.
    type: str
    default: igls-
  target_members:
    description:
      - Interfaces that join a pool of the target, as lists of C(LNN:interface) by pool; by default those named as the source's.
    type: dict
    default: {}
  dns_servers:
    description:
      - Addresses of the resolvers that clients ask. Each is asked for each name. By default those of the machine where the task runs.
    type: list
    elements: str
    default: []
  smb_user:
    description:
      - SMB account that may connect to the zone's shares. With it a share of the source, and C(IPC$) of the target, are really
        connected to; without it the protocol is only negotiated.
    type: str
    default: ""
  smb_password:
    description:
      - Its password.
    type: str
    default: ""
  waive:
    description:
      - "Checks that do not count in this run, each as C({id, reason}) or as C(id: reason) in one string, as a survey gives it."
      - The result keeps check, evidence and reason. A waiver without a reason, or of a check that there is not, is refused.
    type: list
    elements: raw
    default: []
  limits:
    description:
      - From where on some checks fail.
    type: dict
    default: {}
    suboptions:
      replication_age_seconds:
        description:
          - How old the last successful replication may be.
        type: float
        default: 86400
      final_sync_seconds:
        description:
          - How long the replication for which clients wait may be predicted to take.
        type: float
        default: 60
      ttl_seconds:
        description:
          - How long a resolver may remember a name.
        type: int
        default: 10
      rehearsal_days:
        description:
          - How long ago the last rehearsal, or failover, may be.
        type: float
        default: 30
seealso:
  - module: seamless.smb_failover.failover_plan
"""

EXAMPLES = r"""
- name: Look whether the access zone sales can move now
  seamless.smb_failover.failover_readiness:
    source_name: boston
    target_name: newyork
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    access_zone: sales
    waive:
      - id: rehearsed_lately
        reason: The rehearsal is part of this change
  register: readiness

- name: Stop where something stands in the way
  ansible.builtin.assert:
    that: readiness.ready
    fail_msg: "{{ readiness.table }}"
"""

RETURN = r"""
ready:
  description: Whether no check that blocks stands in the way.
  returned: success
  type: bool
  sample: true
blockers:
  description: Ids of the checks that block and stand in the way; those that were waived are not among them.
  returned: success
  type: list
  elements: str
  sample: [dual_delegation]
concerns:
  description: Ids of the checks that warn.
  returned: success
  type: list
  elements: str
  sample: [rehearsed_lately]
notes:
  description: Ids of the checks that only inform.
  returned: success
  type: list
  elements: str
  sample: [clients_notice_soon]
served_by_target:
  description: Whether the target serves already, so that nothing was checked.
  returned: success
  type: bool
  sample: false
checks:
  description: Each check with what was found.
  returned: success
  type: list
  elements: dict
  contains:
    number:
      description: Its number in the documentation.
      type: int
      sample: 36
    id:
      description: Its name, which does not change.
      type: str
      sample: rehearsed_lately
    title:
      description: What it asks.
      type: str
      sample: Was the failover tried out lately?
    severity:
      description: V(block), V(warn) or V(info). Some checks weigh more or less by what they find.
      type: str
      sample: warn
    status:
      description: V(ok), V(failed) or V(unknown).
      type: str
      sample: failed
    evidence:
      description: What it looked at, in lines.
      type: list
      elements: str
      sample: ["No rehearsal and no failover of this access zone is on record on newyork"]
    remedy:
      description: What to do, empty where all is well.
      type: str
      sample: Run the playbook seamless.smb_failover.rehearsal.
    waived:
      description: Whether it was waived.
      type: bool
      sample: false
    waiver_reason:
      description: Why.
      type: str
      sample: ""
unfulfilled:
  description: The lines of RV(table) without the checks that are fulfilled.
  returned: success
  type: list
  elements: str
  sample:
    - "Ready: 44 of 44 checks are fulfilled, 0 block, 0 warn, 0 inform, 0 are waived."
table:
  description: The same in aligned lines for people.
  returned: success
  type: list
  elements: str
  sample:
    - "36  failed  warn       rehearsed_lately          Was the failover tried out lately?"
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.running import (
    ARGUMENT_SPEC,
    run,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
