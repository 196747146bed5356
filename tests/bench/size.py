# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cutover of a zone of few pools and shares, and of one of many: what is ours of it must not grow with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from running_pair import RunningPair

from . import cutover
from .floor import Floor


@dataclass(frozen=True)
class Zone:
    """How many pools and shares the zone that moves has."""

    pools: int
    shares: int

    def __str__(self) -> str:
        return f"{self.pools} pools, {self.shares} shares"

    def options(self) -> list[str]:
        """Return what brings a pair up whose zone has these; the usual one has one of each."""
        grown = ["--more-pools", str(self.pools - 1), "--more-shares", str(self.shares - 1)]
        return ["--prerequisites", *grown, "--one-static-pool", "no"]


ZONES = (Zone(1, 1), Zone(10, 1), Zone(100, 1), Zone(1, 100), Zone(1, 1000))


def moves(zone: Zone, rounds: int, both_ways: bool, latencies: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Let us move a zone of a size there and back."""
    ways = (("boston", "newyork"), ("newyork", "boston"))
    with RunningPair("bench-size", *zone.options(), *latencies) as pair:
        floor = Floor(pair, cutover.ZONE, "boston")
        for _round in range(rounds):
            for source, target in ways if both_ways else ways[:1]:
                yield cutover.run(pair, floor, "ours", source, target).to_dict()
