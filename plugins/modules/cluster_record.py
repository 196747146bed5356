#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_record
short_description: Write down on each of two clusters what is known of the other one
version_added: 0.2.0
description:
  - Writes identity, IP pools, SmartConnect names, shares, SyncIQ policies and schedules, addresses, connected clients and open files
    of each cluster below C(/ifs/.seamless_smb_failover) of the other one.
  - An unplanned failover is planned from that, since a dead cluster can't be read.
  - Writes where something changed, or where the last record is old. The ten newest are kept.
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
      - What the first cluster is called, as in C(failover_source).
    type: str
    required: true
  target_name:
    description:
      - What the second cluster is called.
    type: str
    required: true
  clients:
    description:
      - Whether to look who is connected and what is open for writing. Otherwise what was last seen is kept.
    type: bool
    default: true
  max_age_seconds:
    description:
      - How old a record may be that says what holds now.
    type: int
    default: 3600
"""

EXAMPLES = r"""
- name: Write down what is known of boston and newyork
  seamless.smb_failover.cluster_record:
    source_name: boston
    target_name: newyork
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
"""

RETURN = r"""
records:
  description: For each cluster where it was written down and why; C(reason) is empty where the last record still serves.
  returned: success
  type: list
  elements: dict
  sample:
    - {cluster: boston, "on": newyork, reason: it changed, written: true}
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.cluster_record import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
