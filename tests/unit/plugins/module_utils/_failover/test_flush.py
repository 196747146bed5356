# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which open files are flushed, and where they are found over SMB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import flush
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.flush import HeldFile, on_shares
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import Share
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb import OpenFile
from error_catalogue.parts import Parts, take_apart
from onefs_sim.ports import SmbOpenFile

SHARES = (Share("sales", "/ifs/data/sales"), Share("deals", "/ifs/data/sales/deals"))


def opened(path: str, *permissions: str, lnn: int = 1) -> OpenFile:
    return OpenFile(lnn=lnn, id=1, path=path, user="alice", locks=0, permissions=permissions)


def test_a_file_is_opened_through_the_deepest_share_that_leads_to_it() -> None:
    found, nowhere = on_shares([opened("/ifs/data/sales/deals/2026/a.docx", "read", "write")], SHARES)
    assert found == [HeldFile(1, "/ifs/data/sales/deals/2026/a.docx", "alice", "deals", "2026/a.docx")]
    assert nowhere == []


def test_only_what_is_open_for_writing_and_below_a_share_counts() -> None:
    files = [
        opened("/ifs/data/sales/read.txt", "read"),
        opened("/ifs/data/finance/other.txt", "write"),
        opened("/ifs/data/salesmen/alike.txt", "write"),
    ]
    assert on_shares(files, SHARES) == ([], [])


def test_a_file_that_is_open_twice_on_a_node_is_opened_once_and_once_more_on_another_node() -> None:
    files = [opened("/ifs/data/sales/a", "write"), opened("/ifs/data/sales/a", "write")]
    files.append(opened("/ifs/data/sales/a", "write", lnn=2))
    assert [file.lnn for file in on_shares(files, SHARES)[0]] == [1, 2]


def test_what_no_path_leads_to_is_at_risk() -> None:
    found, nowhere = on_shares([opened("/ifs/data/sales/deals", "write")], SHARES)
    assert found == []
    assert nowhere[0]["path"] == "/ifs/data/sales/deals"


def test_a_file_that_no_address_leads_to_is_at_risk(pair: Any, options: Callable[[str], dict[str, Any]]) -> None:
    # The pool of newyork has no members, and a client holds a file of its share all the same, as by another pool.
    pair.nodes["newyork"][1].open_files = [SmbOpenFile(5, "/ifs/data/sales/a.docx", "alice", permissions=("write",))]
    params = {
        "source": options("newyork"),
        "access_zone": "sales",
        "pools": ["groupnet0.subnet1.sales"],
        "user": "svc-flush",
        "password": "s3cret",
        "concurrency": 8,
        "deadline_seconds": 30,
    }
    done = flush.run(params, False, lambda _line: None)
    (at_risk,) = done["at_risk"]
    assert (done["files"], done["flushed"], at_risk["path"]) == (1, 0, "/ifs/data/sales/a.docx")
    host = params["source"]["onefs_host"]
    assert take_apart(at_risk["reason"]) == Parts(
        "Connecting to share 'sales'",
        f"no address of groupnet0.subnet1.sales of {host} is up.",
        "Look at the members of what is named, and run again.",
    )
