# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof of the fence looks at the addresses before it looks at what is open, in each look, and then takes the clock."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import proof
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.client_inventory import Inventory
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.cluster import ClusterIdentity, Node
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import NotReached
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.interfaces import Interface, Owner
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.netstat import ESTABLISHED, Socket
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb import OpenFile, Session

MANAGEMENT, SALES = "192.0.2.11", "198.51.100.11"
CLIENT = "198.51.100.101"
NOBODY = Inventory((), (), (), (1,), ())


def interface(*addresses: str) -> Interface:
    owners = (Owner("groupnet0.subnet0.management", "System", (MANAGEMENT,)),)
    return Interface(1, "ext-1", (MANAGEMENT, *addresses), owners)


class Cluster:
    """Answers what the proof reads, and remembers in which order it was read."""

    def __init__(self) -> None:
        self.read: list[str] = []
        #: What each look finds; the last one is found again and again.
        self.interfaces = [[interface()]]
        self.inventories = [NOBODY]
        self.answering: set[str] = set()

    def look(self, name: str, found: list[Any]) -> Any:
        self.read.append(name)
        return found.pop(0) if len(found) > 1 else found[0]


class Opened:
    """Stands for what is opened and closed."""

    def __init__(self, *_arguments: Any) -> None:
        pass

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def open(self) -> None:
        pass


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    found = Cluster()
    for name in ("PapiSession", "Shell", "NodeSessions"):
        monkeypatch.setattr(proof, name, Opened)
    monkeypatch.setattr(proof, "POLL_SECONDS", 0.0)
    pools = {"groupnet0.subnet1.sales": SimpleNamespace(addresses=lambda: [SALES])}
    monkeypatch.setattr(proof, "read_some_pools", lambda *_: pools)
    monkeypatch.setattr(proof, "read_cluster", lambda *_: ClusterIdentity("boston", "", "9.5", (Node(1, 1, True),)))
    monkeypatch.setattr(proof, "node_hosts_among", lambda *_, **_avoid: {1: MANAGEMENT})
    monkeypatch.setattr(proof, "read_interfaces", lambda *_: found.look("interfaces", found.interfaces))
    monkeypatch.setattr(proof, "read_inventory", lambda *_: found.look("inventory", found.inventories))
    monkeypatch.setattr(proof, "answering", lambda *_: found.answering)
    monkeypatch.setattr(proof, "read_clock", lambda *_: found.look("clock", [1764498000]))
    return found


def prove(deadline_seconds: int = 20) -> dict[str, Any]:
    source = {"onefs_host": "192.0.2.10", "onefs_user": "svc", "onefs_password": "pass"}
    params = {
        "source": source,
        "pools": ["groupnet0.subnet1.sales"],
        "paths": ["/ifs/data/sales"],
        "deadline_seconds": deadline_seconds,
    }
    return proof.run(params, False, lambda _line: None)


def test_one_look_is_enough_where_nothing_stands(cluster: Cluster) -> None:
    result = prove()
    assert cluster.read == ["interfaces", "inventory", "clock"]
    assert result["cluster_time"] == 1764498000
    assert proof.standing(result["evidence"]) == []
    assert result["evidence"]["nodes"] == [1]


def test_each_further_look_reads_all_anew_and_addresses_first(cluster: Cluster) -> None:
    session = Session(1, 7, CLIENT, "writer", 1, 0)
    socket = Socket(1, SALES, 445, CLIENT, 50000, ESTABLISHED)
    file = OpenFile(1, 3, "/ifs/data/sales/plan.txt", "writer", 0, ("read", "write"))
    cluster.interfaces = [[interface(SALES)], [interface()]]
    cluster.inventories = [NOBODY, Inventory((socket,), (session,), (file,), (1,), ()), NOBODY]
    prove()
    assert cluster.read == ["interfaces", "inventory"] * 3 + ["clock"]


@pytest.mark.parametrize(
    ("stands", "told"),
    [
        ({"interfaces": [[interface(SALES)]]}, f"addresses {SALES} are up"),
        ({"answering": {SALES}}, f"port 445 answers at {SALES}"),
        (
            {"inventories": [Inventory((), (), (OpenFile(1, 3, "/ifs/data/sales/a", "w", 0, ("write",)),), (1,), ())]},
            "open for writing: /ifs/data/sales/a",
        ),
    ],
)
def test_what_stands_to_the_end_is_told(cluster: Cluster, stands: dict[str, Any], told: str) -> None:
    for name, value in stands.items():
        setattr(cluster, name, value)
    with pytest.raises(NotReached, match=told):
        prove(deadline_seconds=0)


def test_an_address_that_answers_at_first_is_tried_again(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [{SALES}, set()]
    monkeypatch.setattr(proof, "answering", lambda *_: answers.pop(0))
    result = prove()
    assert (answers, result["evidence"]["answering"]) == ([], [])
    assert cluster.read == ["interfaces", "inventory", "clock"] * 2
