# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is missing, unreadable or not as it was written is told by those who meet it, on real clusters of the simulator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover import (
    failback,
    interface_move,
    name_lifetime,
    open_run,
    quarantine_mark,
    spn_move,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.interface_switch import require_off
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.lease import LeaseLost
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.lease import _take as take_lease
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.plan import PlanRefused, Request
from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.readiness.gathering import (
    Question,
    gather,
)
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs import papi as papi_module
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.cluster import read_cluster
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.connection import Connection
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.errors import BadOption, NodesMissing
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.node_hosts import find_node_hosts
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.papi import PapiSession
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.pools import read_pool
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.smb import NodeSessions, read_open_files
from error_catalogue.parts import take_apart

POOL = "groupnet0.subnet1.sales"
Papi = Callable[[str], PapiSession]
Options = Callable[[str], dict[str, Any]]


class Everywhere:
    """A container of all addresses."""

    def __contains__(self, _address: object) -> bool:
        return True


def silent(_line: str) -> None:
    """Nobody looks at the progress."""


def test_one_cluster_by_two_names_is_no_move(options: Options) -> None:
    params = {
        "source": options("boston"),
        "target": options("boston"),
        "without_source": False,
        "pairs": [{"source": POOL, "target": POOL}],
    }
    with pytest.raises(interface_move.MoveRefused, match="both are the cluster 'boston'"):
        interface_move.run({**params, "serving": "target"}, False, silent)


def test_ranges_do_not_move_to_a_subnet_that_lacks_them(pair: Any, options: Options) -> None:
    params = {
        "source": options("boston"),
        "target": options("newyork"),
        "without_source": False,
        "pairs": [{"source": POOL, "target": POOL, "source_members": [], "target_members": ["1:ext-1"], "ranges": []}],
        "serving": "target",
        "method": "ip_takeover",
        "disconnect": "close_sessions",
        "deadline_seconds": 10,
    }
    before = pair.boston.configuration(), pair.newyork.configuration()
    with pytest.raises(interface_move.MoveRefused) as caught:
        interface_move.run(params, False, silent)
    parts = take_apart(caught.value.message)
    host = params["target"]["onefs_host"]
    assert parts.tried == f"Moving the ranges 127.77.1.131-127.77.1.133 to pool '{POOL}' of {host}"
    assert "its subnet is 127.77.2.128/25, which does not contain them. Nothing was changed." in parts.came_back
    assert parts.to_do == "use smartconnect, or another pool."
    assert (pair.boston.configuration(), pair.newyork.configuration()) == before


def test_checks_of_a_zone_that_is_not_there_are_refused_as_its_plan_would_be(options: Options) -> None:
    source, target = (Connection.from_params(options(name)) for name in ("boston", "newyork"))
    question = Question(Request("boston", "newyork", access_zone="sails"), source, target)
    with pytest.raises(PlanRefused) as caught:
        gather(question)
    parts = take_apart(caught.value.message)
    assert parts.tried == "The failover was refused before anything was changed"
    assert "'sails'" in parts.came_back and "sales" in parts.came_back
    assert parts.to_do.endswith("Mend what is named, and run the same playbook again.")


def test_a_side_that_still_serves_keeps_the_other_one_down(papi: Papi) -> None:
    boston = papi("boston")
    pools = {POOL: read_pool(boston, POOL)}
    up = read_cluster(boston).up_nodes()
    with pytest.raises(interface_move.MoveRefused, match="Two sides must never serve at once"):
        require_off(boston, pools, (), up, "newyork")


def test_a_journal_of_another_version_is_not_guessed_at(papi: Papi) -> None:
    with pytest.raises(open_run.JournalUnreadable, match="not written by this version, or was changed since"):
        open_run._plan_of({"version": 0}, papi("boston"), "/ifs/.seamless_smb_failover/leases/sales")


def test_there_is_no_way_back_from_where_nobody_went(options: Options) -> None:
    params = {
        "source": options("newyork"),
        "target": options("boston"),
        "source_name": "newyork",
        "target_name": "boston",
        "access_zone": "sales",
        "pools": [],
    }
    with pytest.raises(failback.FailbackRefused, match="nothing to take back"):
        failback.run(params, False, silent)


def test_a_zone_that_nobody_gave_up_is_not_quarantined(options: Options) -> None:
    params = {
        "source": options("boston"),
        "target": options("newyork"),
        "without_source": False,
        "access_zone": "sales",
        "state": "quarantined",
    }
    with pytest.raises(quarantine_mark.MarkMissing, match="no cluster was given up"):
        quarantine_mark.run(params, False, silent)


def test_nodes_that_can_only_be_reached_where_clients_are(papi: Papi) -> None:
    with pytest.raises(NodesMissing, match="onefs_node_hosts"):
        find_node_hosts(papi("boston"), avoid=Everywhere())


def test_a_node_that_nobody_knows_is_not_asked(papi: Papi) -> None:
    with NodeSessions(papi("boston"), {}) as nodes, pytest.raises(NodesMissing, match="Asking node 3"):
        nodes.of(3)


def test_a_node_that_does_not_answer_is_named(papi: Papi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papi_module, "RETRY_PAUSES_SECONDS", ())
    with pytest.raises(NodesMissing, match="open files of node 2"):
        read_open_files(papi("boston"), {2: "127.0.0.254"})


def test_a_pool_that_is_not_there_is_told_with_those_that_are(papi: Papi) -> None:
    with pytest.raises(BadOption, match=POOL):
        read_pool(papi("boston"), "groupnet0.subnet1.sails")


def test_a_lease_that_reads_back_otherwise_is_not_held(papi: Papi, monkeypatch: pytest.MonkeyPatch) -> None:
    boston = papi("boston")
    folder = "/ifs/.seamless_smb_failover/leases/sales"
    write = boston.write_file
    # As a full file system may leave it.
    monkeypatch.setattr(boston, "write_file", lambda path, data, overwrite: write(path, data[:10], overwrite))
    with pytest.raises(LeaseLost, match="what was read back is not"):
        take_lease(boston, folder, f"{folder}/00000001.opened.json", b'{"run_id": "0123456789ab"}', "sales")


def test_a_lifetime_that_somebody_else_sets_meanwhile_is_told(papi: Papi, monkeypatch: pytest.MonkeyPatch) -> None:
    update = name_lifetime.update_pool

    def overtaken(session: PapiSession, pool_id: str, **fields: Any) -> None:
        update(session, pool_id, **fields)
        update(session, pool_id, sc_ttl=77)

    monkeypatch.setattr(name_lifetime, "update_pool", overtaken)
    change = name_lifetime.TtlChange(name_lifetime.PoolTtl("source", POOL, (), 2, 2), 0)
    with pytest.raises(name_lifetime.TtlNotSet, match="it is 77 s"):
        name_lifetime._give(papi("boston"), change)


def test_names_that_are_written_and_never_read_are_told(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spn_move, "write_spns", lambda *_arguments: None)
    monkeypatch.setattr(spn_move, "READ_BACK_SECONDS", 0.05)
    monkeypatch.setattr(spn_move, "PAUSE_SECONDS", 0.0)
    params = {
        "source": options("boston"),
        "target": options("newyork"),
        "domains": [{"domain": "EXAMPLE.COM", "spns": ["HOST/sales.example.com"]}],
        "owner": "target",
        "domain_user": "",
        "domain_password": "",
        "without_source": False,
    }
    with pytest.raises(spn_move.SpnsNotMoved, match="what is read back is not what was written"):
        spn_move.run(params, False, silent)
