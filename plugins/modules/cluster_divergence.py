#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_divergence
short_description: List what was changed on a cluster after the state that the other one has
version_added: 0.2.0
description:
  - Goes through replicated paths of the source over the namespace API and lists the files and folders that changed after a moment,
    with what the target has in their place.
  - Meant for a cluster that died and returned, before its data is given up. Changes nothing.
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
    support: full
options:
  points:
    description:
      - Paths, each with the moment of its last good replication.
    type: list
    elements: dict
    required: true
    suboptions:
      policy:
        description:
          - Policy that replicates the path.
        type: str
        default: ""
      path:
        description:
          - Path that is looked through.
        type: str
        required: true
      target_path:
        description:
          - Where it was replicated to; the same path by default.
        type: str
        default: ""
      point:
        description:
          - Moment, in seconds since 1970.
        type: int
        required: true
  most:
    description:
      - How many differences are listed at the most.
    type: int
    default: 10000
  slack_seconds:
    description:
      - How much before the moment counts too, for clocks that differ.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: List what boston has and newyork does not
  seamless.smb_failover.cluster_divergence:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    points:
      - {policy: sales, path: /ifs/data/sales, point: 1777896000}
"""

RETURN = r"""
differences:
  description: Files and folders that may hold what the target does not have, each with C(path), C(size), C(modified_time) and C(what).
  returned: success
  type: list
  elements: dict
  sample:
    - {path: /ifs/data/sales/report.txt, size: 4096, modified_time: "2026-05-04T12:00:07+00:00", what: is here only}
looked_at:
  description: How many files and folders were looked at.
  returned: success
  type: int
  sample: 1200
complete:
  description: Whether all differences are listed.
  returned: success
  type: bool
  sample: true
total:
  description: How many differences there are, listed or not.
  returned: success
  type: int
  sample: 1
sha256:
  description: Hash of path, kind, size and time of all differences as the source has them, listed or not. It changes where one comes, goes or is written.
  returned: success
  type: str
  sample: 5d2b3f5f2a0f4a6f9c3b0f6f6d1f3a6f0c3f3f8a2b1c9d8e7f6a5b4c3d2e1f00
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.divergence import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
