#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: failover_history_info
short_description: Tell how long earlier failovers of an access zone took
version_added: 0.2.0
description:
  - Reads from both clusters what each step of earlier failovers took, and predicts from that what each will take.
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
  access_zone:
    description:
      - Access zone whose runs are read.
    type: str
    required: true
  source_name:
    description:
      - What the cluster that serves now is called. Runs that went the same way count before others.
    type: str
    required: true
  target_name:
    description:
      - What the cluster that takes over is called.
    type: str
    required: true
  method:
    description:
      - Only runs by this method count for the prediction.
    type: str
    choices: [smartconnect, ip_takeover]
    default: smartconnect
  limit:
    description:
      - How many of the newest runs are read.
    type: int
    default: 20
"""

EXAMPLES = r"""
- name: See how long a failover of the access zone sales will take
  seamless.smb_failover.failover_history_info:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    source_name: boston
    target_name: newyork
    access_zone: sales
  register: history
"""

RETURN = r"""
runs:
  description: Runs that came to their end, oldest first.
  returned: success
  type: list
  elements: dict
  sample:
    - run_id: 4f1c2a9be803
      closed: "2026-11-23T08:00:00+00:00"
      result: succeeded
      source: boston
      target: newyork
      method: smartconnect
      cutover_seconds: 3.2
      step_seconds: {fence: 1.1, online: 0.7}
predicted_seconds:
  description: The seconds that each step will take, the median of up to ten runs; empty where there is no history yet.
  returned: success
  type: dict
  sample: {fence: 1.1, online: 0.7}
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.history_files import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
