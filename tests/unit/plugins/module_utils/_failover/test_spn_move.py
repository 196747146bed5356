# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service principal names go along with the names: which ones, in which order, and back; on two clusters of one domain."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import spn_move
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.cluster_record import facts_from, plain
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.facts import read_facts
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import ClusterFacts
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.spn_move import SpnsNotMoved, decide
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.spn_plan import plan_spns, spns_to_move
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import PapiError
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.spns import (
    MachineAccount,
    read_account,
    write_spns,
)

DOMAIN = "EXAMPLE.COM"
SALES = ("HOST/sales.example.com", "HOST/sales", "HOST/files.example.com", "HOST/files")
Options = Callable[[str], dict[str, Any]]
Papi = Callable[[str], PapiSession]


def account(*spns: str) -> MachineAccount:
    return MachineAccount(DOMAIN, "BOSTON$", spns, ())


@pytest.mark.parametrize(
    ("spn", "moves"),
    [
        ("HOST/sales.example.com", True),
        ("cifs/SALES.example.com", True),
        ("HOST/sales", True),
        ("cifs/sales.example.com:445", True),
        ("nfs/sales.example.com/EXAMPLE.COM", True),
        ("HOST/salesman.example.com", False),
        ("HOST/boston.example.com", False),
        ("HOST/boston", False),
    ],
)
def test_all_services_of_a_name_go_along(spn: str, moves: bool) -> None:
    assert spns_to_move(account(spn), ["sales.example.com"], []) == ((spn,) if moves else ())


def test_what_also_means_a_name_that_stays_is_left() -> None:
    held = account("HOST/sales", "HOST/sales.example.com", "HOST/sales.other.com", "HOST/boston")
    assert spns_to_move(held, ["sales.example.com"], ["sales.other.com"]) == ("HOST/sales.example.com",)
    # Nobody may take a cluster's own name from it, not even by a SmartConnect name that is called like it.
    assert spns_to_move(held, ["boston.sales.example.com"], []) == ()


@pytest.mark.parametrize(("owner", "first"), [("target", "source"), ("source", "target")])
def test_taken_off_before_given(owner: str, first: str) -> None:
    mine, theirs = ["HOST/boston", "HOST/sales"], ["HOST/newyork"]
    if owner == "source":
        mine, theirs = ["HOST/boston"], ["HOST/newyork", "host/SALES"]
    changes = decide(owner, DOMAIN, ["HOST/sales"], mine, theirs)
    assert [change.side for change in changes] == [first, owner]
    assert all("host/sales" not in {spn.lower() for spn in change.after} for change in changes[:1])
    assert changes[1].after[-1] == "HOST/sales"


def test_a_second_time_there_is_nothing_to_do_and_half_is_finished() -> None:
    assert decide("target", DOMAIN, ["HOST/sales"], ["HOST/boston"], ["HOST/newyork", "HOST/sales"]) == []
    (half,) = decide("target", DOMAIN, ["HOST/sales"], ["HOST/boston"], ["HOST/newyork"])
    assert (half.side, half.after) == ("target", ("HOST/newyork", "HOST/sales"))


@pytest.fixture
def work(options: Options) -> Callable[..., dict[str, Any]]:
    """Return the module's work as a call."""

    def run(owner: str, check_mode: bool = False, **more: Any) -> dict[str, Any]:
        domains = [{"domain": DOMAIN, "spns": list(SALES)}]
        params = {"source": options("boston"), "target": options("newyork"), "domains": domains, "owner": owner}
        defaults = {"domain_user": "", "domain_password": "", "without_source": False}
        return spn_move.run({**params, **defaults, **more}, check_mode, lambda _line: None)

    return run


def held(papi: Papi, cluster: str) -> set[str]:
    return set(read_account(papi(cluster), DOMAIN).spns)


