# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/auth/providers: the Active Directory provider with its service principal names, and a summary of all providers."""

from __future__ import annotations

from ..allocation import Document
from ..domain import SpnTaken
from ..domain_membership import DomainMembership
from .answers import NO_CONTENT, Answer, Refusal, Request
from .paging import list_answer
from .routing import Route
from .validation import check_body

ADS = "/auth/providers/ads"
_SECRETS = ("user", "password", "spns", "domain_controller", "reset_schannel", "machine_account")
#: A list shows a provider without them.
_ONLY_ALONE = ("spns", "recommended_spns", "dup_spns")


class AdsProvidersApi:
    """Handlers of authentication providers."""

    def __init__(self, membership: DomainMembership) -> None:
        self._membership = membership

    def routes(self) -> list[Route]:
        return [
            Route("GET", ADS, self.list_providers),
            Route("POST", ADS, self.join),
            Route("GET", ADS + "/{provider}", self.get, ("check_duplicates", "machine_account")),
            Route("PUT", ADS + "/{provider}", self.update, ("machine_account",)),
            Route("DELETE", ADS + "/{provider}", self.leave),
            Route("GET", "/auth/providers/summary", self.summary, ("groupnet", "zone")),
        ]

    def _settings(self, request: Request) -> Document:
        name, settings = request.names["provider"], self._membership.settings
        if settings is None or name.lower() != self._membership.domain.name.lower():
            raise Refusal("AEC_NOT_FOUND", f"ADS provider '{name}' not found.")
        return settings

    def _document(self, settings: Document, version: int) -> Document:
        membership = self._membership
        domain, recommended = membership.domain.name, membership.recommended()
        document = {
            **settings,
            "forest": domain.lower(),
            "hostname": f"{membership.machine.rstrip('$').lower()}.{domain.lower()}",
            "id": domain,
            "machine_account": membership.machine,
            "name": domain,
            "netbios_domain": domain.partition(".")[0],
            "primary_domain": domain,
            "recommended_spns": recommended,
            "site": "Default-First-Site-Name",
            "spns": membership.domain.spns(membership.machine),
            "status": membership.status,
            "system": False,
            "zone_name": "System",
        }
        if version >= 14:
            expected = [*recommended, *settings["extra_expected_spns"]]
            document["dup_spns"] = membership.domain.held_by_others(membership.machine, expected)
        return document

    def list_providers(self, request: Request) -> Answer:
        settings = self._membership.settings
        found = [self._document(settings, request.version)] if settings is not None else []
        shown = [{name: one[name] for name in one if name not in _ONLY_ALONE} for one in found]
        return list_answer(request, "ads", lambda query: shown)

    def get(self, request: Request) -> Answer:
        with self._membership.lock:
            return Answer.of({"ads": [self._document(self._settings(request), request.version)]})

    def join(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "ads_provider_create")
        membership = self._membership
        if body["name"].lower() != membership.domain.name.lower():
            raise Refusal("AEC_BAD_REQUEST", f"No domain controller of '{body['name']}' answers.", "name")
        self._check_administrator(body)
        with membership.lock:
            if membership.settings is not None:
                raise Refusal("AEC_CONFLICT", f"The cluster is in the domain {membership.domain.name} already.", "name")
            membership.join()
            assert membership.settings is not None
            membership.settings |= {name: value for name, value in body.items() if name in membership.settings}
        return Answer.of({"id": membership.domain.name}, status=201)

    def _check_administrator(self, body: Document) -> None:
        """Refuse credentials that the domain does not take. Code and wording are an assumption."""
        if not self._membership.domain.admits(body.get("user", ""), body.get("password", "")):
            raise Refusal("AEC_FORBIDDEN", "The user name or password is not correct for the domain.", "user")

    def update(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "ads_provider_update")
        membership = self._membership
        with membership.lock:
            settings = self._settings(request)
            if "user" in body or "password" in body:
                self._check_administrator(body)
            if "spns" in body:
                try:
                    # Without credentials the machine account writes its own names, which a domain lets it.
                    membership.domain.register(membership.machine, body["spns"])
                except SpnTaken as error:
                    raise Refusal("AEC_CONFLICT", f"Failed to register SPN: {error}.", "spns") from error
            settings |= {name: value for name, value in body.items() if name not in _SECRETS}
        return NO_CONTENT

    def leave(self, request: Request) -> Answer:
        with self._membership.lock:
            self._settings(request)
            self._membership.leave()
        return NO_CONTENT

    def summary(self, request: Request) -> Answer:
        common: Document = {"connections": [], "groupnet": "groupnet0", "status": "active", "zone_name": "System"}
        found = [
            {**common, "id": f"lsa-{kind}-provider:System", "name": "System", "type": kind}
            for kind in ("local", "file")
        ]
        if self._membership.settings is not None:
            domain = self._membership.domain.name
            of_domain = {"forest": domain.lower(), "status": "online", "type": "ads", "name": domain}
            found.append({**common, **of_domain, "id": f"lsa-activedirectory-provider:{domain}"})
        return Answer.of({"provider_instances": found})
