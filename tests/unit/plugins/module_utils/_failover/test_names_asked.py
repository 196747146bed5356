# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Name servers that lie: what they say is told as it is, in few words, and does not keep a run busy."""

from __future__ import annotations

import functools
import pathlib
from typing import Any

import dns.message
import dns.resolver
import dns.rrset
import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness import names, names_asked
from error_catalogue.parts import take_apart

NAME = "sales.example.com."
RESOLVER = "192.0.2.53"


def answering(monkeypatch: pytest.MonkeyPatch, *records: str, authority: str = "") -> list[str]:
    """Let every name server give one answer; return the questions that it is asked."""
    asked: list[str] = []

    def answer(_server: str, name: str, kind: str, recurse: bool) -> dns.message.Message:
        asked.append(name)
        made = dns.message.make_response(dns.message.make_query(name, kind))
        text = "\n".join(records) if name.rstrip(".") == NAME.rstrip(".") and kind == "A" else ""
        made.answer = list(dns.message.from_text(f";ANSWER\n{text}").answer) if text else []
        if name.rstrip(".") == "example.com":
            made.answer = [dns.rrset.from_text("example.com.", 0, "IN", "NS", "ns.example.com.")]
        if name == "ns.example.com." and kind == "A":
            made.answer = [dns.rrset.from_text("ns.example.com.", 0, "IN", "A", "192.0.2.1")]
        if authority and not recurse:
            made.authority = list(dns.message.from_text(f";AUTHORITY\n{authority}").authority)
        return made

    monkeypatch.setattr(names_asked, "_ask", answer)
    return asked


def test_only_addresses_count_as_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, f'{NAME} 5 IN TXT "198.51.100.11"', f"{NAME} 7 IN A 198.51.100.12")
    found = names_asked.ask_resolver(RESOLVER, NAME)
    assert (found.addresses, found.ttl_seconds) == (("198.51.100.12",), 7)


def test_an_answer_without_an_address_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, f'{NAME} 5 IN TXT "198.51.100.11"')
    with pytest.raises(names_asked.NotAnswered, match="knows no address"):
        names_asked.ask_resolver(RESOLVER, NAME)


def test_an_alias_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, f"{NAME} 5 IN CNAME elsewhere.example.net.", "elsewhere.example.net. 5 IN A 198.51.100.12")
    assert names_asked.ask_resolver(RESOLVER, NAME).chain == ("elsewhere.example.net",)


def test_a_referral_to_hundreds_asks_for_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each that can't be resolved would cost two time-outs."""
    hosts = "\n".join(f"{NAME} 0 IN NS ns{number}.example.net." for number in range(300))
    asked = answering(monkeypatch, authority=hosts)
    found = names_asked.find_delegation(RESOLVER, NAME)
    assert len(found.servers) == names_asked.MOST_SERVERS
    assert (
        len([name for name in asked if name.startswith("ns") and "example.net" in name]) <= 2 * names_asked.MOST_SERVERS
    )


def test_of_thousands_of_addresses_some_are_shown() -> None:
    told = names._listed([f"10.0.{high}.{low}" for high in range(16) for low in range(250)])
    assert told.endswith(" and 3992 more")
    assert len(told) < 120
    assert names._listed(["192.0.2.1"]) == "192.0.2.1"


def test_a_machine_that_has_no_resolver_is_told_where_to_name_one(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = tmp_path / "resolv.conf"
    without.write_text("search example.com\n", encoding="utf-8")
    monkeypatch.setattr(dns.resolver, "Resolver", functools.partial(dns.resolver.Resolver, filename=str(without)))
    assert names_asked.resolvers([RESOLVER]) == [RESOLVER]
    with pytest.raises(names_asked.NotAnswered) as caught:
        names_asked.resolvers([])
    parts = take_apart(caught.value.message)
    assert parts.tried == "Looking for the resolvers of this machine" and parts.came_back
    assert "failover_dns_servers" in parts.to_do


def test_a_resolver_that_refuses_a_name_is_told_with_its_word(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # SmartConnect of boston, which answers for the names of its pools alone.
    monkeypatch.setattr(names_asked, "DNS_PORT", pair.dns_port)
    server = pair.sites["boston"].service_addresses[0]
    assert names_asked.ask_resolver(server, "sales.example.com").addresses
    with pytest.raises(names_asked.NotAnswered, match=f"resolver {server} answers REFUSED for elsewhere.example.net"):
        names_asked.ask_resolver(server, "elsewhere.example.net")
