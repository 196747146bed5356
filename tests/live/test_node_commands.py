# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OneFS's command line on a node, over real SSH: real accounts, real sockets, real SMB clients, a node that dies."""

from __future__ import annotations

import csv
import io
import json
import os
import pathlib
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from running_pair import RunningPair
from shell import Shell

SALES = "groupnet0.subnet1.sales"
ROW = re.compile(
    r"^(?P<proto>tcp4|tcp6|tcp46) +\d+ +\d+ (?P<local>\S+)\.(?P<port>\d+|\*) +"
    r"(?P<peer>\S+)\.(?P<peer_port>\d+|\*) +(?P<state>[A-Z_0-9]+)$"
)
PATIENCE_SECONDS = 15.0


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("shell") as running:
        yield running


@pytest.fixture(scope="module")
def shells(pair: RunningPair) -> Iterator[Callable[..., Shell]]:
    """Log in, once for each account of each node."""
    opened: dict[tuple[str, str, str], Shell] = {}

    def log_in(cluster: str = "boston", account: str = "root_ssh", host: str = "") -> Shell:
        key = (cluster, account, host)
        if key not in opened:
            opened[key] = Shell(pair, pair.status["clusters"][cluster][account], host)
        return opened[key]

    yield log_in
    for shell in opened.values():
        shell.close()


