# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rehearsal makes is known by its name alone, serves nothing of the real zone, and is removed by whoever may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import sandbox, synthetic_client
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
