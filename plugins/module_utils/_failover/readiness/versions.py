# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of releases and licences. Private to the collection; pure."""

from __future__ import annotations

import typing as t

from .check import BLOCK, WARN, Check, Finding, judge, known
from .facts import Facts

# The first release that says which pool owns which address, and that can be asked past its cache.
OLDEST = (9, 4)
USABLE = frozenset({"Licensed", "Evaluation"})
LICENSES = ("SyncIQ", "SmartConnect Advanced")


def versions_supported(facts: Facts) -> Finding:
    """Both clusters run a supported release, all nodes the same, and the target is not older than the source."""
    blocking: list[str] = []
    seen: list[str] = []
    for cluster in facts.clusters():
        nodes = known(cluster.releases)
        releases = sorted({node.release for node in nodes})
        seen.append(
            f"{cluster.name}: OneFS {', '.join(releases)} ({', '.join(sorted({node.build for node in nodes}))})"
        )
        if len({(node.release, node.build) for node in nodes}) > 1:
            blocking.append(
                f"{cluster.name}: its nodes run different releases ({', '.join(f'{n.lnn}: {n.release} {n.build}' for n in nodes)}), "
                "so an upgrade is under way"
            )
        if any(parsed(release) < OLDEST for release in releases):
            blocking.append(f"{cluster.name}: OneFS {releases[0]} is older than {'.'.join(map(str, OLDEST))}")
    if blocking:
        return judge(blocking, seen, BLOCK)
    if facts.source_asked:
        source, target = (max(parsed(n.release) for n in known(c.releases)) for c in facts.clusters())
        if target[:2] < source[:2]:
            return judge(
                [
                    f"The target's release is older than the source's; SyncIQ of {facts.target.name} may not read back what it gets"
                ],
                seen,
                WARN,
            )
    seen.append("No Eyeglass takes part, so its own gate (2.12 and later) does not apply; OneFS releases decide.")
    return judge([], seen)


def parsed(release: str) -> tuple[int, ...]:
    """Return a release as numbers; what is no number ends it."""
    numbers: list[int] = []
    for part in release.split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)


def licenses_valid(facts: Facts) -> Finding:
    """The licences that a failover uses are there, on both clusters."""
    problems: list[str] = []
    seen: list[str] = []
    for cluster in facts.clusters():
        licenses: t.Mapping[str, str] = known(cluster.licenses)
        for name in LICENSES:
            status = licenses.get(name, "not listed")
            (seen if status in USABLE else problems).append(f"{cluster.name}: {name}: {status}")
    return judge(problems, seen)


CHECKS = (
    Check(
        4,
        "versions_supported",
        "Are the OneFS releases supported, and is the target not older than the source?",
        BLOCK,
        versions_supported,
        "Finish or make the upgrade: isi upgrade view. OneFS 9.4 and later are supported.",
        without_source=True,
    ),
    Check(
        34,
        "licenses_valid",
        "Are SyncIQ and SmartConnect Advanced licensed?",
        BLOCK,
        licenses_valid,
        "Activate the licence: isi license list, isi license add --path FILE.",
        without_source=True,
    ),
)
