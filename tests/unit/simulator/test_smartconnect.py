# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SmartConnect on the service address: who is answered, in which order, and what is refused."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import dns.flags
import dns.message
import dns.opcode
import dns.query
import dns.rcode
import dns.rdatatype
import pytest
from onefs_sim.node_loads import NodeLoads
from onefs_sim.ports import SmbSession

GROUPNET = "/platform/16/network/groupnets/groupnet0"
SUBNET = GROUPNET + "/subnets/subnet1"
POOL = SUBNET + "/pools/sales"


def wait_applied(cluster: Any) -> None:
    deadline = time.monotonic() + 30
    while not cluster.network.is_settled():
        assert time.monotonic() < deadline, "the change was not applied in time"
        time.sleep(0.01)


def address(message: Any) -> str:
    return str(message.answer[0][0])


def test_one_address_an_answer_in_turn_with_ttl_0(pair: Any) -> None:
    answers = [pair.ask("boston", "sales.example.com") for _ in range(4)]
    assert [address(one) for one in answers] == ["127.77.1.131", "127.77.1.132"] * 2
    assert all(one.answer[0].ttl == 0 and one.flags & dns.flags.AA for one in answers)


def test_alias_sub_domain_capitals_and_tcp(pair: Any) -> None:
    for name in ("files.example.com", "x.files.example.com", "SALES.Example.COM"):
        assert address(pair.ask("boston", name, tcp=True)).startswith("127.77.1.13")


def test_names_not_owned_are_refused(pair: Any) -> None:
    for cluster, name in (("newyork", "sales.example.com"), ("boston", "other.example.com"), ("boston", "example.com")):
        answer = pair.ask(cluster, name)
        assert answer.rcode() == dns.rcode.REFUSED
        assert not answer.answer


def test_other_types(pair: Any) -> None:
    nothing = pair.ask("boston", "sales.example.com", "AAAA")
    assert nothing.rcode() == dns.rcode.NOERROR
    assert not nothing.answer
    assert nothing.authority[0].rdtype == dns.rdatatype.SOA
    assert nothing.authority[0].ttl == 0
    servers = pair.ask("boston", "sales.example.com", "NS")
    assert servers.answer[0].ttl == 900
    assert address(servers) == "sales.example.com."
    assert str(servers.additional[0][0]) == "127.77.1.130"
    assert pair.ask("boston", "sales.example.com", "SOA").answer[0].rdtype == dns.rdatatype.SOA


