# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One pair for all tests: boston runs OneFS 9.5, newyork 9.12; each is spoken to with Dell's SDK for its release.

The test process itself sits on the pair's controller. Every answer is validated against the SDK's models, and every call
is noted: the table of endpoints and the calls that exercised them goes to .build/test/sdk-endpoints.txt.
"""

from __future__ import annotations

import importlib
import pathlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "live")]

from inside import inside  # noqa: E402
from recording import Recording, client  # noqa: E402
from running_pair import ROOT, RunningPair  # noqa: E402

#: SDK package by cluster.
PACKAGES = {"boston": "v9_5_0", "newyork": "v9_12_0"}
RECORDING = Recording()


@dataclass(frozen=True)
class Sdk:
    """Dell's SDK for one cluster."""

    pair: RunningPair
    cluster: str
    package: str
    client: Any

    def api(self, name: str) -> Any:
        """Return one of its APIs: `NetworkApi`, `SyncApi`, ..."""
        return getattr(importlib.import_module(f"isilon_sdk.{self.package}"), name)(self.client)

    def model(self, name: str, /, **fields: Any) -> Any:
        """Return one of its models with these fields; those that it does not take by that name it refuses itself."""
        return getattr(importlib.import_module(f"isilon_sdk.{self.package}"), name)(**fields)

    @property
    def refusal(self) -> type[Exception]:
        """What it raises when the cluster refuses: it has `status` and `body`."""
        return importlib.import_module(f"isilon_sdk.{self.package}.rest").ApiException

    def of(self, cluster: str) -> Sdk:
        """Return the SDK for another cluster of the pair."""
        return connect(self.pair, cluster)

    def as_user(self, user: str, password: str) -> Sdk:
        """Return the SDK logged in as somebody else."""
        return connect(self.pair, self.cluster, user, password)


def connect(pair: RunningPair, cluster: str, user: str = "root", password: str = "Sim-Root-1") -> Sdk:
    """Log Dell's SDK in to a cluster; its release decides which of the SDK's packages."""
    papi = pair.status["clusters"][cluster]["papi"]
    package = PACKAGES[cluster]
    return Sdk(pair, cluster, package, client(package, papi["url"], user, password, papi["ca_file"], RECORDING))


@pytest.fixture(scope="session")
def pair() -> Iterator[RunningPair]:
    """Bring the pair up."""
    with RunningPair("sdk", "--prerequisites", "--release", "boston=9.5", "--release", "newyork=9.12") as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def on_the_controller(pair: RunningPair) -> Iterator[None]:
    """Speak from the pair's controller."""
    with inside(pathlib.Path(pair.status["state_dir"]), "controller"):
        yield


@pytest.fixture(params=sorted(PACKAGES))
def sdk(pair: RunningPair, request: pytest.FixtureRequest) -> Sdk:
    """Dell's SDK, once for each cluster, as root."""
    return connect(pair, request.param)


@pytest.fixture(scope="session")
def recording() -> Recording:
    """The calls so far."""
    return RECORDING


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ask at the end whether every endpoint was exercised."""
    items.sort(key=lambda item: item.path.name == "test_endpoints.py")


def pytest_sessionfinish() -> None:
    """Leave the table of endpoints."""
    folder = ROOT / ".build/test"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{method:6} {uri}  {', '.join(sorted(names))}" for (method, uri), names in sorted(RECORDING.calls.items())
    ]
    (folder / "sdk-endpoints.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
