# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role that the prerequisites make is enough for a failover there and back; with less a run is refused, and told what is missing."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator

import pytest
import requests
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.privileges import (
    needed_for_a_failover,
    used,
)
from inside import inside
from running_pair import RunningPair, failover
from test_readiness import ask

pytestmark = pytest.mark.faults
ROLE = "SeamlessLeast"
# Without these nothing is answered at all: neither readiness nor a journal.
DOORS = {"ISI_PRIV_LOGIN_PAPI": "ISI_PRIV_LOGIN_PAPI", "ISI_PRIV_NS_IFS_ACCESS": "403"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPair]:
    """A pair whose account has the role of the prerequisites and no other one."""
    with RunningPair("least", "--prerequisites") as running:
        password = tmp_path_factory.mktemp("least") / "admin.json"
        root = running.status["clusters"]["boston"]["root_password"]
        password.write_text(json.dumps({"prerequisites_admin_password": root}), encoding="utf-8")
        made = running.play("prerequisites", "-e", f"prerequisites_role={ROLE}", "-e", f"@{password}")
        assert made.returncode == 0, made.stdout
        for cluster in running.status["clusters"]:
            change_role(running, cluster, "SmbFailover", {"members": []})
        yield running


def change_role(pair: RunningPair, cluster: str, role: str, body: dict[str, object]) -> None:
    """Change a role as root does, over the platform API."""
    papi = pair.status["clusters"][cluster]["papi"]
    login = ("root", pair.status["clusters"][cluster]["root_password"])
    with inside(pathlib.Path(pair.status["state_dir"]), "controller"):
        url = f"{papi['url']}/platform/14/auth/roles/{role}"
        answer = requests.put(url, json=body, auth=login, verify=papi["ca_file"], timeout=10)
    assert answer.status_code == 204, answer.text


def privileges(without: str = "", read_only: str = "") -> list[dict[str, str]]:
    """Return the privileges of the role, one of them left out or without the permission to write."""
    return [
        {"id": name, "permission": "r" if name == read_only else permission}
        for name, permission in used().items()
        if name != without
    ]


def test_there_and_back_with_the_role_of_the_prerequisites(pair: RunningPair) -> None:
    for name, cluster in pair.configuration().items():
        roles = {
            role: found["privileges"] for role, found in cluster["roles"].items() if "svc-failover" in found["members"]
        }
        assert roles == {ROLE: used()}, name
    there = pair.play("failover", *failover("boston", "newyork"))
    assert there.returncode == 0, there.stdout
    back = pair.play("failover", *failover("newyork", "boston", "failover_mode=failback"))
    assert back.returncode == 0, back.stdout


def test_with_one_privilege_less_readiness_names_it(pair: RunningPair) -> None:
    before = pair.configuration()
    needed = needed_for_a_failover()
    lacks = [(name, "") for name in needed] + [("", name) for name, permission in needed.items() if permission == "w"]
    for number, (without, read_only) in enumerate(lacks):
        if without in DOORS:
            continue
        # Now of the source, now of the target.
        cluster = ("boston", "newyork")[number % 2]
        change_role(pair, cluster, ROLE, {"privileges": privileges(without, read_only)})
        found = ask(pair)["privileges_complete"].finding
        change_role(pair, cluster, ROLE, {"privileges": privileges()})
        name = without or read_only
        assert found.status == "failed", (name, found)
        assert any(name in line and cluster in line for line in found.evidence), (name, found)
    assert pair.configuration() == before


@pytest.mark.parametrize("lacking", ["ISI_PRIV_SYNCIQ", *DOORS])
def test_a_failover_without_it_is_refused_before_anything_is_changed(pair: RunningPair, lacking: str) -> None:
    before = pair.configuration()
    change_role(pair, "newyork", ROLE, {"privileges": privileges(lacking)})
    refused = pair.play("failover", *failover("boston", "newyork"))
    change_role(pair, "newyork", ROLE, {"privileges": privileges()})
    assert refused.returncode != 0, refused.stdout
    assert DOORS.get(lacking, lacking) in refused.stdout, refused.stdout
    assert "Lease: take" not in refused.stdout
    assert pair.configuration() == before
