#!/usr/bin/python

# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cluster_life_signs
short_description: Look whether anything of a cluster answers
version_added: 0.2.0
description:
  - Tries platform API, SSH, SmartConnect and SMB addresses of a cluster from where the task runs, in several rounds.
  - A refused connection counts as an answer; whoever refuses is alive.
  - Needs nothing but the Python standard library on the host that it is delegated to. Changes nothing.
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
  vantage_point:
    description:
      - What the place from which is looked is called.
    type: str
    required: true
  probes:
    description:
      - Where the cluster answers while it lives, as RV(seamless.smb_failover.cluster_record_info#module:probes).
    type: list
    elements: dict
    required: true
    suboptions:
      kind:
        description:
          - What answers there while the cluster lives.
        type: str
        choices: [api, ssh, dns, smb]
        required: true
      address:
        description:
          - Address or name.
        type: str
        required: true
      port:
        description:
          - TCP port, or the UDP port of V(dns).
        type: int
        required: true
      name:
        description:
          - Name that is asked for, with V(dns).
        type: str
        default: ""
  controls:
    description:
      - What must be heard from here, so that silence means something.
    type: list
    elements: dict
    required: true
    suboptions:
      kind:
        description:
          - What answers there while the cluster lives.
        type: str
        choices: [api, ssh, dns, smb]
        required: true
      address:
        description:
          - Address or name.
        type: str
        required: true
      port:
        description:
          - TCP port, or the UDP port of V(dns).
        type: int
        required: true
      name:
        description:
          - Name that is asked for, with V(dns).
        type: str
        default: ""
  from_cluster:
    description:
      - Look from the node of this cluster that O(from_cluster.onefs_ssh_host) leads to, with the Python of that node, instead of from
        where the task runs. Its account needs a shell and no further right.
    type: dict
    suboptions:
      onefs_host:
        description:
          - Name or address of the cluster, or of one of its nodes, where its platform API answers.
          - It must not belong to an IP pool that is moved.
        type: str
        required: true
      onefs_port:
        description:
          - TCP port of the platform API.
        type: int
        default: 8080
      onefs_user:
        description:
          - The account, of the System zone, that logs in to the platform API.
        type: str
        required: true
      onefs_password:
        description:
          - The password of O(from_cluster.onefs_user).
        type: str
        required: true
      onefs_validate_certs:
        description:
          - Whether the certificate must be valid for O(from_cluster.onefs_host) and signed by an authority that is trusted.
          - Proxies, C(.netrc) and CA settings of the environment are never used for a cluster.
        type: bool
        default: true
      onefs_ca_path:
        description:
          - A file of CA certificates in PEM format, on the machine where the task runs.
          - A factory certificate that is signed by itself can be given here too.
          - By default the authorities that the Python package C(certifi) lists are trusted.
        type: path
      onefs_timeout:
        description:
          - How many seconds one answer of the platform API, or the SSH login, may take.
        type: float
        default: 30.0
      onefs_ssh_host:
        description:
          - Name or address of the node that commands are run on over SSH.
          - By default that of O(from_cluster.onefs_host).
        type: str
      onefs_ssh_port:
        description:
          - TCP port of SSH.
        type: int
        default: 22
      onefs_ssh_user:
        description:
          - The account that logs in over SSH.
          - By default that of O(from_cluster.onefs_user).
        type: str
      onefs_ssh_key_file:
        description:
          - The private key that logs in over SSH.
          - Without it and without O(from_cluster.onefs_ssh_password), an SSH agent and the usual keys are tried.
        type: path
      onefs_ssh_password:
        description:
          - The password that logs in over SSH, or that unlocks O(from_cluster.onefs_ssh_key_file).
        type: str
      onefs_ssh_known_hosts_file:
        description:
          - A file of known host keys.
          - By default that of the account that runs the task.
        type: path
      onefs_ssh_host_key:
        description:
          - The host key of the node, as V(ssh-ed25519 AAAA...).
          - For where there is no file of known hosts, such as an AWX execution environment.
        type: str
      onefs_ssh_check_host_key:
        description:
          - Whether a host key that is not known is refused. Turn it off only in a lab.
        type: bool
        default: true
      onefs_node_hosts:
        description:
          - 'An address of each node at which its platform API answers, by logical node number, such as V({1: 192.0.2.11}).'
          - Open files are listed only by the node that holds them. By default the addresses are found out,
            in the IP pool or subnet that O(from_cluster.onefs_host) is in.
        type: dict
      onefs_lease:
        description:
          - The file of the lease that a run holds, as M(seamless.smb_failover.failover_journal) returns it.
          - With it nothing is changed any more once another run has taken the lease, or somebody closed it.
        type: str
  rounds:
    description:
      - How often every address is tried.
    type: int
    default: 3
  pause_seconds:
    description:
      - How long to wait between two rounds.
    type: float
    default: 1.0
  timeout_seconds:
    description:
      - How long an address has time to answer.
    type: float
    default: 2.0
"""

EXAMPLES = r"""
- name: Look from a host in the network of the clients
  seamless.smb_failover.cluster_life_signs:
    vantage_point: probe1
    probes: "{{ record.probes }}"
    controls: "{{ record.controls }}"
  delegate_to: probe1
"""

RETURN = r"""
signs:
  description: What answered, each with C(kind), C(address), C(port) and C(answer).
  returned: always
  type: list
  elements: dict
  sample:
    - {kind: smb, address: 198.51.100.11, port: 445, answer: accepts connections}
unable:
  description: What could not be tried from here, and why.
  returned: always
  type: list
  elements: dict
  sample: []
heard:
  description: Which of the controls answered.
  returned: always
  type: list
  elements: str
  sample: [192.0.2.21]
machine:
  description: What tells this machine from all others.
  returned: always
  type: str
  sample: probe1 0c7a
rounds:
  description: How many rounds were made; the first one in which something answers is the last.
  returned: always
  type: int
  sample: 3
probed:
  description: How many addresses were tried.
  returned: always
  type: int
  sample: 9
vantage_point:
  description: What the place is called.
  returned: always
  type: str
  sample: probe1
trouble:
  description: Why nothing could be looked at from here.
  returned: always
  type: str
  sample: ""
"""

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.vantage import ARGUMENT_SPEC, run
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.entry import run_module


def main() -> None:
    """Run the module where it was sent to."""
    run_module(ARGUMENT_SPEC, run)


if __name__ == "__main__":
    main()
