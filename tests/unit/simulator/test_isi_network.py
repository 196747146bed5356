# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi network, zone, version, status and services, as an operator types them on a node."""

from __future__ import annotations

import csv
import io
import json

import pytest
from unit.simulator.node_shell import node_shell

SALES = "groupnet0.subnet1.sales"
FINANCE = "groupnet0.subnet1.finance"


@pytest.fixture
def shell(pair, monkeypatch, capsys):
    with node_shell(pair.boston, monkeypatch, capsys) as made:
        yield made


def pool(pair, name=SALES):
    return pair.boston.network.pools[name]


def test_pools_have_the_columns_that_were_captured(shell):
    lines = shell.succeed("network pools list").lines
    ids = ["groupnet0.subnet0.management", FINANCE, SALES]
    # A column is as wide as its longest cell, and one wider than its title: so on real clusters.
    assert lines[0] == f"{'ID':<28} {'SC Zone':<19} {'IP Ranges':<25} {'Allocation Method ':<18}"
    assert lines[1] == lines[-2] == "-" * len(lines[0])
    assert [line.split()[0] for line in lines[2:-2]] == ids
    assert lines[-1] == "Total: 3"
    assert lines[4].rstrip() == f"{SALES:<28} {'sales.example.com':<19} 127.77.1.131-127.77.1.133 static"


@pytest.mark.parametrize(
    ("options", "count"), [("-a", 5), ("--no-header", 5), ("-z", 5), ("--no-footer", 5), ("-az", 3), ("-az -l 2", 2)]
)
def test_header_footer_and_limit(shell, options, count):
    assert len(shell.succeed(f"network pools list {options}").lines) == count


def test_an_empty_list_without_header_and_footer_is_nothing(shell):
    """Operators count lines: `isi smb sessions list -a -z | wc -l`."""
    assert shell.succeed("smb sessions list -a -z").out == ""


def test_formats(shell):
    documents = json.loads(shell.succeed("network pools list --format json").out)
    assert [one["id"] for one in documents][-1] == SALES
    rows = list(csv.reader(io.StringIO(shell.succeed("network pools list --format=csv").out)))
    assert rows[0] == ["ID", "SC Zone", "IP Ranges", "Allocation Method"]
    assert rows[3] == [SALES, "sales.example.com", "127.77.1.131-127.77.1.133", "static"]
    more = list(csv.reader(io.StringIO(shell.succeed("network pools list --format csv -v -a").out)))
    assert len(more) == 3 and len(more[0]) > 20
    assert shell.succeed("network pools list -v").out == shell.succeed("network pools list --format list").out
    assert shell.succeed("network pools list -v").out.count("Access Zone: ") == 3


def test_filters(shell):
    assert shell.succeed("network pools list -az --access-zone sales").lines[0].split()[0] == SALES
    assert shell.succeed("network pools list -az --alloc-method dynamic").out == ""


@pytest.mark.parametrize("name", ["groupnet0:subnet1:sales", SALES, f"--id={SALES}", "--id groupnet0:subnet1:sales"])
def test_view_takes_both_ways_of_writing_a_pool(shell, name):
    lines = shell.succeed(f"network pools view {name}").lines
    assert lines[:4] == [
        f"{'ID':>19}: {SALES}",
        f"{'Groupnet':>19}: groupnet0",
        f"{'Subnet':>19}: subnet1",
        f"{'Name':>19}: sales",
    ]
    assert f"{'Ifaces':>19}: 1:ext-1, 2:ext-1" in lines
    assert f"{'SC Zone':>19}: sales.example.com" in lines
    assert f"{'SC DNS Zone Aliases':>19}: files.example.com" in lines
    assert f"{'Static Routes':>19}: -" in lines


@pytest.mark.parametrize(
    ("papi", "shown", "hidden"),
    [
        (15, {"SC Auto Unsuspend Delay: 0", "Aggregation Mode: fec", "NFSv3 RRoCE only: No"}, {"Firewall Policy"}),
        (16, {"SC Auto Unsuspend Delay: 0", "Firewall Policy: default_pools_policy"}, {"NFS RRoCE only"}),
        (21, {"Aggregation Mode: loadbalance", "NFS RRoCE only: No"}, {"SC Auto Unsuspend Delay", "NFSv3 RRoCE only"}),
    ],
)
def test_a_release_prints_the_rows_that_it_has(pair, shell, monkeypatch, papi, shown, hidden):
    """The command line of a release speaks the newest version of its API."""
    monkeypatch.setattr(pair.boston._front, "latest", papi)
    lines = {line.strip() for line in shell.succeed(f"network pools view {SALES}").lines}
    assert shown <= lines
    assert not {line for line in lines if line.split(":")[0] in hidden}


