#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: delegation_check
short_description: See whether names are delegated to both clusters
version_added: 0.3.0
description:
  - Asks the name servers of the zone above each SmartConnect name whether they lead to both clusters, and returns the DNS records that are
    missing, as a zone file has them.
  - Changes nothing. It does not matter which of the clusters serves.
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
      - What the cluster behind O(source) is called.
    type: str
    required: true
  target_name:
    description:
      - What the cluster behind O(target) is called.
    type: str
    required: true
  access_zones:
    description:
      - The access zones whose pools' names are asked for.
    type: list
    elements: str
    required: true
  dns_servers:
    description:
      - Resolvers that know the zones above the names; by default those of the machine where the task runs.
    type: list
    elements: str
    default: []
  hint_prefix:
    description:
      - How SmartConnect aliases begin that are hints for pairs of pools, as of M(seamless.smb_failover.failover_plan). No client asks for these.
    type: str
    default: igls-
seealso:
  - module: seamless.smb_failover.failover_readiness
"""

EXAMPLES = r"""
- name: Find the DNS records that are missing
  seamless.smb_failover.delegation_check:
    source_name: boston
    target_name: newyork
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    access_zones: [sales]
  register: delegation
"""

RETURN = r"""
complete:
  description: Whether every name was seen to lead to both clusters.
  returned: success
  type: bool
  sample: false
names:
  description: The names that were asked for.
  returned: success
  type: list
  elements: str
  sample: [sales.example.com]
missing:
  description: The names that do not lead to a cluster.
  returned: success
  type: list
  elements: dict
  sample:
    - name: sales.example.com
      cluster: newyork
records:
  description: The DNS records to add.
  returned: success
  type: list
  elements: str
  sample:
    - sales.example.com. IN NS ssip-newyork.example.com.
    - ssip-newyork.example.com. IN A 198.51.100.20
unseen:
  description: Names whose delegation could not be seen, and why.
  returned: success
  type: list
  elements: str
  sample: []
without_service_address:
  description: Clusters that have no SmartConnect service address in the subnets of these pools.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.delegation_check import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
