#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: at_risk_recheck
short_description: Compare files that were at risk on both clusters
version_added: 0.2.0
description:
  - Reads size and time of files on the source and on the target over the namespace API, and says of each whether the target has it.
  - Meant for the files that were open when the fence fell, after the target serves. Changes nothing.
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
  files:
    description:
      - The files, as RV(seamless.smb_failover.at_risk_report#module:open_files). Of each only C(path) counts.
    type: list
    elements: dict
    required: true
  policies:
    description:
      - The policies that replicate them, each with C(source_path) and C(target_path).
    type: list
    elements: dict
    required: true
  most:
    description:
      - How many files are looked at, from the first on. RV(not_looked_at) counts the rest.
    type: int
    default: 1000
  concurrency:
    description:
      - How many files are looked at side by side.
    type: int
    default: 4
"""

EXAMPLES = r"""
- name: Look after the files that were open
  seamless.smb_failover.at_risk_recheck:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    files: "{{ at_risk.open_files }}"
    policies: [{source_path: /ifs/data/sales, target_path: /ifs/data/sales}]
"""

RETURN = r"""
files:
  description:
    - Each file with its C(verdict). V(same) has the same size and time on both. V(written_since) is newer on the target. V(gone) is on
      neither. V(only_on_target) was made there. V(missing) is on the source only, V(differs) is not newer on the target and not the same,
      V(not_replicated) is below no policy, V(unread) could not be read; somebody has to look at these.
  returned: always
  type: list
  elements: dict
  sample:
    - {path: /ifs/data/sales/offer.docx, verdict: same, source: {size_bytes: 4096, modified: 1790000000},
       target: {size_bytes: 4096, modified: 1790000000}, reason: ""}
counts:
  description: How many files have which verdict.
  returned: always
  type: dict
  sample: {same: 1}
bad:
  description: Those that somebody has to look at.
  returned: always
  type: list
  elements: dict
  sample: []
not_looked_at:
  description: How many files were not looked at.
  returned: always
  type: int
  sample: 0
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.at_risk_recheck import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
