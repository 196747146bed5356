#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: synthetic_client
short_description: Visit SMB shares as a person at work would
version_added: 0.2.0
description:
  - Connects to each share at each address, creates, writes, reads, renames and deletes a file of its own, and says how long each took.
  - Reads files of the share, and compares them with what the platform API says is in a snapshot of them.
  - Removes what it made.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.cluster_pair.target
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
requirements:
  - smbprotocol
options:
  addresses:
    description:
      - Addresses at which the shares are served.
    type: list
    elements: str
    required: true
  shares:
    description:
      - The shares that are visited.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the share.
        type: str
        required: true
      frozen_path:
        description:
          - Where below C(/ifs) its content is as it must be read.
        type: str
        required: true
  user:
    description:
      - SMB account that may read and write there.
    type: str
    required: true
  password:
    description:
      - Its password.
    type: str
    required: true
  files_limit:
    description:
      - How many files of each share are read and compared.
    type: int
    default: 20
  file_bytes_limit:
    description:
      - Files that are larger are left out.
    type: int
    default: 16777216
"""

EXAMPLES = r"""
- name: Work on the copy
  seamless.smb_failover.synthetic_client:
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    addresses: [198.51.100.201]
    shares:
      - name: sales
        frozen_path: /ifs/data/sales/.snapshot/seamless-rehearsal-sales-0
    user: robot
    password: "{{ vault_robot_password }}"
"""

RETURN = r"""
operations:
  description: What was done, in its order, and how long each took.
  returned: always
  type: list
  elements: dict
  sample:
    - {address: 198.51.100.201, share: sales, operation: connect, seconds: 0.021}
files_compared:
  description: How many files were read and found equal, counted at each address.
  returned: always
  type: int
  sample: 20
files_left_out:
  description: How many were met that are too large to be compared.
  returned: always
  type: int
  sample: 0
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.synthetic_client import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
