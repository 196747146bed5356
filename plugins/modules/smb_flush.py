#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: smb_flush
short_description: Make SMB clients write out what they cache
version_added: 0.2.0
description:
  - Opens every file that a client of an access zone has open for writing once more, for reading, over SMB.
  - That breaks the client's write lease, so that it writes out what it cached, and from then on writes to the server at once. What
    applications wrote without flushing is not lost when the server goes away right after.
  - Changes nothing on the cluster. A file that can't be opened, because of its share mode or its permissions, is named as at risk.
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
requirements:
  - smbprotocol
options:
  access_zone:
    description:
      - Access zone whose files are flushed.
    type: str
    required: true
  pools:
    description:
      - IP pools of that zone, as C(groupnet.subnet.pool). The files are opened at an address of the node that holds them.
    type: list
    elements: str
    required: true
  user:
    description:
      - SMB account that may read the files, such as V(EXAMPLE\\svc-failover).
    type: str
    required: true
  password:
    description:
      - Its password.
    type: str
    required: true
  concurrency:
    description:
      - How many files are opened side by side.
    type: int
    default: 8
  deadline_seconds:
    description:
      - How long all of it may take. A client with much in its cache needs time to write it out; what is not written out by then is
        named as at risk.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: Make the clients of sales write out what they cache
  seamless.smb_failover.smb_flush:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    access_zone: sales
    pools: [groupnet0.subnet1.sales]
    user: svc-failover
    password: "{{ vault_flush_password }}"
"""

RETURN = r"""
files:
  description: How many files were open for writing.
  returned: always
  type: int
  sample: 12
flushed:
  description: How many of them were opened, or were closed by their clients meanwhile.
  returned: always
  type: int
  sample: 11
at_risk:
  description: Files whose clients may still hold unwritten data, each with C(lnn), C(path), C(user) and C(reason).
  returned: always
  type: list
  elements: dict
seconds_longest:
  description: How long the slowest of the clients took.
  returned: always
  type: float
  sample: 0.009
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.flush import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
