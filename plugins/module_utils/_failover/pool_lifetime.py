# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long DNS answers of pools live by their configuration, kept low for good, and given back as they were.

Private to the collection. What a pool had before is written down on its cluster before the first change; a value that somebody else set
since is left alone.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._onefs.connection import SINGLE_CLUSTER_RULES, Connection, single_cluster_argument_spec
from .._onefs.errors import BadOption, OnefsError
from .._onefs.papi import PapiSession
from .._onefs.pools import Pool, read_pool, read_pools, update_pool
from .._onefs.progress import Progress
from .plan import SYSTEM_ZONE
from .records import ROOT, newest_record, write_record

KIND = "lifetimes"
FOLDER = f"{ROOT}/{KIND}/pools"
RECORDS_KEPT = 4

ARGUMENT_SPEC: dict[str, t.Any] = {
    **single_cluster_argument_spec(),
    "access_zones": {"type": "list", "elements": "str", "required": True},
    "ttl_seconds": {"type": "int", "default": 0},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
RULES = SINGLE_CLUSTER_RULES


class LifetimeNotSet(OnefsError):
    """A pool's DNS lifetime is not what it was set to."""


@dataclass(frozen=True)
class Change:
    """What one pool is given."""

    pool: str
    before_seconds: int
    after_seconds: int


# By pool: what it had before this collection set it, and what it was set to.
Remembered = t.Mapping[str, t.Mapping[str, int]]


def to_lower(pools: t.Iterable[Pool], ttl_seconds: int) -> list[Change]:
    """List the pools whose answers live longer than wanted."""
    return [Change(pool.id, pool.sc_ttl, ttl_seconds) for pool in pools if pool.sc_ttl > ttl_seconds]


def to_give_back(pools: t.Iterable[Pool], remembered: Remembered) -> tuple[list[Change], list[str]]:
    """List what pools get back, and the pools that somebody else has set since."""
    changes: list[Change] = []
    left: list[str] = []
    for pool in pools:
        own = remembered.get(pool.id)
        if own is None or pool.sc_ttl == own["before"]:
            continue
        if pool.sc_ttl == own["given"]:
            changes.append(Change(pool.id, pool.sc_ttl, own["before"]))
        else:
            left.append(pool.id)
    return changes, left


def with_changes(remembered: Remembered, changes: t.Iterable[Change]) -> dict[str, dict[str, int]]:
    """Return what is to be remembered: of a pool that was set before, what it had before the first time."""
    merged = {pool: dict(own) for pool, own in remembered.items()}
    for change in changes:
        old = merged.get(change.pool)
        before = old["before"] if old and old["given"] == change.before_seconds else change.before_seconds
        merged[change.pool] = {"before": before, "given": change.after_seconds}
    return merged


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Lower what lives longer than wanted, or give the pools back what they had."""
    if params["ttl_seconds"] < 0:
        raise BadOption(
            f"Setting how long DNS answers live: {params['ttl_seconds']} s is no time. Give 0 or more seconds."
        )
    left: list[str] = []
    with PapiSession(Connection.from_params(params)) as papi:
        pools = pools_of(papi, params["access_zones"])
        remembered = recall(papi)
        if params["state"] == "present":
            changes = to_lower(pools, int(params["ttl_seconds"]))
        else:
            changes, left = to_give_back(pools, remembered)
        if not check_mode:
            if params["state"] == "present":
                _remember(papi, remembered, with_changes(remembered, changes))
            for change in changes:
                progress(f"{papi.connection.host}: DNS answers of {change.pool} live {change.after_seconds} s")
                _give(papi, change)
            if params["state"] == "absent":
                done = {pool.id for pool in pools}
                _remember(papi, remembered, {pool: own for pool, own in remembered.items() if pool not in done})
    return {
        "changed": bool(changes),
        "pools": [vars(change) for change in changes],
        "left_alone": left,
        "diff": {
            "before": {change.pool: change.before_seconds for change in changes},
            "after": {change.pool: change.after_seconds for change in changes},
        },
    }


def pools_of(papi: PapiSession, access_zones: t.Collection[str]) -> list[Pool]:
    """Return the pools of some access zones, or say which zone has none."""
    pools = read_pools(papi)
    if SYSTEM_ZONE in access_zones:
        raise BadOption(
            f"Setting how long DNS answers of access zone '{SYSTEM_ZONE}' live: it carries the management of {papi.connection.host} and is "
            "never moved. Leave it out."
        )
    unknown = sorted(set(access_zones) - {pool.access_zone for pool in pools})
    if unknown:
        listed = ", ".join(sorted({pool.access_zone for pool in pools} - {SYSTEM_ZONE}))
        raise BadOption(
            f"Looking for the IP pools of access zone {', '.join(unknown)} on {papi.connection.host}: there are none. Name one of those "
            f"with pools: {listed or 'none'}."
        )
    return [pool for pool in pools if pool.access_zone in access_zones]


def recall(papi: PapiSession) -> dict[str, dict[str, int]]:
    """Return what was written down of the pools of a cluster."""
    found = (newest_record(papi, FOLDER) or {}).get("pools")
    return found if isinstance(found, dict) else {}


def _remember(papi: PapiSession, before: Remembered, after: Remembered) -> None:
    if before != after:
        write_record(papi, FOLDER, {"pools": after}, RECORDS_KEPT)


def _give(papi: PapiSession, change: Change) -> None:
    update_pool(papi, change.pool, sc_ttl=change.after_seconds)
    now = read_pool(papi, change.pool).sc_ttl
    if now != change.after_seconds:
        raise LifetimeNotSet(
            f"Setting sc_ttl of pool '{change.pool}' on {papi.connection.host} to {change.after_seconds} s: it is {now} s afterwards. "
            f"Somebody else may be changing it; look at 'isi network pools view {change.pool}' and run again."
        )
