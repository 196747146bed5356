# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Move service principal names between the machine accounts of two clusters.

Private to the collection. A domain lets one account hold a name, so it is taken off one side before the other gets it. OneFS
replaces the whole list: what another run wrote between reading and writing would be lost, and nobody would notice. So runs take turns at
each account, and none gives its turn back before what it wrote is read back.
"""

from __future__ import annotations

import contextlib
import random
import time
import typing as t
from dataclasses import dataclass

from .._onefs.errors import NotReached, OnefsError, PapiError
from .._onefs.papi import PapiSession, on_each, sessions_of
from .._onefs.progress import Progress
from .._onefs.spns import MachineAccount, read_account, write_spns
from .._onefs.waiting import scattered, wait_until
from . import turn
from .facts import connections_of, pair_argument_spec, without_source_argument_spec

ATTEMPTS = 5
PAUSE_SECONDS = 0.3
# A domain controller that is asked next may not know yet what another one was told.
READ_BACK_SECONDS = 5.0
READ_BACK_PAUSE_SECONDS = 0.1

_dice = random.Random()

ARGUMENT_SPEC: dict[str, t.Any] = {
    **pair_argument_spec(),
    **without_source_argument_spec(),
    "domains": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "domain": {"type": "str", "required": True},
            "account": {"type": "str", "default": ""},
            "spns": {"type": "list", "elements": "str", "required": True},
        },
    },
    "owner": {"type": "str", "required": True, "choices": ["source", "target"]},
    "domain_user": {"type": "str", "default": ""},
    "domain_password": {"type": "str", "default": "", "no_log": True},
}


class SpnsNotMoved(OnefsError):
    """A machine account has not the names that it was given, or another one has them too."""


@dataclass(frozen=True)
class SpnChange:
    """The whole list of one machine account, before and after."""

    side: str
    domain: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def decide(
    owner: str, domain: str, spns: t.Sequence[str], source: t.Sequence[str], target: t.Sequence[str]
) -> list[SpnChange]:
    """List what must change, first what is taken off; names differ by more than case, and all others stay as they are."""
    changes = []
    for side, now in (("source", source), ("target", target)):
        after = changed_list(now, spns, side == owner)
        if after != tuple(now):
            changes.append(SpnChange(side, domain, tuple(now), after))
    return sorted(changes, key=lambda change: change.side == owner)


def changed_list(now: t.Sequence[str], spns: t.Sequence[str], gets: bool) -> tuple[str, ...]:
    """Return the list of an account that gets some names, or lets go of them."""
    if gets:
        held = {spn.lower() for spn in now}
        return (*now, *(spn for spn in spns if spn.lower() not in held))
    moving = {spn.lower() for spn in spns}
    return tuple(spn for spn in now if spn.lower() not in moving)


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Give the names to the machine account of the side that ``owner`` says."""
    made: list[SpnChange] = []
    with sessions_of(connections_of(params)) as sessions:
        for wanted in params["domains"]:
            try:
                made += _move(sessions, wanted["domain"], wanted["spns"], params, check_mode, progress)
            except (PapiError, SpnsNotMoved) as error:
                if not params["without_source"]:
                    raise
                raise _still_held(wanted, sessions["target"], error) from error
    return {
        "changed": bool(made),
        "accounts": [
            {"side": one.side, "domain": one.domain, "before": list(one.before), "after": list(one.after)}
            for one in made
        ],
        "diff": {
            "before": {f"{one.side} {one.domain}": list(one.before) for one in made},
            "after": {f"{one.side} {one.domain}": list(one.after) for one in made},
        },
    }


