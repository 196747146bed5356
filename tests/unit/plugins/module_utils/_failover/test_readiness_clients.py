# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sessions are counted as they are read; only the first of each kind are told one by one."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import Request
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness import clients
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.check import Unread
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.facts import (
    Client,
    Cluster,
    Facts,
)


def session(number: int, user: str = "alice", kind: str = "Windows", guest: bool = False) -> Client:
    return Client(1, f"192.0.2.{number}", user, kind, guest)


def facts(found: list[Client]) -> Facts:
    source = Cluster("boston", "b", clients=clients.survey(iter(found)))
    return Facts(Request("boston", "newyork"), 0.0, source, Cluster("newyork", "n"), Unread("not asked"))


def test_many_guests_are_counted_and_the_first_are_told() -> None:
    found = clients.clients_modern(facts([session(number, guest=True) for number in range(25)]))
    assert len(found.evidence) >= clients.SHOWN
    rows = [line for line in found.evidence if line.startswith("guest: ")]
    assert rows[0] == "guest: 192.0.2.0 (alice, node 1); the cluster says so"
    assert len(rows) == clients.SHOWN
    assert "and 15 more" in found.evidence


def test_guests_and_old_dialects_are_counted_together() -> None:
    old = [session(number, kind="SMB1") for number in range(6)]
    guests = [session(number, user="EXAMPLE\\Guest") for number in range(6, 13)]
    found = clients.clients_modern(facts([*old, *guests, session(14)]))
    told = [line for line in found.evidence if line.startswith(("guest: ", "old dialect: "))]
    assert (len(told), "and 3 more" in found.evidence) == (clients.SHOWN, True)
    assert clients.survey(iter([*old, *guests, session(14)])).total == 14


def test_the_advice_about_slow_clients_is_shown_however_many_they_are() -> None:
    found = clients.clients_notice_soon(facts([session(number, kind="Linux CIFS") for number in range(30)]))
    assert "and 20 more" in found.evidence
    assert any("without a wake-up" in line for line in found.evidence)


def test_users_of_another_product_are_named_once() -> None:
    names = ["EXAMPLE\\Eyeglass-svc", "igls", "EXAMPLE\\Eyeglass-svc", "alice"]
    assert clients.survey(session(n, user=name) for n, name in enumerate(names)).orchestrators == (
        "EXAMPLE\\Eyeglass-svc",
        "igls",
    )


def test_no_session_is_kept() -> None:
    alive = 0

    class Counted(str):
        def __init__(self, _text: str) -> None:
            nonlocal alive
            alive += 1

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    most = 0

    def many() -> Iterator[Client]:
        nonlocal most
        for number in range(1000):
            yield session(number, user=Counted(f"user{number}"), guest=True)
            most = max(most, alive)

    found = clients.survey(many())
    assert found.guests.count == 1000
    assert most < 10
