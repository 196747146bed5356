# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a readiness check is, and what it finds. Private to the collection.

A rule is a pure function over facts. What it needs and nobody could read ends it with :class:`NotSeen`: the check is then
``unknown``, which counts as much as a failure of it would.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

if t.TYPE_CHECKING:
    from .facts import Facts

BLOCK, WARN, INFO = "block", "warn", "info"
OK, FAILED, UNKNOWN = "ok", "failed", "unknown"

Value = t.TypeVar("Value")


class NotSeen(Exception):
    """A rule needs a fact that could not be read."""


@dataclass(frozen=True)
class Unread:
    """Stands for a fact that could not be read."""

    why: str


Fact = t.Union[Value, Unread]


def known(fact: Fact[Value]) -> Value:
    """Return a fact, or end the rule that needs it."""
    if isinstance(fact, Unread):
        raise NotSeen(fact.why)
    return fact


@dataclass(frozen=True)
class Finding:
    """What a rule found. ``severity`` is given where it differs from that of the check; ``remedy`` likewise."""

    status: str
    evidence: tuple[str, ...] = ()
    severity: str = ""
    remedy: str = ""


Rule = t.Callable[["Facts"], Finding]


@dataclass(frozen=True)
class Check:
    """One check: a stable id, its number in the documentation, a question as title, and the rule that answers it.

    ``without_source`` says that it can be asked when the source is dead.
    """

    number: int
    id: str
    title: str
    severity: str
    rule: Rule
    remedy: str
    without_source: bool = False

    def evaluate(self, facts: Facts) -> Finding:
        """Ask the rule; what it could not see makes the answer unknown."""
        try:
            return self.rule(facts)
        except NotSeen as missing:
            return Finding(
                UNKNOWN, (f"Could not be evaluated: {missing}",), remedy="Mend what is named, and run again."
            )


def judge(problems: t.Sequence[str], seen: t.Sequence[str] = (), severity: str = "", remedy: str = "") -> Finding:
    """Return a failure where there are problems, else what was seen and found good."""
    if problems:
        return Finding(FAILED, (*problems, *seen), severity, remedy)
    return Finding(OK, tuple(seen))


def unseen(facts: t.Iterable[object]) -> list[str]:
    """Return why facts could not be read, each reason once; for rules that judge by what is there."""
    return list(dict.fromkeys(fact.why for fact in facts if isinstance(fact, Unread)))
