# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pair of clusters on loopback addresses: real HTTPS, real DNS messages, real files; only the nodes are stand-ins."""

from __future__ import annotations

import datetime
import errno
import ipaddress
import pathlib
import random
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import dns.message
import dns.query
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from onefs_sim.cluster import Cluster
from onefs_sim.network_choices import NetworkChoices
from onefs_sim.ports import Share, SmbOpenFile, SmbSession
from onefs_sim.release import DEFAULT, Release
from onefs_sim.site import (
    ClusterSite,
    NodeSite,
    PolicySite,
    PoolSite,
    ShareSite,
    SubnetSite,
    ZoneSite,
)

PASSWORD = "Test-1"
APPLY_DELAY_SECONDS = 0.1
EXTERNAL = ("ext-1", "ext-2", "ext-agg")


class LoopbackNode:
    """A node whose addresses are only written down; its sockets are ordinary ones, on 127.0.0.0/8."""

    def __init__(self, lnn: int, name: str, management_address: str) -> None:
        self.lnn = lnn
        self.name = name
        self.powered = True
        self.held: dict[str, list[str]] = {"mgmt-1": [management_address], **{name: [] for name in EXTERNAL}}
        #: Interfaces whose link dropped.
        self.dropped: set[str] = set()
        self.bytes = self.seconds = 0.0
        self.zones: dict[str, str | None] = {}
        self.shares: dict[str, list[Share]] = {}
        self.sessions: list[SmbSession] = []
        self.open_files: list[SmbOpenFile] = []
        #: Order of changes, to prove that a release comes before a take-over.
        self.log: list[str] = []

    def links(self) -> dict[str, bool]:
        return {name: name not in self.dropped for name in self.held}

    def network_bytes(self) -> float:
        return self.bytes

    def processor_seconds(self) -> float:
        return self.seconds

    def open_socket(self, family: int, kind: int) -> socket.socket:
        return socket.socket(family, kind)

    def add_address(self, interface: str, address: str, prefixlen: int) -> None:
        if address not in self.held[interface]:
            self.held[interface].append(address)
        self.log.append(f"add {address}")

    def remove_address(self, interface: str, address: str, prefixlen: int) -> None:
        if address in self.held[interface]:
            self.held[interface].remove(address)
        self.log.append(f"remove {address}")

    def addresses(self) -> dict[str, list[str]]:
        return {name: list(held) for name, held in self.held.items()}

    def serve_zone(self, address: str, zone: str | None) -> None:
        self.zones[address] = zone
        self.log.append(f"serve {address} {zone}")

    def write_shares(self, shares_by_zone: Mapping[str, Sequence[Share]]) -> None:
        self.shares = {zone: list(shares) for zone, shares in shares_by_zone.items()}

    def smb_sessions(self) -> list[SmbSession]:
        return list(self.sessions)

    def smb_open_files(self) -> list[SmbOpenFile]:
        return list(self.open_files)

    def close_smb_session(self, session_id: int) -> None:
        found = [one for one in self.sessions if one.session_id == session_id]
        if not found:
            raise LookupError(session_id)
        self.sessions.remove(found[0])

    def close_smb_open_file(self, file_id: int) -> None:
        found = [one for one in self.open_files if one.file_id == file_id]
        if not found:
            raise LookupError(file_id)
        self.open_files.remove(found[0])


class FolderFiles:
    """An /ifs that is a folder; read-only paths are only written down."""

    def __init__(self, root: pathlib.Path) -> None:
        self._root = root
        self.read_only: set[str] = set()
        self.held_by_a_writer: set[str] = set()

    def path(self, ifs_path: str) -> pathlib.Path:
        return self._root / ifs_path.removeprefix("/ifs").lstrip("/")

    def set_read_only(self, ifs_path: str, read_only: bool) -> None:
        if read_only and ifs_path in self.held_by_a_writer:
            raise OSError(errno.EBUSY, "Device or resource busy", ifs_path)
        (self.read_only.add if read_only else self.read_only.discard)(ifs_path)


