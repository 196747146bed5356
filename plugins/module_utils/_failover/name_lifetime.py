# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lower how long SmartConnect's DNS answers live before a failover, wait until the old ones have died, and restore it.

Private to the collection. Answers that were given before the change live on in resolvers and clients for as long as they
were told to: so the wait is as long as the old lifetime, and it is over while the source still serves.
"""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass

from .._onefs.errors import OnefsError
from .._onefs.papi import PapiSession
from .._onefs.pools import read_pool, update_pool
from .._onefs.progress import Progress
from .._onefs.smartconnect import lifetime_at, lifetime_by_resolver, require_dnspython, service_addresses
from .._onefs.waiting import wait_until
from .facts import both_connections, pair_argument_spec

POLL_SECONDS = 0.2
# Resolvers that count in whole seconds, and the change that takes a moment on the cluster.
RESOLVER_GRACE_SECONDS = 3.0
LOWERED, RESTORED = "lowered", "restored"

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    "pairs": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "source": {"type": "str", "required": True},
            "target": {"type": "str", "required": True},
            "source_ttl_seconds": {"type": "int", "required": True},
            "target_ttl_seconds": {"type": "int", "required": True},
            "names": {"type": "list", "elements": "str", "default": []},
        },
    },
    "state": {"type": "str", "required": True, "choices": [LOWERED, RESTORED]},
    "ttl_seconds": {"type": "int", "default": 0},
    "wait": {"type": "bool", "default": True},
    "longest_wait_seconds": {"type": "int", "default": 3600},
    "dns_servers": {"type": "list", "elements": "str", "default": []},
    "deadline_seconds": {"type": "int", "default": 60},
}


class TtlNotSet(OnefsError):
    """A pool's DNS lifetime is not what it should be, or would take too long to wait for."""


@dataclass(frozen=True)
class PoolTtl:
    """A pool, how long its answers live by its own configuration, and how long they live now."""

    side: str
    pool: str
    names: tuple[str, ...]
    own_seconds: int
    now_seconds: int

    @property
    def key(self) -> str:
        """Return how the pool is called in results."""
        return f"{self.side} {self.pool}"


@dataclass(frozen=True)
class TtlChange:
    """What one pool is given."""

    of: PoolTtl
    after_seconds: int


def decide(state: str, ttl_seconds: int, pools: t.Sequence[PoolTtl]) -> tuple[list[TtlChange], list[PoolTtl]]:
    """List what must change, and the pools that hold a value which nobody planned for; these are left alone."""
    changes: list[TtlChange] = []
    strange: list[PoolTtl] = []
    for pool in pools:
        lowered = min(pool.own_seconds, ttl_seconds)
        wanted = lowered if state == LOWERED else pool.own_seconds
        # The run that lowered it may have been another one, with another wish: whatever is lower is restored.
        expected = pool.now_seconds in {pool.own_seconds, lowered} or (
            state == RESTORED and pool.now_seconds < pool.own_seconds
        )
        if not expected:
            strange.append(pool)
        elif pool.now_seconds != wanted:
            changes.append(TtlChange(pool, wanted))
    return changes, strange