@pytest.mark.parametrize("name", ["sales", "a.b.c.d", "groupnet0.subnet1.../sales", "groupnet0.subnet1.sa%2fles", ""])
def test_what_is_no_name_of_a_pool_never_reaches_the_api(shell, name):
    done = shell.isi_words(["network", "pools", "view", name])
    assert done.code == 1
    assert "it is written as groupnet.subnet.pool" in done.err


MODIFICATIONS = [
    ("--ifaces 2:ext-2", "ifaces", [{"iface": "ext-2", "lnn": 2}]),
    ("--ifaces 1-2:ext-2", "ifaces", [{"iface": "ext-2", "lnn": 1}, {"iface": "ext-2", "lnn": 2}]),
    ("--remove-ifaces 2:ext-1", "ifaces", [{"iface": "ext-1", "lnn": 1}]),
    ("--remove-ifaces 1:ext-1,2:ext-1", "ifaces", []),
    ("--remove-ifaces 1:ext-1 --remove-ifaces 2:ext-1", "ifaces", []),
    ("--clear-ifaces", "ifaces", []),
    ("--clear-ifaces --add-ifaces 1:ext-2", "ifaces", [{"iface": "ext-2", "lnn": 1}]),
    ("--remove-ifaces 1:ext-1 --add-ifaces 1:ext-2", "ifaces", [
        {"iface": "ext-1", "lnn": 2},
        {"iface": "ext-2", "lnn": 1},
    ]),
    ("--add-ifaces 1:ext-1", "ifaces", [{"iface": "ext-1", "lnn": 1}, {"iface": "ext-1", "lnn": 2}]),
    ("--ranges 127.77.1.150-127.77.1.151", "ranges", [{"low": "127.77.1.150", "high": "127.77.1.151"}]),
    ("--add-ranges 127.77.1.150", "ranges", [
        {"low": "127.77.1.131", "high": "127.77.1.133"},
        {"low": "127.77.1.150", "high": "127.77.1.150"},
    ]),
    ("--remove-ranges 127.77.1.131-127.77.1.133", "ranges", []),
    ("--sc-dns-zone s.example.com", "sc_dns_zone", "s.example.com"),
    ("--sc-dns-zone-aliases a.example.com,b.example.com", "sc_dns_zone_aliases", ["a.example.com", "b.example.com"]),
    ("--add-sc-dns-zone-aliases b.example.com", "sc_dns_zone_aliases", ["files.example.com", "b.example.com"]),
    ("--remove-sc-dns-zone-aliases files.example.com", "sc_dns_zone_aliases", []),
    ("--clear-sc-dns-zone-aliases", "sc_dns_zone_aliases", []),
    ("--sc-ttl=5", "sc_ttl", 5),
    ("--access-zone System", "access_zone", "System"),
    ("--description moved --force", "description", "moved"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "field", "value"), MODIFICATIONS, ids=[one[0] for one in MODIFICATIONS])
def test_modify(pair, shell, options, field, value):
    before = dict(pool(pair))
    assert shell.succeed(f"network pools modify {SALES} {options}").out == ""
    assert pool(pair)[field] == value
    assert {**pool(pair), field: None} == {**before, field: None}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--remove-ifaces 1:ext-2", "does not have: 1, ext-2"),
        ("--ifaces ext-1", "LNN:NAME"),
        ("--ifaces x-y:ext-1", "Invalid node number 'x-y'"),
        ("--ranges nowhere", "Invalid IP address range 'nowhere'"),
        ("--sc-ttl soon", "invalid int value"),
        ("--colour red", "unrecognized arguments"),
        ("--ifaces 1:ext-9", "ext-9"),
        ("--ranges 127.77.1.141-127.77.1.142", FINANCE),
    ],
)
def test_a_refused_change_changes_nothing(pair, shell, options, words):
    before = dict(pool(pair))
    done = shell.isi(f"network pools modify {SALES} {options}")
    assert (done.code, done.out) == (1, "")
    assert words in done.err
    assert pool(pair) == before


def test_create_and_delete(pair, shell, monkeypatch):
    new = "groupnet0.subnet1.new"
    shell.succeed(
        f"network pools create {new.replace('.', ':')} --access-zone sales --alloc-method static --ifaces 1-2:ext-2 "
        "--ranges 127.77.1.160-127.77.1.161 --sc-dns-zone new.example.com --sc-dns-zone-aliases n.example.com"
    )
    made = pool(pair, new)
    assert (len(made["ifaces"]), made["sc_dns_zone_aliases"]) == (2, ["n.example.com"])
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    done = shell.isi(f"network pools delete {new}")
    assert (done.code, done.err) == (1, "Nothing was changed.\n")
    assert new in pair.boston.network.pools
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert shell.isi(f"network pools delete {new}").code == 0
    assert new not in pair.boston.network.pools


