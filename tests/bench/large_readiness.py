# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readiness of light clusters, up to the largest: how long it takes, what it needs, and how that grows."""

from __future__ import annotations

import time
from typing import Any

from running_pair import RunningPair

from .cutover import ZONE, works
from .process_use import measured
from .time_spent import seconds_of, waited_for

LATENCY_MS = "20"


def ask_ready(scale: float) -> dict[str, Any]:
    """Run the playbook of readiness against a light pair; nodes of it have no Samba, so it is never all green."""
    told = [f"failover_source=boston,failover_target=newyork,failover_access_zone={ZONE}"]
    values = [argument for value in told[0].split(",") for argument in ("-e", value)]
    with RunningPair(
        "bench-light", "--light", "--scale", str(scale), "--prerequisites", "--latency-ms", LATENCY_MS
    ) as pair:
        began = time.monotonic()
        output, _returncode, use = measured(pair.playing("readiness", *values))
        wall_seconds = time.monotonic() - began
        calls = [work for did in works(pair, began).values() for work in did if work["kind"] == "call"]
    reading_seconds = max(call["ended"] for call in calls) - min(call["began"] for call in calls)
    if "Not ready: " not in output and "is ready" not in output:
        raise RuntimeError(f"readiness came to no verdict:\n{output[-3000:]}")
    return {
        "scale": scale,
        "wall_seconds": round(wall_seconds, 2),
        "reading_seconds": round(reading_seconds, 2),
        # What no cluster was answering anything for is ours alone.
        "overhead_seconds": round(reading_seconds - seconds_of((c["began"], c["ended"]) for c in waited_for(calls)), 2),
        "calls": len(calls),
        "processor_seconds": round(use.processor_seconds, 2),
        "peak_bytes": use.peak_bytes,
    }
