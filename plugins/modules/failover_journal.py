#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: failover_journal
short_description: Hold the lease of a failover and keep its journal on both clusters
version_added: 0.1.0
description:
  - Writes down on both clusters who moves an access zone since when, and what the state before was.
  - Of two controllers that want the same access zone, one gets it and the other is told who has it.
  - A rehearsal that serves a copy holds the same lease, but gives way to a failover that says so.
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
    support: none
  idempotent:
    support: none
options:
  access_zone:
    description:
      - Access zone that the lease is for.
    type: str
    required: true
  state:
    description:
      - V(opened) takes the lease and writes O(content), V(noted) adds what was found out since, V(closed) gives it back with how
        the run ended.
    type: str
    choices: [opened, noted, closed]
    required: true
  controller:
    description:
      - Who carries the run out, as P(seamless.smb_failover.controller_process#lookup) says. Goes into the journal.
    type: dict
    default: {}
  run_id:
    description:
      - The run that notes something or whose lease is given back, as V(opened) returned it.
      - With O(take_over) and O(state=opened), the only run that the lease is taken from.
    type: str
    default: ""
  take_over:
    description:
      - Take the lease although another run holds it, because its controller is gone.
      - With O(state=closed) and no O(run_id), give back whatever lease such a run left.
    type: bool
    default: false
  rehearsal:
    description:
      - Whether the run is a rehearsal. Its lease lies on the target alone; on the source it is only looked whether anybody holds one.
      - A rehearsal takes over the lease of another one at most, never that of a failover.
    type: bool
    default: false
  over_rehearsals:
    description:
      - Take the lease although a rehearsal holds it, which ends that rehearsal.
    type: bool
    default: false
  content:
    description:
      - What is written into the journal.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Take the lease
  seamless.smb_failover.failover_journal:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    access_zone: sales
    state: opened
    content: "{{ plan.plan }}"
  register: lease

- name: Give the lease back
  seamless.smb_failover.failover_journal:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    access_zone: sales
    state: closed
    run_id: "{{ lease.run_id }}"
"""

RETURN = r"""
run_id:
  description: Identifies the run.
  returned: when not in check mode
  type: str
  sample: 4f1c2a9be803
generation:
  description: How often the lease of this access zone was taken, this time included.
  returned: when O(state=opened)
  type: int
  sample: 3
lease:
  description:
    - The file of the lease, on both clusters. As the option C(onefs_lease) of a connection it keeps a task from changing anything
      once another run has taken the lease.
  returned: when O(state=opened) and not in check mode
  type: str
  sample: /ifs/.seamless_smb_failover/leases/sales/00000003.opened.json
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.lease import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
