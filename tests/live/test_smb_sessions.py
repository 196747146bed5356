# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real Samba: closing one file leaves its client the rest; a share's permissions decide who comes in and who writes."""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from inside import inside
from running_pair import RunningPair

ADDRESS = "198.51.100.11"
NODE = "https://192.0.2.11:8080"
SHARE = f"{NODE}/platform/12/protocols/smb/shares/sales?zone=sales"
OPEN_FILES = f"{NODE}/platform/1/protocols/smb/openfiles"
SESSIONS = f"{NODE}/platform/11/protocols/smb/sessions?lnn=all"
EVERYONE = {"id": "SID:S-1-1-0"}

#: Holds two files open, and writes to both when it is told to.
HOLDER = """
import json, sys, uuid
from smbprotocol.connection import Connection
from smbprotocol.open import *
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

connection = Connection(uuid.uuid4(), sys.argv[1], 445)
connection.connect(timeout=5)
session = Session(connection, sys.argv[2], sys.argv[3], require_encryption=False)
session.connect()
tree = TreeConnect(session, rf"\\\\{sys.argv[1]}\\sales")
tree.connect(require_secure_negotiate=False)
files = {}
for name in ("closed.txt", "kept.txt"):
    files[name] = Open(tree, name)
    files[name].create(
        ImpersonationLevel.Impersonation,
        FilePipePrinterAccessMask.GENERIC_READ | FilePipePrinterAccessMask.GENERIC_WRITE,
        FileAttributes.FILE_ATTRIBUTE_NORMAL,
        ShareAccess.FILE_SHARE_READ,
        CreateDisposition.FILE_OVERWRITE_IF,
        CreateOptions.FILE_NON_DIRECTORY_FILE,
    )
print(json.dumps(sorted(files)), flush=True)
for line in sys.stdin:
    outcome = {}
    for name, file in files.items():
        try:
            outcome[name] = file.write(b"x", 0)
        except Exception as error:
            outcome[name] = type(error).__name__
    print(json.dumps(outcome), flush=True)
"""


@pytest.fixture(scope="module")
def pair() -> Iterator[RunningPair]:
    with RunningPair("smb-sessions") as running:
        yield running


@pytest.fixture(scope="module")
def api(pair: RunningPair) -> Iterator[requests.Session]:
    with inside(pathlib.Path(pair.status["state_dir"]), "controller"), requests.Session() as http:
        http.trust_env = False
        http.verify = pair.status["clusters"]["boston"]["papi"]["ca_file"]
        http.auth = ("root", "Sim-Root-1")
        yield http


