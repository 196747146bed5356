#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: pool_interface_move
short_description: Let IP pools be served by one cluster, by the other, or by none
version_added: 0.1.0
description:
  - For one or many pairs of IP pools, takes the interface members off the pools that must not serve, waits until the nodes really hold none of
    their addresses any more, and only then puts members on the pools that must serve, and waits until their addresses are up.
  - Says what is wanted, not what to do. Run again, it changes nothing.
  - The answer of OneFS to a change is no proof, because it applies network changes a moment later. So the interfaces of all nodes
    are read, past the cache, until they show it. A node that is up and does not answer is an error.
  - A side is never brought up while the other one still has a member or holds an address.
  - What it takes off is first written below C(/ifs/.seamless_smb_failover/interfaces) of both clusters, as records that are never changed and
    carry their own hash. A controller that dies loses nothing.
  - Several pairs go together. All members are taken off, then one wait, so that the pause does not grow with their number.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.cluster_pair
  - seamless.smb_failover.cluster_pair.without_source
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode nothing is changed and no record is written; the difference is that of a real run.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  pairs:
    description:
      - The pools that belong together.
    type: list
    elements: dict
    required: true
    suboptions:
      source:
        description:
          - IP pool of O(source), as V(groupnet.subnet.pool).
        type: str
        required: true
      target:
        description:
          - IP pool of O(target).
        type: str
        required: true
      source_members:
        description:
          - Interfaces that serve the pool of O(source), such as V(1:ext-1).
          - By default those that it has, else those that were written down when they were taken off,
            else those of the same names as its partner's, on as many nodes as the pool has addresses.
        type: list
        elements: str
        default: []
      target_members:
        description:
          - The same for the pool of O(target).
        type: list
        elements: str
        default: []
      ranges:
        description:
          - For O(method=ip_takeover), the address ranges that clients use, such as V(192.0.2.11-192.0.2.12). By default those that
            are at home in the pool of O(source). A way back, in which O(source) serves on what it took over, needs them.
        type: list
        elements: str
        default: []
  serving:
    description:
      - Which side serves the pools. V(none) takes both off.
    type: str
    choices: [source, target, none]
    required: true
  method:
    description:
      - V(smartconnect) leaves each pool its own addresses; clients follow the name.
      - V(ip_takeover) also moves the address ranges to the side that serves. It needs one subnet that reaches both clusters, and
        is refused before any change where the other pool's subnet does not contain the ranges.
    type: str
    choices: [smartconnect, ip_takeover]
    default: smartconnect
  disconnect:
    description:
      - How clients of a pool that is taken off lose their connection.
      - V(close_sessions) ends their SMB sessions, again and again until the addresses are gone and once more after, so that a client hears of
        it. C(netstat), run once before, says which clients these are. A session of a client that is connected to other pools
        of the same node only is left alone.
      - V(silent) takes the addresses away without a word, and ends the sessions only after, so that the cluster lets go of their files.
    type: str
    choices: [close_sessions, silent]
    default: close_sessions
  deadline_seconds:
    description:
      - How long the nodes of one cluster may take to follow.
    type: int
    default: 60
seealso:
  - module: seamless.smb_failover.smb_session_check
  - module: seamless.smb_failover.smartconnect_name_move
"""

EXAMPLES = r"""
- name: Nobody serves the sales pools
  seamless.smb_failover.pool_interface_move:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    pairs:
      - source: groupnet0.subnet1.sales
        target: groupnet0.subnet1.sales
    serving: none

- name: The target serves them, on named interfaces
  seamless.smb_failover.pool_interface_move:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    pairs:
      - source: groupnet0.subnet1.sales
        target: groupnet0.subnet1.sales
        target_members: ["1:ext-1", "2:ext-1"]
    serving: target
"""

RETURN = r"""
pairs:
  description: Each pool that was, or in check mode would be, changed.
  returned: success
  type: list
  elements: dict
  contains:
    side:
      description: V(source) or V(target).
      type: str
    pool:
      description: The pool.
      type: str
    before:
      description: Its members and ranges before.
      type: dict
    after:
      description: Its members and ranges after.
      type: dict
    addresses:
      description: The addresses that went away, or that came up, with the interface that held or holds each.
      type: dict
    seconds:
      description: Seconds from the change until the nodes had followed; null in check mode.
      type: float
  sample:
    - side: source
      pool: groupnet0.subnet1.sales
      before: {members: ["1:ext-1", "2:ext-1"], ranges: [198.51.100.11-198.51.100.12]}
      after: {members: [], ranges: [198.51.100.11-198.51.100.12]}
      addresses: {198.51.100.11: "1:ext-1", 198.51.100.12: "2:ext-1"}
      seconds: 0.6
source_up:
  description: Addresses that the pools of O(source) held before the change.
  returned: success
  type: list
  elements: str
  sample: [198.51.100.11, 198.51.100.12]
target_up:
  description: Addresses that the pools of O(target) held, or members that they had, before the change.
  returned: success
  type: list
  elements: str
  sample: []
sessions_closed:
  description: Number of SMB sessions that were ended.
  returned: success
  type: int
  sample: 1
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.interface_move import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
