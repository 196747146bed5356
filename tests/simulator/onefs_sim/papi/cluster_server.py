# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTPS server for all nodes of a cluster: which of them is called is known from the address."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from typing import Any

from ..ports import NodePort
from .server import Front, PapiServer


class ClusterPapiServer(PapiServer):
    """Listens on every address of a network namespace that its nodes share."""

    request_queue_size = 1024

    def __init__(
        self, nodes: Sequence[NodePort], addresses: Mapping[str, int], port: int, tls: ssl.SSLContext, front: Front
    ) -> None:
        """`addresses`: LNN by address."""
        super().__init__(nodes[0], "0.0.0.0", port, tls, front)
        self._nodes = {node.lnn: node for node in nodes}
        self._addresses = addresses

    def lnn_of(self, address: str) -> int:
        return self._addresses[address]

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Answer for nodes that are up only."""
        lnn = self._addresses.get(request.getsockname()[0])
        return lnn is not None and self._nodes[lnn].powered
