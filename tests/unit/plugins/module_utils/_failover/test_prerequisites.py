# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the account is given, the folder, and DNS lifetimes: changed once, truthful in check mode, and taken back; on a simulated pair."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import (
    account_role,
    journal_folder,
    pool_lifetime,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.privileges import (
    needed_for_a_failover,
    used,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import (
    BadOption,
    OnefsError,
    PapiError,
)
from onefs_sim.accounts import FAILOVER_PRIVILEGES
from onefs_sim.faults import Fault
from onefs_sim.privileges import PRIVILEGES
from unit.simulator.conftest import PASSWORD, Pair

ROOT = pathlib.Path(__file__).resolve().parents[5]
SALES, FINANCE = "groupnet0.subnet1.sales", "groupnet0.subnet1.finance"
Entry = Callable[[dict[str, Any], bool, Callable[[str], None]], dict[str, Any]]


@pytest.fixture
def ask(pair: Pair) -> Callable[..., dict[str, Any]]:
    """Run a module's work on boston: once in check mode, which must say the same and change nothing, and once for real."""

    def run(engine: Any, user: str = "svc-failover", **options: Any) -> dict[str, Any]:
        spec = engine.ARGUMENT_SPEC
        params = {name: one.get("default") for name, one in spec.items()}
        params |= {
            "onefs_host": pair.sites["boston"].nodes[0].management_address,
            "onefs_user": user,
            "onefs_password": PASSWORD,
            "onefs_port": pair.port,
            "onefs_ca_path": str(pair.certificate),
            **options,
        }
        entry: Entry = engine.run
        before = everything(pair)
        foreseen = entry(params, True, lambda line: None)
        assert everything(pair) == before
        done = entry(params, False, lambda line: None)
        assert {name: foreseen[name] for name in ("changed", "diff")} == {
            name: done[name] for name in ("changed", "diff")
        }
        assert (done["diff"]["before"] != done["diff"]["after"]) == done["changed"]
        return done

    return run


def everything(pair: Pair) -> tuple[Any, ...]:
    folder = pair.files["boston"].path("/ifs")
    found = {str(path.relative_to(folder)): path.stat().st_mode for path in folder.rglob("*")}
    return pair.boston.accounts.configuration(), [dict(one) for one in pair.boston.network.pools.values()], found


def lifetime(pair: Pair, pool: str) -> int:
    return int(
        pair.caller("boston").get("/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/" + pool)["pools"][0][
            "sc_ttl"
        ]
    )


# The one list of privileges


def test_the_documentation_lists_what_is_used() -> None:
    table = (ROOT / "docs" / "privileges.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`ISI_PRIV[^|]*) \| (read|write) \|", table, re.MULTILINE)
    listed = {
        name: permission[0]
        for names, permission in rows
        for name in re.findall(r"`(ISI_PRIV_\w+)`", names.partition(", or its parent")[0])
    }
    assert listed == used()


def test_the_simulated_account_has_what_is_used_and_no_more() -> None:
    assert used() == FAILOVER_PRIVILEGES
    assert {name for name, one in used().items() if one == "w" and PRIVILEGES[name].permission != "w"} == set()


def test_rehearsals_alone_write_snapshots() -> None:
    differ = {name for name, one in used().items() if needed_for_a_failover()[name] != one}
    assert differ == {"ISI_PRIV_SNAPSHOT"}


# The role


def test_a_role_comes_is_mended_and_goes(pair: Pair, ask: Callable[..., dict[str, Any]]) -> None:
    asked = {"user": "root", "name": "Failover", "members": ["svc-failover"]}
    made = ask(account_role, **asked)
    assert made["changed"]
    role = pair.boston.accounts.roles["Failover"]
    assert (role.privileges, role.members) == (used(), ["svc-failover"])
    assert not ask(account_role, **asked)["changed"]

    role.privileges["ISI_PRIV_ROLE"] = "w"
    role.privileges["ISI_PRIV_SMB"] = "r"
    role.members.append("auditor")
    mended = ask(account_role, **asked)
    assert mended["diff"]["before"]["Failover"]["privileges"]["ISI_PRIV_ROLE"] == "w"
    role = pair.boston.accounts.roles["Failover"]
    assert (role.privileges, role.members) == (used(), ["auditor", "svc-failover"])

    assert ask(account_role, **asked, state="absent")["changed"]
    assert "Failover" not in pair.boston.accounts.roles
    assert not ask(account_role, **asked, state="absent")["changed"]


def test_the_account_itself_may_not_write_roles(ask: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(PapiError, match="ISI_PRIV_ROLE"):
        ask(account_role, name="Failover")


@pytest.mark.parametrize("privileges", [{"NETWORK": "w"}, {"ISI_PRIV_NETWORK": "write"}, {"ISI_PRIV_NETWORK": True}])
def test_privileges_are_ids_with_a_permission(privileges: dict[str, Any]) -> None:
    with pytest.raises(BadOption, match="ISI_PRIV_NETWORK: w"):
        account_role.checked(privileges)


def test_a_role_that_somebody_else_removes_is_said(pair: Pair, ask: Callable[..., dict[str, Any]]) -> None:
    ask(account_role, user="root", name="Failover")
    pair.boston.accounts.roles["Failover"].description = "other"
    pair.boston.inject(Fault("boston", "PUT", "/auth/roles", status=204, count=0))
    with pytest.raises(OnefsError):
        ask(account_role, user="root", name="Failover")


# The folder


def test_the_folder_comes_is_closed_and_goes(pair: Pair, ask: Callable[..., dict[str, Any]]) -> None:
    folder = pair.files["boston"].path(journal_folder.ROOT)
    assert ask(journal_folder)["changed"]
    assert folder.stat().st_mode & 0o7777 == 0o700
    assert not ask(journal_folder)["changed"]
    folder.chmod(0o755)
    assert ask(journal_folder)["diff"]["before"]["mode"] == "0755"
    assert folder.stat().st_mode & 0o7777 == 0o700
    assert ask(journal_folder, state="absent")["changed"]
    assert not folder.exists()
    assert not ask(journal_folder, state="absent")["changed"]


def put(pair: Pair, name: str) -> pathlib.Path:
    path = pair.files["boston"].path(journal_folder.ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}", encoding="utf-8")
    return path


def test_records_of_runs_stay_unless_they_are_given_up(pair: Pair, ask: Callable[..., dict[str, Any]]) -> None:
    known = put(pair, "clusters/newyork/00000001.json")
    files = [put(pair, f"leases/sales/00000001.{end}.json") for end in ("opened", "closed")]
    kept = ask(journal_folder, state="absent")
    assert kept["changed"]
    assert [path.rpartition("/")[2] for path in kept["kept"]] == ["00000001.closed.json", "00000001.opened.json"]
    assert not known.parent.parent.exists()
    assert all(path.exists() for path in files)
    assert not ask(journal_folder, state="absent")["changed"]
    assert ask(journal_folder, state="absent", discard_records=True)["changed"]
    assert not pair.files["boston"].path(journal_folder.ROOT).exists()


@pytest.mark.parametrize("discard", [False, True])
def test_a_folder_in_use_is_not_removed(pair: Pair, ask: Callable[..., dict[str, Any]], discard: bool) -> None:
    files = [put(pair, f"leases/sales/0000000{n}.json") for n in ("1.opened", "1.closed", "2.opened")]
    with pytest.raises(journal_folder.JournalInUse, match=r"00000002\.opened\.json"):
        ask(journal_folder, state="absent", discard_records=discard)
    assert all(path.exists() for path in files)


# DNS lifetimes


def set_ttl(pair: Pair, pool: str, seconds: int) -> None:
    path = "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/" + pool
    pair.caller("boston").write("PUT", path, {"sc_ttl": seconds})


def test_lifetimes_are_lowered_and_given_back(pair: Pair, ask: Callable[..., dict[str, Any]]) -> None:
    set_ttl(pair, "sales", 300)
    set_ttl(pair, "finance", 5)
    asked = {"access_zones": ["sales", "finance"], "ttl_seconds": 10}
    lowered = ask(pool_lifetime, **asked)
    assert lowered["pools"] == [{"pool": SALES, "before_seconds": 300, "after_seconds": 10}]
    assert not ask(pool_lifetime, **asked)["changed"]
    # Lowered further: what it had before the first time counts.
    assert ask(pool_lifetime, access_zones=["sales"])["changed"]
    assert (lifetime(pair, "sales"), lifetime(pair, "finance")) == (0, 5)
    # What is not given back yet is not forgotten with the folder.
    assert ask(journal_folder, state="absent")["kept"]
    assert ask(pool_lifetime, **asked, state="absent")["changed"]
    assert (lifetime(pair, "sales"), lifetime(pair, "finance")) == (300, 5)
    assert not ask(pool_lifetime, **asked, state="absent")["changed"]
    assert not ask(journal_folder, state="absent")["kept"]


def test_a_lifetime_that_somebody_set_since_is_left_alone(pair: Pair, ask: Callable[..., dict[str, Any]]) -> None:
    set_ttl(pair, "sales", 300)
    ask(pool_lifetime, access_zones=["sales"])
    set_ttl(pair, "sales", 60)
    back = ask(pool_lifetime, access_zones=["sales"], state="absent")
    assert (back["changed"], back["left_alone"]) == (False, [SALES])
    assert lifetime(pair, "sales") == 60


@pytest.mark.parametrize(
    ("zones", "words"), [(["sales", "legal"], "legal on .*there are none.*'?sales"), (["System"], "never moved")]
)
def test_zones_are_those_that_may_move(ask: Callable[..., dict[str, Any]], zones: list[str], words: str) -> None:
    with pytest.raises(BadOption, match=words):
        ask(pool_lifetime, access_zones=zones)
