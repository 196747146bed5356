# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/cluster: who the cluster is, what it runs, which of its nodes are up, what time it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..allocation import Document
from ..clock import ClusterClock
from ..ports import NodePort
from ..release import Release
from .answers import NO_CONTENT, Answer, Refusal, Request
from .routing import Route


@dataclass(frozen=True)
class ClusterIdentity:
    """What does not change while a cluster lives."""

    name: str
    guid: str
    release: Release

    def node_guid(self, lnn: int) -> str:
        return f"{self.guid[:-4]}{lnn:04x}"

    def serial(self, lnn: int) -> str:
        return f"SIM-{self.name}-{lnn}"


def has_quorum(nodes: Sequence[NodePort]) -> bool:
    """More than half of the nodes must be up; without them OneFS lets nobody write."""
    return 2 * sum(1 for node in nodes if node.powered) > len(nodes)


def down_errors(nodes: Sequence[NodePort]) -> list[Document]:
    """Return one error for each node that is down, as answers that ask every node carry them."""
    return [
        {
            "code": "AEC_SYSTEM_INTERNAL_ERROR",
            "id": node.lnn,
            "lnn": node.lnn,
            "message": f"Node {node.lnn} is down",
            "status": 500,
        }
        for node in nodes
        if not node.powered
    ]


class ClusterIdentityApi:
    """Handlers of the cluster's identity."""

    def __init__(
        self,
        identity: ClusterIdentity,
        nodes: Sequence[NodePort],
        clock: ClusterClock,
        external_addresses: Callable[[], Sequence[str]],
    ) -> None:
        self._identity = identity
        self._nodes = nodes
        self._clock = clock
        self._external_addresses = external_addresses

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/cluster/config", self.config),
            Route("GET", "/cluster/version", self.version, (), 3),
            Route("GET", "/cluster/time", self.time, (), 3),
            Route("PUT", "/cluster/time", self.set_time, (), 3),
            Route("GET", "/cluster/identity", self.identity),
            Route("GET", "/cluster/external-ips", self.external_addresses, (), 2),
        ]

    def config(self, request: Request) -> Answer:
        identity = self._identity
        document: Document = {
            "description": "",
            "devices": [
                {"devid": node.lnn, "guid": identity.node_guid(node.lnn), "is_up": node.powered, "lnn": node.lnn}
                for node in self._nodes
            ],
            "encoding": "utf-8",
            "guid": identity.guid,
            "has_quorum": has_quorum(self._nodes),
            "is_compliance": False,
            "is_virtual": True,
            "is_vonefs": False,
            "join_mode": "manual",
            "local_devid": request.lnn,
            "local_lnn": request.lnn,
            "local_serial": identity.serial(request.lnn),
            "name": identity.name,
            "onefs_version": _onefs_version(identity.release),
            "timezone": {"abbreviation": "UTC", "custom": "", "name": "Universal Time", "path": "UTC"},
            "upgrade_type": "none",
        }
        if request.version >= 17:
            document |= {
                "availability_zone": "",
                "is_powerscale_ve": False,
                "node_id": identity.node_guid(request.lnn),
                "region": "",
            }
        return Answer.of(document)

    def version(self, request: Request) -> Answer:
        onefs = _onefs_version(self._identity.release)
        fields = {name: onefs[name] for name in ("build", "release", "revision", "type", "version")}
        nodes = [{"id": node.lnn, "lnn": node.lnn, **fields} for node in self._nodes if node.powered]
        return Answer.of({"errors": down_errors(self._nodes), "nodes": nodes, "total": len(self._nodes)})

    def time(self, request: Request) -> Answer:
        now = int(self._clock.now())
        nodes = [{"id": node.lnn, "lnn": node.lnn, "time": now} for node in self._nodes if node.powered]
        return Answer.of({"errors": down_errors(self._nodes), "nodes": nodes, "total": len(self._nodes)})

    def set_time(self, request: Request) -> Answer:
        """Set the clock of all nodes."""
        body = request.json_body()
        if set(body) != {"time"} or not isinstance(body["time"], int) or isinstance(body["time"], bool):
            raise Refusal("AEC_BAD_REQUEST", "Field 'time' must be given, alone, as seconds since 1970", "time")
        self._clock.offset_seconds += body["time"] - self._clock.now()
        return NO_CONTENT

    def identity(self, request: Request) -> Answer:
        return Answer.of(
            {
                "description": "",
                "logon": {"motd": "", "motd_header": ""},
                "mttdl_level_msg": "warn",
                "name": self._identity.name,
            }
        )

    def external_addresses(self, request: Request) -> Answer:
        return Answer.of(list(self._external_addresses()))


def _onefs_version(release: Release) -> Document:
    return {
        "build": release.build,
        "copyright": "",
        "reldate": 1733184000,
        "release": release.name,
        "revision": release.revision,
        "type": "Isilon OneFS",
        "version": f"Isilon OneFS {release.name} {release.build}",
    }
