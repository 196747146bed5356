# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import random

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.netstat import (
    Socket,
    node_lines,
    parse,
    to_pool,
)

WIDE = "Proto Recv-Q Send-Q " + "Local Address".ljust(45) + " " + "Foreign Address".ljust(45) + " (state)"
NARROW = "Proto Recv-Q Send-Q " + "Local Address".ljust(22) + " " + "Foreign Address".ljust(22) + " (state)"


def row(local: str, peer: str, state: str, proto: str = "tcp4") -> str:
    return f"{proto:5} {0:6} {0:6} {local:45} {peer:45} {state}"


def output(lines_by_node: dict[str, list[str]]) -> str:
    return "".join(f"{node}: {line}\n" for node, lines in lines_by_node.items() for line in lines)


HEAD = ["Active Internet connections (including servers)", WIDE]
LISTEN = row("*.445", "*.*", "LISTEN")


def test_reads_connections_and_leaves_listeners_out() -> None:
    found = parse(
        output({"boston-1": [*HEAD, LISTEN, row("198.51.100.11.445", "198.51.100.101.51234", "ESTABLISHED")]})
    )
    assert found.sockets == (Socket(1, "198.51.100.11", 445, "198.51.100.101", 51234, "ESTABLISHED"),)
    assert found.nodes == {1}
    assert not found.problems


@pytest.mark.parametrize("name", ["boston", "new-york-dc-2", "a-1-b", "9"])
def test_a_hyphen_or_a_number_in_the_name_of_the_cluster_is_no_node_number(name: str) -> None:
    found = parse(output({f"{name}-12": [*HEAD, LISTEN], f"{name}-3": [*HEAD, LISTEN]}))
    assert found.nodes == {3, 12}


def test_ipv6_addresses_are_read_whole_and_in_one_form() -> None:
    line = row("2001:db8:0:100::11.445", "2001:DB8:0:100:0:0:0:101.51234", "ESTABLISHED", "tcp6")
    (found,) = parse(output({"boston-1": [*HEAD, line]})).sockets
    assert (found.local, found.peer) == ("2001:db8:0:100::11", "2001:db8:0:100::101")


def test_a_scope_is_no_part_of_an_address() -> None:
    (found,) = parse(
        output({"b-1": [*HEAD, row("fe80::1%em0.445", "fe80::2%em0.50000", "ESTABLISHED", "tcp6")]})
    ).sockets
    assert (found.local, found.peer) == ("fe80::1", "fe80::2")


def test_an_ipv4_client_on_a_dual_stack_socket_is_that_ipv4_client() -> None:
    line = row("::ffff:198.51.100.11.445", "::ffff:198.51.100.20.51234", "ESTABLISHED", "tcp46")
    (found,) = parse(output({"boston-1": [*HEAD, line]})).sockets
    assert (found.local, found.peer) == ("198.51.100.11", "198.51.100.20")


def test_an_address_that_was_cut_is_reported() -> None:
    line = row("2001:db8:1234:56.445", "198.51.100.20.51234", "ESTABLISHED", "tcp6")
    found = parse(output({"boston-2": [*HEAD, line]}))
    assert not found.sockets
    assert "cut?" in found.problems[0]
    assert "node 2" in found.problems[0]


def test_narrow_columns_are_reported_where_a_cut_address_would_still_look_like_one() -> None:
    six = row("2001:db8:0:1::51.445", "2001:db8::9.51234", "ESTABLISHED", "tcp6")
    found = parse(output({"boston-1": [HEAD[0], NARROW, six]}))
    assert "without -W" in found.problems[0]
    assert not parse(output({"b-1": [HEAD[0], NARROW, row("192.0.2.1.445", "192.0.2.9.1", "ESTABLISHED")]})).problems


