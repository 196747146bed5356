#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: smartconnect_ttl
short_description: Lower how long DNS answers of SmartConnect live before a failover, and restore it
version_added: 0.2.0
description:
  - Lowers C(sc_ttl) of the pools of both clusters where it is higher, sees at the SmartConnect service address that answers carry the new
    time, and waits until those that were given before have expired. Clients work meanwhile.
  - A pool whose time is low enough is left as it is, and nothing is waited for.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.cluster_pair
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
      - The pools, and the time that each has when no failover is under way.
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
      source_ttl_seconds:
        description:
          - C(sc_ttl) of the source's pool before the failover.
        type: int
        required: true
      target_ttl_seconds:
        description:
          - C(sc_ttl) of the target's pool before the failover.
        type: int
        required: true
      names:
        description:
          - The names that clients mount, which are asked for.
        type: list
        elements: str
        default: []
  state:
    description:
      - V(lowered) gives every pool O(ttl_seconds) where its own time is longer.
      - V(restored) gives every pool its own time back; one that holds a longer one by now was changed by somebody else, and is left alone.
    type: str
    choices: [lowered, restored]
    required: true
  ttl_seconds:
    description:
      - How long answers may live during the failover.
    type: int
    default: 0
  wait:
    description:
      - Whether to wait until answers that were given before have expired. Where the addresses stay the same that is not needed.
    type: bool
    default: true
  longest_wait_seconds:
    description:
      - A longer wait is refused before anything is changed.
    type: int
    default: 3600
  dns_servers:
    description:
      - Resolvers that clients ask; empty means those of the machine where this runs. One that keeps answers for longer is named, not waited for.
    type: list
    elements: str
    default: []
  deadline_seconds:
    description:
      - How long SmartConnect may take to answer with the new time.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Let no DNS answer outlive the failover
  seamless.smb_failover.smartconnect_ttl:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    pairs:
      - source: groupnet0.subnet1.sales
        target: groupnet0.subnet1.sales
        source_ttl_seconds: 300
        target_ttl_seconds: 300
        names: [sales.example.com]
    state: lowered
"""

RETURN = r"""
pools:
  description: The pools that were changed.
  returned: success
  type: list
  elements: dict
  sample:
    - side: source
      pool: groupnet0.subnet1.sales
      before_seconds: 300
      after_seconds: 0
left_alone:
  description: With O(state=restored) the pools that were left alone, since they hold a longer time than their own.
  returned: success
  type: list
  elements: dict
  sample: []
wait_seconds:
  description: How long was waited for answers that were given before.
  returned: success
  type: int
  sample: 300
seen:
  description: How long answers live, as the SmartConnect service addresses say that could be asked.
  returned: success
  type: list
  elements: dict
  sample:
    - name: sales.example.com
      server: 198.51.100.10
      ttl_seconds: 0
late_names:
  description: Names for which a resolver kept an older answer nevertheless, or gave none.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.name_lifetime import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
