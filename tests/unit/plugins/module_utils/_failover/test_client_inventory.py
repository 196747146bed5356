# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.client_inventory import (
    DEFAULT_READING,
    Inventory,
    Reading,
    SessionIndex,
    join,
    read_inventory,
    reading_from,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.disconnect import sort_clients
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.session_check import (
    client_addresses,
    describe,
    summarise,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.addresses import AddressRange
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import (
    BadOption,
    NodesMissing,
    PapiError,
    ShellError,
    UnexpectedAnswer,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.netstat import Socket
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pace import Pace
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pools import Pool
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.shell import CommandResult
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb import NodeSessions, OpenFile, Session

SALES = "198.51.100.11"
FINANCE = "198.51.100.13"
POOL = Pool("g.s.sales", "g", "s", "sales", "sales", (AddressRange("198.51.100.11", "198.51.100.12"),), ("1:ext-1",))


def socket(client: str, local: str = SALES, state: str = "ESTABLISHED", lnn: int = 1, port: int = 5000) -> Socket:
    return Socket(lnn, local, 445, client, port, state)


def session(client: str, user: str, lnn: int = 1, number: int = 1) -> Session:
    return Session(lnn, number, client, user, 0, 0, client)


def file(
    user: str, path: str = "/ifs/data/sales/a", lnn: int = 1, permissions: tuple[str, ...] = ("read", "write")
) -> OpenFile:
    return OpenFile(lnn, 7, path, user, 0, permissions)


def inventory(
    sockets: list[Socket], sessions: list[Session] | None = None, files: list[OpenFile] | None = None
) -> Inventory:
    return Inventory(tuple(sockets), tuple(sessions or ()), tuple(files or ()), (1, 2), ())


def entries_of(found: Inventory, addresses: set[str]) -> list[dict[str, Any]]:
    return join(found, SessionIndex(found), addresses)


def test_a_client_is_joined_with_its_user_and_files() -> None:
    (entry,) = entries_of(inventory([socket("192.0.2.1")], [session("192.0.2.1", "alice")], [file("alice")]), {SALES})
    assert (entry["node"], entry["client"], entry["users"]) == (1, "192.0.2.1", ["alice"])
    assert entry["open_for_write"] == ["/ifs/data/sales/a"]
    assert entry["open_files"][0]["clients_possible"] == ["192.0.2.1"]
    assert (entry["established"], entry["drained"]) == (1, False)


def test_a_file_that_two_clients_of_one_user_may_have_opened_names_both() -> None:
    sessions = [session("192.0.2.1", "alice"), session("192.0.2.2", "alice", number=2)]
    entries = entries_of(inventory([socket("192.0.2.1"), socket("192.0.2.2")], sessions, [file("alice")]), {SALES})
    assert [entry["open_files"][0]["clients_possible"] for entry in entries] == [["192.0.2.1", "192.0.2.2"]] * 2


def test_the_same_user_on_another_node_has_nothing_to_do_with_it() -> None:
    sessions = [session("192.0.2.1", "alice", lnn=1), session("192.0.2.2", "alice", lnn=2)]
    (entry,) = entries_of(inventory([socket("192.0.2.1")], sessions, [file("alice", lnn=2)]), {SALES})
    assert entry["open_files"] == []


def test_a_client_without_a_session_counts_too() -> None:
    (entry,) = entries_of(inventory([socket("192.0.2.1")]), {SALES})
    assert (entry["users"], entry["drained"]) == ([], False)


@pytest.mark.parametrize(
    ("state", "drained"),
    [
        ("ESTABLISHED", False),
        ("CLOSE_WAIT", False),
        ("FIN_WAIT_1", False),
        ("FIN_WAIT_2", False),
        ("LAST_ACK", False),
        ("TIME_WAIT", True),
        ("CLOSED", True),
    ],
)
def test_drained_means_that_nobody_can_believe_to_be_served(state: str, drained: bool) -> None:
    found = summarise(inventory([socket("192.0.2.1", state=state)]), [POOL], set(), True)
    assert found["drained"] is drained
    assert found["pools"][0]["drained"] is drained
    assert found["clients"] == ([] if drained else ["192.0.2.1"])


def test_files_without_any_session_are_named_apart() -> None:
    found = summarise(inventory([], [], [file("bob")]), [POOL], set(), True)
    assert found["open_without_session"] == [{"node": 1, "path": "/ifs/data/sales/a", "user": "bob"}]


def test_clients_that_are_waited_for_and_are_not_there_are_named() -> None:
    found = inventory([socket("192.0.2.1"), socket("192.0.2.2", state="TIME_WAIT")])
    wanted = client_addresses(["192.0.2.1", "::ffff:192.0.2.2"])
    assert summarise(found, [POOL], wanted, False)["missing"] == ["192.0.2.2"]
    assert "192.0.2.2" in describe("newyork", "clients", found, wanted, Pace())


def test_a_client_that_is_no_address_is_refused() -> None:
    with pytest.raises(BadOption, match="pc-17"):
        client_addresses(["pc-17"])


def test_the_command_has_no_option_before_netstat() -> None:
    assert DEFAULT_READING.command == "sudo -n /usr/bin/isi_for_array netstat -anW -p tcp"


def test_a_path_cannot_become_a_second_command() -> None:
    params = {
        "sudo": False,
        "isi_for_array_path": "/bin/x; id",
        "command_timeout_seconds": 1,
        "allow_missing_nodes": False,
    }
    assert reading_from(params).command.startswith("'/bin/x; id' netstat")


class Node:
    """Stands for the shell and the platform API of a cluster with two nodes that are up and one that is down."""

    def __init__(self, stdout: str, exit_code: int = 0, stderr: str = "") -> None:
        self.connection = Connection("boston")
        self.result = CommandResult("netstat", exit_code, stdout, stderr, 0.1)

    def run(self, command: str, timeout_seconds: float = 1) -> CommandResult:
        return self.result

    def get(self, path: str, **query: object) -> dict[str, object]:
        return {
            "name": "boston",
            "devices": [{"lnn": 1, "is_up": True}, {"lnn": 2, "is_up": True}, {"lnn": 3, "is_up": False}],
        }

    def pages(self, path: str, **query: object) -> list[dict[str, object]]:
        return []

    def for_node(self, host: str) -> Node:
        return Unwelcoming("") if host == "192.0.2.12" else self

    def open(self) -> None:
        pass


class Unwelcoming(Node):
    """A node whose platform API lets nobody in."""

    def open(self) -> None:
        raise PapiError(503, "", "restarting", "POST", "/session/1/session", "192.0.2.12")

    def list(self, *_arguments: object) -> list[dict[str, object]]:
        raise AssertionError("asked without a log-in")


def read(node: Node, reading: Reading, hosts: Mapping[int, str] | None = None) -> Inventory:
    found: Any = node
    return read_inventory(found, found, {SALES}, NodeSessions(found, hosts or {}), reading)


HEADER = "Proto Recv-Q Send-Q " + "Local Address".ljust(46) + "Foreign Address".ljust(46) + "(state)"


def test_a_node_that_is_up_and_silent_fails_the_check() -> None:
    node = Node(f"boston-1: {HEADER}\n")
    with pytest.raises(NodesMissing, match="node 2 of boston did not answer"):
        read(node, DEFAULT_READING)


def test_a_node_that_is_down_has_no_clients() -> None:
    node = Node(f"boston-1: {HEADER}\nboston-2: {HEADER}\n")
    assert read(node, DEFAULT_READING).nodes == (1, 2)


def test_a_missing_node_can_be_allowed_and_is_named() -> None:
    node = Node(f"boston-1: {HEADER}\n", exit_code=1)
    reading = reading_from(
        {"sudo": True, "isi_for_array_path": "/x", "command_timeout_seconds": 1, "allow_missing_nodes": True}
    )
    assert read(node, reading).missing_nodes == (2,)


def test_the_exit_code_of_a_node_that_is_known_to_be_down_is_no_surprise() -> None:
    node = Node(f"boston-1: {HEADER}\nboston-2: {HEADER}\n", exit_code=1, stderr="boston-3: node is down")
    assert read(node, DEFAULT_READING).missing_nodes == ()


def test_a_command_that_failed_somewhere_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_up = {"name": "boston", "devices": [{"lnn": 1}, {"lnn": 2}]}
    monkeypatch.setattr(Node, "get", lambda self, path: everybody_up)
    node = Node(f"boston-1: {HEADER}\nboston-2: {HEADER}\n", exit_code=1, stderr="boston-2: broken")
    with pytest.raises(UnexpectedAnswer, match="broken"):
        read(node, DEFAULT_READING)


def test_a_missing_sudo_rule_is_told() -> None:
    node = Node("", exit_code=1, stderr="sudo: a password is required")
    with pytest.raises(ShellError, match="prerequisites"):
        read(node, DEFAULT_READING)


def test_a_node_that_lets_nobody_in_is_named_unless_netstat_names_it() -> None:
    node = Node(f"boston-1: {HEADER}\nboston-2: {HEADER}\n")
    with pytest.raises(NodesMissing, match="Logging in to node 2"):
        read(node, DEFAULT_READING, {2: "192.0.2.12"})
    # What netstat says of the same node tells more.
    silent = Node(f"boston-1: {HEADER}\n")
    with pytest.raises(NodesMissing, match="node 2 of boston did not answer"):
        read(silent, DEFAULT_READING, {2: "192.0.2.12"})


def test_sessions_of_other_pools_are_spared() -> None:
    found = sort_clients(
        [socket("192.0.2.1"), socket("192.0.2.2", FINANCE), socket("192.0.2.3"), socket("192.0.2.3", FINANCE)], {SALES}
    )
    assert not found.spares(session("192.0.2.1", "a"))
    assert found.spares(session("192.0.2.2", "a"))
    assert not found.spares(session("192.0.2.3", "a"))


def test_a_client_that_logged_in_after_the_look_is_not_spared() -> None:
    assert not sort_clients([], {SALES}).spares(session("192.0.2.9", "a"))


def test_a_client_without_an_address_is_spared_only_where_others_are_on_its_node() -> None:
    found = sort_clients([socket("192.0.2.2", FINANCE, lnn=2)], {SALES})
    assert not found.spares(session("PC-17", "a", lnn=1))
    assert found.spares(session("PC-17", "a", lnn=2))
