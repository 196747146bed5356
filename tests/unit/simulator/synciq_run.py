# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives SyncIQ of a pair on loopback addresses, as a failover tool does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

JOBS = "/platform/7/sync/jobs"
POLICIES = "/platform/7/sync/policies"
TARGETS = "/platform/1/sync/target/policies"
LEDGER = "/ifs/data/sales/ledger.txt"


class Run:
    """Drives jobs as a failover tool does, and waits for what they say."""

    def __init__(self, pair: Any, until: Callable[..., Any]) -> None:
        self.pair = pair
        self.until = until

    def start(self, cluster: str, policy: str, action: str = "", status: int = 201) -> Any:
        body = {"id": policy} | ({"action": action} if action else {})
        return self.pair.caller(cluster).write("POST", JOBS, body, status)

    def idle(self, cluster: str, policy: str) -> None:
        sync = self.pair.clusters[cluster].sync
        self.until(lambda: sync.running_job(policy) is None)
        assert self.pair.caller(cluster).call("GET", f"{JOBS}/{policy}").status_code == 404

    def job(self, cluster: str, policy: str, action: str = "") -> str:
        self.start(cluster, policy, action)
        self.idle(cluster, policy)
        reports = self.pair.caller(cluster).get(f"/platform/7/sync/reports?policy_name={policy}")["reports"]
        assert len(reports) == 1
        return str(reports[0]["state"])

    def state(self, cluster: str, policy: str) -> str:
        return str(self.pair.caller(cluster).get(f"{TARGETS}/{policy}")["policies"][0]["failover_failback_state"])

    def policy(self, cluster: str, name: str) -> Any:
        return self.pair.caller(cluster).get(f"{POLICIES}/{name}")["policies"][0]

    def text(self, cluster: str) -> str:
        return str(self.pair.files[cluster].path(LEDGER).read_text(encoding="utf-8"))

    def write(self, cluster: str, text: str) -> None:
        self.pair.files[cluster].path(LEDGER).write_text(text, encoding="utf-8")

    def is_read_only(self, cluster: str) -> bool:
        return "/ifs/data/sales" in self.pair.files[cluster].read_only
