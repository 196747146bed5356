#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: host_key_pin
short_description: Pin the SSH host keys of nodes
version_added: 0.3.0
description:
  - Asks each host for its SSH host key and writes it into a C(known_hosts) file, if its fingerprint was given or O(trust_on_first_use) is set.
  - A host that shows another key than the one that is pinned is refused; the pinned key is never replaced.
  - The lines end in the word C(seamless.smb_failover), and O(state=absent) takes off only lines that do. The rest of the file is never touched.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  hosts:
    description:
      - Names or addresses, as SSH is told them.
    type: list
    elements: str
    required: true
  port:
    description:
      - TCP port of SSH.
    type: int
    default: 22
  known_hosts_file:
    description:
      - The file, on the machine where the task runs. It is made where it is missing.
    type: path
    default: ~/.ssh/known_hosts
  fingerprints:
    description:
      - Fingerprints that are believed, as C(ssh-keygen -l) prints them at the console of a node.
    type: list
    elements: str
    default: []
  trust_on_first_use:
    description:
      - Whether a host that is not in the file is believed whatever it shows. Whoever answers in its place at that moment is believed too.
    type: bool
    default: false
  state:
    description:
      - V(present) pins the keys, V(absent) takes off those that were pinned by this module.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: seamless.smb_failover.sudoers_prereq
"""

EXAMPLES = r"""
- name: Pin the key of boston
  seamless.smb_failover.host_key_pin:
    hosts: [boston.example.com]
    known_hosts_file: /etc/failover/known_hosts
    fingerprints: ["SHA256:2Fq1Ju2RVFJ5E0JvYVuJ4Wd1xTzC0uGfWc3xJ9c1bkE"]
"""

RETURN = r"""
known_hosts_file:
  description: The file, with links followed.
  returned: success
  type: str
  sample: /etc/failover/known_hosts
host_keys:
  description: What each host shows; empty with O(state=absent).
  returned: success
  type: list
  elements: dict
  sample:
    - host: boston.example.com
      kind: ssh-ed25519
      key: AAAAC3NzaC1lZDI1NTE5AAAAIKkD0vZ1LZkl0pA9RcNlIAwYfR4m8bXr0uW7kY3gq0Xh
      fingerprint: SHA256:2Fq1Ju2RVFJ5E0JvYVuJ4Wd1xTzC0uGfWc3xJ9c1bkE
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.host_key_pin import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
