# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/zones: access zones."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ..access_zones import ZONE_DEFAULTS, AccessZones
from ..allocation import Document
from ..network import Network
from ..ports import FilesPort
from .answers import NO_CONTENT, Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route
from .validation import check_body

#: Fields that a POST knows and a GET does not show.
_SWITCHES = ("create_path", "force_overlap")
_READ_ONLY = ("id", "system", "zone_id")


class ZonesApi:
    """Handlers of access zones."""

    def __init__(self, zones: AccessZones, network: Network, files: FilesPort, on_change: Callable[[], None]) -> None:
        self._zones = zones
        self._network = network
        self._files = files
        self._on_change = on_change

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/zones", self.list_zones, LIST_ARGUMENTS),
            Route("POST", "/zones", self.create),
            Route("GET", "/zones/{zone}", self.get),
            Route("PUT", "/zones/{zone}", self.update),
            Route("DELETE", "/zones/{zone}", self.delete),
            Route("GET", "/zones-summary", self.summary, ("groupnet",)),
            Route("GET", "/zones-summary/{zone}", self.zone_summary),
        ]

    def _zone(self, request: Request) -> Document:
        wanted = request.names["zone"]
        for zone in self._zones.zones.values():
            if wanted in (zone["name"], zone["id"]):
                return zone
        raise Refusal("AEC_NOT_FOUND", f"Access zone '{wanted}' not found.")

    def list_zones(self, request: Request) -> Answer:
        return list_answer(request, "zones", lambda query: copy.deepcopy(list(self._zones.zones.values())))

    def summary(self, request: Request) -> Answer:
        """Count and name the zones, of one groupnet or of all."""
        groupnet = request.first("groupnet")
        names = [zone["name"] for zone in self._zones.zones.values() if groupnet in ("", zone["groupnet"])]
        return Answer.of({"summary": {"count": len(names), "list": sorted(names)}})

    def zone_summary(self, request: Request) -> Answer:
        return Answer.of({"summary": {"path": self._zone(request)["path"]}})

    def get(self, request: Request) -> Answer:
        with self._zones.lock:
            return Answer.of({"zones": [self._zone(request)]})

    def create(self, request: Request) -> Answer:
        body = request.json_body()
        self._check(body)
        for name in ("name", "path"):
            if not body.get(name):
                raise Refusal("AEC_ARG_REQUIRED", f"Missing required field '{name}'", name)
        with self._zones.lock:
            if body["name"].lower() in {name.lower() for name in self._zones.zones}:
                raise Refusal("AEC_CONFLICT", f"Access zone '{body['name']}' already exists.", "name")
            self._check_path(body, own_name="")
            zone = {
                **copy.deepcopy(ZONE_DEFAULTS),
                "netbios_name": "",
                "id": body["name"],
                "zone_id": self._zones.next_zone_id(),
                **{name: value for name, value in body.items() if name not in _SWITCHES},
            }
            self._zones.zones[zone["name"]] = zone
            self._zones.shares[zone["name"]] = {}
            self._zones.tell_nodes()
        return Answer.of({"id": zone["id"]}, status=201)

    def _check(self, body: dict[str, Any]) -> None:
        check_body(body, "zone")
        for name in _READ_ONLY:
            if name in body:
                raise Refusal("AEC_BAD_REQUEST", f"Field '{name}' cannot be set", name)
        if "groupnet" in body and body["groupnet"] not in self._network.groupnets:
            raise Refusal("AEC_BAD_REQUEST", f"Groupnet '{body['groupnet']}' does not exist", "groupnet")

    def _check_path(self, body: dict[str, Any], own_name: str) -> None:
        path = body["path"].rstrip("/")
        if not (path + "/").startswith("/ifs/"):
            raise Refusal("AEC_BAD_REQUEST", f"Path '{path}' is not below /ifs", "path")
        for other in self._zones.zones.values():
            # Every zone is below the System zone's /ifs.
            if other["system"] or other["name"] == own_name or body.get("force_overlap"):
                continue
            mine, theirs = path + "/", other["path"].rstrip("/") + "/"
            if mine.startswith(theirs) or theirs.startswith(mine):
                raise Refusal("AEC_CONFLICT", f"Path '{path}' overlaps access zone '{other['name']}'", "path")
        folder = self._files.path(path)
        if not folder.is_dir():
            if not body.get("create_path"):
                raise Refusal("AEC_BAD_REQUEST", f"Path '{path}' does not exist", "path")
            folder.mkdir(parents=True, mode=0o755)

    def update(self, request: Request) -> Answer:
        body = request.json_body()
        self._check(body)
        with self._network.lock, self._zones.lock:
            zone = self._zone(request)
            if zone["system"] and ("name" in body or "path" in body):
                raise Refusal("AEC_FORBIDDEN", "The System zone cannot be renamed or moved")
            if "path" in body:
                self._check_path(body, own_name=zone["name"])
            new_name = str(body.get("name", zone["name"]))
            if new_name != zone["name"]:
                if new_name in self._zones.zones:
                    raise Refusal("AEC_CONFLICT", f"Access zone '{new_name}' already exists.", "name")
                self._rename(zone, new_name)
            zone.update({name: value for name, value in body.items() if name not in _SWITCHES})
            self._zones.tell_nodes()
        self._on_change()
        return NO_CONTENT

    def _rename(self, zone: Document, new_name: str) -> None:
        old_name = zone["name"]
        self._zones.zones[new_name] = self._zones.zones.pop(old_name)
        self._zones.shares[new_name] = self._zones.shares.pop(old_name)
        zone["id"] = new_name
        self._network.rename_zone(old_name, new_name)

    def delete(self, request: Request) -> Answer:
        with self._network.lock, self._zones.lock:
            zone = self._zone(request)
            if zone["system"]:
                raise Refusal("AEC_FORBIDDEN", "The System zone cannot be deleted.")
            for pool in self._network.pools.values():
                if pool["access_zone"] == zone["name"]:
                    message = f"Access zone '{zone['name']}' is in use by network pool {pool['id']}."
                    raise Refusal("AEC_CONFLICT", message)
            del self._zones.zones[zone["name"]]
            del self._zones.shares[zone["name"]]
            self._zones.tell_nodes()
        return NO_CONTENT
