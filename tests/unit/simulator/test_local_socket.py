# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platform API's socket on a node: no log-in, and the rights of whoever the kernel says is calling."""

from __future__ import annotations

import json
import os
import pathlib
import socket
import stat

import pytest
from onefs_sim.faults import Fault
from onefs_sim.papi.socket_server import SOCKET, account_name


@pytest.fixture
def roots(pair, tmp_path):
    """Root folders of both nodes of boston; their paths are longer than an address of a socket."""
    folder = tmp_path / ("long" * 30)
    made = {lnn: folder / str(lnn) for lnn in (1, 2)}
    for root in made.values():
        (root / "run").mkdir(parents=True)
        (root / "etc").mkdir()
        become(root, "root")
    pair.boston.open_local_sockets(made)
    return made


def become(root: pathlib.Path, user: str) -> None:
    (root / "etc/passwd").write_text(
        f"daemon:x:1:1::/:/bin/sh\n{user}:x:{os.getuid()}:0::/:/bin/sh\n", encoding="utf-8"
    )


def ask(root: pathlib.Path, request: str) -> tuple[int, dict]:
    """Send one request as it stands, without any header of a log-in."""
    folder = os.open(root / "run", os.O_PATH)
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(f"/proc/self/fd/{folder}/papi.sock")
            client.sendall(
                f"{request} HTTP/1.1\r\nHost: local\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
            )
            with client.makefile("rb") as stream:
                head, _, body = stream.read().partition(b"\r\n\r\n")
    finally:
        os.close(folder)
    return int(head.split()[1]), json.loads(body) if body else {}


@pytest.mark.parametrize("lnn", [1, 2])
def test_each_node_answers_for_itself(roots, lnn):
    status, config = ask(roots[lnn], "GET /platform/3/cluster/config")
    assert (status, config["local_lnn"]) == (200, lnn)


def test_everybody_on_the_node_may_connect(roots):
    assert stat.S_IMODE((roots[1] / SOCKET).stat().st_mode) == 0o666


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("root", {"GET": 200, "POST": 200}),
        ("svc-failover", {"GET": 200, "POST": 200}),
        ("auditor", {"GET": 200, "POST": 403}),
        ("nobody", {"GET": 403, "POST": 403}),
    ],
)
def test_caller_has_the_privileges_of_the_account(roots, user, expected):
    become(roots[1], user)
    pool = "/platform/3/network/groupnets/groupnet0/subnets/subnet1/pools/sales"
    assert ask(roots[1], f"GET {pool}")[0] == expected["GET"]
    assert ask(roots[1], f"POST {pool}/rebalance-ips")[0] == expected["POST"]


def test_a_number_without_account_has_no_privilege(roots):
    (roots[1] / "etc/passwd").write_text("root:x:99999:0::/:/bin/sh\n", encoding="utf-8")
    status, body = ask(roots[1], "GET /platform/3/network/pools")
    assert (status, body["errors"][0]["code"]) == (403, "AEC_FORBIDDEN")


def test_namespace_is_served_too(roots):
    assert ask(roots[1], "GET /namespace/ifs/data/sales/ledger.txt?metadata")[0] == 200


def test_faults_meet_local_calls(pair, roots):
    pair.boston.inject(Fault("boston", "GET", "zones", status=503))
    assert ask(roots[1], "GET /platform/3/zones")[0] == 503
    assert ask(roots[1], "GET /platform/3/zones")[0] == 200


def test_over_the_network_a_log_in_is_still_needed(pair, roots):
    caller = pair.caller("boston")
    caller.http.auth = None
    assert caller.call("GET", "/platform/3/zones").status_code == 401


def test_account_is_found_by_number_alone(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("5:x:7::\nbroken\nalice:x:5001:100::/:/bin/sh\n", encoding="utf-8")
    assert [account_name(tmp_path, uid) for uid in (5001, 7, 5)] == ["alice", "5", "5"]