def _move(
    sessions: t.Mapping[str, PapiSession],
    domain: str,
    spns: t.Sequence[str],
    params: t.Mapping[str, t.Any],
    check_mode: bool,
    progress: Progress,
) -> list[SpnChange]:
    made: list[SpnChange] = []
    for attempt in range(1, ATTEMPTS + 1):
        # The forest is asked for duplicates once something was given, and only where it was given.
        asked = sessions.get(params["owner"]) if made else None
        accounts = _accounts(sessions, domain, asked)
        held = {side: account.spns for side, account in accounts.items()}
        # Nobody can ask a dead cluster what its account holds, nor change that through it.
        changes = decide(params["owner"], domain, spns, held.get("source", ()), held["target"])
        changes = [change for change in changes if change.side in sessions]
        if check_mode:
            return changes
        if not changes:
            if asked is not None:
                _require_no_duplicates(accounts[params["owner"]], asked.connection.host, spns)
            return made
        try:
            for change in changes:
                made += _in_turn(sessions[change.side], change.side, domain, spns, params, progress)
        except PapiError as error:
            if error.status != 409 or attempt == ATTEMPTS:
                raise
        # The other account's domain controller may not know yet that the name is free, or somebody who takes no turns wrote a list.
        if attempt > 1:
            time.sleep(scattered(PAUSE_SECONDS * attempt, _dice))
    raise SpnsNotMoved(
        f"Giving {', '.join(spns)} to the {params['owner']}'s machine account in {domain}: what is read back is not what was written, "
        f"{ATTEMPTS} times. Somebody else may be changing it; look at 'isi auth ads spn list {domain}' on both clusters and run again."
    )


def _accounts(
    sessions: t.Mapping[str, PapiSession], domain: str, asked: PapiSession | None
) -> dict[str, MachineAccount]:
    """Read the account of each side; one of them asks the forest for duplicates."""
    return on_each(sessions, lambda papi: read_account(papi, domain, check_duplicates=papi is asked))


def _in_turn(
    papi: PapiSession,
    side: str,
    domain: str,
    spns: t.Sequence[str],
    params: t.Mapping[str, t.Any],
    progress: Progress,
) -> list[SpnChange]:
    """Read the list of one account, write it and read it back, while no other run may write it."""
    gets = side == params["owner"]
    with turn.taken(papi, f"spns-{domain}", f"the service principal names of the account in {domain}") as mine:
        before = read_account(papi, domain).spns
        change = SpnChange(side, domain, before, changed_list(before, spns, gets))
        if change.after == before:
            return []
        progress(
            f"{papi.connection.host}: its account in {domain} {'gets' if gets else 'lets go of'} {', '.join(spns)}"
        )
        mine.require()
        write_spns(papi, domain, change.after, params["domain_user"] or "", params["domain_password"] or "")
        _read_back(papi, domain, spns, gets, progress)
    return [change]


def _read_back(papi: PapiSession, domain: str, spns: t.Sequence[str], gets: bool, progress: Progress) -> None:
    """Wait until what was written is read, so that whoever has the next turn begins with it; what never comes is told by the last look."""

    def written() -> bool:
        now = read_account(papi, domain).spns
        return changed_list(now, spns, gets) == now

    def describe() -> str:
        return f"{papi.connection.host}: its account in {domain} to show the names as they were written"

    with contextlib.suppress(NotReached):
        wait_until(written, READ_BACK_SECONDS, READ_BACK_PAUSE_SECONDS, progress, describe)


def _require_no_duplicates(account: MachineAccount, host: str, spns: t.Sequence[str]) -> None:
    moved = {spn.lower() for spn in spns}
    twice = [spn for spn in account.duplicates if spn.lower() in moved]
    if twice:
        raise SpnsNotMoved(
            f"Giving names to the machine account {account.name} of {host} in {account.domain}: another account has "
            f"{', '.join(twice)} too, so that Kerberos would fail for everybody. Find it with 'setspn -Q {twice[0]}', take the name off "
            "it, and run again."
        )


def _still_held(wanted: t.Mapping[str, t.Any], papi: PapiSession, error: OnefsError) -> SpnsNotMoved:
    """Say how an administrator of the domain does what can't be done without the dead cluster."""
    dead, mine = wanted["account"] or "THE_DEAD_CLUSTERS_ACCOUNT", read_account(papi, wanted["domain"]).name
    commands = "; ".join(f"setspn -D {spn} {dead}; setspn -S {spn} {mine}" for spn in wanted["spns"])
    return SpnsNotMoved(
        f"Giving {', '.join(wanted['spns'])} to the machine account {mine} of {papi.connection.host} in {wanted['domain']}: {error} The "
        f"dead cluster's account {dead} may still hold them. Until they are moved nobody can log in with Kerberos by these names. Ask "
        f"an administrator of the domain to move them: {commands}"
    )
