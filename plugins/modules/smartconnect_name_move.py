#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: smartconnect_name_move
short_description: Move SmartConnect zone names and aliases between two clusters
version_added: 0.1.0
description:
  - Gives the names that clients mount to the pool that serves, and the other pool what its partner had.
  - Names are taken off one side before they are given to the other, so that no two clusters answer for one name.
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
    support: full
  idempotent:
    support: full
options:
  pairs:
    description:
      - The pools, and the names that each has while the source serves.
    type: list
    elements: dict
    required: true
    suboptions:
      source:
        description:
          - Pool of the source.
        type: str
        required: true
      target:
        description:
          - Pool of the target.
        type: str
        required: true
      source_names:
        description:
          - Names of the source's pool while the source serves.
        type: dict
        required: true
        suboptions: &names
          zone:
            description:
              - SmartConnect zone name.
            type: str
            default: ""
          aliases:
            description:
              - SmartConnect zone aliases.
            type: list
            elements: str
            default: []
          hints:
            description:
              - Aliases of this pool that name its pair. They stay with it, and no client mounts them.
            type: list
            elements: str
            default: []
      target_names:
        description:
          - Names of the target's pool while the source serves.
        type: dict
        required: true
        suboptions: *names
  owner:
    description:
      - Which side gets the names that clients mount.
    type: str
    choices: [source, target]
    required: true
"""

EXAMPLES = r"""
- name: Move the names to the target
  seamless.smb_failover.smartconnect_name_move:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    pairs:
      - source: groupnet0.subnet1.sales
        target: groupnet0.subnet1.sales
        source_names:
          zone: sales.example.com
          aliases: [files.example.com]
        target_names: {}
    owner: target
"""

RETURN = r"""
moved:
  description: What was changed, in the order in which it was.
  returned: success
  type: list
  elements: dict
  sample:
    - side: source
      pool: groupnet0.subnet1.sales
      before: {zone: sales.example.com, aliases: []}
      after: {zone: "", aliases: []}
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.names import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
