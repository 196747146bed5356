# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the commands of a node print, against the layout of FreeBSD's netstat (inet.c) and of isi_for_array."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import pathlib
import sys
from types import ModuleType

import onefs_sim
import pytest

COMMANDS = pathlib.Path(str(onefs_sim.__file__)).with_name("node_commands")
PARTS = sorted((COMMANDS / "isi_cli").glob("*.py"))
LISTED = """\
LISTEN     0      50           0.0.0.0:445                0.0.0.0:*
LISTEN     0      50              [::]:445                   [::]:*
LISTEN     0      128                *:22                       *:*
ESTAB      0      36     198.51.100.11:445         198.51.100.101:51234
CLOSE-WAIT 1      0      198.51.100.11:445         198.51.100.102:49822
TIME-WAIT  0      0      [2001:db8:1234:5678::51]:445 [2001:db8::65]:50000
ESTAB      0      0      [::ffff:192.0.2.11]:22   [::ffff:192.0.2.2]:40000
"""


def load(name: str) -> ModuleType:
    """Import a command, which has no ending, without leaving a compiled file beside it."""
    loader = importlib.machinery.SourceFileLoader(name, str(COMMANDS / name))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    exec(compile((COMMANDS / name).read_text(encoding="utf-8"), name, "exec"), module.__dict__)
    return module


netstat = load("netstat")


def test_layout_is_that_of_freebsd() -> None:
    lines = netstat.table(LISTED, True, False, True, None)
    assert lines[:2] == [
        "Active Internet connections (including servers)",
        "Proto Recv-Q Send-Q Local Address          Foreign Address        (state)",
    ]
    assert "tcp4       0     36 198.51.100.11.445      198.51.100.101.51234   ESTABLISHED" in lines
    assert "tcp4       1      0 198.51.100.11.445      198.51.100.102.49822   CLOSE_WAIT" in lines


def test_listeners_show_wildcards_and_empty_queues() -> None:
    lines = netstat.table(LISTED, True, False, True, None)
    assert "tcp4       0      0 *.445                  *.*                    LISTEN" in lines
    assert "tcp6       0      0 *.445                  *.*                    LISTEN" in lines
    assert "tcp46      0      0 *.22                   *.*                    LISTEN" in lines
    assert not [line for line in netstat.table(LISTED, False, False, True, None) if "LISTEN" in line]


def test_without_wide_an_ipv6_address_is_cut_to_another_one() -> None:
    (cut,) = [line for line in netstat.table(LISTED, True, False, True, None) if "TIME_WAIT" in line]
    assert cut == "tcp6       0      0 2001:db8:1234:56.445   2001:db8::65.50000     TIME_WAIT"


def test_wide_columns_hold_whole_addresses() -> None:
    lines = netstat.table(LISTED, True, True, True, None)
    assert lines[1] == f"Proto Recv-Q Send-Q {'Local Address':<45} {'Foreign Address':<45} (state)"
    (whole,) = [line for line in lines if "TIME_WAIT" in line]
    assert whole.split()[3:5] == ["2001:db8:1234:5678::51.445", "2001:db8::65.50000"]


def test_mapped_addresses_are_ipv4() -> None:
    (mapped,) = [line for line in netstat.table(LISTED, True, True, True, "inet") if "192.0.2.2.40000" in line]
    assert mapped.startswith("tcp4 ")


@pytest.mark.parametrize(("family", "protocols"), [("inet", {"tcp4", "tcp46"}), ("inet6", {"tcp6", "tcp46"})])
def test_family_selects(family: str, protocols: set[str]) -> None:
    assert {line.split()[0] for line in netstat.table(LISTED, True, True, True, family)[2:]} == protocols


def test_ports_have_names_unless_numbers_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netstat.socket, "getservbyport", lambda port, _protocol: {445: "microsoft-ds"}[port])
    assert netstat.shown("198.51.100.11", "445", True, False) == "198.51.100.11.microsoft-ds"
    assert netstat.shown("198.51.100.11", "445", True, True) == "198.51.100.11.445"


