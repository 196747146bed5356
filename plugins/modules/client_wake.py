#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: client_wake
short_description: Let old addresses answer without any share, so that clients notice
version_added: 0.1.0
description:
  - Brings the source's addresses back for a moment in an access zone without shares. Old connections are answered with RST, so
    that clients give them up at once, resolve the name again and find the target.
  - To be used only after the target serves.
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
  pools:
    description:
      - Pools of the source, and the interfaces that they had.
    type: list
    elements: dict
    required: true
    suboptions:
      pool:
        description:
          - The pool, as C(groupnet.subnet.pool).
        type: str
        required: true
      members:
        description:
          - Interfaces that join it for the moment, as C(LNN:interface).
        type: list
        elements: str
        required: true
  clients:
    description:
      - Addresses of the clients that are waited for. With none there is nothing to do.
    type: list
    elements: str
    required: true
  access_zone:
    description:
      - Access zone that the pools belong to, and go back to. One that an interrupted run left in O(tombstone_zone) goes back, too.
    type: str
    required: true
  tombstone_zone:
    description:
      - Access zone without shares that the pools belong to meanwhile. It is created where it is missing.
    type: str
    default: seamless-tombstone
  not_before:
    description:
      - Epoch seconds before which no address comes back. A client that was cut off may know the old address of its name for some
        seconds, and must not find an address without shares there.
    type: float
    default: 0.0
  hold_seconds:
    description:
      - How long the addresses answer at the most; less where all clients are on the target before, more where O(silent_since) asks for it.
    type: int
    default: 5
  silent_since:
    description:
      - Epoch seconds at which the clients' connections ended in silence. A client hears of the wake-up with its next retransmission, for
        which it may wait as long again as the silence has lasted; the addresses answer for that long then, two minutes at the most.
        V(0.0) for not known.
    type: float
    default: 0.0
  deadline_seconds:
    description:
      - How long one change of the network may take.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Wake the clients
  seamless.smb_failover.client_wake:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    pools:
      - pool: groupnet0.subnet1.sales
        members: ["1:ext-1", "2:ext-1"]
    clients: [198.51.100.102]
    access_zone: sales
"""

RETURN = r"""
returned:
  description: Clients that were on the target when it ended.
  returned: success
  type: list
  elements: str
  sample: [198.51.100.102]
missing:
  description: Clients that were not.
  returned: success
  type: list
  elements: str
  sample: []
trouble:
  description:
    - Why the clients were not woken, or not until the end; empty where all went well. The old addresses are off again in any case, otherwise
      the module fails. Clients notice by themselves then, later.
  returned: success
  type: str
  sample: ""
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.wake import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
