# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two simulated clusters on loopback addresses for the collection's own code, sessions with them, and a real Samba and a node's SSH."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import smb_share
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from onefs_sim.cluster_faults import ClusterFaults
from onefs_sim.fault_switchboard import FaultSwitchboard
from unit.plugins.module_utils.samba_server import SambaServer, missing_programs
from unit.plugins.module_utils.ssh_node import SshNode
from unit.simulator.conftest import PASSWORD, claim_port, pair, server_certificate, until

__all__ = ["pair", "server_certificate", "until"]


@pytest.fixture
def options(pair: Any) -> Callable[[str], dict[str, Any]]:
    """Return a module's options of the connection with a cluster."""

    def made(cluster: str) -> dict[str, Any]:
        return {
            "onefs_host": pair.sites[cluster].nodes[0].management_address,
            "onefs_port": pair.port,
            "onefs_user": "svc-failover",
            "onefs_password": PASSWORD,
            "onefs_ca_path": str(pair.certificate),
        }

    return made


@pytest.fixture
def papi(options: Callable[[str], dict[str, Any]]) -> Iterator[Callable[[str], PapiSession]]:
    """Return a session with a cluster, by the cluster's name; all end with the test."""
    with contextlib.ExitStack() as sessions:

        def open_session(cluster: str) -> PapiSession:
            return sessions.enter_context(PapiSession(Connection.from_params(options(cluster))))

        yield open_session


@pytest.fixture
def faults(pair: Any) -> FaultSwitchboard:
    """Return what injects faults into either cluster, by their names; certificates stay as they are."""

    def certificate(name: str, variant: str) -> Any:
        raise NotImplementedError(f"no {variant} certificate of {name} is made here")

    return FaultSwitchboard(list(pair.clusters), ClusterFaults(pair.clusters, certificate).beginnings())


@pytest.fixture
def samba(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SambaServer]:
    """Return a Samba that the collection's clients come to."""
    if missing := missing_programs():
        pytest.skip(f"no {' and no '.join(missing)} on this machine; apt install samba (bindep.txt, profile test)")
    with contextlib.closing(claim_port()) as claim:
        server = SambaServer(tmp_path / "samba", int(claim.getsockname()[1]))
        monkeypatch.setattr(smb_share, "SMB_PORT", server.port)
        yield server
        server.kill()


@pytest.fixture
def ssh_node() -> Iterator[SshNode]:
    """Return a node that runs commands over SSH."""
    node = SshNode()
    yield node
    node.close()
