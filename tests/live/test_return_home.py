# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After an unplanned failover and the quarantine the playbook failback brings the service home, as it was before the death."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest
from dead_cluster import UNPLANNED, WAIVED, changed, give_power, kill, shut_ports
from put import put
from running_pair import RunningPair, failover

POOL = "/platform/12/network/groupnets/groupnet0/subnets/subnet1/pools/sales"
POLICY = "/platform/7/sync/policies/sales"


@pytest.mark.faults
@pytest.mark.parametrize("method", ["smartconnect", "ip_takeover"])
def test_a_dead_source_returns_and_gets_its_service_back(method: str) -> None:
    way = f"failover_method={method}"
    with RunningPair("wayhome", "--prerequisites") as pair:
        # What can't be guessed from the other cluster.
        put(pair, "boston", POOL, ifaces=[{"lnn": 2, "iface": "ext-1"}], sc_ttl=7)
        put(pair, "boston", POLICY, schedule="every day at 23:00", enabled=True)
        assert pair.play("prerequisites").returncode == 0
        before = _without_snapshots(pair)

        with pair.observed("sales") as seen:
            kill(pair, "boston")
            taken = pair.play("unplanned_failover", *failover("boston", "newyork", *UNPLANNED, WAIVED, way))
            assert taken.returncode == 0, taken.stdout
            shut_ports(pair, "boston")
            give_power(pair, "boston")

            words = failover("boston", "newyork", "failover_network_deadline_seconds=30")
            unseen = pair.play("quarantine_returning_source", *words, "-e", "failover_discard=sales")
            assert unseen.returncode != 0
            assert "no earlier run made the list of what only boston has" in unseen.stdout, unseen.stdout
            kept = pair.play("quarantine_returning_source", *words)
            assert kept.returncode == 0, kept.stdout
            pair.clear()

            quarantined = pair.configuration()
            refused = pair.play("failback", *failover("newyork", "boston", way))
            assert refused.returncode != 0
            assert "-e failover_discard=sales" in " ".join(refused.stdout.split()), refused.stdout
            assert pair.configuration() == quarantined

            document = pathlib.Path(pair.status["clusters"]["boston"]["ifs"]) / "data" / "sales" / "late.txt"
            document.write_text("written by hand", encoding="utf-8")
            grown = pair.play("quarantine_returning_source", *words, "-e", "failover_discard=sales")
            assert grown.returncode != 0
            assert "Somebody changed boston since" in grown.stdout, grown.stdout
            assert document.exists()
            looked = pair.play("quarantine_returning_source", *words)
            assert looked.returncode == 0 and "/ifs/data/sales/late.txt" in looked.stdout, looked.stdout

            back = pair.play("quarantine_returning_source", *words, "-e", "failover_discard=sales")
            assert back.returncode == 0, back.stdout
            assert not document.exists()
            (snapshot,) = pathlib.Path(pair.status["clusters"]["boston"]["ifs"]).glob(
                ".snapshot/seamless-discard-sales-*"
            )
            assert snapshot.name in back.stdout, back.stdout
            kept_document = snapshot / "data" / "sales" / "late.txt"
            assert kept_document.read_text(encoding="utf-8") == "written by hand"
            home = pair.play("failback", *failover("newyork", "boston", way, "failover_mirror=deleted"))
            assert home.returncode == 0, home.stdout
            assert "Not compared with how both clusters were before: boston was dead" in home.stdout, home.stdout
            assert _without_snapshots(pair) == before
            again = pair.play("failback", *failover("newyork", "boston", way, "failover_mirror=deleted"))
            assert again.returncode == 0 and changed(again.stdout) == 0, again.stdout
        assert seen.two_writers == []


def _without_snapshots(pair: RunningPair) -> dict[str, Any]:
    """Return what is configured but for the snapshots, which stay for some days."""
    return {name: {**cluster, "snapshots": []} for name, cluster in pair.configuration().items()}
