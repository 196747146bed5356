# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/cluster and /license: who the cluster is, what it runs, what it may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..allocation import Document
from ..release import Release
from .answers import Answer, Request
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route

LICENSES = ("OneFS", "SmartConnect Advanced", "SyncIQ", "SnapshotIQ", "SmartQuotas")


@dataclass(frozen=True)
class ClusterIdentity:
    """What does not change while a cluster lives."""

    name: str
    guid: str
    node_lnns: Sequence[int]
    release: Release

    def node_guid(self, lnn: int) -> str:
        return f"{self.guid[:-4]}{lnn:04x}"


class ClusterIdentityApi:
    """Handlers of the cluster's identity."""

    def __init__(self, identity: ClusterIdentity, external_addresses: Callable[[], Sequence[str]]) -> None:
        self._identity = identity
        self._external_addresses = external_addresses

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/cluster/config", self.config),
            Route("GET", "/cluster/version", self.version, (), 3),
            Route("GET", "/cluster/nodes", self.nodes, (), 3),
            Route("GET", "/cluster/identity", self.identity),
            Route("GET", "/cluster/external-ips", self.external_addresses, (), 2),
            Route("GET", "/license/licenses", self.licenses, LIST_ARGUMENTS),
            Route("GET", "/auth/providers/ads", self.ads_providers, LIST_ARGUMENTS),
        ]

    def config(self, request: Request) -> Answer:
        identity = self._identity
        document: Document = {
            "description": "",
            "devices": [
                {"devid": lnn, "guid": identity.node_guid(lnn), "is_up": True, "lnn": lnn} for lnn in identity.node_lnns
            ],
            "encoding": "utf-8",
            "guid": identity.guid,
            "has_quorum": True,
            "is_compliance": False,
            "is_virtual": True,
            "is_vonefs": False,
            "join_mode": "manual",
            "local_devid": request.lnn,
            "local_lnn": request.lnn,
            "local_serial": f"SIM-{identity.name}-{request.lnn}",
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
        nodes = [{"id": lnn, "lnn": lnn, **fields} for lnn in self._identity.node_lnns]
        return Answer.of({"errors": [], "nodes": nodes, "total": len(nodes)})

    def nodes(self, request: Request) -> Answer:
        nodes = [
            {
                "id": lnn,
                "lnn": lnn,
                "drives": [],
                "hardware": {},
                "partitions": {},
                "sensors": {},
                "state": {"readonly": {"enabled": False}, "smartfail": {"smartfailed": False, "dead": False}},
                "status": {"capacity": [], "release": self._identity.release.name, "uptime": 3600},
            }
            for lnn in self._identity.node_lnns
        ]
        return Answer.of({"errors": [], "nodes": nodes, "total": len(nodes)})

    def identity(self, request: Request) -> Answer:
        return Answer.of({"description": "", "logon": {"motd": "", "motd_header": ""}, "name": self._identity.name})

    def external_addresses(self, request: Request) -> Answer:
        return Answer.of(list(self._external_addresses()))

    def licenses(self, request: Request) -> Answer:
        licenses = [
            {"id": one, "name": one, "status": "Licensed", "expired_alert": False, "expiring_alert": False, "tiers": []}
            for one in LICENSES
        ]
        return list_answer(request, "licenses", lambda query: licenses)

    def ads_providers(self, request: Request) -> Answer:
        return list_answer(request, "ads", lambda query: [])


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