class Caller:
    """A client of one node's API, logged in by session or by basic authentication."""

    def __init__(self, base: str, certificate: pathlib.Path, basic: bool = False, user: str = "root") -> None:
        self.base = base
        self.user = user
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(certificate)
        if basic:
            self.http.auth = (user, PASSWORD)

    def log_in(self) -> requests.Response:
        body = {"username": self.user, "password": PASSWORD, "services": ["platform", "namespace"]}
        answer = self.http.post(f"{self.base}/session/1/session", json=body)
        self.http.headers["X-CSRF-Token"] = answer.headers["X-CSRF-Token"]
        self.http.headers["Referer"] = self.base
        return answer

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.http.request(method, self.base + path, json=body, timeout=30, **options)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def write(self, method: str, path: str, body: Any = None, status: int = 204) -> Any:
        answer = self.call(method, path, body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


class Pair:
    """Two clusters that replicate: boston serves, newyork has the copies."""

    def __init__(
        self,
        folder: pathlib.Path,
        certificate: pathlib.Path,
        key: pathlib.Path,
        first_octet: int,
        releases: Mapping[str, Release] = MappingProxyType({}),
    ) -> None:
        self.certificate = certificate
        self._claims = [claim_port() for _ in range(3)]
        # Nobody listens at the last one.
        self.port, self.dns_port, self.silent_port = (int(claim.getsockname()[1]) for claim in self._claims)
        self.sites = {
            "boston": cluster_site("boston", f"127.{first_octet}.1", f"127.{first_octet}.2.21", serves=True),
            "newyork": cluster_site("newyork", f"127.{first_octet}.2", "", serves=False),
        }
        self.files = {name: FolderFiles(folder / name) for name in self.sites}
        self.nodes = {
            name: [LoopbackNode(one.lnn, one.name, one.management_address) for one in site.nodes]
            for name, site in self.sites.items()
        }
        self.clusters = {
            name: Cluster(
                site,
                self.nodes[name],
                self.files[name],
                certificate,
                key,
                dict.fromkeys(("root", "svc-failover", "admin", "auditor"), PASSWORD),
                APPLY_DELAY_SECONDS,
                papi_port=self.port,
                dns_port=self.dns_port,
                release=releases.get(name, DEFAULT),
                job_visible_after_seconds=0.05,
                job_minimum_seconds=0.2,
            )
            for name, site in self.sites.items()
        }
        for cluster in self.clusters.values():
            # One interface in two static pools tells more about addresses and their owners.
            cluster.network.choices = NetworkChoices(one_static_pool=False)
        self.boston.connect_peer(self.newyork)

    @property
    def boston(self) -> Cluster:
        return self.clusters["boston"]

    @property
    def newyork(self) -> Cluster:
        return self.clusters["newyork"]

    def start(self) -> None:
        data = self.files["boston"].path("/ifs/data/sales")
        data.mkdir(parents=True)
        (data / "ledger.txt").write_text("first\n", encoding="utf-8")
        for cluster in self.clusters.values():
            cluster.start()

    def stop(self) -> None:
        for cluster in self.clusters.values():
            cluster.stop()
        for claim in self._claims:
            claim.close()

    def caller(self, cluster: str, lnn: int = 1, basic: bool = True, user: str = "root") -> Caller:
        address = self.sites[cluster].nodes[lnn - 1].management_address
        return Caller(f"https://{address}:{self.port}", self.certificate, basic, user)

    def ask(
        self, cluster: str, name: str, kind: str = "A", tcp: bool = False, timeout: float = 5.0
    ) -> dns.message.Message:
        query = dns.message.make_query(name, kind)
        send = dns.query.tcp if tcp else dns.query.udp
        return send(query, self.sites[cluster].service_addresses[0], timeout=timeout, port=self.dns_port)


def claim_port() -> socket.socket:
    """Return a socket that holds a port, until it is closed, against all other pairs of this machine.

    It is bound where no pair listens. Outgoing connections have their ports above, in ip_local_port_range.
    """
    for port in random.sample(range(20_000, 32_000), 100):
        claim = socket.socket()
        try:
            claim.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
        else:
            return claim
    raise AssertionError("none of 100 ports is free")


def cluster_site(name: str, base: str, target_host: str, serves: bool) -> ClusterSite:
    members = ("1:ext-1", "2:ext-1") if serves else ()
    return ClusterSite(
        name=name,
        guid=("b0" if serves else "e0") * 18,
        nodes=tuple(NodeSite(lnn, f"{name}-{lnn}", f"{base}.{20 + lnn}", (*EXTERNAL, "mgmt-1")) for lnn in (1, 2)),
        subnets=(
            SubnetSite("subnet0", f"{base}.0", 25),
            SubnetSite("subnet1", f"{base}.128", 25, (f"{base}.130",)),
        ),
        pools=(
            PoolSite("subnet0", "management", "System", f"{base}.21", f"{base}.22", ("1:mgmt-1", "2:mgmt-1")),
            PoolSite(
                "subnet1",
                "sales",
                "sales",
                f"{base}.131",
                f"{base}.133",
                members,
                "sales.example.com" if serves else "",
                ("files.example.com",) if serves else (),
            ),
            PoolSite(
                "subnet1",
                "finance",
                "finance",
                f"{base}.141",
                f"{base}.142",
                members,
                "finance.example.com" if serves else "",
            ),
        ),
        zones=(
            ZoneSite("System", "/ifs"),
            ZoneSite("sales", "/ifs/data/sales"),
            ZoneSite("finance", "/ifs/data/finance"),
        ),
        shares=(ShareSite("sales", "sales", "/ifs/data/sales"),),
        policies=(PolicySite("sales", "/ifs/data/sales", target_host),) if serves else (),
    )


@pytest.fixture(scope="session")
def server_certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, pathlib.Path]:
    """A certificate for the loopback addresses that the tests use, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "simulated cluster")])
    now = datetime.datetime.now(datetime.UTC)
    addresses = [f"127.77.{third}.{20 + lnn}" for third in (1, 2) for lnn in (1, 2)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(one)) for one in addresses]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "server.pem", folder / "server.key"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


@pytest.fixture
def pair(tmp_path: pathlib.Path, server_certificate: tuple[pathlib.Path, pathlib.Path]) -> Iterator[Pair]:
    made = Pair(tmp_path, *server_certificate, first_octet=77)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def until() -> Callable[..., Any]:
    """Return a wait for a state, with a deadline."""

    def wait(probe: Callable[[], Any], deadline_seconds: float = 30.0) -> Any:
        deadline = time.monotonic() + deadline_seconds
        while not (value := probe()):
            assert time.monotonic() < deadline, "the state was not reached in time"
            time.sleep(0.01)
        return value

    return wait
