# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/statistics: a few figures, all of them taken from the nodes and the file system at the moment of the call."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..allocation import Document
from ..clock import ClusterClock
from ..ports import FilesPort, NodePort
from .answers import Answer, Refusal, Request
from .paging import list_answer
from .routing import Route

KEYS = "/statistics/keys"
_CURRENT = ("degraded", "devid", "key", "keys", "nodes", "raw", "show_nodes", "stale", "substr", "timeout")


@dataclass(frozen=True)
class Statistic:
    """One key: `read` gets a node; a figure of the whole cluster is the same whichever that is."""

    key: str
    scope: str
    units: str
    description: str
    read: Callable[[NodePort], int | float]

    def document(self) -> Document:
        return {
            "aggregation_type": "sum" if self.units == "Count" else "last",
            "base_name": self.key,
            "default_cache_time": 5,
            "description": self.description,
            "key": self.key,
            "policies": [],
            "policy_cache_time": 0,
            "real_name": self.key,
            "scope": self.scope,
            "type": "uint64" if self.units == "Bytes" else "int32",
            "units": self.units,
        }


class StatisticsApi:
    """Handlers of statistics."""

    def __init__(self, nodes: Sequence[NodePort], files: FilesPort, clock: ClusterClock) -> None:
        self._nodes = {node.lnn: node for node in nodes}
        self._files = files
        self._clock = clock
        self._statistics = {one.key: one for one in self._all()}

    def _all(self) -> list[Statistic]:
        return [
            Statistic(
                "cluster.health", "cluster", "Value", "0: ok, 1: attention, 2: down", lambda node: self._health()
            ),
            Statistic("ifs.bytes.avail", "cluster", "Bytes", "Bytes available", lambda node: self._space()[1]),
            Statistic("ifs.bytes.total", "cluster", "Bytes", "Bytes in all", lambda node: self._space()[0]),
            Statistic("ifs.bytes.used", "cluster", "Bytes", "Bytes used", lambda node: self._space()[2]),
            Statistic("node.clientstats.active.smb2", "node", "Count", "SMB clients with open files", _active_clients),
            Statistic("node.clientstats.connected.smb", "node", "Count", "Connected SMB clients", _connected_clients),
            Statistic("node.health", "node", "Value", "0: ok, 1: attention, 2: down", lambda node: 0),
        ]

    def routes(self) -> list[Route]:
        return [
            Route("GET", KEYS, self.list_keys, ("count", "limit", "queryable", "resume")),
            Route("GET", KEYS + "/{key}", self.get_key),
            Route("GET", "/statistics/current", self.current, _CURRENT),
        ]

    def _health(self) -> int:
        down = sum(1 for node in self._nodes.values() if not node.powered)
        return 0 if not down else 1 if 2 * down < len(self._nodes) else 2

    def _space(self) -> tuple[int, int, int]:
        space = os.statvfs(self._files.path("/ifs"))
        unit = space.f_frsize
        return space.f_blocks * unit, space.f_bavail * unit, (space.f_blocks - space.f_bfree) * unit

    def list_keys(self, request: Request) -> Answer:
        return list_answer(request, "keys", lambda query: [one.document() for one in self._statistics.values()])

    def get_key(self, request: Request) -> Answer:
        key = request.names["key"]
        if key not in self._statistics:
            raise Refusal("AEC_NOT_FOUND", f"Statistics key '{key}' not found.", "key")
        return Answer.of({"keys": [self._statistics[key].document()]})

    def current(self, request: Request) -> Answer:
        keys = [*request.query.get("key", ()), *request.first("keys").split(",")]
        if request.flag("substr"):
            keys = [key for key in self._statistics for part in keys if part and part in key]
        lnns = self._lnns(request)
        return Answer.of({"stats": [one for key in keys if key for one in self._stats(key, lnns, request.lnn)]})

    def _lnns(self, request: Request) -> list[int]:
        """Return the nodes asked for: `all`, or some; 0 is the node that was called, and the default."""
        found: list[int] = []
        for text in ",".join(request.query.get("devid") or request.query.get("nodes") or ["0"]).split(","):
            if text == "all":
                found += self._nodes
            elif text.isdigit() and int(text) in (0, *self._nodes):
                found.append(int(text) or request.lnn)
            else:
                raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{text}' for argument 'devid'", "devid")
        return list(dict.fromkeys(found))

    def _stats(self, key: str, lnns: Sequence[int], called: int) -> list[Document]:
        now = int(self._clock.now())
        statistic = self._statistics.get(key)
        if statistic is None:
            # An unknown key does not fail the call: the others are answered. That its error is this one is an assumption.
            return [_stat(0, key, now, error="Unknown key", error_code=2)]
        if statistic.scope == "cluster":
            return [_stat(0, key, now, statistic.read(self._nodes[called]))]
        return [
            _stat(lnn, key, now, statistic.read(self._nodes[lnn]))
            if self._nodes[lnn].powered
            else _stat(lnn, key, now, error="Node is down", error_code=64)
            for lnn in lnns
        ]


def _stat(
    devid: int,
    key: str,
    now: int,
    value: int | float | None = None,
    error: str | None = None,
    error_code: int | None = None,
) -> Document:
    return {"devid": devid, "error": error, "error_code": error_code, "key": key, "time": now, "value": value}


def _connected_clients(node: NodePort) -> int:
    return len({session.computer for session in node.smb_sessions()})


def _active_clients(node: NodePort) -> int:
    return len({session.computer for session in node.smb_sessions() if session.open_files})
