# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The prerequisites say what they will change, change it, change nothing the second time, and take all of it back."""

from __future__ import annotations

import json
import pathlib
import re
import stat
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.privileges import used
from inside import inside
from running_pair import RunningPair

FOLDER = ".seamless_smb_failover"
ROLE = "SeamlessFailover"
POOL = "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/sales"
ZONE = "/etc/bind/sim/example.com"


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("prereq") as running:
        yield running


def state(pair: RunningPair) -> dict[str, Any]:
    """Return all that the prerequisites may change, of both clusters."""
    configuration = pair.configuration()
    found: dict[str, Any] = {}
    for name, cluster in pair.status["clusters"].items():
        folder = pathlib.Path(cluster["ifs"]) / FOLDER
        rules = pair.enter(f"{name}-2", ["sh", "-c", "cat /usr/local/etc/sudoers"])
        found[name] = {
            "configuration": configuration[name],
            "sudo": subprocess.run(rules, check=True, capture_output=True, text=True).stdout,
            "folder": f"{stat.S_IMODE(folder.stat().st_mode):04o}" if folder.exists() else "",
        }
    return found


def call(pair: RunningPair, cluster: str, path: str, body: dict[str, Any]) -> None:
    """Change something as root does, over the platform API."""
    papi = pair.status["clusters"][cluster]["papi"]
    login = ("root", pair.status["clusters"][cluster]["root_password"])
    with inside(pathlib.Path(pair.status["state_dir"]), "controller"):
        answer = requests.put(papi["url"] + path, json=body, auth=login, verify=papi["ca_file"], timeout=10)
    assert answer.status_code == 204, answer.text


def sc_ttl(pair: RunningPair, cluster: str) -> int:
    pools = pair.configuration()[cluster]["network"]["pools"]
    return next(int(one["sc_ttl"]) for one in pools if one["name"] == "sales")


def not_prepared(pair: RunningPair) -> None:
    """Take away what a new pair has: the account's role, one half of the delegation, and short DNS answers."""
    for cluster in pair.status["clusters"]:
        call(pair, cluster, "/platform/14/auth/roles/SmbFailover", {"members": []})
        call(pair, cluster, POOL, {"sc_ttl": 30})
    edit = f"sed -i '/^sales 0 IN NS ssip-newyork/d' {ZONE} && kill -HUP $(cat /run/named/named.pid)"
    subprocess.run(pair.enter("dns", ["sh", "-c", edit]), check=True)


def recap(stdout: str) -> dict[str, int]:
    """Return how many tasks changed something, by host."""
    return {host: int(count) for host, count in re.findall(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)", stdout, re.MULTILINE)}


def test_prerequisites_come_and_go(pair: RunningPair, tmp_path: pathlib.Path) -> None:
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text("elsewhere.example.com ssh-ed25519 AAAA\n", encoding="utf-8")
    password = tmp_path / "admin.json"
    clusters = pair.status["clusters"]
    password.write_text(
        json.dumps({"prerequisites_admin_password": clusters["boston"]["root_password"]}), encoding="utf-8"
    )
    wanted = {
        "prerequisites_role": ROLE,
        "prerequisites_access_zones": ["sales"],
        "prerequisites_dns_servers": ["192.0.2.53"],
        "prerequisites_known_hosts_file": str(known_hosts),
        "prerequisites_trust_on_first_use": True,
        "onefs_ssh_known_hosts_file": str(known_hosts),
    }
    arguments = ["-e", json.dumps(wanted), "-e", f"@{password}"]
    not_prepared(pair)
    before = state(pair)

    looked = pair.play("prerequisites", *arguments, "--check", "--diff")
    assert looked.returncode == 0, looked.stdout
    assert state(pair) == before
    assert "ssh-ed25519" in looked.stdout
    assert "ISI_PRIV_SYNCIQ" in looked.stdout
    # Host key, role and sudo rule; what the account does with its role is not looked at, and that is said.
    assert all(recap(looked.stdout)[cluster] == 3 for cluster in clusters), looked.stdout
    assert "not as it will be" in looked.stdout

    done = pair.play("prerequisites", *arguments)
    assert done.returncode == 0, done.stdout
    assert "sales.example.com. IN NS ssip-newyork.example.com." in done.stdout
    after = state(pair)
    for cluster in clusters:
        role = after[cluster]["configuration"]["roles"][ROLE]
        assert role == {"members": ["svc-failover"], "privileges": used()}
        assert after[cluster]["folder"] == "0700"
        assert "isi_for_array netstat -anW -p tcp" in after[cluster]["sudo"]
        assert sc_ttl(pair, cluster) == 0
    assert known_hosts.read_text(encoding="utf-8").count("seamless.smb_failover") == 2

    again = pair.play("prerequisites", *arguments)
    assert again.returncode == 0, again.stdout
    assert set(recap(again.stdout).values()) == {0}, again.stdout
    assert state(pair) == after

    gone = pair.play("prerequisites", *arguments, "-e", "prerequisites_state=absent")
    assert gone.returncode == 0, gone.stdout
    assert all(recap(gone.stdout)[cluster] == 5 for cluster in clusters), gone.stdout
    assert state(pair) == before
    assert known_hosts.read_text(encoding="utf-8") == "elsewhere.example.com ssh-ed25519 AAAA\n"

    gone = pair.play("prerequisites", *arguments, "-e", "prerequisites_state=absent")
    assert gone.returncode == 0, gone.stdout
    assert set(recap(gone.stdout).values()) == {0}, gone.stdout
