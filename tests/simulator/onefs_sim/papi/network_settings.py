# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network/external and /network/dnscache: settings of the whole cluster, and /network/sc-rebalance-all."""

from __future__ import annotations

from ..network import Network
from ..network_configuration import DNSCACHE_DEFAULTS, EXTERNAL_DEFAULTS
from .answers import NO_CONTENT, Answer, Refusal, Request
from .resetting import with_defaults
from .routing import Route
from .validation import check_body

#: PAPI version in which a field of /network/external appeared.
_SINCE = {name: 16 for name in EXTERNAL_DEFAULTS if name.startswith("ipv6_")} | {
    "sc_server_ttl": 16,
    "lagg_lacp_fast_timeout": 23,
}


class NetworkSettingsApi:
    """Handlers of the settings."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/network/external", self.external, (), 3),
            Route("PUT", "/network/external", self.update_external, (), 3),
            Route("GET", "/network/dnscache", self.dnscache, (), 3),
            Route("PUT", "/network/dnscache", self.update_dnscache, (), 3),
            Route("POST", "/network/dnscache/flush", self.flush, (), 3),
            Route("POST", "/network/sc-rebalance-all", self.rebalance_all, (), 3),
        ]

    def external(self, request: Request) -> Answer:
        known = self._network.external.items()
        return Answer.of({"settings": {name: one for name, one in known if _SINCE.get(name, 0) <= request.version}})

    def update_external(self, request: Request) -> Answer:
        fields = request.json_body()
        for name in fields:
            if _SINCE.get(name, 0) > request.version:
                raise Refusal("AEC_BAD_REQUEST", f"Unknown field '{name}'", name)
        check_body(fields, "network_external_update")
        fields = with_defaults(fields, EXTERNAL_DEFAULTS)
        for port in fields.get("tcp_ports", ()):
            if not 0 <= port <= 65535:
                raise Refusal("AEC_BAD_REQUEST", f"Value {port} of field 'tcp_ports' is out of range", "tcp_ports")
        with self._network.lock:
            self._network.external = {**self._network.external, **fields}
        return NO_CONTENT

    def dnscache(self, request: Request) -> Answer:
        return Answer.of({"settings": self._network.dnscache})

    def update_dnscache(self, request: Request) -> Answer:
        fields = request.json_body()
        check_body(fields, "dnscache_update")
        with self._network.lock:
            self._network.dnscache = {**self._network.dnscache, **with_defaults(fields, DNSCACHE_DEFAULTS)}
        return NO_CONTENT

    def flush(self, request: Request) -> Answer:
        """Forget what the cluster resolved: a simulated cluster resolves nothing for its own use, so it keeps nothing."""
        _refuse_fields(request)
        return Answer.of({})

    def rebalance_all(self, request: Request) -> Answer:
        _refuse_fields(request)
        with self._network.lock:
            pools = self._network.pools.values()
            self._network.changed(rebalance=[one["id"] for one in pools if one["alloc_method"] == "dynamic"])
        return Answer.of({})


def _refuse_fields(request: Request) -> None:
    """Such an action takes null or an empty object."""
    for name in request.json_body():
        raise Refusal("AEC_BAD_REQUEST", f"Unknown field '{name}'", name)
