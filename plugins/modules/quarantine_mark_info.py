#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: quarantine_mark_info
short_description: Find the cluster that was given up for dead
version_added: 0.2.0
description:
  - Reads whether a cluster was given up for an access zone or for IP pools, and was not yet brought back.
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
      - Access zone that is asked about.
    type: str
    default: ""
  pools:
    description:
      - IP pools that are asked about, where no access zone is named.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: See whether boston was given up
  seamless.smb_failover.quarantine_mark_info:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    access_zone: sales
"""

RETURN = r"""
found:
  description: Whether a mark stands.
  returned: success
  type: bool
  sample: true
mark:
  description: The mark.
  returned: when one stands
  type: dict
  sample: {access_zone: sales, cluster: boston, state: waiting}
plan:
  description: The plan of the failover that wrote it, as M(seamless.smb_failover.failover_plan) returns it.
  returned: when one stands
  type: dict
  sample: {needed: true}
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.quarantine_mark import (
    INFO_ARGUMENT_SPEC,
    run_info,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(INFO_ARGUMENT_SPEC, run_info)


if __name__ == "__main__":
    main()
