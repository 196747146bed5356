# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer carries what OneFS's own field tables ask for."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from onefs_sim.ports import SmbOpenFile, SmbSession

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "simulator" / "schema"
POOL = "/platform/21/network/groupnets/groupnet0/subnets/subnet1/pools/sales"


def without_nulls(value: Any) -> Any:
    """Real clusters send null for optional fields, which the tables do not say."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def check(document: Any, schema: str) -> None:
    jsonschema.validate(without_nulls(document), json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("path", "key", "schema"),
    [
        ("/platform/21/network/pools", "pools", "pool"),
        ("/platform/21/network/subnets", "subnets", "subnet"),
        ("/platform/21/network/groupnets", "groupnets", "groupnet"),
        ("/platform/21/network/interfaces", "interfaces", "interface"),
        ("/platform/21/network/interfaces?cache=no-cache", "interfaces", "interface"),
        (POOL.replace("/21/", "/7/") + "/interfaces", "interfaces", "pool_interface"),
        (POOL + "/rules", "rules", "pool_rule"),
        ("/platform/21/network/rules", "rules", "pool_rule"),
        ("/platform/3/zones", "zones", "zone"),
        ("/platform/12/protocols/smb/shares?zone=sales", "shares", "share"),
        ("/platform/1/protocols/smb/sessions", "sessions", "session"),
        ("/platform/1/protocols/smb/openfiles", "openfiles", "openfile"),
        ("/platform/18/sync/policies", "policies", "policy"),
        ("/platform/18/sync/reports", "reports", "report"),
    ],
)
def test_lists(pair: Any, path: str, key: str, schema: str) -> None:
    pair.nodes["boston"][0].sessions = [SmbSession(7, "198.51.100.101", "alice", 1)]
    pair.nodes["boston"][0].open_files = [SmbOpenFile(3, "/ifs/data/sales/ledger.txt", "alice")]
    pair.caller("boston").write("POST", POOL + "/rules", {"name": "new", "iface": "ext-1"}, 201)
    elements = pair.caller("boston").get(path)[key]
    assert elements
    for element in elements:
        check(element, schema)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/platform/17/cluster/config", "cluster_config"),
        ("/platform/3/cluster/version", "cluster_version"),
        (POOL + "/status?show_all=true", "pool_status"),
        ("/platform/17/license/licenses", "license"),
        ("/platform/11/protocols/smb/sessions?lnn=all", "sessions_v11_response"),
    ],
)
def test_documents(pair: Any, path: str, schema: str) -> None:
    check(pair.caller("boston").get(path), schema)


def test_settings_session_and_errors(pair: Any) -> None:
    caller = pair.caller("boston", basic=False)
    check(caller.log_in().json(), "session_response")
    check(caller.get("/platform/17/protocols/smb/settings/global")["settings"], "smb_settings_global")
    check(caller.get("/platform/21/network/external")["settings"], "network_external")
    check(caller.get("/platform/3/network/dnscache")["settings"], "dnscache")
    check(caller.call("GET", "/platform/21/network/groupnets/nobody").json(), "error")


def test_jobs_and_target_policies(pair: Any, until: Callable[..., Any]) -> None:
    caller = pair.caller("boston")
    caller.write("POST", "/platform/18/sync/jobs", {"id": "sales"}, 201)
    jobs = until(lambda: caller.get("/platform/18/sync/jobs")["jobs"])
    check(jobs[0], "job")
    check(pair.caller("newyork").get("/platform/18/sync/target/policies")["policies"][0], "target_policy")


def test_configuration_is_the_same_after_a_change_and_its_undoing(pair: Any, until: Callable[..., Any]) -> None:
    before = {name: cluster.configuration() for name, cluster in pair.clusters.items()}
    assert set(before["boston"]["files"]) == {"/ifs/data/sales/ledger.txt"}
    caller = pair.caller("boston")
    members = caller.get(POOL)["pools"][0]["ifaces"]
    caller.write("PUT", POOL, {"ifaces": []})
    assert pair.boston.configuration() != before["boston"]
    caller.write("PUT", POOL, {"ifaces": members})
    caller.write("POST", "/platform/18/sync/jobs", {"id": "sales"}, 201)
    until(lambda: pair.boston.sync.running_job("sales") is None)
    assert {name: cluster.configuration() for name, cluster in pair.clusters.items()} == before
    json.dumps(before)


def test_a_uri_describes_itself(pair: Any) -> None:
    described = pair.caller("boston").get(POOL + "?describe&json")
    assert set(described) == {
        *("GET_args", "GET_output_schema", "PUT_args", "PUT_input_schema", "DELETE_args"),
    }
    assert described["PUT_args"]["properties"].keys() == {"force"}
    assert described["PUT_input_schema"]["properties"]["sc_ttl"]["type"] == "integer"
    jsonschema.validate(
        {"pools": pair.caller("boston").get(POOL)["pools"]}, without_nulls(described["GET_output_schema"])
    )
    assert pair.caller("boston").call("GET", "/platform/3/no/such/uri?describe").status_code == 404


def test_every_uri_of_the_directory_describes_itself(pair: Any) -> None:
    caller = pair.caller("boston")
    for uri in caller.get("/platform/?describe&list&json")["directory"]:
        assert caller.get(f"/platform{uri.replace('<', '').replace('>', '')}?describe&json")


def test_optional_fields_are_null_as_real_clusters_send_them(pair: Any) -> None:
    caller = pair.caller("boston")
    answer = caller.get("/platform/18/sync/policies")
    assert answer["resume"] is None
    assert answer["policies"][0]["next_run"] is None
    body = {
        "name": "new",
        "source_root_path": "/ifs/data/new",
        "target_path": "/ifs/data/new",
        "target_host": "192.0.2.21",
    }
    caller.write("POST", "/platform/18/sync/policies", {**body, "action": "sync"}, 201)
    new = caller.get("/platform/18/sync/policies/new")["policies"][0]
    assert (new["last_success"], new["last_started"], new["source_network"]) == (None, None, None)
