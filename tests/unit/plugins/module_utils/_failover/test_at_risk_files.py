# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which open files are listed, in which class, and for whom: nothing is guessed, and nothing that may be written is left out."""

from __future__ import annotations

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import at_risk_files
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.at_risk_files import (
    AMBIGUOUS,
    NOBODY,
    ONLY,
    ONLY_CONNECTED,
    UNSURE,
    Listing,
    judge,
    list_files,
    summary_of,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.at_risk_table import table
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import Share
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb import OpenFile, Session

A, B, C = "192.0.2.1", "192.0.2.2", "192.0.2.3"
SHARES = (Share("sales", "/ifs/data/sales"), Share("plans", "/ifs/data/sales/plans"))
HOSTILE = "/ifs/data/sales/a\x1b[2J\n{{ lookup('pipe', 'id') }}\"'<b>\u202e.txt"


def opened(path: str, *permissions: str, user: str = "alice", locks: int = 0, lnn: int = 1) -> OpenFile:
    return OpenFile(lnn, 1, path, user, locks, permissions)


def session(client: str, user: str = "alice", lnn: int = 1, open_files: int = 0) -> Session:
    return Session(lnn, 1, client, user, open_files, 0, client)


def listing(files: list[OpenFile], sessions: list[Session], connected: str | list[str] = A, **more: str) -> Listing:
    return list_files(files, sessions, connected, SHARES, ["/ifs/data/sales"], more)


@pytest.mark.parametrize(
    ("access", "locks", "unflushed", "risk"),
    [
        ("write", 1, "", "red"),
        ("write", 0, "", "amber"),
        ("write", 0, "its share mode denies reading", "red"),
        ("unknown", 0, "", "amber"),
        ("read", 1, "", "amber"),
        ("read", 0, "", "green"),
    ],
)
def test_the_class_follows_from_what_it_is_open_for(access: str, locks: int, unflushed: str, risk: str) -> None:
    found, reason = judge(access, locks, unflushed)
    assert found == risk
    assert reason and unflushed in reason


def test_a_permission_that_nobody_told_may_be_writing() -> None:
    (row,) = listing([opened("/ifs/data/sales/a")], [session(A)]).files
    assert (row.access, row.risk) == ("unknown", "amber")


def test_the_closest_share_is_named_and_the_worst_comes_first() -> None:
    files = [
        opened("/ifs/data/sales/a", "read"),
        opened("/ifs/data/sales/plans/b", "read", "write"),
        opened("/ifs/data/sales/plans/c", "write", locks=2),
    ]
    found = listing(files, [session(A)])
    assert [(row.risk, row.share, row.path[-1]) for row in found.files] == [
        ("red", "plans", "c"),
        ("amber", "plans", "b"),
        ("green", "sales", "a"),
    ]
    assert summary_of(found.files) == {"red": 1, "amber": 1, "green": 1, "ambiguous": 0, "total": 3}


def test_a_user_with_two_clients_is_ambiguous() -> None:
    (row,) = listing([opened("/ifs/data/sales/a", "write")], [session(A), session(B)], [A, B]).files
    assert (row.clients, row.ambiguous, row.attribution) == ((A, B), True, AMBIGUOUS)


def test_of_two_clients_only_the_one_on_these_pools_can_have_it_open() -> None:
    (row,) = listing([opened("/ifs/data/sales/a", "write")], [session(A), session(B)], [A]).files
    assert (row.clients, row.ambiguous, row.attribution) == ((A,), False, ONLY_CONNECTED)


def test_a_client_of_another_node_is_no_candidate() -> None:
    (row,) = listing([opened("/ifs/data/sales/a", "write")], [session(A), session(B, lnn=2)], [A, B]).files
    assert (row.clients, row.attribution) == ((A,), ONLY)


def test_a_file_of_nobody_and_one_of_a_client_that_is_not_seen_stay_on_the_list() -> None:
    files = [opened("/ifs/data/sales/a", "write", user="bob"), opened("/ifs/data/sales/b", "write")]
    first, second = listing(files, [session(C)], [A]).files
    assert (first.clients, first.ambiguous, first.attribution) == ((), True, NOBODY)
    assert (second.clients, second.ambiguous, second.attribution) == ((C,), True, UNSURE)


def test_a_user_whose_domain_is_left_out_may_be_each_of_that_name() -> None:
    sessions = [session(A, "EXAMPLE\\alice"), session(B, "BOSTON\\Alice")]
    (row,) = listing([opened("/ifs/data/sales/a", "write")], sessions, [A, B]).files
    assert (row.clients, row.ambiguous) == ((A, B), True)
    (row,) = listing([opened("/ifs/data/sales/a", "write", user="example\\ALICE")], sessions, [A, B]).files
    assert (row.clients, row.ambiguous) == ((A,), False)


def test_other_zones_and_the_roots_of_shares_are_counted_and_not_listed() -> None:
    files = [
        opened("/ifs/data/finance/a", "write"),
        opened("/ifs/data/salesman/a", "write"),
        opened("/ifs/data/sales", "read"),
    ]
    found = listing(files, [session(A)])
    assert (found.files, found.elsewhere, found.folders) == ((), 2, 1)


def test_a_file_below_the_zone_that_no_share_leads_to_any_more_is_listed() -> None:
    found = list_files([opened("/ifs/data/sales/a", "write")], [session(A)], [A], [], ["/ifs/data/sales"], {})
    assert [(row.share, row.risk) for row in found.files] == [("", "amber")]


def test_two_handles_for_the_same_are_one_row() -> None:
    (row,) = listing([opened("/ifs/data/sales/a", "write"), opened("/ifs/data/sales/a", "write")], [session(A)]).files
    assert row.handles == 2


def test_what_could_not_be_flushed_is_red_for_who_writes_and_not_for_who_reads() -> None:
    path = "/ifs/data/sales/a"
    files = [opened(path, "write"), opened(path, "read", user="bob")]
    sessions = [session(A), session(B, "bob")]
    found = list_files(files, sessions, [A, B], SHARES, [], {path: "no answer"})
    assert [(row.user, row.risk) for row in found.files] == [("alice", "red"), ("bob", "green")]


def test_sessions_that_say_that_more_is_open_are_named() -> None:
    found = listing([opened("/ifs/data/sales/a", "write")], [session(A, open_files=3)])
    assert found.unlisted == ("alice on node 1: sessions say 3 open files, the list shows 1",)
    assert not listing([opened("/ifs/data/sales/a", "write")], [session(A, open_files=1)]).unlisted


def test_hostile_names_stay_what_they_are_for_machines_and_steer_no_terminal() -> None:
    found = listing([opened(HOSTILE, "write", user="al\x07ice\r{{ x }}")], [session(A, "al\x07ice\r{{ x }}")])
    assert found.files[0].path == HOSTILE
    lines = table("boston", result_of(found))
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)
    assert "{{ lookup" in lines[2], "shown as it is: nothing evaluates it"


def test_a_long_path_keeps_its_end() -> None:
    found = listing([opened("/ifs/data/sales/" + "x" * 300 + "/end.docx", "write")], [session(A)])
    (line,) = table("boston", result_of(found))[2:]
    assert "/end.docx" in line and len(line) < 160


def result_of(found: Listing) -> dict[str, object]:
    return {
        "access_zone": "sales",
        "summary": summary_of(found.files),
        "open_files": [row.as_dict() for row in found.files],
        "open_files_total": len(found.files),
        "client_details": [],
        "unlisted": [],
        "problems": [],
    }


def test_the_classes_are_in_order_of_their_weight() -> None:
    assert at_risk_files.CLASSES == ("red", "amber", "green")
