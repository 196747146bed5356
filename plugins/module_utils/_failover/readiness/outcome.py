# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What readiness says in the end: each check with its status, what stands in the way, and a table. Private to the collection; pure."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ..._onefs.errors import BadOption
from ..._onefs.printable import printable
from .check import BLOCK, INFO, OK, WARN, Check, Finding
from .registry import BY_ID, CHECKS

if t.TYPE_CHECKING:
    from .facts import Facts

EVIDENCE_SHOWN = 12
INDENT = " " * 11


@dataclass(frozen=True)
class Outcome:
    """One check with what it found; a waiver takes the weight from it, not the words."""

    check: Check
    finding: Finding
    waiver: str = ""

    @property
    def severity(self) -> str:
        """Return how much it counts."""
        return self.finding.severity or self.check.severity

    @property
    def stands(self) -> bool:
        """Whether it is not fulfilled and nobody waived it."""
        return self.finding.status != OK and not self.waiver

    def as_dict(self) -> dict[str, t.Any]:
        """Return it as it goes into a result."""
        good = self.finding.status == OK
        return {
            "number": self.check.number,
            "id": self.check.id,
            "title": self.check.title,
            "severity": self.severity,
            "status": self.finding.status,
            "evidence": [printable(line) for line in self.finding.evidence],
            "remedy": "" if good else self.finding.remedy or self.check.remedy,
            "waived": bool(self.waiver),
            "waiver_reason": self.waiver,
        }


def waivers_from(option: t.Iterable[t.Any]) -> dict[str, str]:
    """Read waivers: ``{id, reason}``, or ``id: reason`` as a survey gives it; each needs a reason and a check that there is."""
    found: dict[str, str] = {}
    for entry in option:
        if isinstance(entry, dict):
            name, reason = str(entry.get("id") or ""), str(entry.get("reason") or "")
        else:
            name, _colon, reason = str(entry).partition(":")
        name, reason = name.strip(), reason.strip()
        if name not in BY_ID:
            raise BadOption(
                f"Waiving the readiness check {name!r}: there is none of this id. Use one of {', '.join(BY_ID)}."
            )
        if not reason:
            raise BadOption(
                f"Waiving the readiness check '{name}': no reason is given. "
                f"Write it as {{id: {name}, reason: why it does not matter now}}."
            )
        found[name] = reason
    return found


def evaluate(facts: Facts, waivers: t.Mapping[str, str]) -> list[Outcome]:
    """Ask every check that can be asked."""
    asked = [check for check in CHECKS if facts.source_asked or check.without_source]
    return [
        Outcome(check, finding, waivers.get(check.id, "") if finding.status != OK else "")
        for check, finding in ((check, check.evaluate(facts)) for check in asked)
    ]


def standing(outcomes: t.Iterable[Outcome], severity: str) -> list[str]:
    """Return the ids of the checks of a severity that stand in the way."""
    return [one.check.id for one in outcomes if one.stands and one.severity == severity]


def table(outcomes: t.Sequence[Outcome], only_unfulfilled: bool = False) -> list[str]:
    """Return the checks in lines for people; what is not fulfilled comes with its evidence and its remedy."""
    width = max((len(one.check.id) for one in outcomes), default=0)
    lines = [f"{'no':>2}  {'status':<8}{'counts as':<11}{'check':<{width}}  question"]
    for one in outcomes:
        if only_unfulfilled and one.finding.status == OK:
            continue
        state = "waived" if one.waiver else one.finding.status
        lines.append(f"{one.check.number:>2}  {state:<8}{one.severity:<11}{one.check.id:<{width}}  {one.check.title}")
        if one.finding.status == OK:
            continue
        shown = [printable(line) for line in one.finding.evidence]
        lines += [f"{INDENT} - {line}" for line in shown[:EVIDENCE_SHOWN]]
        if len(shown) > EVIDENCE_SHOWN:
            lines.append(f"{INDENT}   and {len(shown) - EVIDENCE_SHOWN} lines more")
        lines.append(f"{INDENT} {'waived: ' + one.waiver if one.waiver else 'do: ' + one.as_dict()['remedy']}")
    lines.append(summary(outcomes))
    return lines


def summary(outcomes: t.Sequence[Outcome]) -> str:
    """Say in one line whether it is safe now."""
    counts = {severity: len(standing(outcomes, severity)) for severity in (BLOCK, WARN, INFO)}
    good = sum(one.finding.status == OK for one in outcomes)
    waived = sum(bool(one.waiver) for one in outcomes)
    verdict = "Not ready" if counts[BLOCK] else "Ready"
    return (
        f"{verdict}: {good} of {len(outcomes)} checks are fulfilled, {counts[BLOCK]} block, {counts[WARN]} warn, "
        f"{counts[INFO]} inform, {waived} are waived."
    )