def test_every_state_of_the_kernel_has_its_freebsd_name() -> None:
    names = {"ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "UNCONN"}
    names |= {"CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING"}
    assert set(netstat.STATES) == names


@pytest.mark.parametrize(
    ("family", "wide", "column"), [(None, True, 45), ("inet6", True, 45), ("inet", True, 22), (None, False, 22)]
)
def test_wide_columns_are_for_ipv6(family: str | None, wide: bool, column: int) -> None:
    """As in inet.c: with -f inet the columns stay narrow, and no address is cut all the same."""
    header = netstat.table(LISTED, True, wide, True, family)[1]
    assert header.index("Foreign") - header.index("Local") == column + 1


@pytest.mark.parametrize(
    ("address", "wide", "printed"),
    [
        ("198.51.100.101", False, "198.51.100.101.51234"),
        ("2001:db8:0:1::51", False, "2001:db8:0:1::51.51234"),
        ("2001:db8:1234:5678::51", False, "2001:db8:1234:56.51234"),
        ("2001:db8:1234:5678:9abc:def0:1234:5678", True, "2001:db8:1234:5678:9abc:def0:1234:5678.51234"),
        ("fe80::5c44:eaff:fe9b:d841%mgmt-1", False, "fe80::5c44:eaff:.51234"),
        ("fe80::5c44:eaff:fe9b:d841%mgmt-1", True, "fe80::5c44:eaff:fe9b:d841%mgmt-1.51234"),
        ("fe80::1234:5c44:eaff:fe9b:d841%a-long-name", True, "fe80::1234:5c44:eaff:fe9b:d841%a-long-n.51234"),
    ],
)
def test_addresses_are_cut_where_freebsd_cuts_them(address: str, wide: bool, printed: str) -> None:
    assert netstat.shown(address, "51234", wide, True) == printed


@pytest.mark.parametrize(
    ("endpoint", "found"),
    [
        ("127.0.0.53%lo:53", ("127.0.0.53", "53")),
        ("[fe80::1]%ext-1:445", ("fe80::1%ext-1", "445")),
        ("[fe80::1%ext-1]:445", ("fe80::1%ext-1", "445")),
        ("*:22", ("*", "22")),
    ],
)
def test_scopes(endpoint: str, found: tuple[str, str]) -> None:
    assert netstat.split(endpoint) == found


def test_without_a_connection_there_is_not_even_a_header() -> None:
    listeners = "\n".join(line for line in LISTED.splitlines() if line.startswith("LISTEN"))
    assert netstat.table(listeners, False, True, True, None) == []


def test_ten_thousand_connections_are_printed_each() -> None:
    listed = "".join(f"ESTAB 0 0 [2001:db8::{n:x}]:445 [2001:db8:1::{n:x}]:50000\n" for n in range(1, 10_001))
    rows = netstat.table(listed, True, True, True, None)[2:]
    assert len(set(rows)) == 10_000


LINKS = [
    {
        "ifname": "ext-1",
        "mtu": 9000,
        "link_type": "ether",
        "address": "02:00:5e:00:53:01",
        "addr_info": [
            {"local": "198.51.100.11", "prefixlen": 24},
            {"local": "2001:db8:1234:5678::51", "prefixlen": 64},
        ],
        "stats64": {
            "rx": {"packets": 1234567, "errors": 1, "dropped": 2},
            "tx": {"packets": 890, "errors": 3, "collisions": 4},
        },
    }
]


def test_interfaces_have_the_layout_of_freebsd() -> None:
    assert netstat.interface_table(LINKS, False) == [
        "Name    Mtu Network       Address              Ipkts Ierrs Idrop    Opkts Oerrs  Coll",
        "ext-1  9000 <Link#1>      02:00:5e:00:53:01  1234567     1     2      890     3     4",
        "ext-1     - 198.51.100.0/ 198.51.100.11            -     -     -        -     -     -",
        "ext-1     - 2001:db8:1234 2001:db8:1234:567        -     -     -        -     -     -",
    ]


def test_wide_interfaces_are_never_cut() -> None:
    rows = [line.split() for line in netstat.interface_table(LINKS, True)]
    assert rows[2][2:4] == ["198.51.100.0/24", "198.51.100.11"]
    assert rows[3][2:4] == ["2001:db8:1234:5678::/64", "2001:db8:1234:5678::51"]


@pytest.mark.parametrize("name", ["isi", "isi_for_array", "netstat"])
def test_commands_start_fast_and_alone(name: str) -> None:
    """Without site: what is installed beside the standard library, or the caller's environment, cannot change them."""
    assert (COMMANDS / name).read_text(encoding="utf-8").startswith("#!/usr/bin/python3 -IS\n")


@pytest.mark.parametrize("name", ["isi_for_array", "netstat", *(f"isi_cli/{path.name}" for path in PARTS)])
def test_commands_need_only_the_standard_library(name: str) -> None:
    text = (COMMANDS / name).read_text(encoding="utf-8")
    lines = [line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))]
    imported = {word.split(".")[0] for word in lines if not word.startswith(".")}
    assert imported <= sys.stdlib_module_names
