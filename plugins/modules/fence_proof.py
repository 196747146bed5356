#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: fence_proof
short_description: Prove that no client reaches the data any more
version_added: 0.1.0
description:
  - Reads from the cluster itself that no interface holds an address of the pools, that no connection to port 445 of them is
    established on any node, and that no file below the paths is open for writing.
  - Also tries to connect to each of the addresses from where it runs.
  - Fails at the deadline with what still stands. Changes nothing.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.cluster_pair.source
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  pools:
    description:
      - IP pools that must not be reachable, as C(groupnet.subnet.pool).
    type: list
    elements: str
    required: true
  paths:
    description:
      - Paths below which no file may be open for writing.
    type: list
    elements: str
    required: true
  deadline_seconds:
    description:
      - How long to wait for the proof.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Prove the fence
  seamless.smb_failover.fence_proof:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    pools: [groupnet0.subnet1.sales]
    paths: [/ifs/data/sales]
"""

RETURN = r"""
evidence:
  description: What was looked at, and what was found.
  returned: success
  type: dict
  sample:
    addresses_up: []
    established: 0
    open_for_write: []
    answering: []
    nodes: [1, 2]
cluster_time:
  description:
    - The cluster's own time when the proof held, in epoch seconds; V(0) where the account may not read it. A replication that copies all that
      was written has to start later.
  returned: success
  type: int
  sample: 1784628000
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.proof import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