def test_lines_of_nodes_come_in_any_order() -> None:
    lines = [
        f"boston-{lnn}: {line}"
        for lnn in (1, 2, 3)
        for line in [*HEAD, *(row(f"198.51.100.{lnn}.445", f"192.0.2.{i}.5000", "ESTABLISHED") for i in range(1, 30))]
    ]
    sorted_output = parse("\n".join(lines))
    random.Random(1).shuffle(lines)
    assert parse("\n".join(lines)) == sorted_output
    assert len(sorted_output.sockets) == 87


def test_a_node_that_is_silent_is_not_among_those_that_answered() -> None:
    assert parse(output({"boston-1": [*HEAD, LISTEN], "boston-3": [*HEAD, LISTEN]})).nodes == {1, 3}


def test_a_node_with_another_message_only_did_not_answer() -> None:
    found = parse(output({"boston-1": [*HEAD], "boston-2": ["sh: netstat: not found"]}))
    assert found.nodes == {1}


def test_a_line_of_no_node_is_reported() -> None:
    found = parse("command on node boston-2 exited with status 1\n" + output({"boston-1": HEAD}))
    assert len(found.problems) == 1
    assert "exited" in found.problems[0]


@pytest.mark.parametrize(
    "line", ["tcp4 garbage", "tcp4 0 0 198.51.100.11.445", "tcp4 0 0 nonsense.445 198.51.100.9.1 ESTABLISHED"]
)
def test_a_row_that_cannot_be_read_is_reported(line: str) -> None:
    assert parse(output({"boston-1": [*HEAD, line]})).problems


def test_empty_output_is_nobody() -> None:
    assert parse("").nodes == frozenset()


def test_only_the_pools_addresses_and_the_smb_port_count() -> None:
    rows = [
        row("198.51.100.11.445", "192.0.2.1.5000", "ESTABLISHED"),
        row("198.51.100.11.8080", "192.0.2.1.5001", "ESTABLISHED"),
        row("198.51.100.13.445", "192.0.2.1.5002", "ESTABLISHED"),
    ]
    found = to_pool(parse(output({"boston-1": [*HEAD, *rows]})).sockets, {"198.51.100.11"})
    assert [s.peer_port for s in found] == [5000]


def test_what_nobody_asked_for_is_read_and_not_kept() -> None:
    rows = [
        row("198.51.100.11.445", "192.0.2.1.5000", "ESTABLISHED"),
        row("198.51.100.13.445", "192.0.2.2.5001", "ESTABLISHED"),
        row("::ffff:198.51.100.11.445", "192.0.2.3.5002", "ESTABLISHED", "tcp46"),
        "tcp4       0      0  198.51.100.13.445    192.0.2.4.5003  ESTABLISHED \t",
    ]
    text = output({"boston-1": [*HEAD, *rows], "boston-2": [*HEAD, rows[1]]})
    found = parse(text, {"198.51.100.11"})
    assert [one.peer for one in found.sockets] == ["192.0.2.1", "192.0.2.3"]
    assert found.sockets == tuple(one for one in parse(text).sockets if one.local == "198.51.100.11")
    assert (found.nodes, found.problems) == ({1, 2}, ())


@pytest.mark.parametrize("end", [" ESTABLISHED", "\t ESTABLISHED"])
def test_what_cannot_be_read_is_reported_of_what_nobody_asked_for_too(end: str) -> None:
    cut = f"tcp6       0      0  2001:db8::13.445  2001:db8:0:1:.5001 {end}"
    found = parse(output({"boston-1": [*HEAD, cut]}), {"198.51.100.11"})
    assert "cut?" in found.problems[0]
    six = row("2001:db8:0:1::51.445", "2001:db8::9.51234", "ESTABLISHED", "tcp6")
    found = parse(output({"boston-1": [HEAD[0], NARROW, six]}), {"2001:db8:0:1::51:8"})
    assert "without -W" in found.problems[0]


def test_lines_are_given_back_by_node_without_the_prefix() -> None:
    assert node_lines("b-1: one\nb-2: two\nb-1:\nb-1:   three") == {1: ["one", "", "  three"], 2: ["two"]}


