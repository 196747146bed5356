# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a cluster is reached, and as whom.

Private to the collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .errors import BadOption

PAPI_PORT = 8080
SSH_PORT = 22


@dataclass(frozen=True)
class Connection:
    """How to reach one cluster over HTTPS and SSH. Passwords are never part of the representation."""

    host: str
    user: str = ""
    password: str = field(default="", repr=False)
    port: int = PAPI_PORT
    validate_certs: bool = True
    ca_path: str = ""
    timeout_seconds: float = 30.0
    ssh_host: str = ""
    ssh_port: int = SSH_PORT
    ssh_user: str = ""
    ssh_key_file: str = ""
    ssh_password: str = field(default="", repr=False)
    ssh_known_hosts_file: str = ""
    ssh_host_key: str = ""
    ssh_check_host_key: bool = True
    node_hosts: t.Mapping[int, str] = field(default_factory=dict)
    # The file below /ifs of the lease that a run holds; nothing is changed once another run has taken it.
    lease: str = ""

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any]) -> Connection:
        """Build a connection from module options ``onefs_*``; what is absent or null has its default."""

        def text(option: str, otherwise: str = "") -> str:
            value = params.get(option)
            return otherwise if value is None else str(value)

        if params.get("connection"):
            # The whole connection in one option, as the filter cluster_connection gives it.
            return cls.from_params(params["connection"])
        host = text("onefs_host")
        if not host:
            raise BadOption(
                "Connecting to a cluster: onefs_host is empty. Set it to the name or address of the cluster."
            )
        timeout = params.get("onefs_timeout")
        return cls(
            host=host,
            user=text("onefs_user"),
            password=text("onefs_password"),
            port=int(params.get("onefs_port") or PAPI_PORT),
            validate_certs=_flag(params.get("onefs_validate_certs")),
            ca_path=text("onefs_ca_path"),
            timeout_seconds=float(30 if timeout is None else timeout),
            ssh_host=text("onefs_ssh_host") or host,
            ssh_port=int(params.get("onefs_ssh_port") or SSH_PORT),
            ssh_user=text("onefs_ssh_user") or text("onefs_user"),
            ssh_key_file=text("onefs_ssh_key_file"),
            ssh_password=text("onefs_ssh_password"),
            ssh_known_hosts_file=text("onefs_ssh_known_hosts_file"),
            ssh_host_key=text("onefs_ssh_host_key"),
            ssh_check_host_key=_flag(params.get("onefs_ssh_check_host_key")),
            node_hosts=_node_hosts(params.get("onefs_node_hosts") or {}),
            lease=text("onefs_lease"),
        )


def connection_argument_spec() -> dict[str, t.Any]:
    """Return the options that every module which talks to one cluster has."""
    return {
        "onefs_host": {"type": "str", "required": True},
        "onefs_port": {"type": "int", "default": PAPI_PORT},
        "onefs_user": {"type": "str", "required": True},
        "onefs_password": {"type": "str", "required": True, "no_log": True},
        "onefs_validate_certs": {"type": "bool", "default": True},
        "onefs_ca_path": {"type": "path"},
        "onefs_timeout": {"type": "float", "default": 30.0},
        "onefs_ssh_host": {"type": "str"},
        "onefs_ssh_port": {"type": "int", "default": SSH_PORT},
        "onefs_ssh_user": {"type": "str"},
        "onefs_ssh_key_file": {"type": "path", "no_log": False},
        "onefs_ssh_password": {"type": "str", "no_log": True},
        "onefs_ssh_known_hosts_file": {"type": "path"},
        "onefs_ssh_host_key": {"type": "str", "no_log": False},
        "onefs_ssh_check_host_key": {"type": "bool", "default": True, "no_log": False},
        "onefs_node_hosts": {"type": "dict"},
        "onefs_lease": {"type": "str"},
    }


def cluster_argument_spec() -> dict[str, t.Any]:
    """Return one option that holds a whole connection, for modules that talk to more than one cluster."""
    return {"type": "dict", "required": True, "options": connection_argument_spec()}


def single_cluster_argument_spec() -> dict[str, t.Any]:
    """Return the options of a module that talks to one cluster: one by one, or all in the option ``connection``."""
    spec = connection_argument_spec()
    for option in ("onefs_host", "onefs_user", "onefs_password"):
        del spec[option]["required"]
    return {"connection": {"type": "dict", "options": connection_argument_spec()}, **spec}


# What goes with the options above.
SINGLE_CLUSTER_RULES: dict[str, t.Any] = {
    "required_one_of": [["connection", "onefs_host"]],
    "mutually_exclusive": [["connection", "onefs_host"]],
    "required_by": {"onefs_host": ["onefs_user", "onefs_password"]},
}


def _flag(value: object) -> bool:
    """Read a switch that is on unless it was turned off."""
    return True if value is None else bool(value)


def _node_hosts(option: t.Mapping[t.Any, t.Any]) -> dict[int, str]:
    """Read ``{lnn: host}``; from YAML and from extra variables the LNN may come as text."""
    hosts: dict[int, str] = {}
    for lnn, host in option.items():
        if not str(lnn).isdigit() or not host:
            raise BadOption(
                f"Reading onefs_node_hosts: its entry {lnn!r} is {host!r}. Give the logical node number (LNN) and the address of that "
                "node, such as {1: 192.0.2.11}."
            )
        hosts[int(lnn)] = str(host)
    return hosts
