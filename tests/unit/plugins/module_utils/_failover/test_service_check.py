# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a name leads is asked of real DNS; whatever a resolver is or says, a run is told and goes on."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Iterable
from typing import Any

import dns.resolver
import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import service_check


def test_a_name_leads_to_the_addresses_of_its_pool(pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_check, "DNS_PORT", pair.dns_port)
    addresses, _trouble = service_check.resolve("sales.example.com", [pair.sites["boston"].service_addresses[0]])
    assert addresses and all(one.startswith("127.77.1.13") for one in addresses)


def test_a_resolver_that_is_given_by_its_name_is_no_resolver() -> None:
    addresses, trouble = service_check.resolve("sales.example.com", ["ns1.example.com"])
    assert addresses == set()
    assert "ns1.example.com" in trouble


def test_a_machine_without_a_resolver(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without = tmp_path / "resolv.conf"
    without.touch()
    monkeypatch.setattr(dns.resolver, "Resolver", functools.partial(dns.resolver.Resolver, filename=str(without)))
    assert service_check.resolve("sales.example.com", [])[0] == set()


def test_an_address_that_answered_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[set[str]] = []

    def answering(addresses: Iterable[str]) -> set[str]:
        # As a node whose queue of connections is full: it answers as many as it has room for.
        tried.append(set(addresses))
        return set(sorted(addresses)[:2])

    monkeypatch.setattr(service_check, "answering", answering)
    monkeypatch.setattr(service_check, "POLL_SECONDS", 0.0)
    wanted = [f"198.51.100.{number}" for number in range(11, 16)]
    params = {"names": [], "addresses": wanted, "dns_servers": [], "deadline_seconds": 20}
    assert service_check.run(params, False, lambda _line: None)["answering"] == wanted
    assert [len(one) for one in tried] == [5, 3, 1]
