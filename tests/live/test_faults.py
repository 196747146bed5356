# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault of the machines and of the network bites from the moment it is injected until it is cleared."""

from __future__ import annotations

import pathlib
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import dns.exception
import dns.message
import dns.query
import dns.rcode
import pytest
import requests
from inside import inside
from onefs_sim.fault_catalogue import KINDS
from running_pair import RunningPair

PAPI, SSH, DNS, SMB = 8080, 22, 53, 445
CHECK = "sudo -n /usr/bin/isi_for_array netstat -anW -p tcp"
DEADLINE_SECONDS = 20.0


def until(probe: Callable[[], Any]) -> Any:
    """Wait for a state, with a deadline."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (value := probe()):
        assert time.monotonic() < deadline, "the state was not reached in time"
        time.sleep(0.05)
    return value


class Site:
    """A running pair, and how each service of it looks from one of its hosts."""

    def __init__(self, pair: RunningPair) -> None:
        self.pair = pair
        self.clusters: dict[str, Any] = pair.status["clusters"]
        self.state = pathlib.Path(pair.status["state_dir"])

    def management(self, cluster: str, lnn: int = 1) -> str:
        return str(self.clusters[cluster]["nodes"][lnn - 1]["addresses"]["mgmt-1"][0])

    def connect(self, host: str, address: str, port: int, seconds: float = 1.0) -> str:
        """Return how a connection ends: open, or the name of the error."""
        with inside(self.state, host):
            try:
                with socket.create_connection((address, port), seconds):
                    return "open"
            except OSError as error:
                return type(error).__name__ if error.errno is None else str(error.errno)

    def greet_tls(self, cluster: str) -> None:
        address = self.management(cluster)
        context = ssl.create_default_context(cafile=self.pair.status["ca_file"])
        with (
            inside(self.state, "controller"),
            socket.create_connection((address, PAPI), 5) as plain,
            context.wrap_socket(plain, server_hostname=address),
        ):
            return

    def call(self, cluster: str, method: str, path: str, **options: Any) -> requests.Response:
        papi = self.clusters[cluster]["papi"]
        access = {"auth": (papi["user"], papi["password"]), "verify": papi["ca_file"], "timeout": 10}
        with inside(self.state, "controller"):
            return requests.request(method, papi["url"] + path, **access, **options)

    def sync(self) -> str:
        """Run the policy sales on boston; return how its job ended."""
        number = self.call("boston", "POST", "/platform/7/sync/jobs", json={"id": "sales"}).json()["id"]

        def ended() -> str:
            reports = self.call("boston", "GET", "/platform/7/sync/reports?policy_name=sales").json()["reports"]
            return next((str(report["state"]) for report in reports if str(report["job_id"]) == number), "")

        return str(until(ended))

    def ask(self, address: str, name: str = "sales.example.com", seconds: float = 3.0) -> dns.message.Message:
        with inside(self.state, "controller"):
            return dns.query.udp(dns.message.make_query(name, "A"), address, timeout=seconds)

    def resolve(self, name: str = "sales.example.com", seconds: float = 3.0) -> dns.message.Message:
        return self.ask(self.pair.status["dns"]["address"], name, seconds)

    def ssh(self, cluster: str, command: str, lnn: int = 1) -> subprocess.CompletedProcess[str]:
        access = self.clusters[cluster]["ssh"]
        options = ["BatchMode=yes", "ConnectTimeout=2", f"UserKnownHostsFile={access['known_hosts_file']}"]
        argv = ["ssh", *(word for option in options for word in ("-o", option)), "-i", access["key_file"]]
        argv += ["-l", access["user"], self.management(cluster, lnn), command]
        return subprocess.run(
            self.pair.enter("controller", argv), capture_output=True, text=True, check=False, timeout=60
        )


@pytest.fixture(scope="module")
def running() -> Iterator[RunningPair]:
    with RunningPair("faults", "--prerequisites") as pair:
        yield pair


@pytest.fixture
def site(running: RunningPair) -> Iterator[Site]:
    """The pair without faults, before and after."""
    yield Site(running)
    running.clear()
    assert running.faults() == []


def test_node_down(site: Site) -> None:
    site.pair.inject("boston", "node-down", "--node", "2")
    assert site.connect("controller", site.management("boston", 2), SSH) != "open"
    assert site.connect("controller", site.management("boston", 1), SSH) == "open"
    with pytest.raises(RuntimeError, match="boston-2 is down already"):
        site.pair.inject("boston", "node-down", "--node", "2")
    site.pair.clear()
    until(lambda: site.connect("controller", site.management("boston", 2), SSH) == "open")
    until(lambda: site.connect("client1", "198.51.100.12", SMB) == "open")


def test_a_node_that_comes_back_announces_its_addresses(site: Site) -> None:
    elsewhere = "198.51.100.12 dev ext-1 lladdr 02:00:00:00:00:01 nud reachable"
    site.pair.inject("boston", "node-down", "--node", "2")
    # As after an address that moved to the node while it was down; nobody asks for what is reachable.
    site.pair.sim("exec", "client1", "--", "ip", "neighbour", "replace", *elsewhere.split())
    site.pair.clear()
    until(lambda: "02:00:00:00:00:01" not in site.pair.sim("exec", "client1", "--", "ip", "neighbour"))


def test_link_down(site: Site) -> None:
    assert site.connect("client1", "198.51.100.12", SMB) == "open"
    site.pair.inject("boston", "link-down", "--node", "2")
    assert site.connect("client1", "198.51.100.12", SMB) != "open"
    assert site.connect("controller", site.management("boston", 2), SSH) == "open"
    site.pair.clear()
    until(lambda: site.connect("client1", "198.51.100.12", SMB) == "open")


def announced(site: Site, change: Callable[[], object]) -> set[str]:
    """Return the addresses that are announced to client1 by gratuitous ARP while something changes."""
    found = set()
    with (
        inside(site.state, "client1"),
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0806)) as neighbours,
    ):
        neighbours.settimeout(0.2)
        change()
        try:
            while True:
                frame = neighbours.recv(64)
                if frame[28:32] == frame[38:42]:
                    found.add(socket.inet_ntoa(frame[28:32]))
        except TimeoutError:
            return found


def test_arp_unannounced(site: Site) -> None:
    pool = "/platform/16/network/groupnets/groupnet0/subnets/subnet1/pools/sales"

    def off_and_on() -> None:
        before = site.call("boston", "GET", pool).json()["pools"][0]["ifaces"]
        for ifaces in ([], before):
            assert site.call("boston", "PUT", pool, json={"ifaces": ifaces}).status_code == 204
            until(lambda up=bool(ifaces): (site.connect("client1", "198.51.100.12", SMB, 0.3) == "open") == up)

    site.pair.inject("boston", "arp-unannounced", "--node", "2")
    assert announced(site, off_and_on) == {"198.51.100.11"}
    site.pair.clear()
    assert announced(site, off_and_on) == {"198.51.100.11", "198.51.100.12"}


@pytest.mark.parametrize("variant", ["expired", "other-ca", "other-name"])
def test_stale_tls(site: Site, variant: str) -> None:
    site.pair.inject("newyork", "stale-tls", "--variant", variant)
    with pytest.raises(ssl.SSLCertVerificationError):
        site.greet_tls("newyork")
    site.greet_tls("boston")
    site.pair.clear()
    site.greet_tls("newyork")


@pytest.mark.parametrize(
    ("mode", "words"),
    [("connection", "Connection refused"), ("login", "Permission denied"), ("hang", "timed out")],
)
def test_ssh_refused(site: Site, mode: str, words: str) -> None:
    site.pair.inject("boston", "ssh-refused", "--node", "1", "--mode", mode)
    refused = site.ssh("boston", "true")
    assert refused.returncode == 255 and words in refused.stderr, refused.stderr
    assert site.ssh("boston", "true", lnn=2).returncode == 0
    assert "boston-1" in site.ssh("boston", CHECK, lnn=2).stdout
    site.pair.clear()
    assert site.ssh("boston", "true").returncode == 0


@pytest.mark.parametrize(
    ("mode", "words"), [("denied", "a password is required|not allowed"), ("password", "password")]
)
def test_sudo_refused(site: Site, mode: str, words: str) -> None:
    assert site.ssh("boston", CHECK).returncode == 0
    site.pair.inject("boston", "sudo-refused", "--mode", mode)
    refused = site.ssh("boston", CHECK)
    assert refused.returncode == 1 and any(word in refused.stderr for word in words.split("|")), refused.stderr
    site.pair.clear()
    assert site.ssh("boston", CHECK).returncode == 0


@pytest.mark.parametrize("reject", [False, True])
def test_partition_between_controller_and_cluster(site: Site, reject: bool) -> None:
    site.pair.inject("controller", "partition", "boston", *(["--reject"] if reject else []))
    for port in (PAPI, SSH):
        ended = site.connect("controller", site.management("boston"), port)
        # 113: no route to host, told at once. Without it nobody says a word.
        assert ended == ("113" if reject else "TimeoutError")
    assert site.connect("controller", "198.51.100.11", SMB) != "open"
    assert site.connect("controller", site.management("newyork"), PAPI) == "open"
    assert site.connect("client1", "198.51.100.11", SMB) == "open"
    site.pair.clear()
    assert site.connect("controller", site.management("boston"), PAPI) == "open"
    assert site.connect("controller", "198.51.100.11", SMB) == "open"


def test_partition_between_client_and_cluster(site: Site) -> None:
    with inside(site.state, "client1"):
        connected = socket.create_connection(("198.51.100.11", SMB), 5)
    with connected:
        site.pair.inject("client1", "partition", "boston")
        assert site.connect("client1", "198.51.100.11", SMB) == "TimeoutError"
        connected.settimeout(1)
        connected.sendall(b"\0" * 4)
        with pytest.raises(TimeoutError):
            connected.recv(1)
    site.pair.clear()
    assert site.connect("client1", "198.51.100.11", SMB) == "open"


def test_partition_between_the_clusters(site: Site) -> None:
    assert site.sync() == "finished"
    site.pair.inject("boston", "partition", "newyork")
    assert site.connect("boston-1", site.management("newyork"), PAPI) == "TimeoutError"
    assert site.connect("newyork-2", site.management("boston"), PAPI) == "TimeoutError"
    assert site.connect("controller", site.management("newyork"), PAPI) == "open"
    assert site.sync() == "failed"
    site.pair.clear()
    assert site.sync() == "finished"


def test_a_partition_heals_when_an_interface_lost_its_addresses_meanwhile(site: Site) -> None:
    site.pair.inject("client1", "partition", "boston")
    members = {}
    for zone in ("sales", "finance"):
        pool = f"/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/{zone}"
        members[pool] = site.call("boston", "GET", pool).json()["pools"][0]["ifaces"]
        assert site.call("boston", "PUT", pool, json={"ifaces": []}).status_code == 204
    until(lambda: site.connect("controller", "198.51.100.11", SMB) != "open")
    for pool, ifaces in members.items():
        assert site.call("boston", "PUT", pool, json={"ifaces": ifaces}).status_code == 204
    until(lambda: site.connect("controller", "198.51.100.11", SMB) == "open")
    assert site.connect("client1", "198.51.100.11", SMB) == "TimeoutError"
    site.pair.clear()
    assert site.connect("client1", "198.51.100.11", SMB) == "open"


def test_dns_of_the_site_silent(site: Site) -> None:
    site.pair.inject("site", "dns-silent")
    with pytest.raises(dns.exception.Timeout):
        site.resolve(seconds=0.5)
    site.pair.clear()
    assert site.resolve().answer


def test_dns_of_the_site_fails(site: Site) -> None:
    site.pair.inject("site", "dns-servfail")
    assert site.resolve().rcode() == dns.rcode.SERVFAIL
    site.pair.clear()
    assert site.resolve().answer


def test_dns_of_the_site_keeps_what_it_heard(site: Site) -> None:
    site.pair.inject("site", "dns-stale")
    # Whatever SmartConnect says from now on: nothing at all.
    for cluster in site.clusters:
        site.pair.inject(cluster, "dns-silent")
    answers = {site.resolve().answer[0][0].address for _ in range(6)}
    assert len(answers) == 1
    site.pair.clear()
    assert len({site.resolve().answer[0][0].address for _ in range(6)}) == 2


def test_dns_of_a_cluster_silent(site: Site) -> None:
    (address,) = site.clusters["boston"]["ssips"]
    site.pair.inject("boston", "dns-silent")
    with pytest.raises(dns.exception.Timeout):
        site.ask(address, seconds=0.5)
    site.pair.clear()
    assert site.ask(address).answer


def test_a_full_journal_disk_and_a_wrong_clock(site: Site) -> None:
    def put() -> requests.Response:
        headers = {"x-isi-ifs-target-type": "container"}
        return site.call("newyork", "PUT", "/namespace/ifs/.seamless_smb_failover", headers=headers)

    site.pair.inject("newyork", "journal-disk-full")
    site.pair.inject("newyork", "clock-skew", "--seconds", "-90000")
    refused = put()
    assert refused.status_code == 507 and "No space left" in refused.text
    assert not refused.headers["Date"].startswith(time.strftime("%a, %d", time.gmtime()))
    site.pair.clear()
    made = put()
    assert made.status_code == 200
    assert made.headers["Date"].startswith(time.strftime("%a, %d", time.gmtime()))


def test_every_fault_can_be_begun_in_a_running_pair(site: Site) -> None:
    needed = {
        "call": ["--path", "/never/called", "--status", "500"],
        "node-down": ["--node", "2"],
        "link-down": ["--node", "1"],
        "clock-skew": ["--seconds", "1"],
        "partition": ["controller"],
    }
    for kind in KINDS:
        site.pair.inject("newyork", kind.name, *needed.get(kind.name, []))
    assert [fault["fault"] for fault in site.pair.faults()] == [kind.name for kind in KINDS]
    site.pair.clear()
    site.pair.clear()
    assert site.pair.faults() == []
    site.greet_tls("newyork")
    assert site.ssh("newyork", CHECK).returncode == 0
    assert site.ask(site.clusters["newyork"]["ssips"][0]).rcode() == dns.rcode.REFUSED
    assert site.sync() == "finished"


def test_nothing_stays_when_a_disturbed_pair_goes_down() -> None:
    def mounts() -> set[str]:
        with open("/proc/self/mounts", encoding="utf-8") as lines:
            return {line for line in lines if "onefs" in line or "/sim/" in line}

    def links() -> str:
        return subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout

    before = mounts(), links()
    with RunningPair("disturbed") as pair:
        for fault in (["node-down", "--node", "1"], ["ssh-refused", "--mode", "hang"], ["partition", "newyork"]):
            pair.inject("boston", *fault)
        pair.inject("site", "dns-silent")
    assert (mounts(), links()) == before
