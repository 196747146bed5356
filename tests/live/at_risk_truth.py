# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is really open, and by whom, beside what a report says of it: precision and recall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Held:
    """A file that a test has opened: it knows who did."""

    client: str
    user: str
    path: str
    access: str  # read, write or both
    lock: bool = False

    @property
    def for_writing(self) -> bool:
        return self.access != "read"

    @property
    def risk(self) -> str:
        """The class, told from what was done, not by the rule that is tested."""
        if self.for_writing:
            return "red" if self.lock else "amber"
        return "amber" if self.lock else "green"


@dataclass(frozen=True)
class Score:
    """How many of those that were named are right, and how many of those that are right were named."""

    right: int
    named: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.named if self.named else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    def __str__(self) -> str:
        return f"precision {self.precision:.3f} ({self.right}/{self.named}), recall {self.recall:.3f} ({self.right}/{self.true})"


def score(named: Iterable[Any], true: Iterable[Any]) -> Score:
    """Compare two sets."""
    found, real = set(named), set(true)
    return Score(len(found & real), len(found), len(real))


def measure(rows: Iterable[Mapping[str, Any]], truth: Iterable[Held]) -> dict[str, Any]:
    """Compare a report's rows with the truth.

    A wrong attribution is a row that names one client as certain, and that client does not have the file open so.
    """
    listed, held = list(rows), list(truth)
    accesses = {(one.path, one.user, "write" if one.for_writing else "read") for one in held}
    holders: dict[tuple[str, str, str], set[str]] = {}
    risks: dict[tuple[str, str, str], set[str]] = {}
    for one in held:
        key = (one.path, one.user, "write" if one.for_writing else "read")
        holders.setdefault(key, set()).add(one.client)
        risks.setdefault(key, set()).add(one.risk)
    keys = [(row["path"], row["user"], row["access"]) for row in listed]
    pairs = {(one.path, one.user, one.client) for one in held}
    certain = [(row, key) for row, key in zip(listed, keys, strict=True) if not row["ambiguous"]]
    return {
        "files": score((row["path"] for row in listed), (one.path for one in held)),
        "files open for writing": score(
            (row["path"] for row in listed if row["access"] == "write"), (one.path for one in held if one.for_writing)
        ),
        "opens (file, user, access)": score(keys, accesses),
        "attribution, certain rows": score(
            ((row["path"], row["user"], client) for row, _key in certain for client in row["clients"]), pairs
        ),
        "attribution, all rows": score(
            ((row["path"], row["user"], client) for row in listed for client in row["clients"]), pairs
        ),
        "class": score(
            zip(keys, (row["risk"] for row in listed), strict=True),
            ((key, risk) for key, each in risks.items() for risk in each),
        ),
        "wrong": [row for row, key in certain if not set(row["clients"]) <= holders.get(key, set())],
        "not among the possible": [
            one
            for one in held
            if not any(
                one.client in row["clients"]
                for row, key in zip(listed, keys, strict=True)
                if key == (one.path, one.user, "write" if one.for_writing else "read")
            )
        ],
        "ambiguous": sum(bool(row["ambiguous"]) for row in listed),
        "rows": len(listed),
    }
