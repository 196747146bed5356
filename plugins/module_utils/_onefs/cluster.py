# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who a cluster is, and which nodes it has.

Private to the collection.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .errors import UnexpectedAnswer

if t.TYPE_CHECKING:
    from .papi import PapiSession

CLUSTER_CONFIG = "/platform/3/cluster/config"
CLUSTER_TIME = "/platform/3/cluster/time"


@dataclass(frozen=True)
class Node:
    """A node: ``lnn`` is its logical number, which all network and SMB calls use; ``devid`` grows with replacements."""

    lnn: int
    devid: int
    is_up: bool


@dataclass(frozen=True)
class ClusterIdentity:
    """A cluster's name, its unchanging id, its release and its nodes."""

    name: str
    guid: str
    release: str
    nodes: tuple[Node, ...]

    def up_nodes(self) -> frozenset[int]:
        """Return the LNNs of the nodes that the cluster holds for up."""
        return frozenset(node.lnn for node in self.nodes if node.is_up)


def read_cluster(papi: PapiSession) -> ClusterIdentity:
    """Read who this is."""
    return identity_from_answer(papi.get(CLUSTER_CONFIG), papi.connection.host)


def read_clock(papi: PapiSession) -> int:
    """Return the cluster's own time in whole epoch seconds, that of the node which is furthest behind."""
    nodes = papi.get(CLUSTER_TIME).get("nodes") or []
    times = [int(node["time"]) for node in nodes if node.get("time")]
    if not times:
        raise UnexpectedAnswer(
            f"Reading the clock of {papi.connection.host} ({CLUSTER_TIME}): no node says what time it is. "
            "Look at 'isi status' there, and run again when its nodes are up."
        )
    return min(times)


def identity_from_answer(answer: t.Mapping[str, t.Any], host: str) -> ClusterIdentity:
    """Build the identity from an answer; nodes without an LNN are no members (yet)."""
    devices = [device for device in answer.get("devices") or [] if device.get("lnn")]
    if not answer.get("name") or not devices:
        raise UnexpectedAnswer(
            f"Reading the cluster's name and nodes from {host} ({CLUSTER_CONFIG}): the answer has no name or no devices. "
            "Check that onefs_host is a OneFS cluster and that the account may read its configuration."
        )
    version = answer.get("onefs_version") or {}
    return ClusterIdentity(
        name=str(answer["name"]),
        guid=str(answer.get("guid") or ""),
        release=str(version.get("release") or "").lstrip("v"),
        nodes=tuple(
            sorted(
                (
                    Node(int(device["lnn"]), int(device.get("devid") or device["lnn"]), bool(device.get("is_up", True)))
                    for device in devices
                ),
                key=lambda node: node.lnn,
            )
        ),
    )
