# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/smb/shares and /protocols/smb/shares-summary."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from ..access_zones import AccessZones, SharesBusy
from ..allocation import Document
from ..ports import FilesPort
from ..share_documents import SHARE_DEFAULTS, BadShare, check_share
from .answers import NO_CONTENT, Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, limit_of, list_answer
from .routing import Route
from .validation import check_body

SHARES = "/protocols/smb/shares"
LIMIT = 5000
_CREATE_ONLY = ("continuously_available", "create_path", "zone")


class SmbSharesApi:
    """Handlers of shares."""

    def __init__(self, zones: AccessZones, files: FilesPort) -> None:
        self._zones = zones
        self._files = files

    def routes(self) -> list[Route]:
        return [
            Route("GET", SHARES, self.list_shares, (*LIST_ARGUMENTS, "zone", "resolve_names", "offset")),
            Route("POST", SHARES, self.create, ("zone",)),
            Route("DELETE", SHARES, self.delete_all, ("zone",)),
            Route("GET", SHARES + "/{share}", self.get, ("zone", "resolve_names")),
            Route("PUT", SHARES + "/{share}", self.update, ("zone",)),
            Route("DELETE", SHARES + "/{share}", self.delete, ("zone",)),
            Route("GET", "/protocols/smb/shares-summary", self.summary, ("zone",)),
        ]

    def _shares(self, zone: str) -> dict[str, Document]:
        if zone not in self._zones.shares:
            raise Refusal("AEC_NOT_FOUND", f"Access zone '{zone}' not found.", "zone")
        return self._zones.shares[zone]

    def _share(self, request: Request) -> Document:
        shares = self._shares(request.first("zone", "System"))
        for name, share in shares.items():
            # SMB names are the same in capitals.
            if name.lower() == request.names["share"].lower():
                return share
        raise Refusal("AEC_NOT_FOUND", f"Unable to find share '{request.names['share']}'", "share")

    def list_shares(self, request: Request) -> Answer:
        if limit_of(request.query) > LIMIT:
            raise Refusal("AEC_BAD_REQUEST", f"'limit' cannot be greater than {LIMIT}", "limit")
        offset = request.first("offset", "0")
        if not offset.isdigit():
            raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{offset}' for argument 'offset'", "offset")
        request.flag("resolve_names")

        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            if query.get("scope", ["effective"])[0] == "default":
                return []
            with self._zones.lock:
                shares = list(self._shares(query.get("zone", ["System"])[0]).values())
            return shares[int(query.get("offset", ["0"])[0]) :]

        return list_answer(request, "shares", listing)

    def summary(self, request: Request) -> Answer:
        """How many shares there are: of one zone, or of all."""
        with self._zones.lock:
            zone = request.first("zone")
            tables = [self._shares(zone)] if zone else list(self._zones.shares.values())
            return Answer.of({"summary": {"count": sum(len(table) for table in tables)}})

    def get(self, request: Request) -> Answer:
        with self._zones.lock:
            return Answer.of({"shares": [self._share(request)]})

    def create(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "share_update", also=("continuously_available", "create_path"))
        # SDK: the zone is a query argument here; in a PUT body it moves the share.
        if "zone" in body:
            raise Refusal("AEC_BAD_REQUEST", "Unknown field 'zone'", "zone")
        for name in ("name", "path"):
            if not body.get(name):
                raise Refusal("AEC_ARG_REQUIRED", f"Missing required field '{name}'", name)
        self._check(body)
        zone_name = request.first("zone", "System")
        with self._writing():
            shares = self._shares(zone_name)
            if body["name"].lower() in {name.lower() for name in shares}:
                raise Refusal("AEC_CONFLICT", f"Share '{body['name']}' already exists", "name")
            self._check_path(body, zone_name)
            shares[body["name"]] = {
                **copy.deepcopy(SHARE_DEFAULTS),
                **copy.deepcopy(self._zones.share_settings.get(zone_name, {})),
                **{name: value for name, value in body.items() if name not in ("create_path", "zone")},
                "id": body["name"],
                "zid": self._zones.zones[zone_name]["zone_id"],
            }
        return Answer.of({"id": body["name"]}, status=201)

    @staticmethod
    def _check(body: Document) -> None:
        try:
            check_share(body)
        except BadShare as error:
            raise Refusal("AEC_BAD_REQUEST", str(error), error.field) from error

    def _check_path(self, body: Document, zone_name: str) -> None:
        zone_path = self._zones.zones[zone_name]["path"].rstrip("/")
        if not (body["path"].rstrip("/") + "/").startswith(zone_path + "/"):
            raise Refusal("AEC_BAD_REQUEST", f"Path '{body['path']}' is not below {zone_path}", "path")
        folder = self._files.path(body["path"])
        if not folder.is_dir():
            if not body.get("create_path"):
                raise Refusal("AEC_BAD_REQUEST", f"Path '{body['path']}' does not exist", "path")
            folder.mkdir(parents=True)

    def update(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "share_update")
        self._check(body)
        with self._writing():
            share = self._share(request)
            zone_name = request.first("zone", "System")
            target_zone = str(body.get("zone", zone_name))
            new_name = str(body.get("name", share["name"]))
            target = self._shares(target_zone)
            taken = {name.lower() for name, one in target.items() if one is not share}
            if new_name.lower() in taken:
                raise Refusal("AEC_CONFLICT", f"Share '{new_name}' already exists", "name")
            if "path" in body or target_zone != zone_name:
                self._check_path({**share, **body}, target_zone)
            said = {
                name: copy.deepcopy(SHARE_DEFAULTS[name] if value == "@DEFAULT" else value)
                for name, value in body.items()
                if name not in _CREATE_ONLY
            }
            del self._shares(zone_name)[share["name"]]
            target[new_name] = {
                **share,
                **said,
                "id": new_name,
                "zid": self._zones.zones[target_zone]["zone_id"],
            }
        return NO_CONTENT

    def delete(self, request: Request) -> Answer:
        with self._writing():
            share = self._share(request)
            del self._shares(request.first("zone", "System"))[share["name"]]
        return NO_CONTENT

    def delete_all(self, request: Request) -> Answer:
        """Delete every share of the zone: what OneFS does when a careless URL carries no name."""
        with self._writing():
            self._shares(request.first("zone", "System")).clear()
        return NO_CONTENT

    def _writing(self) -> _ShareWrite:
        return _ShareWrite(self._zones)


class _ShareWrite:
    """A write of the share database that says 409 when another one is under way."""

    def __init__(self, zones: AccessZones) -> None:
        self._writing = zones.writing_shares()

    def __enter__(self) -> None:
        try:
            self._writing.__enter__()
        except SharesBusy as error:
            raise Refusal("AEC_CONFLICT", "Conflict updating share(s): File exists") from error

    def __exit__(self, *error: object) -> None:
        self._writing.__exit__(*error)  # type: ignore[arg-type]
