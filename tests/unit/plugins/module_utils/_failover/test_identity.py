# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Another cluster than the one that was planned with or written down is refused before anything changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import (
    cluster_record,
    lease,
    open_run,
    records,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.cluster import read_cluster
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import UnexpectedAnswer
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession

Options = Callable[[str], dict[str, Any]]
Papi = Callable[[str], PapiSession]
SOMEBODY = {"user": "ops", "host": "tower", "pid": 7}
ELSEWHERE = "000e1e000000000000000000000000000000"


def silent(_line: str) -> None:
    """Tell nobody."""


def plan(source_guid: str, target_guid: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"pairs": [], "policies": [], "shares": [], "warnings": [], "spns": []}
    names = {"source": "boston", "target": "newyork", "access_zone": "sales", "needed": True}
    return {**empty, **names, "source_guid": source_guid, "target_guid": target_guid}


@pytest.fixture
def guids(papi: Papi) -> dict[str, str]:
    return {name: read_cluster(papi(name)).guid for name in ("boston", "newyork")}


def interrupt(options: Options, content: dict[str, Any]) -> None:
    """Leave the open journal of a run behind."""
    params = {"source": options("boston"), "target": options("newyork"), "access_zone": "sales", "state": "opened"}
    params |= {"controller": SOMEBODY, "run_id": "", "take_over": False, "content": content, "without_source": False}
    params |= {"rehearsal": False, "over_rehearsals": False}
    lease.run(params, False, silent)


def go_on(options: Options, source: str, target: str) -> dict[str, Any]:
    params = {"source": options(source), "target": options(target), "access_zone": "sales", "pools": []}
    return open_run.run({**params, "without_source": False}, False, silent)


@pytest.mark.parametrize(("source", "target"), [("boston", "newyork"), ("newyork", "boston")])
def test_the_clusters_of_the_journal_may_go_on(
    options: Options, guids: dict[str, str], source: str, target: str
) -> None:
    interrupt(options, plan(guids["boston"], guids["newyork"]))
    assert go_on(options, source, target)["found"]


@pytest.mark.parametrize("changed", ["boston", "newyork"])
def test_another_cluster_than_the_journals_is_refused(options: Options, guids: dict[str, str], changed: str) -> None:
    known = {**guids, changed: ELSEWHERE}
    interrupt(options, plan(known["boston"], known["newyork"]))
    with pytest.raises(open_run.WrongCluster, match=f"answers cluster '{changed}' with the GUID '{guids[changed]}'"):
        go_on(options, "boston", "newyork")


def test_one_cluster_under_two_addresses_may_not_go_on(options: Options, guids: dict[str, str]) -> None:
    interrupt(options, plan(guids["boston"], guids["newyork"]))
    with pytest.raises(open_run.WrongCluster, match="the same cluster answers"):
        go_on(options, "boston", "boston")


def remember(options: Options) -> dict[str, Any]:
    params = {"source": options("boston"), "target": options("newyork"), "clients": False, "max_age_seconds": 0}
    return cluster_record.run({**params, "source_name": "boston", "target_name": "newyork"}, False, silent)


def test_a_cluster_that_is_not_the_remembered_one_is_refused(pair: Any, options: Options) -> None:
    remember(options)
    folder = pair.files["newyork"].path(f"{records.ROOT}/clusters/boston")
    (file,) = folder.iterdir()
    body = json.loads(file.read_bytes())["body"]
    body["facts"]["identity"]["guid"] = ELSEWHERE
    file.write_bytes(records.encode(body))
    with pytest.raises(cluster_record.WrongCluster, match=f"the one known by this name has '{ELSEWHERE}'"):
        remember(options)
    assert list(folder.iterdir()) == [file]


@pytest.mark.parametrize("name", ["..", ".", "...", "", "../../etc", "a/b", "a\0b", "a\nb"])
def test_a_name_stays_below_the_folder_of_records(name: str) -> None:
    for made in (records.folder_name(name), lease.folder_name(name) or "_"):
        assert made.strip(".")
        assert not set(made) & set("/\0\n")


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..", ".", "", "a/b", 7, None])
def test_a_folder_whose_children_are_paths_is_refused(
    papi: Papi, monkeypatch: pytest.MonkeyPatch, name: object
) -> None:
    session = papi("boston")
    monkeypatch.setattr(session, "list", lambda *_path, **_query: [{"name": name, "type": "object", "size": 1}])
    for look in (session.list_folder, session.list_details):
        with pytest.raises(UnexpectedAnswer, match="no name of a file"):
            look("/ifs/.seamless_smb_failover/leases")
