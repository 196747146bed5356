# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster as the contract tests meet it: a real one that the environment names, or the simulated pair's.

It speaks HTTPS by itself and shares no code with the collection or the simulator, so that neither hides the other's errors.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema
import requests

SCHEMAS = pathlib.Path(__file__).resolve().parents[1] / "simulator" / "schema"
TIMEOUT_SECONDS = 60


class Unusable(Exception):
    """The environment does not say enough, or says it wrongly."""


@dataclass(frozen=True)
class Scratch:
    """Where the tests that write may make a pool: a subnet, and a range in it that nobody uses."""

    groupnet: str
    subnet: str
    low: str
    high: str

    @classmethod
    def of(cls, text: str) -> Scratch:
        """Read `groupnet0.subnet0:192.0.2.200-192.0.2.203`."""
        place, _colon, bounds = text.partition(":")
        groupnet, _dot, subnet = place.partition(".")
        low, _hyphen, high = bounds.partition("-")
        if not all((groupnet, subnet, low, high)):
            raise Unusable(f"ONEFS_SCRATCH is '{text}'; it has to look like groupnet0.subnet0:192.0.2.200-192.0.2.203")
        return cls(groupnet, subnet, low, high)

    @property
    def pools(self) -> str:
        return f"/network/groupnets/{self.groupnet}/subnets/{self.subnet}/pools"


@dataclass(frozen=True)
class Cluster:
    """How to reach a cluster. `verify`: a CA file, or whether to check the certificate at all."""

    host: str
    port: int
    user: str
    password: str
    verify: str | bool
    scratch: Scratch | None = None
    ssh: Mapping[str, Any] | None = None
    simulated: bool = False

    @property
    def base(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}:{self.port}"

    def http(self) -> requests.Session:
        """Return a client that is not logged in."""
        session = requests.Session()
        session.trust_env = False
        session.verify = self.verify
        return session

    def log_in(self, *services: str) -> Caller:
        """Begin a session of the API."""
        http = self.http()
        body = {"username": self.user, "password": self.password, "services": services or ("platform", "namespace")}
        answer = http.post(f"{self.base}/session/1/session", json=body, timeout=TIMEOUT_SECONDS)
        if answer.status_code != 201:
            raise Unusable(
                f"log-in as '{self.user}' at {self.base} was answered {answer.status_code}: {answer.text[:300]};"
                " check ONEFS_USER and ONEFS_PASSWORD"
            )
        http.headers.update({"X-CSRF-Token": http.cookies.get("isicsrf", ""), "Referer": self.base})
        return Caller(self, http, answer)


@dataclass
class Caller:
    """A session of the API, and what it knows of the cluster."""

    cluster: Cluster
    http: requests.Session
    logged_in: requests.Response
    _latest: int = 0

    @property
    def latest(self) -> int:
        """The newest API version that the cluster knows."""
        if not self._latest:
            self._latest = int(float(self.get("/platform/latest")["latest"]))
        return self._latest

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Call by a whole path, `/platform/...` or `/namespace/...`."""
        return self.http.request(method, self.cluster.base + path, json=body, timeout=TIMEOUT_SECONDS, **options)

    def get(self, path: str) -> Any:
        """Return the JSON of a GET that has to succeed."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def newest(self, version: int) -> int:
        """Return a version of an URI that this cluster knows: the given one, or its newest where that is older."""
        return min(version, self.latest)

    def log_out(self) -> None:
        self.call("DELETE", "/session/1/session")
        self.http.close()


def from_environment() -> Cluster | None:
    """Return the cluster that the environment names, or None."""
    if not os.environ.get("ONEFS_HOST"):
        return None
    missing = [name for name in ("ONEFS_USER", "ONEFS_PASSWORD") if not os.environ.get(name)]
    if missing:
        raise Unusable(f"ONEFS_HOST is set; {' and '.join(missing)} is not")
    insecure = os.environ.get("ONEFS_INSECURE") == "1"
    scratch = os.environ.get("ONEFS_SCRATCH")
    return Cluster(
        host=os.environ["ONEFS_HOST"],
        port=int(os.environ.get("ONEFS_PORT", "8080")),
        user=os.environ["ONEFS_USER"],
        password=os.environ["ONEFS_PASSWORD"],
        verify=False if insecure else os.environ.get("ONEFS_CA_FILE") or True,
        scratch=Scratch.of(scratch) if scratch else None,
        ssh=_ssh_from_environment(),
    )


def _ssh_from_environment() -> Mapping[str, Any] | None:
    user = os.environ.get("ONEFS_SSH_USER")
    if not user:
        return None
    return {
        "host": os.environ["ONEFS_HOST"],
        "port": int(os.environ.get("ONEFS_SSH_PORT", "22")),
        "user": user,
        "key_file": os.environ.get("ONEFS_SSH_KEY_FILE"),
        "known_hosts_file": os.environ.get("ONEFS_SSH_KNOWN_HOSTS"),
    }


def from_status(status: Mapping[str, Any], name: str) -> Cluster:
    """Return a cluster of the simulated pair, by what `onefs-sim status --json` says."""
    papi = status["clusters"][name]["papi"]
    return Cluster(
        host=papi["host"],
        port=papi["port"],
        user="root",
        password="Sim-Root-1",
        verify=papi["ca_file"],
        scratch=Scratch("groupnet0", "subnet1", "198.51.100.200", "198.51.100.203"),
        ssh=status["clusters"][name]["root_ssh"],
        simulated=True,
    )


def with_other_password(cluster: Cluster) -> Cluster:
    """Return the cluster with a password that is wrong."""
    return dataclasses.replace(cluster, password="not-" + cluster.password)


def without_nulls(value: Any) -> Any:
    """Real clusters send null for optional fields, which the schemas do not say."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def check(document: Any, schema: str) -> None:
    """Hold a document against one of the committed JSON Schemas."""
    rules = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    jsonschema.validate(without_nulls(document), rules)


def check_error(answer: requests.Response, status: int, code: str | None) -> None:
    """See that a refusal has this status and code, and OneFS's error body."""
    assert answer.status_code == status, (
        f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:300]}"
    )
    document = answer.json()
    check(document, "error")
    if code is not None:
        assert [error.get("code") for error in document["errors"]] == [code], document
