#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: smb_service_check
short_description: Check that names lead to addresses that serve SMB
version_added: 0.1.0
description:
  - Asks the resolvers that clients ask, and connects to port 445 of each address, until all is well or the deadline is over.
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
  names:
    description:
      - DNS names that must lead to O(addresses) and to nothing else.
    type: list
    elements: str
    required: true
  addresses:
    description:
      - Addresses that must accept SMB connections.
    type: list
    elements: str
    required: true
  dns_servers:
    description:
      - Resolvers to ask. Empty means those that the host is configured with.
    type: list
    elements: str
    default: []
  deadline_seconds:
    description:
      - How long to wait.
    type: int
    default: 60
"""

EXAMPLES = r"""
- name: The name leads to newyork
  seamless.smb_failover.smb_service_check:
    names: [sales.example.com]
    addresses: [198.51.100.21, 198.51.100.22]
"""

RETURN = r"""
names:
  description: What each name led to.
  returned: success
  type: dict
  sample:
    sales.example.com: [198.51.100.21]
answering:
  description: The addresses that accepted a connection.
  returned: success
  type: list
  elements: str
  sample: [198.51.100.21, 198.51.100.22]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.service_check import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
