# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a cutover began and ended, and which of its seconds the clusters were busy in; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

#: Kinds of work; the longer one explains the time in which two are done. A command runs on all nodes, over SSH.
KINDS = ("job", "network", "command", "call")

#: Its answer is not waited for: what a cluster still does of it hides nothing that a controller does meanwhile.
LOG_OUT = "DELETE /session/1/session"

Span = tuple[float, float]


class NotMeasured(RuntimeError):
    """What was seen holds no cutover."""


def union(spans: Iterable[Span]) -> list[Span]:
    """Return the spans, those that touch or overlap as one."""
    found: list[Span] = []
    for began, ended in sorted(spans):
        if found and began <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ended))
        else:
            found.append((began, ended))
    return found


def seconds_of(spans: Iterable[Span]) -> float:
    """Return how long the spans are together; what is in two of them counts once."""
    return sum(ended - began for began, ended in union(spans))


def waited_for(works: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the works that somebody waits for."""
    return [work for work in works if work["what"] != LOG_OUT]


def busy(works: Sequence[dict[str, Any]], window: Span) -> dict[str, float]:
    """Return the seconds of a window that went to each kind of work that somebody waits for; what two did at once counts for the first of KINDS."""
    spans: list[Span] = []
    found = {}
    before = 0.0
    for kind in KINDS:
        for work in waited_for(works):
            began, ended = max(work["began"], window[0]), min(work["ended"], window[1])
            if work["kind"] == kind and began < ended:
                spans.append((began, ended))
        covered = seconds_of(spans)
        found[kind] = covered - before
        before = covered
    return found


def window_of(works_of_source: Sequence[dict[str, Any]], lacking: Sequence[Span]) -> Span:
    """Return the cutover: from the call that takes the first interfaces off the source to clients served at all addresses again."""
    if not lacking:
        raise NotMeasured("nobody saw the zone lack an address, so there was no cutover to measure")
    longest = max(lacking, key=lambda span: span[1] - span[0])
    fences = [
        work["began"]
        for work in works_of_source
        if work["kind"] == "call" and work["what"].startswith("PUT") and "/pools/" in work["what"]
        # What lowers the lifetime of a name, or takes the name, changes other fields.
        if "ifaces" in work["fields"] and work["began"] <= longest[0]
    ]
    if not fences:
        raise NotMeasured("no call took interfaces off the source before an address was gone")
    return (min(fences), longest[1])
