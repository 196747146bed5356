# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of who else is at work here, of the target's health, and of what was done lately. Private to the collection; pure."""

from __future__ import annotations

from ..pool_pairing import HINT_PREFIX, begins_with, hints_of, shown
from .access import DAY
from .check import BLOCK, WARN, Check, Finding, Unread, judge, known
from .facts import Facts
from .replication import spoken_seconds


def no_other_orchestrator(facts: Facts) -> Finding:
    """No other product moves these pools: two of them would undo each other's changes."""
    problems: list[str] = []
    pairs = known(facts.scope).pairs
    moving = {pair.source for pair in pairs} | {pair.target for pair in pairs}
    for cluster in facts.clusters():
        for pool in known(cluster.pools):
            if pool.id in moving:
                # Hints alone are configuration that this collection reads as well; marks are what the other product does.
                read_here = hints_of(pool, facts.request.hint_prefix)
                names = (pool.sc_dns_zone, *(a for a in pool.sc_dns_zone_aliases if a not in read_here))
                problems += [
                    f"{cluster.name}: pool {pool.id} has the name '{shown(name)}', which another product uses"
                    for name in names
                    if begins_with(name, HINT_PREFIX)
                ]
        if not isinstance(cluster.clients, Unread):
            problems += [f"{cluster.name}: '{user}' is logged in over SMB" for user in cluster.clients.orchestrators]
    return judge(
        problems, ["No name and no session of another orchestrator was found; one that is idle can not be seen."]
    )


def target_healthy(facts: Facts) -> Finding:
    """The target has room, quorum, and no critical event."""
    blocking: list[str] = []
    warning: list[str] = []
    seen: list[str] = []
    target = facts.target
    capacity = known(target.capacity)
    percent = 100 * capacity.available_bytes / max(1, capacity.total_bytes)
    line = f"{target.name}: {percent:.0f} % of {capacity.total_bytes / 1e9:.0f} GB are free"
    (warning if percent < facts.limits.free_percent else seen).append(line)
    if capacity.available_bytes == 0:
        blocking.append(f"{target.name}: /ifs is full")
    events = known(target.events)
    blocking += [f"{target.name}: {event}" for event in events]
    if not events:
        seen.append(f"{target.name}: no critical event is open")
    return judge([*blocking, *warning], seen, BLOCK if blocking else WARN)


def rehearsed_lately(facts: Facts) -> Finding:
    """The failover was tried out lately: by a rehearsal, or by a failover that went well."""
    last = max(known(facts.target.rehearsed), known(facts.target.lease).last_rehearsed, _last_success(facts))
    if not last:
        return judge([f"No rehearsal and no failover of this access zone is on record on {facts.target.name}"])
    age = facts.now - last
    line = f"The last rehearsal or failover that went well was {spoken_seconds(age)} ago"
    return judge([line]) if age > facts.limits.rehearsal_days * DAY else judge([], [line])


def _last_success(facts: Facts) -> int:
    lease = known(facts.target.lease)
    return lease.last_closed if lease.last_result == "succeeded" else 0


def last_switch_settled(facts: Facts) -> Finding:
    """The last switch is some minutes ago: clients, caches and replication have settled."""
    closed = max(known(cluster.lease).last_closed for cluster in facts.clusters())
    if not closed:
        return judge([], ["No run of this access zone is on record."])
    age = facts.now - closed
    line = f"The last run of this access zone ended {spoken_seconds(age)} ago"
    return judge([line]) if age < facts.limits.last_switch_seconds else judge([], [line])


def lease_free(facts: Facts) -> Finding:
    """No other run holds the access zone, and the last one was closed. A rehearsal gives way to a failover."""
    problems: list[str] = []
    rehearsals: list[str] = []
    seen: list[str] = []
    for cluster in facts.clusters():
        lease = known(cluster.lease)
        if lease.holder and lease.rehearsal:
            rehearsals.append(f"{cluster.name}: rehearsal {lease.holder} holds the lease since {lease.since}")
        elif lease.holder:
            problems.append(
                f"{cluster.name}: run {lease.holder} holds the lease since {lease.since} (generation {lease.generation})"
            )
        else:
            seen.append(f"{cluster.name}: free, generation {lease.generation}, last run {lease.last_result or 'none'}")
    return judge([*problems, *rehearsals], seen, BLOCK if problems else WARN)


def smb_works(facts: Facts) -> Finding:
    """SMB is served, and can be used: negotiated on both sides, and connected to where an account is given."""
    problems: list[str] = []
    seen: list[str] = []
    for cluster in facts.clusters():
        if not known(cluster.smb_service):
            problems.append(f"{cluster.name}: the SMB service is off")
    for probe in known(facts.site.smb):
        what = f"connected to '{probe.share}'" if probe.share else "negotiated, no account was given to connect with"
        where = f"{probe.cluster} at {probe.address}"
        if probe.trouble:
            problems.append(f"{where}: {probe.trouble}")
        else:
            seen.append(f"{where}: {what} in {probe.milliseconds:.0f} ms")
    seen.append(f"The pools of {facts.target.name} have no address yet; it was tried where this run reaches it.")
    return judge(problems, seen)


CHECKS = (
    Check(
        24,
        "no_other_orchestrator",
        "Does no other product move these pools?",
        BLOCK,
        no_other_orchestrator,
        "Stop the other product's failover of this zone, and remove its hint names, or waive this where it is known to be off.",
    ),
    Check(
        33,
        "target_healthy",
        "Has the target room, and no critical event?",
        BLOCK,
        target_healthy,
        "isi status, isi event groups list --resolved false; make room, mend what is critical.",
        without_source=True,
    ),
    Check(
        36,
        "rehearsed_lately",
        "Was the failover tried out lately?",
        WARN,
        rehearsed_lately,
        "Run the playbook seamless.smb_failover.rehearsal.",
        without_source=True,
    ),
    Check(
        37,
        "last_switch_settled",
        "Is the last switch a while ago?",
        WARN,
        last_switch_settled,
        "Wait until ten minutes have passed since the last switch.",
        without_source=True,
    ),
    Check(
        39,
        "lease_free",
        "Does nobody else hold the access zone?",
        BLOCK,
        lease_free,
        "Wait until that run ends; if its controller is gone, run the failover with -e failover_take_over=true.",
        without_source=True,
    ),
    Check(
        44,
        "smb_works",
        "Does SMB work on both clusters?",
        BLOCK,
        smb_works,
        "isi services smb enable; check the account (failover_flush_user) and that this controller reaches port 445.",
    ),
)
