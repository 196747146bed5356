# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/network: all of its parts together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..allocation import Document
from ..network import Network
from .groupnets import GroupnetsApi
from .interfaces import InterfacesApi
from .network_settings import NetworkSettingsApi
from .pool_actions import PoolActionsApi
from .pools import PoolsApi
from .provisioning_rules import ProvisioningRulesApi
from .routing import Route
from .subnets import SubnetsApi


def network_routes(network: Network, zones: Callable[[], Mapping[str, Document]]) -> list[Route]:
    return [
        *PoolsApi(network, zones).routes(),
        *PoolActionsApi(network).routes(),
        *ProvisioningRulesApi(network).routes(),
        *SubnetsApi(network).routes(),
        *GroupnetsApi(network, zones).routes(),
        *NetworkSettingsApi(network).routes(),
        *InterfacesApi(network).routes(),
    ]
