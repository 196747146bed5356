# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All faults in force on a pair: begun by name, listed, and ended in the reverse of their order."""

from __future__ import annotations

import datetime
import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .fault_catalogue import CATALOGUE

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Effect:
    """What a fault left to undo, and how often it struck where that can be counted."""

    undo: Callable[[], None]
    counts: Callable[[], dict[str, int]] = dict


#: Begins a fault at a place.
Beginning = Callable[[str, Options], Effect]


@dataclass(frozen=True)
class NamedFault:
    """One fault in force."""

    number: int
    place: str
    name: str
    options: Options
    since: str
    effect: Effect

    def document(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "place": self.place,
            "fault": self.name,
            "options": dict(self.options),
            "since": self.since,
            **self.effect.counts(),
        }

    def touches(self, place: str) -> bool:
        """Whether it strikes at a place, or between that and another."""
        return place in (self.place, self.options.get("peer"))


class FaultSwitchboard:
    """Switches faults on and off. `places` are the names that may be given as a place."""

    def __init__(self, places: Sequence[str], beginnings: Mapping[str, Beginning]) -> None:
        self._places = tuple(places)
        self._beginnings = dict(beginnings)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._in_force: list[NamedFault] = []

    def inject(self, place: str, name: str, options: Options) -> dict[str, Any]:
        """Begin a fault."""
        if name not in CATALOGUE:
            raise ValueError(f"there is no fault '{name}'; 'onefs-sim inject --list' shows what there is")
        if name not in self._beginnings:
            raise ValueError(f"fault '{name}' cannot be injected into this pair")
        self._check_place(place)
        values = CATALOGUE[name].checked(options)
        with self._lock:
            effect = self._beginnings[name](place, values)
            since = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
            fault = NamedFault(next(self._numbers), place, name, values, since, effect)
            self._in_force.append(fault)
            return fault.document()

    def listing(self, place: str | None = None) -> list[dict[str, Any]]:
        """Return the faults in force, oldest first."""
        if place is not None:
            self._check_place(place)
        with self._lock:
            return [fault.document() for fault in self._in_force if place is None or fault.touches(place)]

    def clear(self, place: str | None = None) -> list[dict[str, Any]]:
        """End the faults of one place, or all, the latest first; one that cannot be ended does not keep the others."""
        if place is not None:
            self._check_place(place)
        ended, troubles = [], []
        with self._lock:
            for fault in [fault for fault in reversed(self._in_force) if place is None or fault.touches(place)]:
                document = fault.document()
                try:
                    fault.effect.undo()
                except (OSError, RuntimeError, ValueError) as error:
                    troubles.append(f"{fault.name} at {fault.place}: {error}")
                else:
                    self._in_force.remove(fault)
                    ended.append(document)
        if troubles:
            raise RuntimeError(f"could not end {'; '.join(troubles)}; these are still listed")
        return ended

    def _check_place(self, place: str) -> None:
        if place not in self._places:
            raise ValueError(f"this pair has no '{place}'; it has: {', '.join(self._places)}")
