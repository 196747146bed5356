# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options that reach the two clusters of a pair."""

from __future__ import annotations


class ModuleDocFragment:
    """How two clusters are reached; source and target are roles in a run."""

    DOCUMENTATION = r"""
options:
  source:
    description:
      - How the cluster that serves before the failover is reached.
    type: dict
    required: true
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
          - The password of O(source.onefs_user).
        type: str
        required: true
      onefs_validate_certs:
        description:
          - Whether the certificate must be valid for O(source.onefs_host) and signed by an authority that is trusted.
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
          - By default that of O(source.onefs_host).
        type: str
      onefs_ssh_port:
        description:
          - TCP port of SSH.
        type: int
        default: 22
      onefs_ssh_user:
        description:
          - The account that logs in over SSH.
          - By default that of O(source.onefs_user).
        type: str
      onefs_ssh_key_file:
        description:
          - The private key that logs in over SSH.
          - Without it and without O(source.onefs_ssh_password), an SSH agent and the usual keys are tried.
        type: path
      onefs_ssh_password:
        description:
          - The password that logs in over SSH, or that unlocks O(source.onefs_ssh_key_file).
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
            in the IP pool or subnet that O(source.onefs_host) is in.
        type: dict
      onefs_lease:
        description:
          - The file of the lease that a run holds, as M(seamless.smb_failover.failover_journal) returns it.
          - With it nothing is changed any more once another run has taken the lease, or somebody closed it.
        type: str
  target:
    description:
      - How the cluster that serves after the failover is reached.
    type: dict
    required: true
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
          - The password of O(target.onefs_user).
        type: str
        required: true
      onefs_validate_certs:
        description:
          - Whether the certificate must be valid for O(target.onefs_host) and signed by an authority that is trusted.
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
          - By default that of O(target.onefs_host).
        type: str
      onefs_ssh_port:
        description:
          - TCP port of SSH.
        type: int
        default: 22
      onefs_ssh_user:
        description:
          - The account that logs in over SSH.
          - By default that of O(target.onefs_user).
        type: str
      onefs_ssh_key_file:
        description:
          - The private key that logs in over SSH.
          - Without it and without O(target.onefs_ssh_password), an SSH agent and the usual keys are tried.
        type: path
      onefs_ssh_password:
        description:
          - The password that logs in over SSH, or that unlocks O(target.onefs_ssh_key_file).
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
            in the IP pool or subnet that O(target.onefs_host) is in.
        type: dict
      onefs_lease:
        description:
          - The file of the lease that a run holds, as M(seamless.smb_failover.failover_journal) returns it.
          - With it nothing is changed any more once another run has taken the lease, or somebody closed it.
        type: str
requirements:
  - requests
  - netaddr
  - paramiko (for what is done over SSH)
"""

    SOURCE = r"""
options:
  source:
    description:
      - How the cluster is reached.
    type: dict
    required: true
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
          - The password of O(source.onefs_user).
        type: str
        required: true
      onefs_validate_certs:
        description:
          - Whether the certificate must be valid for O(source.onefs_host) and signed by an authority that is trusted.
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
          - By default that of O(source.onefs_host).
        type: str
      onefs_ssh_port:
        description:
          - TCP port of SSH.
        type: int
        default: 22
      onefs_ssh_user:
        description:
          - The account that logs in over SSH.
          - By default that of O(source.onefs_user).
        type: str
      onefs_ssh_key_file:
        description:
          - The private key that logs in over SSH.
          - Without it and without O(source.onefs_ssh_password), an SSH agent and the usual keys are tried.
        type: path
      onefs_ssh_password:
        description:
          - The password that logs in over SSH, or that unlocks O(source.onefs_ssh_key_file).
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
            in the IP pool or subnet that O(source.onefs_host) is in.
        type: dict
      onefs_lease:
        description:
          - The file of the lease that a run holds, as M(seamless.smb_failover.failover_journal) returns it.
          - With it nothing is changed any more once another run has taken the lease, or somebody closed it.
        type: str
requirements:
  - requests
  - netaddr
  - paramiko (for what is done over SSH)
"""

    WITHOUT_SOURCE = r"""
options:
  without_source:
    description:
      - The source is dead and not talked to; only the target is read and changed.
    type: bool
    default: false
"""

    TARGET = r"""
options:
  target:
    description:
      - How the cluster is reached.
    type: dict
    required: true
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
          - The password of O(target.onefs_user).
        type: str
        required: true
      onefs_validate_certs:
        description:
          - Whether the certificate must be valid for O(target.onefs_host) and signed by an authority that is trusted.
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
          - By default that of O(target.onefs_host).
        type: str
      onefs_ssh_port:
        description:
          - TCP port of SSH.
        type: int
        default: 22
      onefs_ssh_user:
        description:
          - The account that logs in over SSH.
          - By default that of O(target.onefs_user).
        type: str
      onefs_ssh_key_file:
        description:
          - The private key that logs in over SSH.
          - Without it and without O(target.onefs_ssh_password), an SSH agent and the usual keys are tried.
        type: path
      onefs_ssh_password:
        description:
          - The password that logs in over SSH, or that unlocks O(target.onefs_ssh_key_file).
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
            in the IP pool or subnet that O(target.onefs_host) is in.
        type: dict
      onefs_lease:
        description:
          - The file of the lease that a run holds, as M(seamless.smb_failover.failover_journal) returns it.
          - With it nothing is changed any more once another run has taken the lease, or somebody closed it.
        type: str
requirements:
  - requests
  - netaddr
  - paramiko (for what is done over SSH)
"""
