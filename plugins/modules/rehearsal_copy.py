#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rehearsal_copy
short_description: Serve a writable copy of a replica from a cluster, for a rehearsal
version_added: 0.2.0
description:
  - Makes, on the cluster that has the replica, a snapshot of the replicated folders, a writable copy of it, an access zone with the same
    shares on the copy, and an IP pool without any name that serves it at addresses of its own.
  - Or removes all of that in reverse, reads back that each part is gone, and compares the configuration with what it was before.
  - What is made bears the name C(seamless-rehearsal), and is written down below C(/ifs/.seamless_smb_failover/rehearsals) before, so that a
    run that was killed can be cleaned up.
  - Needs OneFS 9.3 or later, and the licence of SnapshotIQ. No pool, zone or policy that serves is touched.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.cluster_pair.target
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: partial
    details: A copy that is there already is refused, since it may be somebody else's; removing twice changes nothing.
options:
  state:
    description:
      - V(present) makes the copy, V(absent) removes it.
      - V(withdrawn) takes the interfaces off its pool, so that a failover that goes ahead of the rehearsal can have them.
    type: str
    choices: [present, withdrawn, absent]
    required: true
  access_zone:
    description:
      - Access zone whose replica is copied.
    type: str
    required: true
  paths:
    description:
      - The replicated folders, as the target has them.
    type: list
    elements: str
    required: true
  subnet:
    description:
      - Subnet of the pool, as C(groupnet.subnet).
    type: str
    required: true
  pool_range:
    description:
      - Addresses of that subnet that nothing else uses, as C(192.0.2.10-192.0.2.11). Needed with O(state=present), as are O(members).
    type: str
    default: ""
  members:
    description:
      - Interfaces that get them, as C(LNN:interface).
    type: list
    elements: str
    default: []
  controller:
    description:
      - Who rehearses, as the lookup P(seamless.smb_failover.controller_process#lookup) says it. The copy of another one that lives is not removed.
    type: dict
    default: {}
  take_over:
    description:
      - Remove the copy of another controller all the same, because that one is gone.
    type: bool
    default: false
  deadline_seconds:
    description:
      - How long each part may take to come or to go.
    type: int
    default: 120
"""

EXAMPLES = r"""
- name: Serve a copy of sales
  seamless.smb_failover.rehearsal_copy:
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    state: present
    access_zone: sales
    paths: [/ifs/data/sales]
    subnet: groupnet0.subnet1
    pool_range: 198.51.100.201-198.51.100.202
    members: ["1:ext-2", "2:ext-2"]

- name: Remove it
  seamless.smb_failover.rehearsal_copy:
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    state: absent
    access_zone: sales
    paths: [/ifs/data/sales]
    subnet: groupnet0.subnet1
"""

RETURN = r"""
addresses:
  description: The addresses at which the copy is served.
  returned: with O(state=present)
  type: list
  elements: str
  sample: [198.51.100.201]
zone:
  description: The access zone of the copy.
  returned: with O(state=present)
  type: str
  sample: seamless-rehearsal-sales
pool:
  description: The pool of the copy.
  returned: with O(state=present)
  type: str
  sample: groupnet0.subnet1.seamless-rehearsal-sales
shares:
  description: The shares that were made again, each with where its content is frozen in the snapshot.
  returned: with O(state=present)
  type: list
  elements: dict
  sample:
    - name: sales
      frozen_path: /ifs/data/sales/.snapshot/seamless-rehearsal-sales-0
parts:
  description: What was made or removed, in its order, each with C(started), C(seconds) and C(changed).
  returned: always
  type: list
  elements: dict
leftovers:
  description: What is left of the copy; the task fails where there is anything.
  returned: with O(state=absent)
  type: list
  elements: str
  sample: []
changed_meanwhile:
  description: What differs in the configuration of the cluster from before the copy was made, be it left or somebody else's work.
  returned: with O(state=absent)
  type: list
  elements: str
  sample: []
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.sandbox import ARGUMENT_SPEC, RULES, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run, **RULES)


if __name__ == "__main__":
    main()
