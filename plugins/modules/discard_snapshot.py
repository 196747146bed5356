#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: discard_snapshot
short_description: Keep for some days what is about to be thrown away on a cluster that returned
version_added: 0.3.0
description:
  - Takes a SnapshotIQ snapshot of each path, with the time at which the cluster deletes it by itself.
  - The names are made of access zone, run and list, so that the same list is kept once, however often this runs.
  - Needs a SnapshotIQ license on that cluster, and the privilege C(ISI_PRIV_SNAPSHOT) with the permission to write.
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
  access_zone:
    description:
      - Access zone whose data is thrown away.
    type: str
    required: true
  run_id:
    description:
      - The run that gave the cluster up.
    type: str
    required: true
  sha256:
    description:
      - Hash of the list of what is thrown away, as M(seamless.smb_failover.cluster_divergence) returns it.
    type: str
    required: true
  paths:
    description:
      - Paths that are overwritten. One below another comes with it.
    type: list
    elements: str
    required: true
  days:
    description:
      - For how many days the snapshots stay.
    type: int
    default: 14
"""

EXAMPLES = r"""
- name: Keep what only boston has for four weeks
  seamless.smb_failover.discard_snapshot:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    access_zone: sales
    run_id: 6f1c2b9e
    sha256: "{{ divergence.sha256 }}"
    paths: [/ifs/data/sales]
    days: 28
"""

RETURN = r"""
snapshots:
  description: Each snapshot with C(name), C(path), C(expires), C(expires_time), and the C(folder) in which its files are found.
  returned: success
  type: list
  elements: dict
  sample:
    - name: seamless-discard-sales-6f1c2b9e-5d2b3f5f-0
      path: /ifs/data/sales
      expires: 1779105600
      expires_time: "2026-05-18T12:00:00+00:00"
      folder: /ifs/data/sales/.snapshot/seamless-discard-sales-6f1c2b9e-5d2b3f5f-0
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.discard_snapshot import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
