#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: smb_session_check
short_description: Say who is connected to IP pools, on every node, with what open
version_added: 0.1.0
description:
  - Runs C(isi_for_array netstat -anW -p tcp) over SSH, and joins the connections to port 445 of the pools' addresses with the
    SMB sessions and open files of every node, which it reads from the platform API.
  - Can wait until nobody is connected any more, or until given clients are, and tells live what it waits for.
  - The platform API does not say at which address a client is connected, and OneFS lists sessions of other access zones
    than System only in part. So a client counts as connected when C(netstat) shows it, whether it has a session or not.
  - OneFS names the user of an open file, not the client. Where several clients are logged in as the same user on the same
    node, all of them are named in RV(pools[].clients[].open_files[].clients_possible).
  - A node that is up and does not answer is an error, never no connection.
  - No option stands before C(netstat), so the sudo rule of the commercial tool admits the command, and so does the exact rule that
    M(seamless.smb_failover.sudoers_prereq) writes.
  - Changes nothing.
author:
  - seamless.smb_failover contributors (@seamless)
extends_documentation_fragment:
  - seamless.smb_failover.connection
  - seamless.smb_failover.attributes
attributes:
  check_mode:
    support: full
    details:
      - In check mode it reads and reports as ever, but does not wait.
  diff_mode:
    support: none
    details:
      - It changes nothing.
  idempotent:
    support: full
options:
  pools:
    description:
      - The IP pools whose clients are looked for, as V(groupnet.subnet.pool).
    type: list
    elements: str
    required: true
  wait_for:
    description:
      - V(none) reports at once.
      - V(closed_files) waits until clients have no more than O(open_files_limit) files open for writing, and shows meanwhile who has what
        open.
      - V(drained) waits until no connection to the pools is in one of the states C(ESTABLISHED), C(CLOSE_WAIT), C(FIN_WAIT_1),
        C(FIN_WAIT_2), C(CLOSING) and C(LAST_ACK).
      - V(clients) waits until each of O(clients) has an established connection to one of the pools.
    type: str
    choices: [none, closed_files, drained, clients]
    default: none
  open_files_limit:
    description:
      - How many files may stay open for writing with O(wait_for=closed_files).
    type: int
    default: 0
  clients:
    description:
      - IP addresses of the clients that are waited for with O(wait_for=clients).
    type: list
    elements: str
    default: []
  deadline_seconds:
    description:
      - How long to wait.
    type: int
    default: 60
  fail_on_deadline:
    description:
      - Whether the task fails when O(wait_for) is not reached in time. If not, RV(reached) is V(false).
    type: bool
    default: true
  allow_missing_nodes:
    description:
      - Go on when a node does not answer, or answers with something that cannot be understood. RV(missing_nodes) and
        RV(problems) say what is missing.
    type: bool
    default: false
  sudo:
    description:
      - Whether C(isi_for_array) is run through C(sudo). It needs root, so turn this off only where root logs in.
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
seealso:
  - module: seamless.smb_failover.sudoers_prereq
"""

EXAMPLES = r"""
- name: Who works on the sales pool of boston?
  seamless.smb_failover.smb_session_check:
    onefs_host: boston.example.com
    onefs_user: svc-failover
    onefs_password: "{{ vault_onefs_password }}"
    onefs_ca_path: /etc/pki/onefs-ca.pem
    onefs_ssh_key_file: ~/.ssh/id_onefs
    pools:
      - groupnet0.subnet1.sales

- name: Wait up to ten minutes until everybody has gone home
  seamless.smb_failover.smb_session_check:
    connection: "{{ hostvars | seamless.smb_failover.cluster_connection('boston') }}"
    pools:
      - groupnet0.subnet1.sales
    wait_for: drained
    deadline_seconds: 600

- name: Are the clients of before back on newyork?
  seamless.smb_failover.smb_session_check:
    connection: "{{ hostvars | seamless.smb_failover.cluster_connection('newyork') }}"
    pools:
      - groupnet0.subnet1.sales
    wait_for: clients
    clients: [198.51.100.101, 198.51.100.102]
    fail_on_deadline: false
  register: returned
