# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which service principal names go along with the names that clients mount.

Private to the collection. Decided before the first change and kept in the journal: half-way through, no account tells any more
which of its names belong to the move.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from .._onefs.spns import MachineAccount
    from .plan import ClusterFacts


@dataclass(frozen=True)
class SpnPlan:
    """The names of the source's machine account in one domain that the target's gets."""

    domain: str
    account: str
    spns: tuple[str, ...]


def short(name: str) -> str:
    """Return the first label of a name, as clients that leave out the domain say it."""
    return name.partition(".")[0]


def host_of(spn: str) -> str:
    """Return the host that a name is for: ``cifs/files.example.com:445`` is for ``files.example.com``."""
    return spn.partition("/")[2].partition("/")[0].partition(":")[0].lower()


def spns_to_move(account: MachineAccount, moving: t.Iterable[str], staying: t.Iterable[str]) -> tuple[str, ...]:
    """Return those names of an account that are for a name that moves, long or short; what also means one that stays is left."""
    hosts = {form for name in moving for form in (name.lower(), short(name.lower())) if form}
    own = account.name.rstrip("$").lower()
    kept = {form for name in (*staying, own) for form in (name.lower(), short(name.lower())) if form}
    return tuple(spn for spn in account.spns if host_of(spn) in hosts - kept)


def plan_spns(
    source: ClusterFacts, target: ClusterFacts, moving: t.Sequence[str], pools: t.Container[str]
) -> tuple[SpnPlan, ...]:
    """List what moves in each domain; one that only one of the clusters is in has nothing to move."""
    shared = {account.domain for account in source.accounts} & {account.domain for account in target.accounts}
    staying = [
        name
        for pool in source.pools
        if pool.id not in pools
        for name in (pool.sc_dns_zone, *pool.sc_dns_zone_aliases)
        if name
    ]
    found = (
        SpnPlan(account.domain, account.name, spns_to_move(account, moving, staying))
        for account in source.accounts
        if account.domain in shared
    )
    return tuple(one for one in found if one.spns)
