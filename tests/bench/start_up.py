# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run costs that changes nothing: the failover and the peer in check mode on the small pair, without any latency."""

from __future__ import annotations

import time
from typing import Any

from running_pair import RunningPair

from .cutover import RunFailed, arguments, works
from .process_use import measured


def check(pair: RunningPair, contender: str) -> dict[str, Any]:
    """Run ours or the peer's playbook in check mode."""
    playbook, told = arguments(contender, "boston", "newyork", "smartconnect")
    began = time.monotonic()
    output, returncode, use = measured(pair.playing(playbook, *told, "--check"))
    if returncode:
        raise RunFailed(f"{contender} --check: {output[-3000:]}")
    calls = [work for did in works(pair, began).values() for work in did if work["kind"] == "call"]
    return {
        "wall_seconds": round(time.monotonic() - began, 2),
        "processor_seconds": round(use.processor_seconds, 2),
        "peak_bytes": use.peak_bytes,
        "calls": len(calls),
    }
