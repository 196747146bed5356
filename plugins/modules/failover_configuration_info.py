#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: failover_configuration_info
short_description: Read how an access zone is configured on both clusters
version_added: 0.2.0
description:
  - Reads the IP pools with their names, interfaces and ranges, the SyncIQ policies with their schedules, and the SMB shares of an access zone on
    both clusters, and compares them with an earlier answer.
  - Of a share only a hash of its document is returned.
  - Changes nothing.
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
options:
  source_name:
    description:
      - What the cluster that serves now is called.
    type: str
    required: true
  target_name:
    description:
      - What the cluster that takes over is called.
    type: str
    required: true
  access_zone:
    description:
      - Access zone that is read.
    type: str
    required: true
  source_pools:
    description:
      - IP pools of the source, as C(groupnet.subnet.pool).
    type: list
    elements: str
    required: true
  target_pools:
    description:
      - IP pools of the target.
    type: list
    elements: str
    required: true
  compare_with:
    description:
      - RV(configuration) of an earlier time. The clusters are told apart by their names, so that source and target may have swapped.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Read how the access zone sales is configured
  seamless.smb_failover.failover_configuration_info:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    source_name: boston
    target_name: newyork
    access_zone: sales
    source_pools: [groupnet0.subnet1.sales]
    target_pools: [groupnet0.subnet1.sales]
  register: before
"""

RETURN = r"""
configuration:
  description: By cluster, its C(pools), C(policies), C(target_policies) and C(shares).
  returned: success
  type: dict
  sample:
    boston:
      pools: {groupnet0.subnet1.sales: {sc_dns_zone: sales.example.com}}
      policies: {sales: {schedule: every 1 hours, enabled: true}}
      target_policies: {sales_mirror: resync_policy_created}
      shares: {sales: 9c56cc51b374c3ba}
releases:
  description: By cluster, the release of OneFS.
  returned: success
  type: dict
  sample: {boston: 9.7.0.0, newyork: 9.7.0.0}
differences:
  description: What differs from O(compare_with), one sentence for each thing.
  returned: success
  type: list
  elements: str
  sample: ["SyncIQ policy 'sales_mirror' of newyork was not there before"]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.zone_configuration import (
    ARGUMENT_SPEC,
    run,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
