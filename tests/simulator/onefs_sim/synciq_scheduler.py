# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the jobs of policies whose time has come."""

from __future__ import annotations

import logging
import os
import pathlib
import threading

from .allocation import Document
from .synciq import JobRefused, SyncIq
from .synciq_jobs import sync_work
from .synciq_schedule import BadSchedule, Every, Schedule, WhenModified, parse

LOG = logging.getLogger("onefs_sim.synciq")

LOOK_SECONDS = 0.5

Fingerprint = tuple[int, int, int]


class Scheduler:
    """Looks at the policies of one cluster from time to time."""

    def __init__(self, sync: SyncIq) -> None:
        self._sync = sync
        self._stopping = threading.Event()
        self._seen: dict[str, Fingerprint] = {}
        self._changed_at: dict[str, float] = {}

    def start(self) -> None:
        threading.Thread(target=self._look, name=f"{self._sync.cluster_name}-scheduler", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _look(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self.tick()
            except Exception:
                LOG.exception("the scheduler of %s failed inside the simulator", self._sync.cluster_name)

    def tick(self) -> None:
        """Start what is due now, by the cluster's clock."""
        for name in list(self._sync.policies):
            with self._sync.lock:
                policy = self._sync.policies.get(name)
                if policy is None or not policy["schedule"] or not policy["enabled"]:
                    self._seen.pop(name, None)
                    continue
                if policy["conflicted"] or self._sync.settings["service"] != "on":
                    continue
            if self._is_due(policy, parse(policy["schedule"])):
                self._run(policy)

    def _is_due(self, policy: Document, schedule: Schedule) -> bool:
        now = self._sync.clock.now()
        if isinstance(schedule, Every):
            return policy["next_run"] is not None and policy["next_run"] <= now
        if not isinstance(schedule, WhenModified):
            return False
        name = str(policy["name"])
        state = fingerprint(self._sync.files.path(policy["source_root_path"]))
        if self._seen.setdefault(name, state) != state:
            self._seen[name] = state
            self._changed_at.setdefault(name, now)
        return name in self._changed_at and self._changed_at[name] + policy["job_delay"] <= now

    def _run(self, policy: Document) -> None:
        with self._sync.lock:
            try:
                self._sync.start_job(policy, "run", sync_work(self._sync, policy))
            except JobRefused as error:
                LOG.info("%s: scheduled job: %s", self._sync.cluster_name, error)
                return
            self._changed_at.pop(policy["name"], None)
            set_next_run(policy, self._sync.clock.now())


def set_next_run(policy: Document, now: float) -> None:
    """Write down when a policy runs next by itself."""
    try:
        schedule = parse(policy["schedule"])
    except BadSchedule:
        schedule = None
    runs = policy["enabled"] and isinstance(schedule, Every)
    policy["next_run"] = schedule.next_after(now) if runs and isinstance(schedule, Every) else None


def fingerprint(folder: pathlib.Path) -> Fingerprint:
    """Return what changes when anything below a folder does: newest change, number, size."""
    newest = number = size = 0
    for place, folders, names in os.walk(folder):
        for name in (*folders, *names):
            try:
                facts = os.lstat(os.path.join(place, name))
            except OSError:
                continue
            newest, number, size = max(newest, facts.st_mtime_ns, facts.st_ctime_ns), number + 1, size + facts.st_size
    return newest, number, size
