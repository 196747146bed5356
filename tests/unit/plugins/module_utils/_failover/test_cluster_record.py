# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was written down of a cluster comes back as it was, and is written anew only where that says something."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.cluster_record import (
    NOBODY,
    NotKnown,
    facts_from,
    plain,
    reason_to_write,
    recall,
    record_from,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.names import NamePair, decide
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import (
    ClusterFacts,
    Names,
    PlanRefused,
    Request,
    Share,
    make_plan,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.records import (
    decode,
    encode,
    newest_record,
    write_record,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.addresses import AddressRange
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.cluster import ClusterIdentity, Node
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import PapiError
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pools import Pool
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.synciq import Policy, TargetPolicy

POLICY = {
    "name": "sales",
    "action": "sync",
    "enabled": True,
    "source_root_path": "/ifs/data/sales",
    "target_path": "/ifs/data/sales",
}


def facts(name: str, members: tuple[str, ...], zone: str, addresses: tuple[str, str], **more: t.Any) -> ClusterFacts:
    pool = Pool(
        "groupnet0.subnet1.sales",
        "groupnet0",
        "subnet1",
        "sales",
        "sales",
        (AddressRange(*addresses),),
        members,
        zone,
        raw={"description": None},
    )
    return ClusterFacts(
        identity=ClusterIdentity(name, f"guid-{name}", "9.10.0.0", (Node(1, 1, True), Node(2, 2, name == "boston"))),
        zones={"System": "/ifs", "sales": "/ifs/data/sales"},
        pools=(pool,),
        shares={"sales": (Share("sales", "/ifs/data/sales"),)},
        policies=more.get("policies", ()),
        target_policies=more.get("target_policies", ()),
        interfaces_by_node={1: ("ext-1",), 2: ("ext-1",)},
        management_addresses=("192.0.2.11",),
    )


BOSTON = facts(
    "boston",
    ("1:ext-1", "2:ext-1"),
    "sales.example.com",
    ("198.51.100.11", "198.51.100.12"),
    policies=(Policy.from_answer({**POLICY, "enabled": False, "last_job_state": "failed"}),),
)


def newyork(
    state: str = "writes_disabled", last_update: int = 9_000, members: tuple[str, ...] = (), zone: str = ""
) -> ClusterFacts:
    policy = TargetPolicy("sales", "/ifs/data/sales", state, "finished", last_update)
    return facts("newyork", members, zone, ("198.51.100.21", "198.51.100.22"), target_policies=(policy,))


def body(read: float = 1_000.0, known: ClusterFacts = BOSTON) -> dict[str, t.Any]:
    return {"cluster": "boston", "read": read, "facts": plain(known), "probes": [], "connected": NOBODY}


class Files:
    """The files of one cluster."""

    def __init__(self) -> None:
        self.connection = Connection("newyork")
        self.files: dict[str, bytes] = {}

    def make_folder(self, path: str) -> None:
        assert path.startswith("/ifs/")

    def list_folder(self, path: str) -> list[str]:
        names = {name[len(path) + 1 :].split("/")[0] for name in self.files if name.startswith(path + "/")}
        if not names:
            raise PapiError(404, "AEC_NOT_FOUND", "not found", "GET", path, "newyork")
        return sorted(names)

    def write_file(self, path: str, data: bytes, overwrite: bool = True) -> None:
        assert overwrite or path not in self.files
        self.files[path] = data

    def read_file(self, path: str) -> bytes:
        return self.files[path]

    def delete_file(self, path: str) -> None:
        del self.files[path]


FOLDER = "/ifs/.seamless_smb_failover/clusters/boston"


def test_facts_come_back_as_they_were() -> None:
    written = json.loads(json.dumps(plain(BOSTON)))
    assert facts_from(written) == BOSTON
    # A newer version may have written more.
    assert facts_from({**written, "weather": "fine"}) == BOSTON


def test_the_newest_whole_record_counts_and_old_ones_go() -> None:
    files: t.Any = Files()
    for number in range(5):
        write_record(files, FOLDER, {"number": number}, keep=2)
    assert len(files.files) == 3
    assert newest_record(files, FOLDER) == {"number": 4}
    files.files[max(files.files)] = files.files[max(files.files)][:-10]
    assert newest_record(files, FOLDER) == {"number": 3}


def test_a_record_that_somebody_edited_is_none() -> None:
    assert decode(encode({"cluster": "boston"}).replace(b"boston", b"geneva")) is None


@pytest.mark.parametrize(("name", "host"), [("boston", "elsewhere"), ("other-name", "192.0.2.11")])
def test_a_cluster_is_found_by_its_name_or_by_where_it_was(name: str, host: str) -> None:
    files: t.Any = Files()
    write_record(files, FOLDER, body(), keep=2)
    assert recall(files, name, host).facts == BOSTON


def test_what_nobody_wrote_down_is_refused_with_what_to_do() -> None:
    files: t.Any = Files()
    with pytest.raises(NotKnown, match="there is nothing.*remember_clusters"):
        recall(files, "boston", "192.0.2.11")
    write_record(files, FOLDER, body(), keep=2)
    with pytest.raises(NotKnown, match="a record of boston only"):
        recall(files, "geneva", "192.0.2.99")
    with pytest.raises(NotKnown, match="another version"):
        record_from({"cluster": "boston"}, "newyork")


def test_a_record_is_written_where_it_says_something_new() -> None:
    later = dataclasses.replace(BOSTON, policies=(Policy.from_answer({**POLICY, "enabled": False, "last_success": 5}),))
    moved = dataclasses.replace(BOSTON, zones={"System": "/ifs"})
    assert "nothing" in reason_to_write(None, body(), 60)
    assert reason_to_write(body(), body(1_060.0, later), 60) == ""
    assert reason_to_write(body(), body(1_061.0), 60) == "the last record is 61 s old"
    assert reason_to_write(body(), body(1_001.0, moved), 60) == "it changed"
    # A clock that was set back must not keep an old record for ever.
    assert "old" in reason_to_write(body(), body(0.0), 60)


REQUEST = Request(source="boston", target="newyork", access_zone="sales", without_source=True)


def test_a_dead_source_is_planned_from_what_is_known_of_it() -> None:
    plan = make_plan(REQUEST, BOSTON, newyork())
    assert plan.needed
    assert plan.pairs[0].target_members == ("1:ext-1",), "the second node of the target is down"


def test_who_took_over_has_nothing_left_to_do() -> None:
    there = newyork("writes_enabled", members=("1:ext-1",), zone="sales.example.com")
    assert not make_plan(REQUEST, BOSTON, there).needed


@pytest.mark.parametrize(
    ("state", "last_update", "reason"),
    [("writes_disabled", 0, "never finished a run"), ("resync_policy_created", 9_000, "was not finished")],
)
def test_a_target_without_a_state_to_serve_is_refused(state: str, last_update: int, reason: str) -> None:
    with pytest.raises(PlanRefused, match=reason):
        make_plan(REQUEST, BOSTON, newyork(state, last_update))


def test_names_of_a_dead_source_are_given_and_not_taken() -> None:
    pair = NamePair("g.s.sales", "g.s.sales", Names("sales.example.com", ()), Names("", ()))
    (change,) = decide("target", [pair], None, {"g.s.sales": Names("", ())})
    assert (change.side, change.after) == ("target", Names("sales.example.com", ()))