"""

RETURN = r"""
pools:
  description: Each pool with its clients.
  returned: success
  type: list
  elements: dict
  contains:
    pool:
      description: The pool.
      type: str
    access_zone:
      description: The access zone that it serves.
      type: str
    established:
      description: The number of established connections.
      type: int
    drained:
      description: Whether no client of the pool can still believe that it is served.
      type: bool
    open_for_write:
      description: Paths that clients of the pool may have open for writing.
      type: list
      elements: str
    clients:
      description: One entry for each node and client.
      type: list
      elements: dict
      contains:
        node:
          description: Logical node number.
          type: int
        client:
          description: Address of the client.
          type: str
        connections:
          description: Number of connections by TCP state.
          type: dict
        established:
          description: Number of established connections.
          type: int
        drained:
          description: Whether none of them is alive.
          type: bool
        server_addresses:
          description: Addresses of the pool that it is connected to.
          type: list
          elements: str
        users:
          description: Users of its sessions.
          type: list
          elements: str
        computers:
          description: The client as OneFS names it.
          type: list
          elements: str
        sessions:
          description: Numbers of its sessions on the node.
          type: list
          elements: int
        open_files:
          description: Files that are open on the node by one of its users.
          type: list
          elements: dict
          contains:
            id:
              description: Number of the open file on the node.
              type: int
            path:
              description: The path.
              type: str
            user:
              description: Who opened it.
              type: str
            permissions:
              description: What it was opened for.
              type: list
              elements: str
            locks:
              description: Number of locks held.
              type: int
            clients_possible:
              description: Every client that may have opened it.
              type: list
              elements: str
        open_for_write:
          description: Paths of those that were opened for writing.
          type: list
          elements: str
  sample:
    - pool: groupnet0.subnet1.sales
      access_zone: sales
      established: 1
      drained: false
      open_for_write: [/ifs/data/sales/offer.docx]
      clients:
        - node: 1
          client: 198.51.100.101
          connections: {ESTABLISHED: 1}
          established: 1
          drained: false
          server_addresses: [198.51.100.11]
          users: ['SALES\alice']
          computers: [198.51.100.101]
          sessions: [41]
          open_files:
            - id: 7
              path: /ifs/data/sales/offer.docx
              user: 'SALES\alice'
              permissions: [read, write]
              locks: 1
              clients_possible: [198.51.100.101]
          open_for_write: [/ifs/data/sales/offer.docx]
clients:
  description: Addresses of all clients that may still believe that they are served.
  returned: success
  type: list
  elements: str
  sample: [198.51.100.101]
established:
  description: Number of established connections to all pools.
  returned: success
  type: int
  sample: 1
open_for_write:
  description: Paths that clients of the pools may have open for writing.
  returned: success
  type: list
  elements: str
  sample: [/ifs/data/sales/offer.docx]
open_files:
  description: What connected clients may have open, what is open for writing first; the first thousand.
  returned: success
  type: list
  elements: dict
  sample:
    - path: /ifs/data/sales/offer.docx
      user: alice
      clients: [198.51.100.101]
      node: 1
      access: write
      locks: 2
open_files_total:
  description: How many there are.
  returned: success
  type: int
  sample: 1
open_without_session:
  description: Open files of users who have no session on that node; they can be of any client.
  returned: success
  type: list
  elements: dict
  sample: []
drained:
  description: Whether no connection to the pools is alive.
  returned: success
  type: bool
  sample: false
missing:
  description: Those of O(clients) that have no established connection.
  returned: success
  type: list
  elements: str
  sample: []
returned:
  description: Those of O(clients) that had an established connection, each with when that was first seen (C(seen), seconds since 1970).
  returned: success
  type: list
  elements: dict
  sample: [{client: 198.51.100.101, seen: 1790000000.5}]
reached:
  description: Whether what was waited for came in time.
  returned: success
  type: bool
  sample: true
nodes:
  description: Logical numbers of the nodes that answered.
  returned: success
  type: list
  elements: int
  sample: [1, 2]
missing_nodes:
  description: Logical numbers of the nodes that are up and did not answer; only with O(allow_missing_nodes).
  returned: success
  type: list
  elements: int
  sample: []
problems:
  description: What could not be understood in the answer; only with O(allow_missing_nodes).
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.session_check import (
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
