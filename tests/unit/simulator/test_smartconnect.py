# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SmartConnect on the service address: who is answered, in which order, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dns.flags
import dns.rcode
import dns.rdatatype

POOL = "/platform/16/network/groupnets/groupnet0/subnets/subnet1/pools/sales"


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
