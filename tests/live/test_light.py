# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Light clusters: full size comes up and is counted by way of PAPI, SSH and DNS."""

from __future__ import annotations

import json
import sys

from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import netstat
from running_pair import RunningPair

# Runs on the controller: counts what lists of the platform API hold, page by page.
COUNT = """
import json, requests, sys
url, user, password, ca_file = sys.argv[1:]
http = requests.Session()
http.auth, http.verify, http.trust_env = (user, password), ca_file, False
def pages(path, **query):
    answer = http.get(url + "/platform/16" + path, params=query).json()
    yield answer
    while answer["resume"]:
        answer = http.get(url + "/platform/16" + path, params={"resume": answer["resume"]}).json()
        yield answer
sessions = [node for page in pages("/protocols/smb/sessions", lnn="all") for node in page["nodes"]]
zones = [zone["name"] for page in pages("/zones") for zone in page["zones"]]
print(json.dumps({
    "nodes": len(http.get(url + "/platform/3/cluster/config").json()["devices"]),
    "pools": sum(pool["access_zone"] != "System" for page in pages("/network/pools") for pool in page["pools"]),
    "shares": sum(len(page["shares"]) for zone in zones for page in pages("/protocols/smb/shares", zone=zone)),
    "connections": sum(len(node["sessions"]) for node in sessions),
    "open_files": sum(session["openfiles"] for node in sessions for session in node["sessions"]),
}))
"""
# Runs on the controller: asks the site's DNS server, which gives up sooner than a busy machine answers.
RESOLVE = """
import socket, time
deadline = time.monotonic() + 20
while True:
    try:
        print(socket.gethostbyname("sales.example.com"))
        break
    except OSError:
        if time.monotonic() > deadline:
            raise
"""


def count(pair: RunningPair) -> dict[str, int]:
    papi = pair.status["clusters"]["boston"]["papi"]
    asked = [papi[name] for name in ("url", "user", "password", "ca_file")]
    return json.loads(pair.sim("exec", "controller", "--", sys.executable, "-c", COUNT, *asked))


def sockets(pair: RunningPair) -> netstat.Reading:
    """Ask as the collection does: over SSH, by sudo, on all nodes."""
    ssh = pair.status["clusters"]["boston"]["ssh"]
    options = ["-i", ssh["key_file"], "-o", f"UserKnownHostsFile={ssh['known_hosts_file']}"]
    command = f"sudo -n /usr/bin/isi_for_array {netstat.NETSTAT}"
    return netstat.parse(pair.sim("exec", "controller", "--", "ssh", *options, f"{ssh['user']}@{ssh['host']}", command))


def test_full_size():
    with RunningPair("light-full", "--light", "--prerequisites") as pair:
        numbers = {"nodes": 252, "pools": 2000, "shares": 20000, "connections": 100000, "open_files": 50000}
        assert count(pair) == numbers
        found = sockets(pair)
        assert (len(found.sockets), len(found.nodes), found.problems) == (100000, 252, ())
        asked = pair.sim("exec", "controller", "--", sys.executable, "-c", RESOLVE)
        assert asked.strip() in {socket.local for socket in found.sockets}
