#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: at_risk_report
short_description: Say whose files are at risk in a failover, and what is known of each client
version_added: 0.2.0
description:
  - Lists every file of an access zone that is open, with its share, its user, the clients that may have it open, what it is open for, its
    locks, and a class. RV(open_files[].risk) is V(red) where it is open for writing and locked, or where its client may hold unwritten data,
    V(amber) where it is open for writing, or for reading with a lock, and V(green) where it is open for reading.
  - OneFS names the user of an open file, not the client. Where that user has several clients on the node all of them are named,
    and RV(open_files[].ambiguous) is V(true).
  - Says of each client whether it mounted by address, is a guest, logs in with NTLM, speaks an old dialect or has several connections; with
    the evidence and how strong that is. OneFS knows little of it, so V(unknown) is one of the answers. Clients that were asked
    themselves (O(looks)) are known for certain.
  - Changes nothing.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.connection
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
      - Access zone whose files are listed.
    type: str
    required: true
  pools:
    description:
      - IP pools whose clients are looked for, as V(groupnet.subnet.pool). Empty means all of the access zone.
    type: list
    elements: str
    default: []
  unflushed:
    description:
      - Files whose clients could not be made to write out what they cache, as RV(seamless.smb_failover.smb_flush#module:at_risk).
    type: list
    elements: dict
    default: []
  looks:
    description:
      - What clients themselves said of their mounts.
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description:
          - What the client is called, to name it where its answer can't be read.
        type: str
        required: true
      addresses:
        description:
          - Addresses or one name of the client; by default those of O(looks[].host).
        type: list
        elements: str
        default: []
      kind:
        description:
          - Which command answered. V(linux) is C(findmnt --json), V(windows) is C(Get-SmbConnection | ConvertTo-Json), V(macos) is
            C(smbutil statshares -a). Empty tells Linux and macOS apart by the answer.
        type: str
        choices: ["", linux, windows, macos]
        default: ""
      answer:
        description:
          - The answer.
        type: str
        default: ""
      trouble:
        description:
          - Why there is none.
        type: str
        default: ""
  name_clients:
    description:
      - Whether to look for the clients' names by reverse DNS, for 3 seconds at the most.
    type: bool
    default: true
  dns_servers:
    description:
      - Resolvers to ask; by default those of the controller.
    type: list
    elements: str
    default: []
  most:
    description:
      - How many files are listed; those most at risk come first. RV(open_files_total) counts all.
    type: int
    default: 1000
  allow_missing_nodes:
    description:
      - Go on when a node does not answer. RV(missing_nodes) says which.
    type: bool
    default: false
  sudo:
    description:
      - Whether C(isi_for_array) is run through C(sudo).
    type: bool
    default: true
  isi_for_array_path:
    description:
      - Where C(isi_for_array) is; it must be the path that the sudo rule names.
    type: str
    default: /usr/bin/isi_for_array
  command_timeout_seconds:
    description:
      - How long C(netstat) on all nodes may take.
    type: int
    default: 30
"""

EXAMPLES = r"""
- name: See who is at risk
  seamless.smb_failover.at_risk_report:
    connection: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    access_zone: sales
  register: at_risk

- name: Show it
  ansible.builtin.debug:
    msg: "{{ at_risk.table }}"
"""

RETURN = r"""
open_files:
  description: What is open, what is most at risk first.
  returned: always
  type: list
  elements: dict
  contains:
    path:
      description: The file.
      type: str
    share:
      description: The share that leads closest to it; empty where none does any more.
      type: str
    user:
      description: Who has it open, as OneFS spells it.
      type: str
    clients:
      description: Addresses of the clients that may have it open.
      type: list
      elements: str
    ambiguous:
      description: Whether it is not certain which client has it open.
      type: bool
    attribution:
      description: How the clients are known.
      type: str
    node:
      description: Logical number of the node.
      type: int
    access:
      description: V(write), V(read) or V(unknown).
      type: str
    locks:
      description: Number of locks.
      type: int
    handles:
      description: How often it is open so.
      type: int
    risk:
      description: V(red), V(amber) or V(green).
      type: str
    reason:
      description: Why.
      type: str
  sample:
    - {path: /ifs/data/sales/offer.docx, share: sales, user: alice, clients: [198.51.100.101], ambiguous: false,
       attribution: the only client of this user on the node, node: 1, access: write, locks: 1, handles: 1, risk: red,
       reason: "open for writing and locked: the lock is lost, and another client may get it"}
open_files_total:
  description: How many rows there are.
  returned: always
  type: int
  sample: 1
summary:
  description: How many rows are C(red), C(amber), C(green), C(ambiguous), and C(total).
  returned: always
  type: dict
  sample: {red: 1, amber: 0, green: 0, ambiguous: 0, total: 1}
clients:
  description: Addresses of all clients that are connected to the pools.
  returned: always
  type: list
  elements: str
  sample: [198.51.100.101]
client_details:
  description:
    - What is known of each of them. C(by_address) and C(ntlm) are each a verdict (V(yes), V(perhaps), V(no), V(unknown)), its strength
      (V(certain), V(strong), V(weak)) and the evidence.
  returned: always
  type: list
  elements: dict
  sample:
    - address: 198.51.100.101
      name: pc7.example.com
      users: [alice]
      guest: false
      old_dialect: false
      several_connections: false
      by_address: {verdict: "yes", strength: certain, evidence: ["certain: the client says it mounted //198.51.100.11/sales"]}
      ntlm: {verdict: perhaps, strength: weak, evidence: ["weak: alice is shown without a domain"]}
by_address:
  description: Clients that mounted by address, or may have.
  returned: always
  type: list
  elements: str
  sample: [198.51.100.101]
by_address_unknown:
  description: Of how many clients that is not known.
  returned: always
  type: int
  sample: 0
folders:
  description: How many handles of shares' own roots were left out.
  returned: always
  type: int
  sample: 2
elsewhere:
  description: How many open files of other access zones were left out.
  returned: always
  type: int
  sample: 0
unlisted:
  description: Users of whom OneFS says that more is open than it lists.
  returned: always
  type: list
  elements: str
  sample: []
missing_nodes:
  description: Logical numbers of the nodes that did not answer; only with O(allow_missing_nodes).
  returned: always
  type: list
  elements: int
  sample: []
nodes:
  description: Logical numbers of the nodes that answered.
  returned: always
  type: list
  elements: int
  sample: [1, 2]
problems:
  description: What could not be understood, and clients that could not be asked.
  returned: always
  type: list
  elements: str
  sample: []
table:
  description: The report in lines for people.
  returned: always
  type: list
  elements: str
  sample: ["boston, access zone sales: 1 open files of which 1 are red, 0 amber, 0 green; of 0 it is not certain which client has them open"]
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.at_risk_report import (
    ARGUMENT_SPEC,
    RULES,
    run,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run, **RULES)


if __name__ == "__main__":
    main()
