# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One at a time: runs of several access zones that change the same thing of a cluster take turns at it.

Private to the collection. For what OneFS lets one only replace as a whole, and takes from whoever comes: between reading and writing
nobody else may write. A turn is a file below ``/ifs`` that must not exist yet, as a lease is; it is held for some calls and no longer.
"""

from __future__ import annotations

import contextlib
import json
import random
import time
import typing as t
import uuid

from .._onefs.errors import NotReached, OnefsError, PapiError
from .._onefs.lease_file import CLOSED, OPENED, closing, newest_opened, stands
from .._onefs.papi import PapiSession
from . import controller
from .records import ROOT, folder_name

KIND = "turns"
# Whoever comes waits for all who came before: a turn is some ten calls.
DEADLINE_SECONDS = 120.0
# A turn that did not change for so long is that of a run which was killed, or which waits for an answer no longer than this.
ABANDONED_SECONDS = 45.0
# For so long nobody can hold a turn for abandoned, and its holder need not look.
SURE_SECONDS = 5.0
POLL_SECONDS = (0.05, 0.25)

_clock = time.monotonic
_sleep = time.sleep
# Those who met once are not to meet again at the next look.
_dice = random.Random()


class TurnLost(OnefsError):
    """Another run took the turn, since this one held it for too long."""


class Turn:
    """The right to change one thing of a cluster; whoever holds it looks before each change whether it stands."""

    def __init__(self, papi: PapiSession, path: str, what: str, names: t.Sequence[str] = ()) -> None:
        """Keep where it lies, and what lay beside it when it was taken, which is now."""
        self.papi, self.path, self.what = papi, path, what
        self.names = tuple(names)
        self._taken = _clock()

    def require(self) -> None:
        """Raise TurnLost where another run has taken it meanwhile."""
        if _clock() - self._taken < SURE_SECONDS:
            return
        folder = self.path.rpartition("/")[0]
        if not stands(self.path, self.papi.list_folder(folder)):
            raise TurnLost(
                f"Changing {self.what} on {self.papi.connection.host}: this run held its turn ({self.path}) for more than "
                f"{ABANDONED_SECONDS:.0f} s, and another run took it. Nothing was written; look whether the cluster answers slowly, and run again."
            )


@contextlib.contextmanager
def taken(papi: PapiSession, name: str, what: str) -> t.Iterator[Turn]:
    """Wait for the turn at ``name``, hold it, and give it back; raise NotReached where others hold it for too long."""
    folder = f"{ROOT}/{KIND}/{folder_name(name)}"
    turn = _wait(papi, folder, what)
    try:
        yield turn
    finally:
        _give_back(turn)


def _wait(papi: PapiSession, folder: str, what: str) -> Turn:
    deadline = _clock() + DEADLINE_SECONDS
    seen, seen_since, gone = "", _clock(), False
    while True:
        names = _names(papi, folder)
        newest = newest_opened(names)
        held = bool(newest) and closing(newest) not in names
        if newest != seen:
            seen, seen_since = newest, _clock()
            gone = held and _is_gone(papi, f"{folder}/{newest}")
        if not held or gone or _clock() - seen_since > ABANDONED_SECONDS:
            path = f"{folder}/{(int(newest.partition('.')[0]) if newest else 0) + 1:08d}{OPENED}"
            if _take(papi, path):
                return Turn(papi, path, what, names)
        if _clock() > deadline:
            raise NotReached(
                f"Waiting for the turn to change {what} on {papi.connection.host}: other runs held it for {DEADLINE_SECONDS:.0f} s, the last "
                f"with {folder}/{newest}. Move fewer access zones at once (failover_zones_at_once), and run again."
            )
        _sleep(_dice.uniform(*POLL_SECONDS))


def _names(papi: PapiSession, folder: str) -> list[str]:
    try:
        return papi.list_folder(folder)
    except PapiError as error:
        if error.status != 404:
            raise
        papi.make_folder(folder)
        return []


def _take(papi: PapiSession, path: str) -> bool:
    body = json.dumps({"holder": uuid.uuid4().hex, "controller": controller.this_controller()}).encode()
    try:
        papi.write_file(path, body, overwrite=False)
    except PapiError as error:
        if error.status != 409:
            raise
        # A repeated request may have met its own file.
        return _read(papi, path) == body
    return True


def _is_gone(papi: PapiSession, path: str) -> bool:
    """Tell whether whoever holds a turn is a process of this machine that has ended."""
    try:
        holder = json.loads(_read(papi, path) or b"{}").get("controller") or {}
        return controller.is_gone(holder)
    except (ValueError, AttributeError, TypeError, KeyError):
        return False


def _read(papi: PapiSession, path: str) -> bytes:
    try:
        return papi.read_file(path)
    except PapiError as error:
        if error.status != 404:
            raise
        return b""


def _give_back(turn: Turn) -> None:
    """Close the turn and remove those before it: the newest stays, so that numbers go on from there."""
    folder, _slash, own = turn.path.rpartition("/")
    # Whatever goes wrong here, the next run finds the turn abandoned; what was done under it stands.
    with contextlib.suppress(OnefsError):
        turn.papi.write_file(f"{folder}/{closing(own)}", b"{}")
    for name in turn.names:
        if name.endswith((OPENED, CLOSED)) and name.partition(".")[0] < own.partition(".")[0]:
            # Who had it before may have removed it by now.
            with contextlib.suppress(OnefsError):
                turn.papi.delete_file(f"{folder}/{name}")
