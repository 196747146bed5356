# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter that takes a cluster's connection options from the inventory."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: cluster_connection
short_description: Take the connection options of a cluster from the inventory
version_added: 0.1.0
description:
  - Gathers the variables C(onefs_*) of one inventory host into a dictionary that the modules of this collection take as
    options C(source) and C(target).
  - What is null or empty is left out, as a credential of AWX gives what was not filled in.
  - C(onefs_host) and C(onefs_ssh_host) default to C(ansible_host), and that to the name of the host.
author:
  - seamless.smb_failover contributors (@seamless)
positional: _input, cluster
options:
  _input:
    description:
      - The variables of all hosts, C(hostvars).
    type: dict
    required: true
  cluster:
    description:
      - Name of the inventory host that stands for the cluster.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show where the platform API of boston is reached
  ansible.builtin.debug:
    msg: "{{ (hostvars | seamless.smb_failover.cluster_connection('boston')).onefs_host }}"
"""

RETURN = r"""
_value:
  description: The connection options of the cluster.
  type: dict
"""

OPTIONS = (
    "onefs_host",
    "onefs_port",
    "onefs_user",
    "onefs_password",
    "onefs_validate_certs",
    "onefs_ca_path",
    "onefs_timeout",
    "onefs_ssh_host",
    "onefs_ssh_port",
    "onefs_ssh_user",
    "onefs_ssh_key_file",
    "onefs_ssh_password",
    "onefs_ssh_known_hosts_file",
    "onefs_ssh_host_key",
    "onefs_ssh_check_host_key",
    "onefs_node_hosts",
)


def cluster_connection(hostvars: t.Mapping[str, t.Any], cluster: t.Any) -> dict[str, t.Any]:
    """Return the connection options of ``cluster``, or say what is missing in the inventory."""
    if not cluster:
        raise AnsibleFilterError(
            "Connecting to the clusters: none was named. Set failover_source and failover_target to the inventory hosts of the two clusters."
        )
    try:
        host = hostvars[cluster]
    except KeyError:
        host = None
    if not isinstance(host, t.Mapping):
        known = ", ".join(sorted(str(name) for name in hostvars if name != "localhost")) or "none"
        raise AnsibleFilterError(
            f"Looking for the cluster '{cluster}' in the inventory: there is no such host (it has {known}). Name each cluster as an inventory host, "
            "with onefs_user and onefs_password."
        )
    connection = {option: host[option] for option in OPTIONS if option in host and host[option] not in (None, "")}
    address = host.get("ansible_host", cluster)
    connection.setdefault("onefs_host", address)
    missing = [option for option in ("onefs_user", "onefs_password") if option not in connection]
    if missing:
        raise AnsibleFilterError(
            f"Connecting to the inventory host '{cluster}': it has no {' and no '.join(missing)}. Set that there, best from a vault."
        )
    return connection


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"cluster_connection": cluster_connection}