def test_suspend_resume_and_status(pair, shell, until):
    until(lambda: shell.succeed(f"network pools status {SALES}").out.count("usable") == 2)
    shell.succeed(f"network pools sc-suspend-nodes {SALES} 1-2")
    assert pool(pair)["sc_suspended_nodes"] == [1, 2]
    assert "Needing Attention: 2/2 nodes" in shell.succeed(f"network pools status {SALES}").out
    shell.succeed(f"network pools sc-resume-nodes {SALES} 2")
    assert pool(pair)["sc_suspended_nodes"] == [1]
    shell.succeed(f"network pools rebalance-ips {SALES}")


def test_owners_and_addresses_of_an_interface_are_sorted_apart(pair, shell, until):
    def lines():
        return shell.succeed("network interfaces list").lines

    until(lambda: any("127.77.1.141" in line for line in lines()))
    found = lines()
    assert found[0].split() == ["LNN", "Name", "Status", "Owners", "IP", "Addresses"]
    (first,) = [number for number, line in enumerate(found) if line.startswith("1    ext-1   Up")]
    mine = [found[first]]
    for line in found[first + 1 :]:
        if not line.startswith(" "):
            break
        mine.append(line)
    table = [line.split()[-2:] for line in mine]
    assert [row[0] for row in table] == sorted(row[0] for row in table)
    assert [row[1] for row in table] == sorted(row[1] for row in table)
    # Finance has .141, and stands in a line with an address of another pool.
    owners = dict(table)
    assert owners[FINANCE] != "127.77.1.141"


def test_interfaces_of_some_nodes(shell):
    listed = json.loads(shell.succeed("network interfaces list --format json --nodes 2").out)
    assert {one["lnn"] for one in listed} == {2}


def test_dnscache_flush(shell):
    assert shell.succeed("network dnscache flush").out == ""


def test_a_command_may_be_cut_short_while_it_is_clear(shell):
    assert shell.succeed("net pool list").out == shell.succeed("network pools list").out
    done = shell.isi("network pools s")
    assert (done.code, "followed by one of" in done.err) == (1, True)


@pytest.mark.parametrize("line", ["", "nonsense", "network", "network pools", "network pools fly"])
def test_unknown_commands_say_what_there_is(shell, line):
    done = shell.isi(line)
    assert (done.code, done.out) == (1, "")
    assert "is followed by one of: " in done.err


def test_refusals_go_to_stderr_with_the_words_of_the_api(shell):
    done = shell.isi("network pools view groupnet0.subnet1.none")
    assert (done.code, done.out) == (1, "")
    assert "groupnet0.subnet1.none" in done.err


def test_an_account_without_the_privilege_is_refused(pair, shell):
    shell.become("auditor")
    assert shell.isi("network pools list").code == 0
    done = shell.isi(f"network pools modify {SALES} --clear-ifaces")
    assert (done.code, "ISI_PRIV_NETWORK" in done.err) == (1, True)
    assert len(pool(pair)["ifaces"]) == 2


def test_without_the_api_it_says_so(shell):
    done = shell.isi("zone zones list", lnn=9)
    assert done.code == 1
    assert "The platform API does not answer at " in done.err


def test_zones(shell):
    lines = shell.succeed("zone zones list").lines
    assert lines[0] == f"{'Name':<7} {'Path':<17}"
    assert lines[2].split() == ["System", "/ifs"]
    assert "Path: /ifs/data/sales" in shell.succeed("zone zones view sales").out


def test_version(pair, shell):
    release = pair.boston.release
    built = f"Build {release.build}, 2024-12-03 00:00:00, {int(release.revision):#x}"
    assert shell.succeed("version").out == f"Isilon OneFS {release.number} (Release, {built})\n"
    assert json.loads(shell.succeed("version --format=json").out)["release"] == release.name
    assert f"Release: {release.name}" in shell.succeed("version --format=list").out


def test_status_names_the_node_that_is_down(pair, shell):
    assert "Cluster Health:     [  OK ]" in shell.succeed("status").out
    pair.nodes["boston"][1].powered = False
    out = shell.succeed("status").out
    assert "Cluster Health:     [ ATTN]" in out
    assert [line.split()[0::2] for line in out.splitlines()[-2:]] == [["1", "OK"], ["2", "D"]]


def test_smb_service_is_switched(pair, shell):
    assert shell.succeed("services smb").out == "Service 'smb' is enabled.\n"
    assert shell.succeed("services smb disable").out == "The service 'smb' has been disabled.\n"
    assert not pair.boston.zones.smb_runs()
    assert shell.succeed("services").lines == [f"{'smb':<20} Disabled"]
    shell.succeed("services smb enable")
    assert pair.boston.zones.smb_runs()
