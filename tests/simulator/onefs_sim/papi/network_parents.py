# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parents in a network path: the groupnet, subnet and pool that a request names."""

from __future__ import annotations

from ..allocation import Document
from ..network import Network
from .answers import Refusal, Request

GROUPNETS = "/network/groupnets"
GROUPNET = GROUPNETS + "/{groupnet}"
SUBNETS = GROUPNET + "/subnets"
SUBNET = SUBNETS + "/{subnet}"
POOLS = SUBNET + "/pools"
POOL = POOLS + "/{pool}"


class NetworkParents:
    """Finds what a path names, or says which part of it does not exist."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def groupnet(self, request: Request) -> Document:
        name = request.names["groupnet"]
        if name not in self._network.groupnets:
            raise Refusal("AEC_NOT_FOUND", f"Groupnet '{name}' does not exist", "groupnet")
        return self._network.groupnets[name]

    def subnet(self, request: Request) -> Document:
        subnet_id = f"{self.groupnet(request)['id']}.{request.names['subnet']}"
        if subnet_id not in self._network.subnets:
            raise Refusal("AEC_NOT_FOUND", f"Subnet '{subnet_id}' does not exist", "subnet")
        return self._network.subnets[subnet_id]

    def pool(self, request: Request) -> Document:
        pool_id = f"{self.subnet(request)['id']}.{request.names['pool']}"
        if pool_id not in self._network.pools:
            raise Refusal("AEC_NOT_FOUND", f"Pool '{pool_id}' does not exist", "pool")
        return self._network.pools[pool_id]
