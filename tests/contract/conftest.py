# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract suite: what the project relies on, asked of a real cluster or of the simulated one.

    ONEFS_HOST=cluster.example.com ONEFS_USER=... ONEFS_PASSWORD=... pytest tests/contract

Without ONEFS_HOST a simulated pair is brought up and asked instead. Nothing is changed on the cluster unless ONEFS_SCRATCH
names a place for a pool of the tests' own. A test marked `assumption` asks what no public source says: where a real cluster
answers otherwise, the simulator is wrong, and the project would like to know (docs/simulator.md).
"""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator

import pytest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "live")]

from contract_cluster import Caller, Cluster, Scratch, Unusable, from_environment, from_status  # noqa: E402
from inside import inside  # noqa: E402
from running_pair import RunningPair  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark of what is still to be seen on hardware."""
    config.addinivalue_line("markers", "assumption(name): what the simulator assumes and no public source says")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Say of an assumption that fails what it means."""
    report = yield
    mark = item.get_closest_marker("assumption")
    if mark is not None and report.failed:
        report.sections.append(
            (
                "assumption",
                f"'{mark.args[0]}' does not hold on this cluster: the simulator is wrong there. Please report it.",
            )
        )
    return report


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The cluster under test; for a simulated one the test process sits on the pair's controller."""
    try:
        named = from_environment()
    except (Unusable, ValueError) as error:
        pytest.exit(f"tests/contract: {error}", returncode=2)
    if named is not None:
        yield named
        return
    with (
        RunningPair("contract", "--prerequisites") as pair,
        inside(pathlib.Path(pair.status["state_dir"]), "controller"),
    ):
        yield from_status(pair.status, "boston")


@pytest.fixture(scope="session")
def caller(cluster: Cluster) -> Iterator[Caller]:
    """A session of the API."""
    try:
        logged_in = cluster.log_in()
    except Unusable as error:
        pytest.exit(f"tests/contract: {error}", returncode=2)
    yield logged_in
    logged_in.log_out()


@pytest.fixture
def scratch(cluster: Cluster) -> Scratch:
    """Where a test may write."""
    if cluster.scratch is None:
        pytest.skip("writes only where ONEFS_SCRATCH names a subnet and a free range")
    return cluster.scratch
