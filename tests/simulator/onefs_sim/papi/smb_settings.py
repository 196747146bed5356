# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/smb/settings: of the service (global), of one zone, and of the shares of a zone that do not say it."""

from __future__ import annotations

from collections.abc import Callable

from ..access_zones import AccessZones
from ..allocation import Document
from ..share_documents import SETTINGS_OF_ZONE, SHARE_DEFAULTS, BadShare, check_share
from ..smb_settings import SMB_GLOBAL_DEFAULTS, SMB_ZONE_DEFAULTS
from .answers import NO_CONTENT, Answer, Refusal, Request
from .routing import Route
from .validation import check_body

SETTINGS = "/protocols/smb/settings"
#: PAPI version in which a field appeared.
SINCE = {"support_smb1": 17, "support_smb3_encryption": 7, "reject_unencrypted_access": 7}


class SmbSettingsApi:
    """Handlers of SMB settings."""

    def __init__(self, zones: AccessZones, on_service_switched: Callable[[], None]) -> None:
        self._zones = zones
        self._on_service_switched = on_service_switched

    def routes(self) -> list[Route]:
        return [
            Route("GET", SETTINGS + "/global", self.get_global),
            Route("PUT", SETTINGS + "/global", self.update_global),
            Route("GET", SETTINGS + "/zone", self.get_zone, ("zone",), 6),
            Route("PUT", SETTINGS + "/zone", self.update_zone, ("zone",), 6),
            Route("GET", SETTINGS + "/share", self.get_share, ("zone",)),
            Route("PUT", SETTINGS + "/share", self.update_share, ("zone",)),
        ]

    def _zone(self, request: Request) -> str:
        zone = request.first("zone", "System")
        if zone not in self._zones.zones:
            raise Refusal("AEC_NOT_FOUND", f"Access zone '{zone}' not found.", "zone")
        return zone

    def get_global(self, request: Request) -> Answer:
        with self._zones.lock:
            chosen = SMB_GLOBAL_DEFAULTS if request.first("scope") == "default" else self._zones.smb_settings
            return Answer.of({"settings": _known(chosen, request.version)})

    def update_global(self, request: Request) -> Answer:
        body = _body(request, "smb_settings_global")
        with self._zones.lock:
            before = self._zones.smb_runs()
            self._zones.smb_settings.update(_said(body, SMB_GLOBAL_DEFAULTS))
            switched = before != self._zones.smb_runs()
        if switched:
            self._on_service_switched()
        return NO_CONTENT

    def get_zone(self, request: Request) -> Answer:
        with self._zones.lock:
            # What a zone does not say is what the cluster says.
            inherited = {name: self._zones.smb_settings[name] for name in SMB_ZONE_DEFAULTS}
            own = {} if request.first("scope") == "default" else self._zones.zone_settings.get(self._zone(request), {})
            return Answer.of({"settings": _known({**inherited, **own}, request.version)})

    def update_zone(self, request: Request) -> Answer:
        body = _body(request, "smb_settings_zone")
        with self._zones.lock:
            own = self._zones.zone_settings.setdefault(self._zone(request), {})
            _change(own, body)
        return NO_CONTENT

    def get_share(self, request: Request) -> Answer:
        zone = self._zone(request)
        with self._zones.lock:
            own = {} if request.first("scope") == "default" else self._zones.share_settings.get(zone, {})
            settings = {name: own.get(name, SHARE_DEFAULTS[name]) for name in SETTINGS_OF_ZONE}
        return Answer.of({"settings": {**settings, "zone": zone}})

    def update_share(self, request: Request) -> Answer:
        body = _body(request, "smb_settings_share")
        try:
            check_share(body)
        except BadShare as error:
            raise Refusal("AEC_BAD_REQUEST", str(error), error.field) from error
        body.pop("zone", None)
        with self._zones.lock:
            own = self._zones.share_settings.setdefault(self._zone(request), {})
            _change(own, body)
        return NO_CONTENT


def _body(request: Request, schema_name: str) -> Document:
    body = request.json_body()
    check_body(body, schema_name)
    for name in body:
        if SINCE.get(name, 1) > request.version:
            raise Refusal("AEC_BAD_REQUEST", f"Unknown field '{name}'", name)
    return body


def _known(settings: Document, version: int) -> Document:
    return {name: value for name, value in settings.items() if SINCE.get(name, 1) <= version}


def _said(body: Document, defaults: Document) -> Document:
    return {name: defaults[name] if value == "@DEFAULT" else value for name, value in body.items()}


def _change(own: Document, body: Document) -> None:
    """Take what a body says; a reset setting is nobody's own any more."""
    for name, value in body.items():
        if value == "@DEFAULT":
            own.pop(name, None)
        else:
            own[name] = value
