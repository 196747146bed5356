# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the bench: what each compares, in which order, how often, and what a small version of it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from running_pair import RunningPair

from . import cutover, large_readiness, many_zones, netstat, pause, size, start_up
from .floor import Floor
from .tables import Runs

HOME, AWAY = "boston", "newyork"
#: Who moves the zone in each round, and by which method; the zone goes there and back.
CONTENDERS = (("ours", "smartconnect"), ("peer", "smartconnect"), ("floor", "smartconnect"), ("ours", "ip_takeover"))
#: Short, so that the smallest run is done in a minute.
SMALL = ("--latency-ms", "5", "--apply-delay", "0.2", "--job-seconds", "0.3")
#: What the clusters take by themselves, beside the real work of their parts.
LATENCIES: Mapping[str, tuple[str, ...]] = {
    "real-like": cutover.REAL_LIKE,
    "none": ("--apply-delay", "0", "--job-seconds", "0"),
}
#: Shorter than those of a real site: all ways together take half an hour as it is.
MANY_ZONES = ("--latency-ms", "20", "--apply-delay", "0.5", "--job-seconds", "1")


def say(line: str) -> None:
    print(line, flush=True)


def measure_cutover(runs: int, small: bool) -> Runs:
    """Let everybody move the zone in turn, there and back, on one pair."""
    found: Runs = {}
    moves = [
        (contender, method, *way)
        for contender, method in CONTENDERS
        # What went by one method comes back by the same.
        for way in ((HOME, AWAY), (AWAY, HOME))
    ]
    if small:
        moves = [("ours", "smartconnect", HOME, AWAY), ("floor", "smartconnect", AWAY, HOME)]
    with RunningPair("bench", "--prerequisites", *(SMALL if small else cutover.REAL_LIKE)) as pair:
        floor = Floor(pair, cutover.ZONE, HOME)
        for _round in range(runs):
            for contender, method, source, target in moves:
                one = cutover.run(pair, floor, contender, source, target, method).to_dict()
                found.setdefault(f"{contender}, {method}", []).append(one)
                say(
                    f"cutover, {contender}, {method}: {one['cutover_seconds']} s, {one['overhead_seconds']} s of it nobody busy"
                )
    return found


def measure_pause(runs: int, small: bool) -> Runs:
    """Let us and the floors move the zone in turn under both clients, there and back, by both methods."""
    found: Runs = {}
    trips = [pause.there_and_back(contender) for contender in pause.CONTENDERS]
    if small:
        trips = [(("ours", HOME, AWAY), ("floor", AWAY, HOME))]
    for latencies, options in ({"small": SMALL} if small else LATENCIES).items():
        with RunningPair("bench-pause", "--prerequisites", *options) as pair:
            floor = Floor(pair, cutover.ZONE, HOME)
            # There and back are two runs.
            for number in range((runs + 1) // 2):
                for method in pause.METHODS[: 1 if small else None]:
                    for moves in trips:
                        trip = f"{method}-{moves[0][0]}-{number}"
                        seen = pause.run(pair, floor, moves, method, trip, 50 if small else pause.BEFORE_RECORDS)
                        for how, one in zip(moves, seen, strict=True):
                            found.setdefault(f"{latencies}, {method}, {how[0]}", []).append(one)
                            say(f"pause, {latencies}, {method}, {how[0]}: {one['pause_seconds']}")
    return found


def measure_size(runs: int, small: bool) -> Runs:
    """Move a zone of few pools and shares, and ones of more."""
    found: Runs = {}
    for zone in (size.Zone(2, 3),) if small else size.ZONES:
        for one in size.moves(zone, runs, not small, SMALL if small else cutover.REAL_LIKE):
            found.setdefault(str(zone), []).append(one)
            say(f"size, {zone}: {one['cutover_seconds']} s, {one['overhead_seconds']} s of it nobody busy")
    return found


def measure_zones(runs: int, small: bool) -> Runs:
    """Move many zones one by one, some at once, and all at once."""
    found: Runs = {}
    how_many = many_zones.Size(2, 4, 2) if small else many_zones.Size(50, 100, 10)
    # All ways together take half an hour.
    for _round in range(max(1, runs // 3)):
        for how in many_zones.WAYS[2:] if small else many_zones.WAYS:
            one = many_zones.move(how, how_many, SMALL if small else MANY_ZONES)
            found.setdefault(how, []).append(one)
            say(
                f"zones, {how}: {one['moved']} of {one['zones']} moved in {one['wall_seconds']} s, {one['wrong']} wrong"
            )
    return found


def measure_start_up(runs: int, small: bool) -> Runs:
    """Let both be checked in turn."""
    found: Runs = {}
    with RunningPair("bench", "--prerequisites") as pair:
        for _round in range(1 if small else runs):
            for contender in ("ours", "peer"):
                one = start_up.check(pair, contender)
                found.setdefault(contender, []).append(one)
                say(f"--check, {contender}: {one['wall_seconds']} s")
    return found


def measure_readiness(runs: int, small: bool) -> Runs:
    """Ask clusters of several sizes whether they are ready."""
    found: Runs = {}
    for scale in (0.01, 0.02) if small else (0.25, 0.5, 1.0):
        for _round in range(1 if small else runs):
            one = large_readiness.ask_ready(scale)
            found.setdefault(f"{scale:g}x", []).append(one)
            say(f"readiness, {scale:g}x: {one['reading_seconds']} s of reading, {one['peak_bytes'] / 1e6:.0f} MB")
    return found


def measure_netstat(runs: int, small: bool) -> Runs:
    """Read the connections of three sizes."""
    sizes = netstat.measure(0.01 if small else 1.0, 2 if small else max(runs, 5))["sizes"]
    kept = ("lines", "median_seconds", "fastest_seconds", "slowest_seconds", "lines_a_second", "peak_bytes")
    return {f"{one['times']}x": [{name: one[name] for name in kept}] for one in sizes}


MEASURES: Mapping[str, Callable[[int, bool], Runs]] = {
    "cutover": measure_cutover,
    "pause": measure_pause,
    "size": measure_size,
    "zones": measure_zones,
    "start-up": measure_start_up,
    "readiness": measure_readiness,
    "netstat": measure_netstat,
}
