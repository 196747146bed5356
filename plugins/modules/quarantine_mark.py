#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: quarantine_mark
short_description: Mark a cluster that was given up for dead
version_added: 0.2.0
description:
  - Writes on the cluster that took over that the other one must not serve an access zone before it was quarantined, with the plan of the failover.
  - A failover of that zone is refused while the mark stands.
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
      - Access zone that the mark is about.
    type: str
    required: true
  state:
    description:
      - V(waiting) means that the source was given up, V(quarantined) that it returned and can't serve, V(lifted) that it has the data of the
        target and may take part in a failover again.
    type: str
    choices: [waiting, quarantined, lifted]
    required: true
  cluster:
    description:
      - What the cluster is called that was given up.
    type: str
    default: ""
  content:
    description:
      - What goes with the mark. With O(state=waiting) at least C(plan) and C(points).
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Lift the mark
  seamless.smb_failover.quarantine_mark:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    access_zone: sales
    state: lifted
"""

RETURN = r"""
mark:
  description: The mark.
  returned: success
  type: dict
  sample: {access_zone: sales, cluster: boston, state: lifted}
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.quarantine_mark import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
