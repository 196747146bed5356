# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of how the clusters of a move are reached."""

from __future__ import annotations


class ModuleDocFragment:
    """Options C(source) and C(target)."""

    SOURCE = r"""
options:
  source:
    description:
      - How the cluster is reached that serves before the move, or the only one that is concerned.
      - The filter P(seamless.smb_failover.cluster_connection#filter) takes it from the inventory.
    type: dict
    required: true
    suboptions:
      onefs_host:
        description:
          - Address or name of the cluster's platform API. It must not belong to a pool that moves.
        type: str
        required: true
      onefs_port:
        description:
          - Port of the platform API.
        type: int
        default: 8080
      onefs_user:
        description:
          - User of the platform API.
        type: str
        required: true
      onefs_password:
        description:
          - Password of O(source.onefs_user).
        type: str
        required: true
      onefs_validate_certs:
        description:
          - Whether to check the certificate of the platform API.
        type: bool
        default: true
      onefs_ca_path:
        description:
          - File with the certificates of the authorities to trust, instead of the system's.
        type: path
      onefs_timeout:
        description:
          - Seconds to wait for one answer.
        type: int
        default: 30
      onefs_ssh_host:
        description:
          - Address or name of a node for SSH. Defaults to O(source.onefs_host).
        type: str
      onefs_ssh_port:
        description:
          - Port of SSH.
        type: int
        default: 22
      onefs_ssh_user:
        description:
          - User for SSH. Defaults to O(source.onefs_user).
        type: str
      onefs_ssh_key_file:
        description:
          - Private key for SSH.
        type: path
      onefs_ssh_password:
        description:
          - Password for SSH, where no key is used.
        type: str
      onefs_ssh_known_hosts_file:
        description:
          - File with the host keys to accept, instead of the user's own.
        type: path
      onefs_ssh_host_key:
        description:
          - Host key to accept, as type and base64 text.
        type: str
      onefs_ssh_check_host_key:
        description:
          - Whether to refuse a host whose key is not known.
        type: bool
        default: true
      onefs_node_hosts:
        description:
          - An address of each node by its number. By default they are read from the cluster.
        type: dict
        default: {}
requirements:
  - requests
  - paramiko
  - netaddr
  - jmespath
  - dnspython
"""

    DOCUMENTATION = r"""
options:
  source:
    description:
      - How the cluster is reached that serves before the move, or the only one that is concerned.
      - The filter P(seamless.smb_failover.cluster_connection#filter) takes it from the inventory.
    type: dict
    required: true
    suboptions:
      onefs_host:
        description:
          - Address or name of the cluster's platform API. It must not belong to a pool that moves.
        type: str
        required: true
      onefs_port:
        description:
          - Port of the platform API.
        type: int
        default: 8080
      onefs_user:
        description:
          - User of the platform API.
        type: str
        required: true
      onefs_password:
        description:
          - Password of O(source.onefs_user).
        type: str
        required: true
      onefs_validate_certs:
        description:
          - Whether to check the certificate of the platform API.
        type: bool
        default: true
      onefs_ca_path:
        description:
          - File with the certificates of the authorities to trust, instead of the system's.
        type: path
      onefs_timeout:
        description:
          - Seconds to wait for one answer.
        type: int
        default: 30
      onefs_ssh_host:
        description:
          - Address or name of a node for SSH. Defaults to O(source.onefs_host).
        type: str
      onefs_ssh_port:
        description:
          - Port of SSH.
        type: int
        default: 22
      onefs_ssh_user:
        description:
          - User for SSH. Defaults to O(source.onefs_user).
        type: str
      onefs_ssh_key_file:
        description:
          - Private key for SSH.
        type: path
      onefs_ssh_password:
        description:
          - Password for SSH, where no key is used.
        type: str
      onefs_ssh_known_hosts_file:
        description:
          - File with the host keys to accept, instead of the user's own.
        type: path
      onefs_ssh_host_key:
        description:
          - Host key to accept, as type and base64 text.
        type: str
      onefs_ssh_check_host_key:
        description:
          - Whether to refuse a host whose key is not known.
        type: bool
        default: true
      onefs_node_hosts:
        description:
          - An address of each node by its number. By default they are read from the cluster.
        type: dict
        default: {}
  target:
    description:
      - How the cluster is reached that takes over.
      - The filter P(seamless.smb_failover.cluster_connection#filter) takes it from the inventory.
    type: dict
    required: true
    suboptions:
      onefs_host:
        description:
          - Address or name of the cluster's platform API. It must not belong to a pool that moves.
        type: str
        required: true
      onefs_port:
        description:
          - Port of the platform API.
        type: int
        default: 8080
      onefs_user:
        description:
          - User of the platform API.
        type: str
        required: true
      onefs_password:
        description:
          - Password of O(target.onefs_user).
        type: str
        required: true
      onefs_validate_certs:
        description:
          - Whether to check the certificate of the platform API.
        type: bool
        default: true
      onefs_ca_path:
        description:
          - File with the certificates of the authorities to trust, instead of the system's.
        type: path
      onefs_timeout:
        description:
          - Seconds to wait for one answer.
        type: int
        default: 30
      onefs_ssh_host:
        description:
          - Address or name of a node for SSH. Defaults to O(target.onefs_host).
        type: str
      onefs_ssh_port:
        description:
          - Port of SSH.
        type: int
        default: 22
      onefs_ssh_user:
        description:
          - User for SSH. Defaults to O(target.onefs_user).
        type: str
      onefs_ssh_key_file:
        description:
          - Private key for SSH.
        type: path
      onefs_ssh_password:
        description:
          - Password for SSH, where no key is used.
        type: str
      onefs_ssh_known_hosts_file:
        description:
          - File with the host keys to accept, instead of the user's own.
        type: path
      onefs_ssh_host_key:
        description:
          - Host key to accept, as type and base64 text.
        type: str
      onefs_ssh_check_host_key:
        description:
          - Whether to refuse a host whose key is not known.
        type: bool
        default: true
      onefs_node_hosts:
        description:
          - An address of each node by its number. By default they are read from the cluster.
        type: dict
        default: {}
requirements:
  - requests
  - paramiko
  - netaddr
  - jmespath
  - dnspython
"""
