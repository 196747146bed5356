# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/license, and what the modules say of their own licences."""

from __future__ import annotations

from ..licensing import MODULES, Licenses
from .answers import Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Handler, Route

LICENSES = "/license/licenses"


class LicensesApi:
    """Handlers of licences."""

    def __init__(self, licenses: Licenses, cluster_guid: str) -> None:
        self._licenses = licenses
        self._guid = cluster_guid

    def routes(self) -> list[Route]:
        return [
            Route("GET", LICENSES, self.list_licenses, LIST_ARGUMENTS),
            Route("GET", LICENSES + "/{license}", self.get_license),
            Route("GET", "/quota/license", self._of_module("SmartQuotas"), (), 5),
            Route("GET", "/sync/license", self._of_module("SyncIQ"), (), 5),
            Route("GET", "/snapshot/license", self._of_module("SnapshotIQ"), (), 5),
        ]

    def list_licenses(self, request: Request) -> Answer:
        also = {
            "activation_incomplete_alert": False,
            "base_only_licenses": [],
            "evaluatable": [],
            "swid": "SIMULATED",
            "valid_signature": True,
        }
        if request.version >= 17:
            also["guid"] = self._guid
        return list_answer(request, "licenses", lambda query: self._licenses.documents(), also)

    def get_license(self, request: Request) -> Answer:
        name = request.names["license"]
        if name not in MODULES:
            raise Refusal("AEC_NOT_FOUND", f"License '{name}' not found.")
        return Answer.of({"licenses": [self._licenses.document(name)]})

    def _of_module(self, name: str) -> Handler:
        return lambda request: Answer.of(self._licenses.document(name))


def require_license(licenses: Licenses, module: str) -> None:
    """Refuse what a module does while its licence does not permit it."""
    if not licenses.permits(module):
        raise Refusal("AEC_INVALID_LICENSE", f"The {module} license is not active on this cluster.")
