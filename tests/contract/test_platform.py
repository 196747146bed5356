# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every URI of the platform API has in common: versions, refusals, paging, identity."""

from __future__ import annotations

from typing import Any

import pytest
from contract_cluster import Caller, check, check_error


def test_latest_is_a_number_in_a_string(caller: Caller) -> None:
    latest = caller.get("/platform/latest")["latest"]
    assert isinstance(latest, str)
    assert caller.latest >= 14, "the collection needs OneFS 9.4 or later"


def test_newer_version_than_the_cluster_knows_is_refused(caller: Caller) -> None:
    assert caller.call("GET", f"/platform/{caller.latest + 50}/cluster/config").status_code == 404


def test_older_version_goes_on_answering(caller: Caller) -> None:
    for version in (1, 3, caller.latest):
        assert caller.get(f"/platform/{version}/cluster/config")["guid"]


def test_directory_lists_the_uris(caller: Caller) -> None:
    directory = caller.get("/platform/?describe&list&json")["directory"]
    assert any(uri.endswith("/network/pools") for uri in directory)
    assert any(uri.endswith("/sync/policies") for uri in directory)


def test_description_of_one_uri(caller: Caller) -> None:
    described = caller.get("/platform/3/network/pools?describe&json")
    assert "GET_args" in described
    assert "GET_output_schema" in described


@pytest.mark.parametrize(
    "path",
    [
        "/platform/1/no/such/uri",
        "/platform/3/network/groupnets/nobody",
        "/platform/3/network/groupnets/groupnet0/subnets/nobody/pools/nobody",
        "/platform/3/zones/nobody",
        "/platform/3/sync/policies/nobody",
        "/platform/3/sync/jobs/nobody",
    ],
)
def test_what_is_not_there_is_answered_404(caller: Caller, path: str) -> None:
    check_error(caller.call("GET", path), 404, "AEC_NOT_FOUND")


def test_method_that_an_uri_has_not_is_answered_405(caller: Caller) -> None:
    check_error(caller.call("POST", "/platform/1/cluster/config", {}), 405, "AEC_METHOD_NOT_ALLOWED")


@pytest.mark.assumption("unknown-argument")
def test_unknown_argument_is_refused(caller: Caller) -> None:
    check_error(caller.call("GET", "/platform/3/network/pools?nobody_knows=1"), 400, "AEC_BAD_REQUEST")


def test_pages_join_to_the_whole_list(caller: Caller) -> None:
    uri = f"/platform/{caller.newest(21)}/network/interfaces"
    whole = caller.get(uri)["interfaces"]
    page = caller.get(f"{uri}?limit=1")
    joined = page["interfaces"]
    assert len(joined) == 1
    while page["resume"]:
        page = caller.get(f"{uri}?resume={page['resume']}")
        joined += page["interfaces"]
    assert [one["id"] for one in joined] == [one["id"] for one in whole]


def test_resume_goes_alone(caller: Caller) -> None:
    uri = "/platform/3/network/interfaces"
    token = caller.get(f"{uri}?limit=1")["resume"]
    assert caller.call("GET", f"{uri}?limit=1&resume={token}").status_code == 400


def test_bad_resume_token_is_refused(caller: Caller) -> None:
    check_error(caller.call("GET", "/platform/3/network/interfaces?resume=nonsense"), 400, "AEC_BAD_REQUEST")


def test_select_all_is_taken(caller: Caller) -> None:
    """Dell's Ansible modules send it on every pool."""
    pool = caller.get("/platform/3/network/pools?limit=1")["pools"][0]
    uri = f"/network/groupnets/{pool['groupnet']}/subnets/{pool['subnet']}/pools/{pool['name']}"
    assert caller.get(f"/platform/{caller.newest(16)}{uri}?select=*")["pools"][0]["id"] == pool["id"]


def test_cluster_config(caller: Caller) -> None:
    config: dict[str, Any] = caller.get(f"/platform/{caller.newest(17)}/cluster/config")
    if caller.latest >= 17:
        check(config, "cluster_config")
    assert config["onefs_version"]["release"].startswith("v")
    assert config["has_quorum"] is True
    assert config["local_lnn"] in [device["lnn"] for device in config["devices"]]


def test_version_of_each_node(caller: Caller) -> None:
    document = caller.get("/platform/3/cluster/version")
    check(document, "cluster_version")
    lnns = {device["lnn"] for device in caller.get("/platform/1/cluster/config")["devices"]}
    assert {node["lnn"] for node in document["nodes"]} == lnns


@pytest.mark.assumption("statistics-unknown-key")
def test_statistic_that_is_not_there_is_an_error_of_its_own(caller: Caller) -> None:
    stats = caller.get("/platform/1/statistics/current?key=no.such.key")["stats"]
    assert [one["key"] for one in stats] == ["no.such.key"]
    assert stats[0]["error"]


@pytest.mark.assumption("statistics-value")
def test_value_of_a_statistic_is_a_number(caller: Caller) -> None:
    """Dell's SDK says that it is text."""
    stats = caller.get("/platform/1/statistics/current?key=cluster.health")["stats"]
    assert isinstance(stats[0]["value"], int)


def test_licences_that_a_failover_asks_for(caller: Caller) -> None:
    document = caller.get(f"/platform/{caller.newest(17)}/license/licenses")
    check(document, "license")
    assert {"SyncIQ", "SmartConnect Advanced"} <= {one["name"] for one in document["licenses"]}
