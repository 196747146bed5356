# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Light clusters: as big as asked for, the same every time, and of one piece."""

from __future__ import annotations

import argparse
import ipaddress
import pathlib

import pytest
from onefs_sim import cluster_documents
from onefs_sim.allocation import Assignment, addresses_of, assignments_of
from onefs_sim.light.light_site import block, light_site
from onefs_sim.light.recorded_node import RecordedNode
from onefs_sim.light.recorded_state import record_clients
from onefs_sim.light.size import LightSize, add_size, arguments_of, size_of
from onefs_sim.ports import SmbOpenFile
from onefs_sim.rows import Rows

SIZE = LightSize(nodes=6, pools=24, shares=50, connections=600, open_files=300)


def chosen(*words: str) -> LightSize | None:
    parser = argparse.ArgumentParser()
    add_size(parser)
    return size_of(vars(parser.parse_args(words)))


def made(folder: pathlib.Path, linger: bool = True) -> tuple[list[RecordedNode], list[Assignment]]:
    site = light_site(SIZE).clusters[0]
    assignments = [one for pool in cluster_documents.pools(site) for one in assignments_of(pool, 16, {}, ())]
    nodes = [RecordedNode(node, site.name, folder, linger) for node in site.nodes]
    for one in assignments:
        nodes[one.lnn - 1].add_address(one.interface, one.address, one.prefixlen)
    record_clients(nodes, assignments, site, SIZE)
    for node in nodes:
        node.install()
    return nodes, assignments


def test_a_size_is_scaled_and_single_numbers_are_replaced() -> None:
    assert chosen() is None
    assert chosen("--light") == LightSize(252, 2000, 20000, 100000, 50000)
    assert chosen("--light", "--scale", "2", "--light-nodes", "9") == LightSize(9, 4000, 40000, 200000, 100000)
    for wrong in (("--scale", "2"), ("--light", "--scale", "0"), ("--light", "--light-nodes", "0")):
        with pytest.raises(ValueError):
            chosen(*wrong)
    parser = argparse.ArgumentParser()
    add_size(parser)
    words = ["--light", "--scale", "0.5", "--light-open-files", "7", "--light-sockets", "vanish"]
    assert arguments_of(vars(parser.parse_args(words))) == words


def test_a_site_has_what_was_asked_for_and_no_address_twice() -> None:
    for cluster in light_site(SIZE).clusters:
        pools = [pool for pool in cluster.pools if pool.access_zone != "System"]
        assert (len(cluster.nodes), len(pools), len(cluster.shares)) == (6, 24, 50)
        given = [node.management_address for node in cluster.nodes] + list(cluster.service_addresses)
        given += [one for pool in pools for one in addresses_of([{"low": pool.low, "high": pool.high}])]
        assert len(given) == len(set(given))
        assert all(ipaddress.ip_address(one) in block(cluster.name) for one in given)
        names = [(pool.subnet, pool.name) for pool in pools]
        assert len(set(names)) == len({pool.name for pool in pools}) == 24


def test_an_interface_is_in_one_static_pool_of_a_subnet() -> None:
    cluster = light_site(LightSize(5, 30, 0, 0, 0)).clusters[0]
    used = [(pool.subnet, member) for pool in cluster.pools for member in pool.members]
    assert len(used) == len(set(used))


def test_too_many_pools_for_the_nodes_are_refused() -> None:
    with pytest.raises(ValueError, match="2 nodes have room for 126 pools, not 127"):
        light_site(LightSize(nodes=2, pools=127))


def test_sessions_files_and_connections_agree(tmp_path: pathlib.Path) -> None:
    nodes, assignments = made(tmp_path)
    holder = {one.address: one.lnn for one in assignments}
    zones = {one.address: one.zone for one in assignments}
    assert sum(len(node.smb_sessions()) for node in nodes) == 600
    assert sum(len(node.smb_open_files()) for node in nodes) == 300
    for node in nodes:
        sessions = list(node.smb_sessions())
        assert {holder[one.server_address] for one in sessions} == {node.lnn}
        established = [line.split()[3:] for line in node.connections.socket_lines() if line.startswith("ESTAB")]
        assert [(here, there.rpartition(":")[0]) for here, there in established] == [
            (f"{one.server_address}:445", one.computer) for one in sessions
        ]
        assert sum(one.open_files for one in sessions) == len(node.smb_open_files())
        places = {(one.user, zones[one.server_address]) for one in sessions}
        assert {(file.user, file.path.split("/")[3]) for file in node.smb_open_files()} <= places
    ends = [tuple(line.split()[3:]) for node in nodes for line in node.connections.socket_lines() if "ESTAB" in line]
    assert len(set(ends)) == 600


def test_the_state_is_the_same_every_time(tmp_path: pathlib.Path) -> None:
    first, second = (made(tmp_path / name)[0] for name in ("one", "other"))
    for one, other in zip(first, second, strict=True):
        assert list(one.smb_sessions()) == list(other.smb_sessions())
        assert list(one.smb_open_files()) == list(other.smb_open_files())


def test_a_closed_session_takes_its_files_and_its_connection_along(tmp_path: pathlib.Path) -> None:
    node = made(tmp_path)[0][0]
    session = next(one for one in node.smb_sessions() if one.open_files)
    files = len(node.smb_open_files())
    node.close_smb_session(session.session_id)
    assert session.session_id not in {one.session_id for one in node.smb_sessions()}
    assert len(node.smb_open_files()) == files - session.open_files
    written = (tmp_path / node.commands.lstrip("/") / "table").read_text(encoding="ascii")
    assert written.count("ESTABLISHED") == len(node.smb_sessions()) == 99
    with pytest.raises(LookupError):
        node.close_smb_session(session.session_id)


def test_a_closed_file_leaves_the_others(tmp_path: pathlib.Path) -> None:
    node = made(tmp_path)[0][0]
    before: list[SmbOpenFile] = list(node.smb_open_files())
    node.close_smb_open_file(before[3].file_id)
    assert list(node.smb_open_files()) == before[:3] + before[4:]
    with pytest.raises(LookupError):
        node.close_smb_open_file(before[3].file_id)


@pytest.mark.parametrize("linger", [True, False])
def test_connections_of_an_address_that_is_taken_away(tmp_path: pathlib.Path, linger: bool) -> None:
    nodes, _ = made(tmp_path, linger)
    node = nodes[0]
    address = node.smb_sessions()[0].server_address
    interface = next(name for name, held in node.addresses().items() if address in held)
    node.remove_address(interface, address, 16)
    assert address not in node.addresses()[interface]
    left = [one.server_address for one in node.smb_sessions()]
    assert (address in left) == linger
    assert left
    written = (tmp_path / node.commands.lstrip("/") / "connections").read_text(encoding="ascii")
    assert (f"{address}:445" in written) == linger


def test_a_node_without_power_tells_of_no_client(tmp_path: pathlib.Path) -> None:
    node = made(tmp_path)[0][0]
    node.powered = False
    assert (len(node.smb_sessions()), len(node.smb_open_files())) == (0, 0)


def test_rows_are_made_when_they_are_looked_at() -> None:
    asked: list[int] = []

    def make(at: int) -> int:
        asked.append(at)
        return at * at

    rows = Rows(100000, make)
    assert (len(rows), rows[10:13], rows[-1]) == (100000, [100, 121, 144], 99999 * 99999)
    assert asked == [10, 11, 12, 99999]