def test_there_and_back(papi: Papi, work: Callable[..., dict[str, Any]]) -> None:
    before = held(papi, "boston"), held(papi, "newyork")
    assert set(SALES) <= before[0]
    assert work("target", check_mode=True)["changed"]
    assert (held(papi, "boston"), held(papi, "newyork")) == before

    moved = work("target")
    assert [one["side"] for one in moved["accounts"]] == ["source", "target"]
    assert (held(papi, "boston"), held(papi, "newyork")) == (before[0] - set(SALES), before[1] | set(SALES))
    assert not work("target")["changed"]

    work("source", domain_user="Administrator", domain_password="Sim-Domain-1")
    assert (held(papi, "boston"), held(papi, "newyork")) == before


def test_wrong_credentials_change_nothing(papi: Papi, work: Callable[..., dict[str, Any]]) -> None:
    before = held(papi, "boston"), held(papi, "newyork")
    with pytest.raises(PapiError, match="403"):
        work("target", domain_user="Administrator", domain_password="wrong")
    assert (held(papi, "boston"), held(papi, "newyork")) == before


def test_a_name_that_a_third_account_holds_is_found(pair: Any, papi: Papi, work: Callable[..., dict[str, Any]]) -> None:
    kept = sorted(held(papi, "boston") - {"HOST/files"})
    write_spns(papi("boston"), DOMAIN, kept, "", "")
    pair.clusters["boston"].membership.domain.register("OLDSERVER$", ["HOST/files"])
    with pytest.raises(PapiError, match="OLDSERVER"):
        work("target")


def test_a_duplicate_that_the_domain_let_pass_is_told(
    work: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubled(papi: PapiSession, domain: str, check_duplicates: bool = False) -> MachineAccount:
        account = read_account(papi, domain, check_duplicates)
        return dataclasses.replace(account, duplicates=(SALES[0].upper(),) if check_duplicates else ())

    monkeypatch.setattr(spn_move, "read_account", doubled)
    with pytest.raises(SpnsNotMoved, match="setspn -Q"):
        work("target")


def facts(papi: Papi, cluster: str) -> ClusterFacts:
    return read_facts(papi(cluster))


def test_the_plan_has_what_moves(papi: Papi) -> None:
    moving = ["sales.example.com", "files.example.com"]
    (found,) = plan_spns(facts(papi, "boston"), facts(papi, "newyork"), moving, ["groupnet0.subnet1.sales"])
    assert (found.domain, found.account) == (DOMAIN, read_account(papi("boston"), DOMAIN).name)
    assert set(found.spns) == set(SALES)


def test_clusters_that_share_no_domain_move_nothing(pair: Any, papi: Papi) -> None:
    pair.clusters["newyork"].membership.leave()
    assert plan_spns(facts(papi, "boston"), facts(papi, "newyork"), ["sales.example.com"], []) == ()


def test_what_was_known_of_a_dead_cluster_says_what_moves(papi: Papi) -> None:
    remembered = facts_from(json.loads(json.dumps(plain(facts(papi, "boston")))))
    assert remembered.accounts == facts(papi, "boston").accounts
    older = {key: value for key, value in plain(remembered).items() if key != "accounts"}
    assert facts_from(older).accounts == ()


def test_without_the_source_the_domain_decides(pair: Any, papi: Papi, work: Callable[..., dict[str, Any]]) -> None:
    """A dead cluster's account keeps its names until an administrator of the domain takes them off it."""
    before = held(papi, "newyork")
    account = read_account(papi("boston"), DOMAIN)
    pair.boston.stop()
    domains = [{"domain": DOMAIN, "account": account.name, "spns": list(SALES)}]
    mine = read_account(papi("newyork"), DOMAIN).name
    commands = f"setspn -D HOST/sales.example.com {account.name}; setspn -S HOST/sales.example.com {mine}"
    with pytest.raises(SpnsNotMoved, match=re.escape(commands)):
        work("target", without_source=True, domains=domains)
    assert held(papi, "newyork") == before
    pair.clusters["boston"].membership.domain.register(account.name, sorted(set(account.spns) - set(SALES)))
    assert [one["side"] for one in work("target", without_source=True, domains=domains)["accounts"]] == ["target"]
    assert held(papi, "newyork") == before | set(SALES)
    assert not work("target", without_source=True, domains=domains)["changed"]
    assert work("source", without_source=True, domains=domains)["changed"]
    assert held(papi, "newyork") == before
