# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the serving cluster has been through before it comes up: clients, open files, first syncs. The same every time."""

from __future__ import annotations

import ipaddress
import random
from collections.abc import Sequence

from ..allocation import Assignment
from ..site import ClusterSite
from ..synciq import SyncIq
from .recorded_connections import PERMISSIONS, RecordedConnections
from .recorded_node import RecordedNode
from .size import LightSize

SEED = 445
#: Clients have the addresses from here on, each its own; the multiplier is odd, so none comes twice.
CLIENTS = int(ipaddress.ip_address("10.192.0.0"))
CLIENT_BITS = 22
MULTIPLIER = 2654435761
#: Of so many connections in ten, each is of another client; the rest are second connections.
FIRST_CONNECTIONS = 8
FIRST_PORT, PORTS, PORT_STEP = 49152, 16381, 7919


def record_clients(
    nodes: Sequence[RecordedNode], assignments: Sequence[Assignment], site: ClusterSite, size: LightSize
) -> None:
    """Spread connections over the addresses of all pools that serve clients, and files over the connections."""
    serving = [one for one in assignments if one.zone != "System"]
    zones = {int(ipaddress.ip_address(one.address)): one.zone for one in serving}
    for node in nodes:
        node.connections = RecordedConnections(site.shares, zones)
    if not serving:
        return
    chance = random.Random(SEED)
    by_lnn = {node.lnn: node.connections for node in nodes}
    servers = [(by_lnn[one.lnn], int(ipaddress.ip_address(one.address)), one.zone) for one in serving]
    clients = max(1, size.connections * FIRST_CONNECTIONS // 10)
    made: list[tuple[RecordedConnections, int, int, str]] = []
    for number in range(size.connections):
        node, server, zone = servers[number % len(servers)]
        user = number % clients
        client = CLIENTS + (user * MULTIPLIER) % (1 << CLIENT_BITS)
        port = FIRST_PORT + (number * PORT_STEP) % PORTS
        made.append((node, node.connect(server, client, port, user, chance.randrange(3600)), user, zone))
    shares: dict[str, list[int]] = {}
    for place, share in enumerate(site.shares):
        shares.setdefault(share.zone, []).append(place)
    for number in range(size.open_files if site.shares else 0):
        node, session, user, zone = made[(number * PORT_STEP) % len(made)]
        if zone in shares:
            mode = chance.choices(range(len(PERMISSIONS)), (6, 3, 1))[0]
            node.open(session, user, chance.choice(shares[zone]), number, mode, chance.randrange(2) if mode else 0)


def record_first_syncs(sync: SyncIq, peer: SyncIq) -> None:
    """Let every policy have been run: the other cluster is its target, and both have the state of the last sync."""
    now = int(sync.clock.now())
    for policy in sync.policies.values():
        policy |= {"has_sync_state": True, "last_job_state": "finished", "last_started": now, "last_success": now}
        target = peer.add_target_policy(policy, sync)
        target |= {"last_job_state": "finished", "last_update_from_source": now}
        peer.files.path(policy["target_path"]).mkdir(parents=True, exist_ok=True)
        peer.protect(policy["target_path"], True)
        for side in (sync, peer):
            side.snapshots(policy["name"]).latest.mkdir(parents=True)
