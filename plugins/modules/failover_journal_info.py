#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: failover_journal_info
short_description: Find the run that holds an access zone on two clusters
version_added: 0.2.0
description:
  - Reads from both clusters whether a failover of an access zone was begun and not ended, by whom, since when, and what it planned.
  - A run that was killed leaves its journal; with it the next run can finish it or undo it.
  - Changes nothing.
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
    support: full
options:
  access_zone:
    description:
      - Access zone that is asked for. Where it is empty, O(pools) says it.
    type: str
    default: ""
  pools:
    description:
      - IP pools of the source, as C(groupnet.subnet.pool). The run that moves any of them is found.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: See whether somebody is moving the access zone sales
  seamless.smb_failover.failover_journal_info:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    access_zone: sales
  register: journal
"""

RETURN = r"""
found:
  description: Whether a run is open. A rehearsal is none.
  returned: always
  type: bool
rehearsal:
  description: The rehearsal that holds the access zone while it serves a copy; empty where there is none.
  returned: always
  type: dict
  sample:
    run_id: 4f1c2a9be803
    generation: 3
    opened: "2026-01-31T22:04:05+00:00"
    access_zone: sales
    cluster: newyork
    side: target
    subnet: groupnet0.subnet1
    controller: {}
    controller_description: "operator@jumphost (process 4711)"
    controller_question: ""
check_mode:
  description: Whether the task ran in check mode, be it of the command line or of the task itself, which Ansible does not tell otherwise.
  returned: always
  type: bool
  sample: false
run_id:
  description: Identifies the run.
  returned: when a run is open
  type: str
  sample: 4f1c2a9be803
generation:
  description: How often the lease of this access zone was taken.
  returned: when a run is open
  type: int
  sample: 3
opened:
  description: When the run began.
  returned: when a run is open
  type: str
  sample: "2026-01-31T22:04:05+00:00"
controller:
  description: The process that carries the run out, as P(seamless.smb_failover.controller_process#lookup) named it.
  returned: when a run is open
  type: dict
controller_description:
  description: The same in words.
  returned: when a run is open
  type: str
  sample: "operator@jumphost (process 4711)"
controller_question:
  description: Where to look whether that controller still runs; empty where it did not run in AWX.
  returned: when a run is open
  type: str
  sample: "Look at job 4711 in AWX: while it is pending or running, its run goes on."
journal:
  description: What the run wrote down before its first change.
  returned: when a run is open
  type: dict
note:
  description: What the run wrote down last.
  returned: when a run is open
  type: dict
plan:
  description: The plan of the run, as M(seamless.smb_failover.failover_plan) returned it.
  returned: when a run is open and its journal is whole
  type: dict
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.open_run import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
