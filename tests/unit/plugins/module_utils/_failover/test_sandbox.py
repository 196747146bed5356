# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rehearsal makes is known by its name alone, serves nothing of the real zone, and is removed by whoever may."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import (
    sandbox,
    service_check,
    synthetic_client,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.sandbox_plan import (
    copied_path,
    differences,
    frozen_path,
    leftovers,
    own_parts,
    parse_range,
    plan_sandbox,
    share_body,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import BadOption, OnefsError
from error_catalogue.parts import Parts, take_apart
from onefs_sim.faults import Fault

Copy = Callable[..., dict[str, Any]]
SALES = plan_sandbox("sales", ["/ifs/data/sales", "/ifs/data/sales/deep", "/ifs/data/more"], "groupnet0.subnet1")


def test_a_path_below_another_comes_with_it() -> None:
    assert [copy.path for copy in SALES.copies] == ["/ifs/data/more", "/ifs/data/sales"]
    assert SALES.copies[1].copy_path == "/ifs/seamless-rehearsal-sales/1"
    assert copied_path(SALES, "/ifs/data/sales/deep") == "/ifs/seamless-rehearsal-sales/1/deep"
    assert frozen_path(SALES, "/ifs/data/sales/deep") == "/ifs/data/sales/.snapshot/seamless-rehearsal-sales-1/deep"
    assert copied_path(SALES, "/ifs/data/salesmen") is frozen_path(SALES, "/ifs/data/salesmen") is None


def test_the_name_of_a_pool_is_not_too_long() -> None:
    assert len(plan_sandbox("a" * 60, [], "g.s").pool) == 32


def test_what_is_of_a_zone_whose_name_begins_alike_is_not_ones_own() -> None:
    configuration = {
        "access zone": {"sales": "", "seamless-rehearsal-sales": "", "seamless-rehearsal-sales-2": ""},
        "share": {"sales/sales": "", "seamless-rehearsal-sales/sales": ""},
        "pool": {"groupnet0.subnet1.sales": "", "groupnet0.subnet1.seamless-rehearsal-sales": ""},
        "snapshot": {"seamless-rehearsal-sales-0": "", "seamless-rehearsal-sales-2-0": "", "daily": ""},
        "writable snapshot": {"/ifs/seamless-rehearsal-sales/0": "", "/ifs/seamless-rehearsal-sales-2/0": ""},
    }
    assert own_parts(SALES, configuration) == [
        "access zone seamless-rehearsal-sales",
        "pool groupnet0.subnet1.seamless-rehearsal-sales",
        "share seamless-rehearsal-sales/sales",
        "snapshot seamless-rehearsal-sales-0",
        "writable snapshot /ifs/seamless-rehearsal-sales/0",
    ]
    assert len(leftovers(configuration)) == 8


def test_what_differs_is_named() -> None:
    before = {"pool": {"a": "1", "b": "1"}, "share": {"x": "1"}}
    after = {"pool": {"a": "2", "c": "1"}, "share": {"x": "1"}}
    assert differences(before, after) == ["pool c: added", "pool b: gone", "pool a: changed"]
    assert differences(before, before) == []


def test_a_share_keeps_who_may_do_what_and_nothing_of_where_it_was() -> None:
    share = {
        "id": "sales",
        "zid": 3,
        "name": "sales",
        "path": "/ifs/data/sales",
        "host_acl": ["deny:ALL"],
        "run_as_root": None,
    }
    body = share_body(share, "/ifs/copy")
    assert (body["path"], body["host_acl"]) == ("/ifs/copy", ["deny:ALL"])
    assert not {"id", "zid", "run_as_root"} & body.keys()


def test_a_range_is_two_addresses_or_one() -> None:
    assert (parse_range("192.0.2.1 - 192.0.2.2").low, parse_range("192.0.2.1").high) == ("192.0.2.1", "192.0.2.1")
    with pytest.raises(BadOption, match="rehearsal_pool_range"):
        parse_range("")


@pytest.fixture
def copy(options: Callable[[str], dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Copy:
    """Return the module's work as a call; nobody answers SMB here, whatever the address."""
    monkeypatch.setattr(sandbox, "answering", lambda _addresses: set())

    def run(state: str, check_mode: bool = False, **more: Any) -> dict[str, Any]:
        params = {
            "target": options("newyork"),
            "state": state,
            "access_zone": "sales",
            "paths": ["/ifs/data/sales"],
            "subnet": "groupnet0.subnet1",
            "pool_range": "127.9.9.1-127.9.9.2",
            "members": [],
            "controller": {},
            "take_over": False,
            "deadline_seconds": 10,
            **more,
        }
        return sandbox.run(params, check_mode, lambda _message: None)

    return run


def test_nothing_to_remove_changes_nothing(pair: Any, copy: Copy) -> None:
    before = pair.newyork.configuration()
    assert copy("absent")["changed"] is False
    assert pair.newyork.configuration() == before


def test_check_mode_makes_nothing(pair: Any, copy: Copy) -> None:
    before = pair.newyork.configuration()
    assert copy("present", check_mode=True)["shares"] == [
        {"name": "sales", "frozen_path": "/ifs/data/sales/.snapshot/seamless-rehearsal-sales-0"}
    ]
    assert pair.newyork.configuration() == before
    assert not pair.files["newyork"].path(sandbox.JOURNAL).exists()


def test_a_half_made_copy_is_removed_unless_somebody_else_makes_it(pair: Any, copy: Copy) -> None:
    before = pair.newyork.configuration()
    mine, other = {"host": "a", "pid": 1}, {"host": "b", "pid": 2}
    # The range lies in no subnet, so that the pool, the last part, can't be made.
    with pytest.raises(OnefsError) as failed:
        copy("present", controller=mine)
    assert [part["name"] for part in failed.value.details["parts"]] == ["snapshot", "copy", "zone", "shares", "pool"]
    assert "seamless-rehearsal-sales" in pair.newyork.zones.zones
    with pytest.raises(OnefsError, match="of another rehearsal"):
        copy("present", controller=mine)
    with pytest.raises(OnefsError, match="failover_take_over=true"):
        copy("absent", controller=other)
    removed = copy("absent", controller=other, take_over=True)
    assert (removed["changed"], removed["leftovers"], removed["changed_meanwhile"]) == (True, [], [])
    assert pair.newyork.configuration() == before
    assert not pair.files["newyork"].path("/ifs/seamless-rehearsal-sales").exists()
    assert copy("absent")["changed"] is False


def test_replicated_files_are_found_in_all_folders_up_to_a_limit(pair: Any, papi: Callable[[str], Any]) -> None:
    root = pair.files["newyork"].path("/ifs/tree")
    for name, size in (("a.txt", 1), ("large.bin", 5000), ("one/b.txt", 2), ("one/two/c.txt", 3)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x" * size)
    session = papi("newyork")
    assert synthetic_client.replicated_files(session, "/ifs/tree", 20, 4000) == (
        ["a.txt", "one/b.txt", "one/two/c.txt"],
        1,
    )
    assert synthetic_client.replicated_files(session, "/ifs/tree", 2, 4000)[0] == ["a.txt", "one/b.txt"]


def refused(error: type[OnefsError], act: Callable[[], Any]) -> Parts:
    """Return what an operator is told."""
    with pytest.raises(error) as caught:
        act()
    return take_apart(caught.value.message)


def test_a_zone_whose_shares_are_not_replicated_has_no_copy(pair: Any, copy: Copy) -> None:
    parts = refused(BadOption, lambda: copy("present", paths=["/ifs/data/elsewhere"]))
    assert parts.tried == f"Making a copy of access zone 'sales' on {host(pair)}"
    assert "none of its shares lies below /ifs/data/elsewhere" in parts.came_back
    assert "policies" in parts.to_do


def test_addresses_of_another_pool_are_not_taken(pair: Any, copy: Copy) -> None:
    parts = refused(BadOption, lambda: copy("present", pool_range="127.77.2.130-127.77.2.131"))
    assert parts.tried == f"Making a copy on {host(pair)}, reached at 127.77.2.130-127.77.2.131"
    assert parts.came_back == "127.77.2.131 of groupnet0.subnet1.sales is in use."
    assert "rehearsal_pool_range" in parts.to_do


def test_addresses_at_which_somebody_answers_are_not_taken(
    pair: Any, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "answering", service_check.answering)
    with socket.create_server(("127.9.9.2", 0)) as somebody:
        monkeypatch.setattr(service_check, "SMB_PORT", somebody.getsockname()[1])
        parts = refused(BadOption, lambda: copy("present"))
    assert parts.tried == f"Making a copy on {host(pair)}, reached at 127.9.9.1-127.9.9.2"
    assert parts.came_back == "somebody answers at 127.9.9.2."
    assert "rehearsal_pool_range" in parts.to_do


def test_of_two_that_begin_at_once_one_is_refused(pair: Any, copy: Copy) -> None:
    # The other one has written this down, and made nothing yet.
    journal = pair.files["newyork"].path(f"{sandbox.JOURNAL}/seamless-rehearsal-sales.json")
    journal.parent.mkdir(parents=True)
    journal.write_text("{}", encoding="utf-8")
    before = pair.newyork.configuration()
    parts = refused(sandbox.SandboxTrouble, lambda: copy("present"))
    assert host(pair) in parts.tried and journal.name in parts.tried
    assert "in this moment" in parts.came_back and parts.to_do == "Wait until it ends."
    assert pair.newyork.configuration() == before
    assert journal.read_text(encoding="utf-8") == "{}"


def test_a_copy_that_is_claimed_and_not_made_is_told(pair: Any, copy: Copy) -> None:
    pair.newyork.inject(
        Fault("newyork", "POST", "/snapshot/writable", status=201, body="{}", content_type="application/json")
    )
    parts = refused(sandbox.SandboxTrouble, lambda: copy("present"))
    assert parts.tried == f"Making writable copies on {host(pair)}"
    assert parts.came_back == "/ifs/seamless-rehearsal-sales/0 is absent, not active."
    assert "isi snapshot writable list" in parts.to_do


def test_a_zone_that_somebody_removes_meanwhile_is_told(pair: Any, copy: Copy) -> None:
    # It is there when the configuration is read for the first time, and not any more when it is to be copied.
    gone = '{"zones": [{"name": "System", "path": "/ifs"}]}'
    pair.newyork.inject(
        Fault("newyork", "GET", "/zones", status=200, body=gone, content_type="application/json", skip=1, count=0)
    )
    parts = refused(BadOption, lambda: copy("present"))
    assert parts.tried == f"Making a copy of access zone 'sales' on {host(pair)}"
    assert parts.came_back == "there is no such zone." and parts.to_do == "Check the name."


def test_what_cannot_be_removed_is_named_and_all_else_goes(pair: Any, copy: Copy) -> None:
    with pytest.raises(OnefsError):
        copy("present")
    pair.newyork.inject(Fault("newyork", "DELETE", "/snapshot/snapshots", status=500, count=0))
    parts = refused(sandbox.SandboxTrouble, lambda: copy("absent", deadline_seconds=1))
    assert parts.tried == f"Removing the copy of access zone 'sales' from {host(pair)}"
    assert "the cluster answered 500" in parts.came_back + parts.to_do
    assert "Left: snapshot seamless-rehearsal-sales-0." in parts.came_back + parts.to_do
    assert parts.to_do.endswith("Run the same rehearsal again; it begins by removing what is left.")
    assert "seamless-rehearsal-sales" not in pair.newyork.zones.zones


def host(pair: Any) -> str:
    return str(pair.sites["newyork"].nodes[0].management_address)
