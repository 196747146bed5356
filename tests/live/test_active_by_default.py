# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two clusters in an inventory and three names on the command line are all it takes: pools find their partners by themselves."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
from inside import inside
from running_pair import RunningPair, failover

POOLS = "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools"
HINTS = {"boston": "igls-sales-boston.example.com", "newyork": "igls-sales-newyork.example.com"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPair]:
    with RunningPair("default", "--prerequisites") as running:
        running.inventory = tmp_path_factory.mktemp("inventory") / "clusters.ini"
        lines = (line_of(name, cluster) for name, cluster in running.status["clusters"].items())
        running.inventory.write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield running


def line_of(name: str, cluster: Mapping[str, Any]) -> str:
    """Return how to log in to a cluster, and nothing else of it."""
    papi, ssh = cluster["papi"], cluster["ssh"]
    return (
        f"{name} onefs_host={papi['host']} onefs_user={papi['user']} onefs_password={papi['password']} onefs_ca_path={papi['ca_file']} "
        f"onefs_ssh_key_file={ssh['key_file']} onefs_ssh_known_hosts_file={ssh['known_hosts_file']}"
    )


def put(pair: RunningPair, cluster: str, pool: str, **fields: Any) -> None:
    papi = pair.status["clusters"][cluster]["papi"]
    login = (papi["user"], papi["password"])
    with inside(pathlib.Path(pair.status["state_dir"]), "controller"):
        url = f"{papi['url']}{POOLS}/{pool}"
        answer = requests.put(url, json=fields, auth=login, verify=papi["ca_file"], timeout=10)
    assert answer.status_code == 204, answer.text


def names(pair: RunningPair, cluster: str, pool: str) -> tuple[str, set[str]]:
    """Return zone name and aliases of a pool."""
    pools = {one["name"]: one for one in pair.configuration()[cluster]["network"]["pools"]}
    return pools[pool]["sc_dns_zone"], set(pools[pool]["sc_dns_zone_aliases"])


def test_readiness_knows_the_pairs(pair: RunningPair) -> None:
    run = pair.play("readiness", *failover("boston", "newyork"))
    assert run.returncode == 0, run.stdout
    line = "groupnet0.subnet1.sales of boston -> groupnet0.subnet1.sales of newyork (same name in the same zone)"
    assert line in run.stdout


def test_pools_of_other_names_are_paired_by_hints_that_stay_where_they_are(
    pair: RunningPair, tmp_path: pathlib.Path
) -> None:
    put(pair, "newyork", "sales", name="dr-files")
    put(pair, "boston", "sales", sc_dns_zone_aliases=["files.example.com", HINTS["boston"]])
    put(pair, "newyork", "dr-files", sc_dns_zone_aliases=[HINTS["newyork"]])
    run = pair.play("failover", *failover("boston", "newyork", f"failover_report_directory={tmp_path}"))
    assert run.returncode == 0, run.stdout
    why = f"hints {HINTS['boston']} and {HINTS['newyork']}"
    assert f"groupnet0.subnet1.sales is taken over by groupnet0.subnet1.dr-files: {why}" in run.stdout
    (pool,) = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["scope"]["pools"]
    assert pool == {"source": "groupnet0.subnet1.sales", "target": "groupnet0.subnet1.dr-files", "paired_by": why}
    assert why in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert names(pair, "boston", "sales") == ("", {HINTS["boston"]})
    assert names(pair, "newyork", "dr-files") == ("sales.example.com", {"files.example.com", HINTS["newyork"]})


@pytest.mark.faults
def test_the_way_back_leaves_the_hints_too(pair: RunningPair) -> None:
    back = pair.play("failback", *failover("newyork", "boston"))
    assert back.returncode == 0, back.stdout
    assert names(pair, "boston", "sales") == ("sales.example.com", {"files.example.com", HINTS["boston"]})
    assert names(pair, "newyork", "dr-files") == ("", {HINTS["newyork"]})
