# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of a node, over SSH: what the check for connections rests on. Needs ONEFS_SSH_USER (read-only, root or sudo)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import paramiko
import pytest
from contract_cluster import Caller, Cluster

Run = Callable[[str], tuple[int, str]]
ROW = re.compile(
    r"^tcp\S*\s+\d+\s+\d+\s+(?P<local>\S+)\.(?P<port>\d+|\*)\s+\S+\.(?:\d+|\*)\s+(?P<state>[A-Z0-9_]+)\s*$"
)


@pytest.fixture(scope="module")
def run(cluster: Cluster) -> Iterator[Run]:
    """Run a command on the node; its exit code and its output."""
    if cluster.ssh is None:
        pytest.skip("asks a node's shell only where ONEFS_SSH_USER is set")
    client = paramiko.SSHClient()
    client.load_system_host_keys(cluster.ssh["known_hosts_file"])
    client.connect(
        cluster.ssh["host"], cluster.ssh["port"], cluster.ssh["user"], key_filename=cluster.ssh["key_file"], timeout=30
    )
    prefix = "" if cluster.ssh["user"] == "root" else "sudo -n "

    def execute(command: str) -> tuple[int, str]:
        _stdin, stdout, _stderr = client.exec_command(prefix + command, timeout=60)
        text = stdout.read().decode()
        return stdout.channel.recv_exit_status(), text

    yield execute
    client.close()


@pytest.fixture(scope="module")
def lnns(caller: Caller) -> set[int]:
    """Nodes that are up."""
    return {device["lnn"] for device in caller.get("/platform/1/cluster/config")["devices"] if device["is_up"]}


def test_version(run: Run) -> None:
    code, text = run("isi version")
    assert code == 0
    assert re.match(r"^Isilon OneFS v?\d+\.\d+\.\d+\.\d+", text)


def test_every_line_has_the_name_of_its_node(run: Run, lnns: set[int], caller: Caller) -> None:
    name = caller.get("/platform/1/cluster/config")["name"]
    code, text = run("isi_for_array netstat -anW -p tcp")
    assert code == 0
    found = [re.match(rf"^{re.escape(name)}-(\d+): (.*)$", line) for line in text.splitlines()]
    assert all(found), text[:300]
    assert {int(match.group(1)) for match in found if match} == lnns


def test_sorted_output_is_in_the_order_of_nodes(run: Run) -> None:
    _code, text = run("isi_for_array -s netstat -anW -p tcp")
    numbers = [int(line.partition(":")[0].rpartition("-")[2]) for line in text.splitlines()]
    assert numbers == sorted(numbers)


def test_netstat_writes_addresses_with_a_dot_before_the_port(run: Run) -> None:
    _code, text = run("isi_for_array -s netstat -anW -p tcp")
    bodies = [line.partition(": ")[2] for line in text.splitlines()]
    assert any(body.startswith("Proto Recv-Q Send-Q") for body in bodies)
    rows = [match for match in map(ROW.match, bodies) if match]
    assert len(rows) == sum(1 for body in bodies if body.startswith("tcp"))
    assert any(row["port"] == "445" and row["state"] == "LISTEN" for row in rows)


def test_one_node_can_be_named(run: Run, lnns: set[int]) -> None:
    lowest = min(lnns)
    _code, text = run(f"isi_for_array -n {lowest} hostname")
    assert [int(line.partition(":")[0].rpartition("-")[2]) for line in text.splitlines()] == [lowest]


@pytest.mark.assumption("isi-for-array-exit")
def test_failing_command_is_told_by_the_exit_code(run: Run) -> None:
    code, _text = run("isi_for_array false")
    assert code != 0