def test_rows_that_differ_in_layout_only_are_the_same_connection() -> None:
    plain = parse("b-1: tcp4 0 0 192.0.2.1.445 198.51.100.9.5000 ESTABLISHED\n").sockets
    assert plain == (Socket(1, "192.0.2.1", 445, "198.51.100.9", 5000, "ESTABLISHED"),)
    for line in (
        "b-1:tcp4 0 0 192.0.2.1.445 198.51.100.9.5000 ESTABLISHED",
        "b-1:   tcp4\t0\t0  192.0.2.1.445\t198.51.100.9.5000 ESTABLISHED  \r",
    ):
        assert parse(line + "\n").sockets == plain


def test_a_line_ends_where_any_line_ends() -> None:
    both = "b-1: tcp4 0 0 192.0.2.1.445 198.51.100.9.5000 ESTABLISHED\x0bb-2: tcp4 0 0 192.0.2.2.445 198.51.100.9.5001 ESTABLISHED"
    assert [one.lnn for one in parse(both).sockets] == [1, 2]
    assert [one.lnn for one in parse(both.replace("\x0b", "\r\n")).sockets] == [1, 2]


def test_a_node_that_says_something_else_in_seven_words_did_not_answer() -> None:
    assert parse("b-2: a b c d e f\n").nodes == frozenset()


def test_what_stands_before_the_name_of_a_node_makes_it_none() -> None:
    found = parse("  b-2: tcp4 0 0 192.0.2.1.445 198.51.100.9.5000 ESTABLISHED\n")
    assert (found.nodes, found.sockets, len(found.problems)) == (frozenset(), (), 1)


def test_a_row_with_a_word_more_is_reported() -> None:
    assert parse("b-1: tcp4 0 0 192.0.2.1.445 198.51.100.9.5000 ESTABLISHED more\n").problems


@pytest.mark.parametrize("end", ["192.0.2.1.", "2001:db8::1."])
def test_a_number_of_thousands_of_digits_is_reported(end: str) -> None:
    many = "9" * 5000
    assert parse(f"b-1: tcp4 0 0 {end}{many} 198.51.100.9.5000 ESTABLISHED\n").problems
    assert parse(f"b-1: tcp4 0 0 192.0.2.9.445 {end}{many} ESTABLISHED\n").problems
    assert parse(f"b-{many}: tcp4 0 0 192.0.2.9.445 198.51.100.9.5000 ESTABLISHED\n").problems


@pytest.mark.parametrize("unit", ["tcp4 ", "1.", "-1", "b-1: ", "9", " ", "A ", "\x0b"])
def test_a_very_long_line_is_shown_in_part(unit: str) -> None:
    found = parse(f"b-1: tcp4 0 0 {unit * 50_000}\nb-1: tcp4 0 0 192.0.2.1.445 198.51.100.9.5000 ESTABLISHED\n")
    assert len(found.sockets) == 1
    assert all(len(problem) < 800 for problem in found.problems)


def test_connections_that_fill_more_than_one_piece_are_all_read() -> None:
    rows = [row("192.0.2.1.445", f"198.51.{i // 250}.{i % 250}.5000", "ESTABLISHED") for i in range(6000)]
    found = parse(output({"b-1": [*HEAD, LISTEN, *rows]}))
    assert (len(found.sockets), found.problems) == (6000, ())


def test_connections_are_ordered_as_numbers_with_ipv4_first() -> None:
    peers = ["2001:db8::1", "198.51.100.100", "198.51.100.20", "255.255.255.255"]
    rows = [row("192.0.2.1.445", f"{peer}.5000", "ESTABLISHED") for peer in peers]
    assert [one.peer for one in parse(output({"b-1": rows})).sockets] == [
        "198.51.100.20",
        "198.51.100.100",
        "255.255.255.255",
        "2001:db8::1",
    ]
