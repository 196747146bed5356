#!/usr/bin/env python3
# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventory of a simulated pair, for Ansible: reads the file that ONEFS_SIM_STATUS names (``onefs-sim status --json``)."""

from __future__ import annotations

import json
import os
import sys
import typing as t


def inventory(status: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the clusters as hosts, with what the modules need to reach them."""
    hostvars = {}
    for name, cluster in status["clusters"].items():
        papi, ssh, root = cluster["papi"], cluster["ssh"], cluster["root_ssh"]
        hostvars[name] = {
            "ansible_connection": "local",
            "onefs_host": papi["host"],
            "onefs_port": papi["port"],
            "onefs_user": papi["user"],
            "onefs_password": papi["password"],
            "onefs_ca_path": papi["ca_file"],
            "onefs_ssh_host": ssh["host"],
            "onefs_ssh_user": ssh["user"],
            "onefs_ssh_key_file": ssh["key_file"],
            "onefs_ssh_known_hosts_file": ssh["known_hosts_file"],
            "prerequisites_admin_user": root["user"],
            "prerequisites_admin_key_file": root["key_file"],
        }
    return {"onefs": {"hosts": sorted(hostvars)}, "_meta": {"hostvars": hostvars}}


def main() -> int:
    """Print the inventory."""
    path = os.environ.get("ONEFS_SIM_STATUS")
    if not path:
        sys.stderr.write("ONEFS_SIM_STATUS is not set; write 'onefs-sim status --json' to a file and name it there.\n")
        return 2
    with open(path, encoding="utf-8") as stream:
        status = json.load(stream)
    json.dump(inventory(status), sys.stdout, indent=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
