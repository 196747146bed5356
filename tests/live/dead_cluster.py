# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster of a pair that loses its power, and returns while its clients' network is kept away from it."""

from __future__ import annotations

import re

from running_pair import RunningPair

DATA_INTERFACES = ("ext-1", "ext-2")
UNPLANNED = ("failover_confirm=sales", "failover_death_rounds=2")
WAIVED = "failover_outside_fence_waiver=the switch ports are shut by hand"


def kill(pair: RunningPair, cluster: str) -> None:
    """Take the power from every node of a cluster."""
    for node in pair.status["clusters"][cluster]["nodes"]:
        pair.inject(cluster, "node-down", "--node", str(node["lnn"]))


def shut_ports(pair: RunningPair, cluster: str) -> None:
    """Fence a cluster from outside: its ports in the clients' network are shut, whether it has power or not."""
    for node in pair.status["clusters"][cluster]["nodes"]:
        for interface in DATA_INTERFACES:
            pair.sim("inject", cluster, "link-down", "--node", str(node["lnn"]), "--interface", interface)


def give_power(pair: RunningPair, cluster: str) -> None:
    """Let every node of a cluster start again; what else is wrong stays wrong."""
    for node in pair.status["clusters"][cluster]["nodes"]:
        pair.sim("node", node["name"], "on")


def changed(output: str) -> int:
    """Return how many tasks changed something, from the recap."""
    found = re.search(r"localhost .*changed=(\d+)", output)
    assert found, output
    return int(found[1])
