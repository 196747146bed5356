# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that another program needs to use a pair: what `onefs-sim status --json` prints."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from .node import Node
from .site import ClusterSite, HostSite, PairSite

PAPI_PORT = 8080
SSH_PORT = 22


def describe(
    name: str,
    state: pathlib.Path,
    site: PairSite,
    nodes: Mapping[str, Sequence[Node]],
    ssh_keys: Mapping[str, pathlib.Path],
) -> dict[str, Any]:
    """Return names, addresses, accounts and files of a pair."""
    return {
        "name": name,
        "state_dir": str(state),
        "ca_file": str(state / "ca.pem"),
        "clusters": {
            cluster.name: _cluster(state, site, cluster, nodes[cluster.name], ssh_keys) for cluster in site.clusters
        },
        "dns": {
            "address": site.dns.addresses["mgmt-1"],
            "data_address": site.dns.addresses["ext-1"],
            "namespace": site.dns.name,
        },
        "controller": _host(site.controller),
        "clients": {
            client.name: {**_host(client), "folder": str(state / "clients" / client.name)} for client in site.clients
        },
        "smb": {
            "user": site.smb_user,
            "password": site.smb_password,
            "fqdn": "sales.example.com",
            "share": "sales",
        },
    }


def _cluster(
    state: pathlib.Path,
    site: PairSite,
    cluster: ClusterSite,
    nodes: Sequence[Node],
    ssh_keys: Mapping[str, pathlib.Path],
) -> dict[str, Any]:
    host = cluster.nodes[0].management_address

    def ssh(user: str) -> dict[str, Any]:
        return {
            "host": host,
            "port": SSH_PORT,
            "user": user,
            "key_file": str(ssh_keys[user]),
            "known_hosts_file": str(state / "known_hosts"),
        }

    return {
        "papi": {
            "url": f"https://{host}:{PAPI_PORT}",
            "host": host,
            "port": PAPI_PORT,
            "user": "svc-failover",
            "password": site.credentials["svc-failover"],
            "ca_file": str(state / "ca.pem"),
        },
        "ssh": ssh("svc-failover"),
        "root_ssh": ssh("root"),
        "root_password": site.credentials["root"],
        "nodes": [
            {"lnn": node.lnn, "name": node.name, "namespace": node.namespace, "addresses": node.addresses()}
            for node in nodes
        ],
        "ssips": list(cluster.service_addresses),
        "ifs": str(state / "clusters" / cluster.name / "ifs"),
    }


def _host(host: HostSite) -> dict[str, Any]:
    return {"namespace": host.name, "addresses": host.addresses}
