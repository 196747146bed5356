#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: rehearsal_record
short_description: Write down what a drill took, and tell the trend
version_added: 0.2.0
description:
  - Keeps the times of a drill below C(/ifs/.seamless_smb_failover/drills) of both clusters.
  - Returns the newest drills of that access zone, and a table of them with medians and with how far the newest is from those before it.
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
    support: none
options:
  access_zone:
    description:
      - The robot zone that was moved.
    type: str
    required: true
  result:
    description:
      - How the drill ended. Only those that succeeded count for the trend.
    type: str
    choices: [succeeded, failed]
    default: succeeded
  figures:
    description:
      - What it took. What is left out was not measured.
    type: dict
    default: {}
    suboptions:
      there_cutover_seconds:
        description:
          - From the fence to the target being online, on the way there.
        type: float
      there_pause_seconds:
        description:
          - The longest pause of the synthetic client on the way there.
        type: float
      back_cutover_seconds:
        description:
          - From the fence to the target being online, on the way back.
        type: float
      back_pause_seconds:
        description:
          - The longest pause of the synthetic client on the way back.
        type: float
  limit:
    description:
      - How many of the newest drills are returned.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Write the drill down
  seamless.smb_failover.rehearsal_record:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    access_zone: robot
    figures:
      there_cutover_seconds: 3.2
      there_pause_seconds: 3.4
      back_cutover_seconds: 3.1
      back_pause_seconds: 3.3
"""

RETURN = r"""
drills:
  description: The newest drills, oldest first.
  returned: success
  type: list
  elements: dict
  sample:
    - finished: "2026-11-23T08:00:00+00:00"
      result: succeeded
      there_cutover_seconds: 3.2
trend:
  description: For each figure its median, its newest value, and how far that is from the median of those before, in percent.
  returned: success
  type: dict
  sample:
    there_pause_seconds: {median_seconds: 3.4, newest_seconds: 3.4, change_percent: 1.5}
table:
  description: The same in lines for people.
  returned: success
  type: list
  elements: str
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.drills import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