@pytest.fixture
def holder(pair: RunningPair) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, ADDRESS, "alice", "Sim-Alice-1"]
    with subprocess.Popen(
        pair.enter("client1", command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == ["closed.txt", "kept.txt"]
        yield process
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


def writes(holder: subprocess.Popen[str]) -> dict[str, Any]:
    assert holder.stdin is not None and holder.stdout is not None
    holder.stdin.write("\n")
    holder.stdin.flush()
    outcome: dict[str, Any] = json.loads(holder.stdout.readline())
    return outcome


def test_closing_one_file_leaves_the_others_and_the_session(
    api: requests.Session, holder: subprocess.Popen[str]
) -> None:
    assert writes(holder) == {"closed.txt": 1, "kept.txt": 1}
    files = {pathlib.PurePosixPath(one["file"]).name: one for one in api.get(OPEN_FILES).json()["openfiles"]}
    assert sorted(files) == ["closed.txt", "kept.txt"]
    assert (files["closed.txt"]["user"], files["closed.txt"]["permissions"]) == ("alice", ["read", "write", "create"])
    (session,) = api.get(SESSIONS).json()["nodes"][0]["sessions"]
    assert (session["computer"], session["user"], session["openfiles"]) == ("198.51.100.101", "alice", 2)
    number = files["closed.txt"]["id"]
    elsewhere = f"https://192.0.2.12:8080/platform/1/protocols/smb/openfiles/{number}"
    assert api.delete(elsewhere).status_code == 404, "files are known to the node that serves them"

    assert api.delete(f"{OPEN_FILES}/{number}").status_code == 204
    assert writes(holder) == {"closed.txt": "FileClosed", "kept.txt": 1}
    (left,) = api.get(OPEN_FILES).json()["openfiles"]
    assert left["file"] == "/ifs/data/sales/kept.txt"
    assert api.get(SESSIONS).json()["nodes"][0]["sessions"][0]["id"] == session["id"]
    assert api.delete(f"{OPEN_FILES}/{number}").status_code == 404


def test_closing_a_session_ends_its_connection(api: requests.Session, holder: subprocess.Popen[str]) -> None:
    (session,) = api.get(SESSIONS).json()["nodes"][0]["sessions"]
    assert api.delete(f"{NODE}/platform/11/protocols/smb/sessions/{session['id']}").status_code == 204
    assert "FileClosed" not in writes(holder).values() and 1 not in writes(holder).values()


@pytest.mark.parametrize(
    ("permissions", "reads", "writes"),
    [
        ([("full", "allow", EVERYONE)], True, True),
        ([("read", "allow", EVERYONE)], True, False),
        ([("full", "deny", EVERYONE), ("full", "allow", EVERYONE)], False, False),
        ([("change", "allow", {"name": "alice", "type": "user"})], True, True),
        ([("change", "allow", {"id": "UID:5001"})], True, True),
        ([("read", "allow", {"name": "alice", "type": "user"}), ("full", "allow", EVERYONE)], True, True),
        ([("full", "deny", {"name": "alice", "type": "user"}), ("full", "allow", EVERYONE)], False, False),
        ([("full", "allow", {"name": "nobody", "type": "user"})], False, False),
    ],
)
def test_permissions_decide(
    pair: RunningPair,
    api: requests.Session,
    permissions: list[tuple[str, str, dict[str, str]]],
    reads: bool,
    writes: bool,
) -> None:
    listed = [{"permission": what, "permission_type": kind, "trustee": who} for what, kind, who in permissions]
    assert api.put(SHARE, json={"permissions": listed}).status_code == 204
    try:
        assert smbclient(pair, "ls") == reads
        assert smbclient(pair, "put /etc/hostname from-a-client.txt") == writes
    finally:
        full = [{"permission": "full", "permission_type": "allow", "trustee": EVERYONE}]
        assert api.put(SHARE, json={"permissions": full}).status_code == 204


def test_hosts_decide(pair: RunningPair, api: requests.Session) -> None:
    try:
        assert api.put(SHARE, json={"host_acl": ["allow:192.0.2.1", "deny:ALL"]}).status_code == 204
        assert not smbclient(pair, "ls")
        assert api.put(SHARE, json={"host_acl": ["allow:198.51.100.101", "deny:ALL"]}).status_code == 204
        assert smbclient(pair, "ls")
    finally:
        assert api.put(SHARE, json={"host_acl": []}).status_code == 204
    assert smbclient(pair, "ls")


def smbclient(pair: RunningPair, command: str) -> bool:
    argv = ["smbclient", f"//{ADDRESS}/sales", "-U", "alice%Sim-Alice-1", "-c", command]
    done = subprocess.run(pair.enter("client1", argv), capture_output=True, text=True, check=False)
    if done.returncode:
        assert "NT_STATUS_ACCESS_DENIED" in done.stdout + done.stderr or "NT_STATUS_MEDIA_WRITE" in done.stdout
    return not done.returncode


def pool_members(api: requests.Session, members: list[dict[str, Any]]) -> None:
    """Give the pool sales these members, and wait until the nodes' kernels have followed."""
    path = f"{NODE}/platform/16/network/groupnets/groupnet0/subnets/subnet1/pools/sales"
    assert api.put(path, json={"ifaces": members}, timeout=10).status_code == 204
    uri = f"{NODE}/platform/16/network/interfaces?owner=groupnet0.subnet1.sales&cache=no-cache"
    deadline = time.monotonic() + 20
    while True:
        owners = [owner for one in api.get(uri, timeout=10).json()["interfaces"] for owner in one["owners"]]
        up = [address for owner in owners if owner["pool"] == "sales" for address in owner["ip_addrs"]]
        if (ADDRESS in up) == bool(members):
            return
        assert time.monotonic() < deadline, up
        time.sleep(0.05)


def test_a_connection_outlives_its_address_and_wakes_when_it_returns(
    pair: RunningPair, api: requests.Session, holder: subprocess.Popen[str]
) -> None:
    """The reason why no address may go back to a source whose path is writable."""
    pool_members(api, [])
    connections = pair.sim("exec", "boston-1", "--", "netstat", "-anW", "-p", "tcp")
    assert any(f"{ADDRESS}.445" in line and "ESTABLISHED" in line for line in connections.splitlines()), connections
    pool_members(api, [{"lnn": 1, "iface": "ext-1"}, {"lnn": 2, "iface": "ext-1"}])
    assert writes(holder) == {"closed.txt": 1, "kept.txt": 1}
