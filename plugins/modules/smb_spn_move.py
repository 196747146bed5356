#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: smb_spn_move
short_description: Move service principal names between the machine accounts of two clusters
version_added: 0.2.0
description:
  - Kerberos logs a client in with the machine account that holds the name which the client mounted. So where clusters are in Active
    Directory, C(HOST/name), C(cifs/name) and the like have to go along with the names.
  - Takes them off one account before the other gets them, reads both back, and asks the domain whether any other account has one of them.
  - All other names of both accounts stay as they are.
  - With O(without_source) only the target's account is written. A domain refuses a name that the dead cluster's account still has;
    the error then says with which commands an administrator of the domain takes it off.
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
    support: full
  idempotent:
    support: full
options:
  domains:
    description:
      - Which names move, for each domain that both clusters are in; empty where there is none.
    type: list
    elements: dict
    required: true
    suboptions:
      domain:
        description:
          - The domain, as the provider is called on both clusters.
        type: str
        required: true
      account:
        description:
          - The source's machine account; an error says with it what to do where O(without_source) is set.
        type: str
        default: ""
      spns:
        description:
          - The service principal names.
        type: list
        elements: str
        required: true
  owner:
    description:
      - Which side's machine account gets them.
    type: str
    choices: [source, target]
    required: true
  domain_user:
    description:
      - An account of the domain that may write the names. Empty lets the machine accounts write their own, which a domain has to allow.
    type: str
    default: ""
  domain_password:
    description:
      - The password of O(domain_user).
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Let clients get Kerberos tickets for the target
  seamless.smb_failover.smb_spn_move:
    source: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    target: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    domains:
      - domain: EXAMPLE.COM
        spns: [HOST/sales.example.com, HOST/sales]
    owner: target
"""

RETURN = r"""
accounts:
  description: The machine accounts that were changed, in the order in which they were.
  returned: success
  type: list
  elements: dict
  sample:
    - side: source
      domain: EXAMPLE.COM
      before: [HOST/boston, HOST/sales.example.com, HOST/sales]
      after: [HOST/boston]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.spn_move import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
