#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_record_info
short_description: Read what a cluster knows of another one
version_added: 0.2.0
description:
  - Reads on the target what M(seamless.smb_failover.cluster_record) wrote down of the source, and where that one answers while it lives.
  - Does not talk to the source, and changes nothing.
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
  source_name:
    description:
      - What the cluster that may be dead is called.
    type: str
    required: true
  target_name:
    description:
      - What the cluster that knows of it is called.
    type: str
    required: true
  access_zone:
    description:
      - Access zone whose data is asked about.
    type: str
    default: ""
  pools:
    description:
      - IP pools whose access zone is asked about, where none is named.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Read what newyork knows of boston
  seamless.smb_failover.cluster_record_info:
    source_name: boston
    target_name: newyork
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    access_zone: sales
  register: record
"""

RETURN = r"""
probes:
  description: Where the source answers while it lives.
  returned: success
  type: list
  elements: dict
  sample:
    - {kind: api, address: 192.0.2.11, port: 8080, name: ""}
controls:
  description: Where the target answers, which must be heard for silence of the source to mean something.
  returned: success
  type: list
  elements: dict
  sample:
    - {kind: api, address: 192.0.2.21, port: 8080, name: ""}
access_zone:
  description: Access zone that is asked about.
  returned: success
  type: str
  sample: sales
loss_window:
  description: To which moment the data of each policy goes back and what had not finished, how old the knowledge of the source is, and
    which clients and files were last seen there.
  returned: success
  type: dict
  sample:
    points:
      - {policy: sales, point_time: "2026-05-04T12:00:00+00:00", age_seconds: 900, unfinished: false}
    known_as_of: "2026-05-04T12:00:00+00:00"
summary:
  description: The same in lines for people.
  returned: success
  type: list
  elements: str
  sample: ["what is known of boston is of 2026-05-04T12:00:00+00:00, 900 s ago"]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.record_info import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
