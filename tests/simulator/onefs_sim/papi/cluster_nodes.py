# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/cluster/nodes: hardware, state and disk space of each node."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from ..allocation import Document
from ..ports import FilesPort, NodePort
from .answers import Answer, Refusal, Request
from .cluster_identity import ClusterIdentity, down_errors
from .routing import Route

NODES = "/cluster/nodes"
_BYTES_A_UNIT = 512


class ClusterNodesApi:
    """Handlers of the nodes."""

    def __init__(self, identity: ClusterIdentity, nodes: Sequence[NodePort], files: FilesPort) -> None:
        self._identity = identity
        self._nodes = nodes
        self._files = files
        self._started = time.monotonic()

    def routes(self) -> list[Route]:
        return [
            Route("GET", NODES, self.list_nodes, ("timeout",), 3),
            Route("GET", NODES + "/{lnn}", self.get_node, ("timeout",), 3),
        ]

    def list_nodes(self, request: Request) -> Answer:
        nodes = [self._node(node, request.version) for node in self._nodes if node.powered]
        return Answer.of({"errors": down_errors(self._nodes), "nodes": nodes, "total": len(self._nodes)})

    def get_node(self, request: Request) -> Answer:
        chosen = [node for node in self._nodes if str(node.lnn) == request.names["lnn"]]
        if not chosen:
            raise Refusal("AEC_NOT_FOUND", f"Node {request.names['lnn']} does not exist", "lnn")
        nodes = [self._node(node, request.version) for node in chosen if node.powered]
        return Answer.of({"errors": down_errors(chosen), "nodes": nodes, "total": len(chosen)})

    def _node(self, node: NodePort, version: int) -> Document:
        release = self._identity.release
        document: Document = {
            "drives": [],
            "hardware": {
                "chassis": "Virtual",
                "class": "storage",
                "model": "Simulated node",
                "product": "Simulated node",
                "ram": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
                "serial_number": self._identity.serial(node.lnn),
                "storage_class": "storage",
                "top_level_assembly_serial_number": self._identity.serial(node.lnn),
            },
            "id": node.lnn,
            "internal_ip_address": f"128.221.252.{node.lnn}",
            "lnn": node.lnn,
            "partitions": self._partitions(),
            "sensors": {"sensors": []},
            "sleds": [],
            "state": {
                "readonly": {
                    "allowed": True,
                    "enabled": False,
                    "mode": False,
                    "status": "",
                    "valid": True,
                    "value": 0,
                },
                "servicelight": {"enabled": False, "supported": False, "valid": False},
                "smartfail": {
                    "dead": False,
                    "down": False,
                    "in_cluster": True,
                    "readonly": False,
                    "shutdown_readonly": False,
                    "smartfailed": False,
                },
            },
            "status": {
                "capacity": [],
                "cpu": {"model": "Virtual", "overtemp": "", "proc": "", "speed_limit": "100%"},
                "release": release.name,
                "uptime": int(time.monotonic() - self._started),
                "version": f"Isilon OneFS {release.name} {release.build}",
            },
        }
        if version >= 16:
            document["status"]["drive_security_level"] = {"sed_compliance_level": "none"}
        return document

    def _partitions(self) -> Document:
        space = os.statvfs(self._files.path("/ifs"))
        used = (space.f_blocks - space.f_bfree) * space.f_frsize
        capacity = space.f_blocks * space.f_frsize
        ifs = {
            "block_size": space.f_frsize,
            "capacity": capacity // _BYTES_A_UNIT,
            "mount_point": "/ifs",
            "percent_used": f"{100 * used // max(capacity, 1)}%",
            "used": used // _BYTES_A_UNIT,
        }
        return {"count": 1, "partitions": [ifs]}