def seconds_to_wait(changes: t.Sequence[TtlChange]) -> int:
    """Return how long answers live that were given before the change: only who serves has given any."""
    return max((one.of.now_seconds for one in changes if one.of.side == "source" and one.of.names), default=0)


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Lower the lifetime and wait, or give the pools back what they had."""
    connections = dict(zip(("source", "target"), both_connections(params)))
    with PapiSession(connections["source"]) as source, PapiSession(connections["target"]) as target:
        sessions = {"source": source, "target": target}
        changes, strange = decide(params["state"], int(params["ttl_seconds"]), _read(params["pairs"], sessions))
        lowers = params["state"] == LOWERED
        wait_seconds = seconds_to_wait(changes) if lowers and params["wait"] else 0
        if lowers:
            _require_planned(strange, sessions)
            _require_patience(wait_seconds, int(params["longest_wait_seconds"]), connections["source"].host)
        result = _result(changes, strange, wait_seconds)
        if check_mode:
            return result
        for change in changes:
            _give(sessions[change.of.side], change)
        if lowers and changes:
            asked = [change for change in changes if change.of.side == "source"]
            result["seen"] = _see(source, asked, float(params["deadline_seconds"]), progress)
            _wait_out(wait_seconds, source.connection.host, progress)
            late = _late(asked, list(params["dns_servers"] or ()), progress) if params["wait"] else []
            result["late_names"] = late
    return result


def _read(pairs: t.Sequence[t.Mapping[str, t.Any]], sessions: t.Mapping[str, PapiSession]) -> list[PoolTtl]:
    found = []
    for pair in pairs:
        for side, papi in sessions.items():
            now = read_pool(papi, pair[side])
            names = [name for name in pair["names"] or () if name] if side == "source" else []
            found.append(PoolTtl(side, now.id, tuple(names), int(pair[f"{side}_ttl_seconds"]), now.sc_ttl))
    return found


def _require_planned(strange: t.Sequence[PoolTtl], sessions: t.Mapping[str, PapiSession]) -> None:
    for pool in strange:
        raise TtlNotSet(
            f"Lowering sc_ttl of pool '{pool.pool}' on {sessions[pool.side].connection.host}: it is {pool.now_seconds} s now and was "
            f"{pool.own_seconds} s when this failover was planned, so somebody else changes it. Nothing was changed. "
            "Find out who, and run again."
        )


def _require_patience(wait_seconds: int, longest_seconds: int, host: str) -> None:
    if wait_seconds > longest_seconds:
        raise TtlNotSet(
            f"Lowering sc_ttl on {host}: DNS answers that were given already live for {wait_seconds} s, and a failover waits "
            f"{longest_seconds} s for them at the most. Nothing was changed. Lower sc_ttl of the pools now and fail over when they "
            "have expired, or set failover_ttl_wait_seconds."
        )


def _give(papi: PapiSession, change: TtlChange) -> None:
    update_pool(papi, change.of.pool, sc_ttl=change.after_seconds)
    now = read_pool(papi, change.of.pool).sc_ttl
    if now != change.after_seconds:
        raise TtlNotSet(
            f"Setting sc_ttl of pool '{change.of.pool}' on {papi.connection.host} to {change.after_seconds} s: it is {now} s "
            f"afterwards. Somebody else may be changing it; look at 'isi network pools view {change.of.pool}' and run again."
        )


def _see(
    papi: PapiSession, changes: t.Sequence[TtlChange], deadline_seconds: float, progress: Progress
) -> list[dict[str, t.Any]]:
    """Wait until SmartConnect itself gives answers that live no longer; who can't ask it goes by the configuration."""
    require_dnspython()
    seen: list[dict[str, t.Any]] = []
    for change in changes:
        for address in service_addresses(papi, read_pool(papi, change.of.pool)):
            seen += [
                {"name": name, "server": address, "ttl_seconds": found}
                for name in change.of.names
                if (found := _see_one(address, name, change.after_seconds, deadline_seconds, progress)) is not None
            ]
    return seen


def _see_one(address: str, name: str, wanted_seconds: int, deadline_seconds: float, progress: Progress) -> int | None:
    found = lifetime_at(address, name)
    if found is None:
        # Firewalls often let only the site's resolvers ask the service address.
        progress(f"{address} gives no answer for {name} from here; its lifetime is taken from the configuration")
        return None
    latest = [found]

    def lowered() -> bool:
        now = lifetime_at(address, name)
        latest[0] = latest[0] if now is None else now
        return now is not None and now <= wanted_seconds

    wait_until(
        lowered,
        deadline_seconds,
        POLL_SECONDS,
        progress,
        lambda: (
            f"SmartConnect's answer for {name} at {address} to live {wanted_seconds} s at the most, it lives {latest[0]} s"
        ),
    )
    return latest[0]


def _wait_out(wait_seconds: int, host: str, progress: Progress) -> None:
    if not wait_seconds:
        return
    end = time.monotonic() + wait_seconds
    progress(f"{host}: DNS answers that were given before live for {wait_seconds} s; clients work meanwhile")
    wait_until(
        lambda: time.monotonic() >= end,
        wait_seconds + 1.0,
        POLL_SECONDS * 5,
        progress,
        lambda: f"old DNS answers of {host} to expire",
    )


def _late(changes: t.Sequence[TtlChange], servers: t.Sequence[str], progress: Progress) -> list[str]:
    """Return the names for which a resolver still gives answers that live longer: it has a mind of its own."""
    late: list[str] = []
    for change in changes:
        for name in change.of.names:
            end = time.monotonic() + RESOLVER_GRACE_SECONDS
            found = lifetime_by_resolver(name, servers)
            while found is not None and found > change.after_seconds and time.monotonic() < end:
                time.sleep(POLL_SECONDS)
                found = lifetime_by_resolver(name, servers)
            if found is None or found > change.after_seconds:
                late.append(name)
                spoken = "gives no answer" if found is None else f"still gives answers that live {found} s"
                progress(
                    f"warning: the resolver {spoken} for {name}; its clients may go to the old address for as long"
                )
    return late


def _result(changes: t.Sequence[TtlChange], strange: t.Sequence[PoolTtl], wait_seconds: int) -> dict[str, t.Any]:
    before = {change.of.key: change.of.now_seconds for change in changes}
    after = {change.of.key: change.after_seconds for change in changes}
    return {
        "changed": bool(changes),
        "pools": [
            {
                "side": change.of.side,
                "pool": change.of.pool,
                "before_seconds": change.of.now_seconds,
                "after_seconds": change.after_seconds,
            }
            for change in changes
        ],
        "left_alone": [{"side": pool.side, "pool": pool.pool, "ttl_seconds": pool.now_seconds} for pool in strange],
        "wait_seconds": wait_seconds,
        "seen": [],
        "late_names": [],
        "diff": {"before": before, "after": after},
    }
