# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a client follows from evidence, and how strong that is; where there is none it is unknown."""

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.client_evidence import (
    Client,
    Evidence,
    describe,
    is_address,
    is_old,
    weigh,
    why_missing,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.client_look import Mount
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.netstat import Socket
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pools import Pool
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb import Session

SERVER, CLIENT = "198.51.100.11", "192.0.2.1"


def pool(**more: object) -> Pool:
    answer = {
        "id": "g.s.sales", "groupnet": "g", "subnet": "s", "name": "sales", "access_zone": "sales",
        "ranges": [{"low": SERVER, "high": "198.51.100.12"}], "sc_dns_zone": "Sales.example.com", "sc_dns_zone_aliases": ["files.example.com"],
        **more,
    }  # fmt: skip
    return Pool.from_answer(answer)


def client(
    *mounts: Mount, asked: bool = True, user: str = "EXAMPLE\\alice", sockets: int = 1, **more: object
) -> Client:
    session = Session(1, 1, CLIENT, user, 1, 0, CLIENT, **more)  # type: ignore[arg-type]
    found = tuple(Socket(1, SERVER, 445, CLIENT, 5000 + number, "ESTABLISHED") for number in range(sockets))
    return Client(CLIENT, (session,), found, tuple(mounts) if asked else None)


def said(one: Client, the_pool: Pool | None = None) -> dict[str, object]:
    return describe(one, [the_pool or pool()], ("boston", "sales"))


def test_nobody_knows_how_a_client_mounted_that_was_not_asked() -> None:
    found = said(client(asked=False))
    assert found["by_address"] == {"verdict": "unknown", "strength": "", "evidence": []}
    assert found["ntlm"]["verdict"] == "unknown"
    assert not found["asked_itself"]


@pytest.mark.parametrize(
    ("mounts", "verdict"),
    [
        ([Mount(SERVER, "sales")], "yes"),
        ([Mount("sales.EXAMPLE.com.", "sales")], "no"),
        ([Mount("files.example.com", "sales"), Mount("198.51.100.12", "sales")], "yes"),
        ([Mount("alias.of.somebody", "sales", connected_to=SERVER)], "no"),
        ([Mount("203.0.113.5", "other"), Mount("nas.example.com", "x")], "unknown"),
        ([], "unknown"),
    ],
)
def test_what_a_client_says_is_certain(mounts: list[Mount], verdict: str) -> None:
    answer = said(client(*mounts))["by_address"]
    assert answer["verdict"] == verdict
    assert answer["strength"] == ("" if verdict == "unknown" else "certain")


def test_a_pool_without_a_name_is_strong_evidence_and_a_suspended_node_a_weak_one() -> None:
    nameless = said(client(asked=False), pool(sc_dns_zone="", sc_dns_zone_aliases=None))["by_address"]
    assert (nameless["verdict"], nameless["strength"]) == ("yes", "strong")
    suspended = pool(sc_suspended_nodes=[1])
    assert said(client(asked=False), suspended)["by_address"]["verdict"] == "perhaps"
    assert said(client(Mount("sales.example.com", "sales")), suspended)["by_address"]["verdict"] == "no"


def test_how_a_client_logs_in() -> None:
    assert said(client(Mount(SERVER, "sales")))["ntlm"]["strength"] == "strong"
    assert said(client(Mount("sales.example.com", "sales", security="krb5i")))["ntlm"]["verdict"] == "no"
    assert said(client(Mount("sales.example.com", "sales", security="ntlmssp")))["ntlm"]["strength"] == "certain"
    local = said(client(asked=False, user="BOSTON\\alice"))["ntlm"]
    assert (local["verdict"], local["strength"]) == ("yes", "strong")
    assert said(client(asked=False, user="alice"))["ntlm"]["verdict"] == "perhaps"


def test_guests_dialects_and_several_connections() -> None:
    plain = said(client(kind="SMB3_11"))
    assert not plain["guest"] and not plain["old_dialect"] and not plain["several_connections"]
    other = said(client(kind="SMB2_02", guest=True, sockets=3))
    assert other["guest"] and other["old_dialect"] and other["several_connections"]
    assert said(client(user="BOSTON\\Guest"))["guest"]
    assert said(client(Mount(SERVER, "sales", dialect="1.0")))["old_dialect"]


@pytest.mark.parametrize(
    ("dialect", "old"),
    [("2.1", False), ("3.1.1", False), ("2.0.2", True), ("1.0", True), ("SMB3_11", False), ("SMB2_10", False)],
)
def test_which_dialects_are_old(dialect: str, old: bool) -> None:
    assert is_old(dialect) == old


def test_the_strongest_evidence_decides() -> None:
    weak, certain = Evidence(True, "weak", "a"), Evidence(False, "certain", "b")
    assert weigh([weak]).verdict == "perhaps"
    assert weigh([weak, certain]).verdict == "no"
    assert weigh([Evidence(True, "certain", "c"), certain]).verdict == "yes"
    assert weigh([]).verdict == "unknown"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("198.51.100.11", True),
        ("[2001:db8::5]", True),
        ("2001-db8--5.ipv6-literal.net", True),
        ("sales", False),
        ("1.example.com", False),
        ("fe80::1%eth0", True),
    ],
)
def test_what_an_address_is(text: str, address: bool) -> None:
    assert is_address(text) == address


def test_why_a_client_is_not_back() -> None:
    by_address = said(client(Mount(SERVER, "sales")))
    assert "mount it by name" in why_missing(by_address, 1, addresses_move=False)
    assert "not known" in why_missing(by_address, 1, addresses_move=True)
    idle = said(client(asked=False))
    assert "nothing open" in why_missing(idle, 0, addresses_move=False)
    assert "idle for 1000 s" in why_missing({**idle, "idle_seconds": 1000}, 0, addresses_move=False)
    assert "notice late" in why_missing({**idle, "dialects": ["Linux cifs"]}, 2, addresses_move=False)
    assert "without a session" in why_missing({**idle, "has_session": False}, 0, addresses_move=False)
    assert "not known" in why_missing({}, 1, addresses_move=False)
