# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What fails once clients can reach the target is not undone: the same playbook goes on from there."""

from __future__ import annotations

from ledger.clients import SmbprotocolClient
from running_pair import RunningPair, failover


def test_failure_after_the_point_of_no_return_is_finished():
    with RunningPair("forward", "--prerequisites") as pair:
        client = SmbprotocolClient(pair.enter, pair.status, pair.folder("client1", "ledger"))
        client.start()
        client.wait_until_acknowledged(50, 30)
        pair.inject("boston", "job-failed", "--policy", "sales", "--action", "resync_prep")
        broken = pair.play("failover", *failover("boston", "newyork"))
        assert broken.returncode != 0, broken.stdout
        assert "Rollback:" not in broken.stdout
        pair.clear()

        refused = pair.play("failover", *failover("newyork", "boston"))
        assert refused.returncode != 0
        finished = pair.play("failover", *failover("boston", "newyork"))
        assert finished.returncode == 0, finished.stdout
        again = pair.play("failover", *failover("boston", "newyork"))
        assert again.returncode == 0, again.stdout
        assert "changed=0" in again.stdout

        client.wait_until_back(50)
        client.stop()
        result = client.check("newyork")
        assert (result["lost"], result["corrupted"]) == (0, 0), result

        # With the lease given back, the way home is free.
        back = pair.play("failover", *failover("newyork", "boston"))
        assert back.returncode == 0, back.stdout
