# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/groupnets: the clients' DNS settings, and what holds subnets."""

from __future__ import annotations

import copy
import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from ..allocation import Document
from ..network import Network
from ..network_configuration import GROUPNET_DEFAULTS
from .answers import NO_CONTENT, Answer, Refusal, Request
from .network_parents import GROUPNET, GROUPNETS, NetworkParents
from .paging import LIST_ARGUMENTS, list_answer
from .resetting import with_defaults
from .routing import Route
from .validation import check_body

#: Longest lists that OneFS takes.
_LONGEST = {"dns_servers": 3, "dns_search": 6, "dns_options": 1}


class GroupnetsApi:
    """Handlers of groupnets."""

    def __init__(self, network: Network, zones: Callable[[], Mapping[str, Document]]) -> None:
        self._network = network
        self._zones = zones
        self._parents = NetworkParents(network)

    def routes(self) -> list[Route]:
        return [
            Route("GET", GROUPNETS, self.list_groupnets, LIST_ARGUMENTS, 3),
            Route("POST", GROUPNETS, self.create, (), 3),
            Route("GET", GROUPNET, self.get, (), 3),
            Route("PUT", GROUPNET, self.update, (), 3),
            Route("DELETE", GROUPNET, self.delete, (), 3),
        ]

    def list_groupnets(self, request: Request) -> Answer:
        return list_answer(
            request, "groupnets", lambda query: [_shown(one, request) for one in self._network.groupnets.values()]
        )

    def get(self, request: Request) -> Answer:
        return Answer.of({"groupnets": [_shown(self._parents.groupnet(request), request)]})

    def create(self, request: Request) -> Answer:
        fields = _checked(request, "groupnet_create", {})
        with self._network.lock:
            name = fields["name"]
            if name in self._network.groupnets:
                raise Refusal("AEC_CONFLICT", f"Groupnet '{name}' already exists", "name")
            defaults = copy.deepcopy(GROUPNET_DEFAULTS)
            self._network.groupnets[name] = {**defaults, **fields, "id": name, "subnets": []}
            self._network.changed()
        return Answer.of({"id": name}, status=201)

    def update(self, request: Request) -> Answer:
        fields = _checked(request, "groupnet_update", GROUPNET_DEFAULTS)
        with self._network.lock:
            groupnet = self._parents.groupnet(request)
            name = fields.get("name", groupnet["name"])
            if name != groupnet["name"]:
                raise Refusal("AEC_BAD_REQUEST", "A groupnet cannot be renamed", "name")
            self._network.groupnets[groupnet["id"]] = {**groupnet, **fields}
            self._network.changed()
        return NO_CONTENT

    def delete(self, request: Request) -> Answer:
        with self._network.lock:
            groupnet = self._parents.groupnet(request)
            if groupnet["name"] == self._network.external["default_groupnet"]:
                raise Refusal("AEC_FORBIDDEN", f"Groupnet '{groupnet['name']}' is the default groupnet")
            if groupnet["subnets"]:
                raise Refusal("AEC_CONFLICT", f"Groupnet '{groupnet['name']}' has subnets")
            for zone in self._zones().values():
                if zone["groupnet"] == groupnet["name"]:
                    message = f"Groupnet '{groupnet['name']}' is in use by access zone '{zone['name']}'"
                    raise Refusal("AEC_CONFLICT", message)
            del self._network.groupnets[groupnet["id"]]
            self._network.changed()
        return NO_CONTENT


def _checked(request: Request, schema_name: str, defaults: Mapping[str, Any]) -> dict[str, Any]:
    body = request.json_body()
    if request.version < 10 and "allow_wildcard_subdomains" in body:
        raise Refusal("AEC_BAD_REQUEST", "Unknown field 'allow_wildcard_subdomains'", "allow_wildcard_subdomains")
    check_body(body, schema_name)
    fields = with_defaults(body, defaults)
    for name, longest in _LONGEST.items():
        if len(fields.get(name, ())) > longest:
            raise Refusal("AEC_BAD_REQUEST", f"Field '{name}' takes no more than {longest} entries", name)
    for server in fields.get("dns_servers", ()):
        try:
            ipaddress.ip_address(server)
        except ValueError as error:
            raise Refusal("AEC_BAD_REQUEST", f"Invalid DNS server: {error}", "dns_servers") from error
    return fields


def _shown(groupnet: Document, request: Request) -> Document:
    hidden = ("allow_wildcard_subdomains",) if request.version < 10 else ()
    return {name: value for name, value in groupnet.items() if name not in hidden}