def test_a_pool_without_usable_node_is_refused(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")

    def rcode() -> int:
        return int(pair.ask("boston", "sales.example.com").rcode())

    caller.write("POST", POOL + "/sc-suspend-nodes", {"lnn": [1]}, 200)
    until(lambda: {address(pair.ask("boston", "sales.example.com")) for _ in range(3)} == {"127.77.1.132"})
    caller.write("PUT", POOL, {"ifaces": [{"lnn": 1, "iface": "ext-1"}]})
    until(lambda: rcode() == dns.rcode.REFUSED)
    caller.write("POST", POOL + "/sc-resume-nodes", {"lnn": [1]}, 200)
    until(lambda: rcode() == dns.rcode.NOERROR)
    caller.write("PUT", "/platform/7/protocols/smb/settings/global", {"service": False})
    assert rcode() == dns.rcode.REFUSED


def test_a_name_moves_from_one_cluster_to_the_other(pair: Any, until: Callable[..., Any]) -> None:
    pair.caller("boston").write("PUT", POOL, {"sc_dns_zone": "", "sc_dns_zone_aliases": [], "ifaces": []})
    fields = {"sc_dns_zone": "sales.example.com", "ifaces": [{"lnn": 2, "iface": "ext-1"}]}
    pair.caller("newyork").write("PUT", POOL, fields)
    until(lambda: pair.ask("boston", "sales.example.com").rcode() == dns.rcode.REFUSED)
    until(lambda: pair.ask("newyork", "sales.example.com").rcode() == dns.rcode.NOERROR)
    assert address(pair.ask("newyork", "sales.example.com")) == "127.77.2.131"


@pytest.mark.parametrize(
    ("how", "rcode", "believed"),
    [
        ("refused", dns.rcode.REFUSED, False),
        ("servfail", dns.rcode.SERVFAIL, False),
        ("nxdomain", dns.rcode.NXDOMAIN, True),
        ("nodata", dns.rcode.NOERROR, True),
    ],
)
def test_what_is_said_of_names_without_address_can_be_chosen(pair: Any, how: str, rcode: int, believed: bool) -> None:
    assert pair.boston.choose({"unowned": how})["unowned"] == how
    pair.newyork.choose({"empty_pool": how})
    pair.caller("newyork").write("PUT", POOL, {"sc_dns_zone": "empty.example.com"})
    wait_applied(pair.newyork)
    for answer in (pair.ask("boston", "other.example.com"), pair.ask("newyork", "empty.example.com")):
        assert answer.rcode() == rcode
        assert not answer.answer
        # What a resolver believes, and asks no other server for, has the authority's record with it, for 0 seconds.
        assert bool(answer.flags & dns.flags.AA) == believed
        assert [(one.rdtype, one.ttl) for one in answer.authority] == ([(dns.rdatatype.SOA, 0)] if believed else [])
    with pytest.raises(ValueError, match="not 'silence'"):
        pair.boston.choose({"unowned": "silence"})


def test_wildcards_can_be_switched_off(pair: Any) -> None:
    assert pair.ask("boston", "a.b.sales.example.com").rcode() == dns.rcode.NOERROR
    pair.caller("boston").write("PUT", GROUPNET, {"allow_wildcard_subdomains": False})
    wait_applied(pair.boston)
    assert pair.ask("boston", "a.b.sales.example.com").rcode() == dns.rcode.REFUSED
    assert pair.ask("boston", "sales.example.com").rcode() == dns.rcode.NOERROR


def test_the_search_list_completes_a_name(pair: Any) -> None:
    assert pair.ask("boston", "sales").rcode() == dns.rcode.REFUSED
    pair.caller("boston").write("PUT", GROUPNET, {"dns_search": ["example.com"]})
    wait_applied(pair.boston)
    assert address(pair.ask("boston", "sales")) == "127.77.1.131"
    pair.caller("boston").write("PUT", GROUPNET, {"server_side_dns_search": False})
    wait_applied(pair.boston)
    assert pair.ask("boston", "sales").rcode() == dns.rcode.REFUSED


def test_ttl_of_addresses_and_of_servers(pair: Any) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", POOL, {"sc_ttl": 33})
    caller.write("PUT", "/platform/16/network/external", {"sc_server_ttl": 44})
    caller.write("PUT", SUBNET, {"sc_service_name": "ssip.example.com"})
    wait_applied(pair.boston)
    assert pair.ask("boston", "sales.example.com").answer[0].ttl == 33
    servers = pair.ask("boston", "sales.example.com", "NS")
    assert (servers.answer[0].ttl, address(servers)) == (44, "ssip.example.com.")
    assert (servers.additional[0].ttl, str(servers.additional[0].name)) == (44, "ssip.example.com.")
    assert address(pair.ask("boston", "ssip.example.com")) == "127.77.1.130"
    authority = pair.ask("boston", "sales.example.com", "SOA")
    assert (authority.answer[0].ttl, authority.answer[0][0].mname.to_text()) == (44, "ssip.example.com.")
    assert authority.answer[0][0].minimum == 33


def test_any_other_type_is_an_empty_answer(pair: Any) -> None:
    for kind in ("TXT", "MX", "SRV", "CNAME", "TYPE65280"):
        answer = pair.ask("boston", "sales.example.com", kind)
        assert (answer.rcode(), len(answer.answer), answer.authority[0].rdtype) == (0, 0, dns.rdatatype.SOA)


def test_edns_and_other_questions(pair: Any) -> None:
    where = pair.sites["boston"].service_addresses[0]

    def ask(query: Any) -> Any:
        return dns.query.udp(query, where, timeout=5, port=pair.dns_port)

    modern = ask(dns.message.make_query("sales.example.com", "A", use_edns=0, payload=1232))
    assert (modern.edns, modern.rcode()) == (0, dns.rcode.NOERROR)
    future = ask(dns.message.make_query("sales.example.com", "A", use_edns=1))
    assert future.rcode() == dns.rcode.BADVERS
    plain = ask(dns.message.make_query("sales.example.com", "A"))
    assert plain.edns == -1
    assert not plain.flags & dns.flags.RA
    assert ask(dns.message.make_query("sales.example.com", "A", "CH")).rcode() == dns.rcode.REFUSED
    update = dns.message.make_query("sales.example.com", "A")
    update.set_opcode(dns.opcode.STATUS)
    assert ask(update).rcode() == dns.rcode.NOTIMP


def test_malformed_messages_are_ignored(pair: Any) -> None:
    where = (pair.sites["boston"].service_addresses[0], pair.dns_port)
    good = dns.message.make_query("sales.example.com", "A")
    answer_itself = dns.message.make_response(good).to_wire()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        for bad in (b"", b"x", b"\xff" * 40, good.to_wire()[:-3], answer_itself):
            udp.sendto(bad, where)
        # The one that is a question is the only one with an answer, and it comes first.
        udp.sendto(good.to_wire(), where)
        assert dns.message.from_wire(udp.recv(4096)).id == good.id
    with socket.create_connection(where, timeout=5) as tcp:
        tcp.sendall(b"\x00\x05nodns")
        assert tcp.recv(10) == b""


def test_an_ipv6_pool_answers_aaaa(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    # The tables of OneFS know no address that begins with a colon.
    service = [{"low": "0::1", "high": "0::1"}]
    subnet = {"name": "six", "addr_family": "ipv6", "prefixlen": 64, "sc_service_addrs": service}
    caller.write("POST", SUBNET.rpartition("/")[0], subnet, 201)
    pool = {
        "name": "six",
        "access_zone": "sales",
        "ifaces": [{"lnn": 1, "iface": "ext-2"}, {"lnn": 2, "iface": "ext-2"}],
        "ranges": [{"low": "2001:db8::10", "high": "2001:db8::12"}],
        "sc_dns_zone": "six.example.com",
        "sc_subnet": "six",
    }
    caller.write("POST", SUBNET.rpartition("/")[0] + "/six/pools", pool, 201)
    until(lambda: "groupnet0.six.six" in pair.boston.network.applied.pools)
    wait_applied(pair.boston)

    def ask(kind: str, tcp: bool = False) -> Any:
        query = dns.message.make_query("six.example.com", kind)
        return (dns.query.tcp if tcp else dns.query.udp)(query, "::1", timeout=5, port=pair.dns_port)

    assert {address(ask("AAAA")) for _ in range(3)} == {"2001:db8::10", "2001:db8::11"}
    assert ask("AAAA", tcp=True).answer[0].rdtype == dns.rdatatype.AAAA
    nothing = ask("A")
    assert (nothing.rcode(), nothing.answer) == (dns.rcode.NOERROR, [])
    servers = ask("NS")
    assert (servers.additional[0].rdtype, str(servers.additional[0][0])) == (dns.rdatatype.AAAA, "::1")
    assert "2001:db8::10" in pair.nodes["boston"][0].held["ext-2"]


def test_each_service_address_has_its_own_turn_and_node(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    caller.write("PUT", SUBNET, {"sc_service_addrs": [{"low": "127.77.1.129", "high": "127.77.1.130"}]})
    network = pair.boston.network
    until(lambda: {one.address: one.lnn for one in network.applied.services} == {"127.77.1.130": 1, "127.77.1.129": 2})
    wait_applied(pair.boston)

    def ask(where: str) -> str:
        query = dns.message.make_query("sales.example.com", "A")
        return address(dns.query.udp(query, where, timeout=5, port=pair.dns_port))

    assert [ask("127.77.1.129"), ask("127.77.1.129"), ask("127.77.1.130")] == [
        "127.77.1.131",
        "127.77.1.132",
        "127.77.1.131",
    ]


def test_a_service_address_leaves_a_dead_node(pair: Any, until: Callable[..., Any]) -> None:
    first, second = pair.nodes["boston"]
    assert "127.77.1.130" in first.held["ext-1"]
    first.powered = False
    until(lambda: "127.77.1.130" in second.held["ext-1"])
    wait_applied(pair.boston)
    assert "127.77.1.130" not in first.held["ext-1"]
    assert {address(pair.ask("boston", "sales.example.com")) for _ in range(3)} == {"127.77.1.132"}
    first.powered = True
    until(lambda: {address(pair.ask("boston", "sales.example.com")) for _ in range(3)} != {"127.77.1.132"})
    # It has no reason to go back.
    assert "127.77.1.130" in second.held["ext-1"]


def test_connections_are_counted_every_ten_seconds(pair: Any) -> None:
    first, second = pair.nodes["boston"]
    network, now = pair.boston.network, [100.0]
    network.loads = NodeLoads(network.nodes, lambda: now[0])
    pair.caller("boston").write("PUT", POOL, {"sc_connect_policy": "conn_count"})
    wait_applied(pair.boston)
    first.sessions = [SmbSession(number, "198.51.100.101", "alice", 1) for number in range(3)]
    assert {address(pair.ask("boston", "sales.example.com")) for _ in range(3)} == {"127.77.1.132"}
    second.sessions = [SmbSession(number, "198.51.100.101", "alice", 1) for number in range(5)]
    now[0] += 9
    assert address(pair.ask("boston", "sales.example.com")) == "127.77.1.132"
    now[0] += 2
    assert {address(pair.ask("boston", "sales.example.com")) for _ in range(3)} == {"127.77.1.131"}


@pytest.mark.parametrize(("policy", "counter"), [("throughput", "bytes"), ("cpu_usage", "seconds")])
def test_the_idler_node_gets_the_client(pair: Any, policy: str, counter: str) -> None:
    first, second = pair.nodes["boston"]
    network, now = pair.boston.network, [100.0]
    network.loads = NodeLoads(network.nodes, lambda: now[0])
    pair.caller("boston").write("PUT", POOL, {"sc_connect_policy": policy})
    wait_applied(pair.boston)
    # What was before the first look is no load: with nothing known, all take turns.
    setattr(second, counter, 1000.0)
    assert {address(pair.ask("boston", "sales.example.com")) for _ in range(2)} == {"127.77.1.131", "127.77.1.132"}
    setattr(first, counter, 50.0)
    now[0] += 11
    assert {address(pair.ask("boston", "sales.example.com")) for _ in range(3)} == {"127.77.1.132"}
