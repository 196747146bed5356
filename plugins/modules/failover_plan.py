#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: failover_plan
short_description: Plan an SMB failover between two clusters
version_added: 0.1.0
description:
  - Reads both clusters and decides which IP pools, SmartConnect names and SyncIQ policies move.
  - Refuses what does not fit, with every reason at once and the names in it, before anything is changed.
  - Changes nothing.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.cluster_pair
  - seamless.smb_failover.cluster_pair.without_source
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  source_name:
    description:
      - What the cluster that serves now is called in messages and in the journal.
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
  pools:
    description:
      - IP pools that move, as C(groupnet.subnet.pool) of the source. All pools of one access zone that hold interfaces must be
        among them, since each serves all shares of the zone.
    type: list
    elements: str
    default: []
  pool_map:
    description:
      - Which pool of the target takes over which of the source. A pool that is not named here is paired by hints (O(hint_prefix)), else with
        the one of the same name in the same access zone.
      - A map that only fits the other way, since it was written for the failover that is now taken back, is read backwards.
    type: dict
    default: {}
  hint_prefix:
    description:
      - How SmartConnect aliases begin that are hints for pairs; empty looks for none. What follows up to the last hyphen names the pair, the
        rest may differ, so V(igls-sales-boston) and V(igls-sales-newyork) make one. Equal aliases come before that.
      - Aliases that begin so stay with their own pool when names move.
    type: str
    default: igls-
  target_members:
    description:
      - Interfaces that join a pool of the target, as lists of C(LNN:interface) by pool. By default those that are named as the
        interfaces of the source's pool, on as many nodes as the pool has addresses.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Plan to move the access zone sales
  seamless.smb_failover.failover_plan:
    source_name: boston
    target_name: newyork
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    access_zone: sales
  register: plan
"""

RETURN = r"""
needed:
  description: Whether anything is left to move.
  returned: success
  type: bool
  sample: true
plan:
  description: The plan, as it is written into the journal.
  returned: success
  type: dict
  sample:
    access_zone: sales
    source: boston
    target: newyork
summary:
  description: The plan in lines for people.
  returned: success
  type: list
  elements: str
  sample:
    - "Access zone sales moves from boston to newyork:"
interface_pairs:
  description: What M(seamless.smb_failover.pool_interface_move) takes as O(seamless.smb_failover.pool_interface_move#module:pairs).
  returned: success
  type: list
  elements: dict
  sample:
    - source: groupnet0.subnet1.sales
      target: groupnet0.subnet1.sales
      target_members: ["1:ext-1", "2:ext-1"]
name_pairs:
  description: What M(seamless.smb_failover.smartconnect_name_move) takes as its pairs.
  returned: success
  type: list
  elements: dict
  sample: []
names:
  description: The DNS names that move.
  returned: success
  type: list
  elements: str
  sample: [sales.example.com, files.example.com]
source_pools:
  description: The pools of the source.
  returned: success
  type: list
  elements: str
  sample: [groupnet0.subnet1.sales]
target_pools:
  description: The pools of the target.
  returned: success
  type: list
  elements: str
  sample: [groupnet0.subnet1.sales]
source_addresses:
  description: The addresses that the source holds for these pools.
  returned: success
  type: list
  elements: str
  sample: [198.51.100.11, 198.51.100.12]
target_addresses:
  description: The addresses that the target will hold for these pools.
  returned: success
  type: list
  elements: str
  sample: [198.51.100.21, 198.51.100.22]
source_paths:
  description: The paths that the SyncIQ policies replicate.
  returned: success
  type: list
  elements: str
  sample: [/ifs/data/sales]
policies:
  description: The SyncIQ policies that go along.
  returned: success
  type: list
  elements: str
  sample: [sales]
schedules:
  description: What the policies' schedules are before the failover.
  returned: success
  type: list
  elements: dict
  sample:
    - name: sales
      schedule: ""
      enabled: true
mirror_schedules:
  description: The schedules that the policies back get.
  returned: success
  type: list
  elements: dict
  sample:
    - name: sales_mirror
      schedule: ""
      enabled: true
wake_pools:
  description: The pools whose addresses may answer without shares for a moment, with their interfaces.
  returned: success
  type: list
  elements: dict
  sample:
    - pool: groupnet0.subnet1.sales
      members: ["1:ext-1", "2:ext-1"]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.planning import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
