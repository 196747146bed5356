# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Active Directory domain that both clusters are in: machine accounts, and the names (SPNs) each of them holds."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Collection, Sequence


class SpnTaken(Exception):
    """Another machine account holds the name; a name belongs to one account only."""


class Domain:
    """A domain; what only its administrator may do takes his name and password."""

    def __init__(self, name: str, administrator: str, password: str) -> None:
        self.name = name
        self._administrator = administrator
        self._password = password
        self._lock = threading.Lock()
        self._spns: dict[str, list[str]] = {}

    def admits(self, user: str, password: str) -> bool:
        """Whether these are the administrator's name and password; the name may be given with its domain."""
        plain = user.rpartition("\\")[2].partition("@")[0]
        known = plain.lower() == self._administrator.lower()
        return known and hmac.compare_digest(password.encode(), self._password.encode())

    def spns(self, machine: str) -> list[str]:
        with self._lock:
            return list(self._spns.get(machine, ()))

    def held_by_others(self, machine: str, spns: Collection[str]) -> list[str]:
        """Return those of the names that another account holds. Names differ by more than case."""
        with self._lock:
            others = {spn.lower() for owner, held in self._spns.items() if owner != machine for spn in held}
        return [spn for spn in spns if spn.lower() in others]

    def register(self, machine: str, spns: Sequence[str]) -> None:
        """Give an account these names instead of those it had. SpnTaken: another has one of them; nothing is changed."""
        with self._lock:
            for owner, held in self._spns.items():
                taken = {spn.lower() for spn in held} & {spn.lower() for spn in spns}
                if owner != machine and taken:
                    raise SpnTaken(f"{sorted(taken)[0]} is registered to {owner}")
            self._spns[machine] = list({spn.lower(): spn for spn in spns}.values())

    def remove(self, machine: str) -> None:
        with self._lock:
            self._spns.pop(machine, None)
