# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults inside a cluster's own services: its API, its certificate, network changes, jobs, disk, SmartConnect, clock."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from .cluster import Cluster
from .fault_switchboard import Beginning, Effect, Options
from .faults import CHANGING, FOREVER_SECONDS, Fault
from .papi.server import tls_context
from .smartconnect_faults import Answering, StaleAnswers, servfail, silent

#: Makes a certificate for a cluster with one thing wrong; returns the files of certificate and key.
CertificateMaker = Callable[[str, str], tuple[pathlib.Path, pathlib.Path]]


class ClusterFaults:
    """Begins them on the clusters of one pair."""

    def __init__(self, clusters: Mapping[str, Cluster], make_certificate: CertificateMaker) -> None:
        self._clusters = clusters
        self._make_certificate = make_certificate

    def beginnings(self) -> dict[str, Beginning]:
        """Return what begins each fault."""
        return {
            "call": self._call,
            "stale-tls": self._stale_tls,
            "network-apply-stuck": self._network_apply(hang_seconds=FOREVER_SECONDS, count=0),
            "network-apply-slow": self._network_apply(),
            "network-apply-lost": self._network_apply_lost,
            "job-failed": self._job(outcome="failed"),
            "job-stalled": self._job(hang_seconds=FOREVER_SECONDS),
            "job-needs-attention": self._job(outcome="needs_attention"),
            "journal-disk-full": self._disk_full,
            "dns-silent": self._smartconnect(lambda _cluster: silent),
            "dns-servfail": self._smartconnect(lambda _cluster: servfail),
            "dns-stale": self._smartconnect(lambda cluster: StaleAnswers(cluster.network)),
            "clock-skew": self._clock_skew,
        }

    def cluster(self, place: str) -> Cluster:
        """Return the cluster that a place is; refuse another place."""
        if place not in self._clusters:
            raise ValueError(f"this fault strikes a cluster ({', '.join(self._clusters)}), and '{place}' is none")
        return self._clusters[place]

    def _meet(self, place: str, fault: Fault) -> Effect:
        cluster = self.cluster(place)
        in_force = cluster.inject(fault)
        return Effect(lambda: cluster.faults.remove(in_force), lambda: {"seen": in_force.seen, "hit": in_force.hit})

    def _call(self, place: str, options: Options) -> Effect:
        method = options["method"].upper()
        if method not in ("GET", *CHANGING, "CHANGE", "ANY"):
            raise ValueError(f"'{method}' is no method of the API")
        waits = ("hang", "slow", "late")
        fields = {name.replace("-", "_"): value for name, value in options.items() if name not in waits}
        fields |= {"method": method, **{f"{name}_seconds": options[name] for name in waits}}
        return self._meet(place, Fault(cluster=place, **fields))

    def _network_apply(self, **fields: Any) -> Beginning:
        def begin(place: str, options: Options) -> Effect:
            given = dict(options)
            if "seconds" in given:
                given["hang_seconds"] = given.pop("seconds")
            return self._meet(place, Fault(place, "APPLY", "/network/apply$", **{**given, **fields}))

        return begin

    def _network_apply_lost(self, place: str, options: Options) -> Effect:
        effect = self._network_apply(outcome="lost")(place, options)

        def undo() -> None:
            effect.undo()
            # What was lost arrives after all.
            self.cluster(place).network.changed()

        return Effect(undo, effect.counts)

    def _job(self, **fields: Any) -> Beginning:
        def begin(place: str, options: Options) -> Effect:
            given = dict(options)
            policy, action = given.pop("policy"), given.pop("action")
            path = f"/sync/jobs/{re.escape(policy) if policy else '[^/]+'}/{action or '[^/]+'}$"
            return self._meet(place, Fault(place, "JOB", path, **{**given, **fields}))

        return begin

    def _stale_tls(self, place: str, options: Options) -> Effect:
        cluster = self.cluster(place)
        before = cluster.tls
        files = self._make_certificate(place, options["variant"])
        cluster.present(tls_context(*(str(file) for file in files)))
        return Effect(lambda: cluster.present(before))

    def _disk_full(self, place: str, options: Options) -> Effect:
        space = self.cluster(place).space
        space.fill(options["path"])
        return Effect(lambda: space.free(options["path"]))

    def _smartconnect(self, answering: Callable[[Cluster], Answering]) -> Beginning:
        def begin(place: str, _options: Options) -> Effect:
            cluster = self.cluster(place)
            fault = answering(cluster)
            cluster.smartconnect.faults.add(fault)
            return Effect(lambda: cluster.smartconnect.faults.remove(fault))

        return begin

    def _clock_skew(self, place: str, options: Options) -> Effect:
        clock = self.cluster(place).clock
        clock.offset_seconds += options["seconds"]

        def undo() -> None:
            clock.offset_seconds -= options["seconds"]

        return Effect(undo)
