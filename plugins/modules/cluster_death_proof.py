#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_death_proof
short_description: Prove that a cluster is dead
version_added: 0.2.0
description:
  - Judges what several vantage points saw of a cluster.
  - Fails where anything of it answered any of them, and where fewer than two can tell. One counts only if it heard something else in the same moment.
  - Changes nothing.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  cluster:
    description:
      - What the cluster is called.
    type: str
    required: true
  reports:
    description:
      - Results of M(seamless.smb_failover.cluster_life_signs).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Prove that boston is dead
  seamless.smb_failover.cluster_death_proof:
    cluster: boston
    reports: ["{{ from_controller }}", "{{ from_newyork }}"]
"""

RETURN = r"""
witnesses:
  description: The vantage points whose silence counts.
  returned: success
  type: list
  elements: str
  sample: [controller, newyork]
summary:
  description: What each of them saw, in lines for people.
  returned: success
  type: list
  elements: str
  sample: ["controller: none of 9 addresses answered in 3 rounds"]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.death_proof import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