def wait_for(state: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (value := state()):
        assert time.monotonic() < deadline, "the state was not reached in time"
        time.sleep(0.05)
    return value


@contextmanager
def smb_client(pair: RunningPair, host: str, share: str) -> Iterator[None]:
    """Keep an SMB session open from a host of the pair."""
    smb = pair.status["smb"]
    process = subprocess.Popen(
        pair.enter(host, ["smbclient", share, "-U", f"{smb['user']}%{smb['password']}"]),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=PATIENCE_SECONDS)


def test_the_account_of_the_shell_is_the_account_of_the_api(shells: Callable[..., Shell]) -> None:
    service = shells(account="ssh")
    assert service.run("isi", "network", "pools", "view", SALES).code == 0
    assert service.run("isi", "version").out == shells().run("isi", "version").out
    assert service.run("isi", "sync", "policies", "list").code == 0
    stranger = shells().line("su svc-failover -c 'isi zone zones list'; su nobody -s /bin/sh -c 'isi zone zones list'")
    assert (stranger.code, "ISI_PRIV_AUTH_ZONES" in stranger.err) == (1, True)
    assert "sales" in stranger.out


def test_a_member_moved_by_the_command_line_moves_the_address(shells: Callable[..., Shell], pair: RunningPair) -> None:
    shell = shells(account="ssh")
    addresses = {"198.51.100.11", "198.51.100.12"}

    def held() -> set[str]:
        interfaces = json.loads(shell.run("isi", "network", "interfaces", "list", "--format", "json").out)
        return {address for one in interfaces for address in one["ip_addrs"]} & addresses

    assert wait_for(held) == addresses
    assert shell.run("isi", "network", "pools", "modify", SALES, "--clear-ifaces").code == 0
    wait_for(lambda: not held())
    root = shells()
    wait_for(lambda: not addresses & set(root.line("isi_for_array ip -o addr | grep -ow '198[.0-9]*'").out.split()))
    assert shell.run("isi", "network", "pools", "modify", SALES, "--ifaces", "1-2:ext-1").code == 0
    wait_for(lambda: held() == addresses)


def test_netstat_shows_the_node_s_real_sockets(shells: Callable[..., Shell], pair: RunningPair) -> None:
    root, client = shells(), pair.status["clients"]["client1"]["addresses"]["ext-1"]
    with smb_client(pair, "client1", f"//{pair.status['smb']['fqdn']}/sales"):

        def connections() -> list[re.Match[str]]:
            lines = root.run("isi_for_array", "netstat", "-anW", "-p", "tcp").out.splitlines()
            bodies = [line.partition(": ")[2] for line in lines]
            rows = [ROW.match(body) for body in bodies if body.startswith("tcp")]
            assert all(rows), bodies
            return [row for row in rows if row]

        to_share = wait_for(lambda: [one for one in connections() if one["peer"] == client and one["port"] == "445"])
        assert {one["state"] for one in to_share} == {"ESTABLISHED"}
        assert {one["proto"] for one in to_share} == {"tcp4"}
    wait_for(lambda: all(one["peer"] != client or one["state"] == "TIME_WAIT" for one in connections()))


def test_a_listener_of_both_families_is_tcp46(shells: Callable[..., Shell], pair: RunningPair) -> None:
    program = "import socket; socket.create_server(('', 4460), family=socket.AF_INET6, dualstack_ipv6=True).accept()"
    listener = subprocess.Popen(pair.enter("boston-1", ["/usr/bin/python3", "-c", program]))
    try:
        row = wait_for(lambda: re.search(r"^.* \*\.4460 .*$", shells().run("netstat", "-an").out, re.MULTILINE))
        assert row[0] == f"tcp46      0      0 {'*.4460':<22} {'*.*':<22} LISTEN"
        assert "4460" not in shells().run("netstat", "-n").out
    finally:
        listener.kill()
        listener.wait()


def test_sessions_are_listed_and_closed_on_their_node(shells: Callable[..., Shell], pair: RunningPair) -> None:
    """A session of the System zone: real clusters have no others in these lists."""
    nodes = {lnn: shells(host=f"192.0.2.1{lnn}") for lnn in (1, 2)}
    client = pair.status["controller"]["addresses"]["mgmt-1"]

    def sessions(lnn: int) -> list[str]:
        listed = nodes[lnn].line("isi smb sessions list -az --format csv").out
        return [row[0] for row in csv.reader(io.StringIO(listed))]

    with smb_client(pair, "controller", "//192.0.2.12/IPC$"):
        wait_for(lambda: client in sessions(2))
        assert client not in sessions(1)
        assert nodes[1].run("isi", "smb", "sessions", "delete", client, "--force").code == 1
        counted = shells().line("isi_for_array -s 'isi smb sessions list -a -z | wc -l'").out.splitlines()
        assert [line.split() for line in counted] == [["boston-1:", "0"], ["boston-2:", "1"]]
        assert nodes[2].run("isi", "smb", "sessions", "delete", client, "--force").code == 0
        wait_for(lambda: client not in sessions(2))


def test_both_places_of_isi_for_array(shells: Callable[..., Shell]) -> None:
    for path in ("/usr/bin/isi_for_array", "/usr/sbin/isi_for_array"):
        assert shells().run(path, "-s", "hostname").out == "boston-1: boston-1\nboston-2: boston-2\n"


def test_what_ran_on_all_nodes_is_work_of_the_cluster(shells: Callable[..., Shell], pair: RunningPair) -> None:
    moment = time.monotonic()
    shells().run("/usr/bin/isi_for_array", "sleep", "0.2")
    (work,) = [
        one for one in json.loads(pair.sim("work", "boston", "--since", str(moment))) if one["kind"] == "command"
    ]
    assert work["what"] == "isi_for_array sleep 0.2"
    assert moment <= work["began"] <= work["ended"] - 0.2


def test_a_dead_node_is_named_and_can_be_left_out(shells: Callable[..., Shell], pair: RunningPair) -> None:
    root = shells("newyork")
    pair.sim("node", "newyork-2", "off")
    try:
        done = root.run("isi_for_array", "-s", "hostname")
        assert (done.code, done.out, done.err) == (1, "newyork-1: newyork-1\n", "newyork-2: node is down\n")
        done = root.run("isi_for_array", "-sX", "hostname")
        assert (done.code, done.out, done.err) == (0, "newyork-1: newyork-1\n", "")
        assert re.search(r"^2 .* D *$", root.run("isi", "status").out, re.MULTILINE)
    finally:
        pair.sim("node", "newyork-2", "on")
    wait_for(lambda: root.run("isi_for_array", "-s", "hostname").code == 0)
    # The local socket is the node's own: it serves again.
    second = Shell(pair, pair.status["clusters"]["newyork"]["root_ssh"], host="192.0.2.22")
    assert second.run("isi", "version").code == 0
    second.close()


def test_a_failover_by_the_commands_of_dells_paper(shells: Callable[..., Shell], pair: RunningPair) -> None:
    """Stop writes, sync, disable, allow writes on the other side, and revert: appendix A of the SyncIQ paper."""
    source, target = shells("boston"), shells("newyork")
    folder = pathlib.Path(pair.status["clusters"]["boston"]["ifs"]) / "data" / "sales"
    (folder / "order.txt").write_text("one\n", encoding="utf-8")
    os.chmod(folder / "order.txt", 0o644)

    def state() -> str:
        (policy,) = json.loads(target.run("isi", "sync", "target", "view", "sales", "--format", "json").out)
        return str(policy["failover_failback_state"])

    assert source.run("isi", "services", "smb", "disable").code == 0
    assert source.run("isi", "sync", "policies", "modify", "sales", "--schedule", "").code == 0
    assert source.run("isi", "sync", "jobs", "start", "sales").code == 0
    reports = ("isi", "sync", "reports", "list", "--policy-name", "sales", "--reports-per-policy", "9", "-a", "-z")
    wait_for(lambda: source.run(*reports).out.count("finished") == 2)
    assert source.run("isi", "sync", "policies", "modify", "sales", "--enabled", "false").code == 0
    refused = target.line("echo two >> /ifs/data/sales/order.txt")
    assert (refused.code != 0, "Read-only file system" in refused.err) == (True, True)
    assert target.run("isi", "sync", "recovery", "allow-write", "sales").code == 0
    wait_for(lambda: state() == "writes_enabled")
    assert target.line("echo two >> /ifs/data/sales/order.txt && cat /ifs/data/sales/order.txt").out == "one\ntwo\n"
    assert target.run("isi", "sync", "recovery", "allow-write", "sales", "--revert").code == 0
    wait_for(lambda: state() == "writes_disabled")
    assert target.run("cat", "/ifs/data/sales/order.txt").out == "one\n"
    assert source.run("isi", "sync", "policies", "modify", "sales", "--enabled", "true").code == 0
    assert source.run("isi", "services", "smb", "enable").code == 0
