#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: failback_info
short_description: Find the failover that a failback takes back
version_added: 0.2.0
description:
  - Reads from the journals on both clusters which failover brought an access zone to the cluster that serves it now, and whether the way back
    is prepared. Names what somebody changed since.
  - Fails where there is no such failover, or where its mirror policies are missing or have not replicated yet.
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
      - Access zone that goes back. Exactly one of this and O(pools) is given.
    type: str
    default: ""
  pools:
    description:
      - IP pools that go back, as C(groupnet.subnet.pool).
    type: list
    elements: str
    default: []
  hint_prefix:
    description:
      - How SmartConnect aliases begin that are hints for pairs, as of M(seamless.smb_failover.failover_plan). They are no names that go back.
    type: str
    default: igls-
  method:
    description:
      - By which method it goes back; it must be that of the failover.
    type: str
    choices: [smartconnect, ip_takeover]
    default: smartconnect
"""

EXAMPLES = r"""
- name: See what a failback of the access zone sales takes back
  seamless.smb_failover.failback_info:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    source_name: newyork
    target_name: boston
    access_zone: sales
  register: way_home
"""

RETURN = r"""
home:
  description: Whether the target serves again already. Only RV(pool_map) and RV(warnings_found) are returned beside it then.
  returned: success
  type: bool
  sample: false
run_id:
  description: The failover that is taken back.
  returned: when the target does not serve yet
  type: str
  sample: 4f1c2a9be803
closed:
  description: When it ended.
  returned: when the target does not serve yet
  type: str
  sample: "2026-11-23T08:00:00+00:00"
pool_map:
  description: Which pool of the target gets its service back from which of the source.
  returned: success
  type: dict
  sample: {groupnet0.subnet1.sales: groupnet0.subnet1.sales}
target_members:
  description: The interfaces that the pools of the target had before the failover.
  returned: when the target does not serve yet
  type: dict
  sample: {groupnet0.subnet1.sales: ["1:ext-1", "2:ext-1"]}
schedules:
  description: The schedules that the policies of the target had before the failover, or that somebody gave them since.
  returned: when the target does not serve yet
  type: list
  elements: dict
  sample:
    - name: sales
      schedule: every 1 hours
      enabled: true
mirrors:
  description: The policies that replicate back now.
  returned: when the target does not serve yet
  type: list
  elements: str
  sample: [sales_mirror]
before:
  description: How both clusters were configured before the failover, as M(seamless.smb_failover.failover_configuration_info) returned it.
  returned: when the target does not serve yet
  type: dict
  sample: {}
warnings_found:
  description: What somebody changed since the failover.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.failback import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
