# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where nobody outside Dell knows what OneFS does, and a tester chooses: one set of choices a cluster."""

from __future__ import annotations

from dataclasses import dataclass

#: What SmartConnect may say to a question that it has no address for.
NEGATIVE_ANSWERS = ("nxdomain", "refused", "servfail", "nodata")


@dataclass(frozen=True)
class NetworkChoices:
    """The choices of one cluster's network.

    `unowned` and `empty_pool` decide whether a name that is delegated to both clusters works: a resolver asks the next
    name server after REFUSED, SERVFAIL and silence, but believes NXDOMAIN and an empty answer. So REFUSED is the
    default, which a client of the pair can live with; the others show what a site meets if OneFS answers otherwise.
    """

    #: To a question for a name that no pool of the cluster has.
    unowned: str = "refused"
    #: To a question for a name whose pool has no address that can be used.
    empty_pool: str = "refused"
    #: Whether an interface can be in one static pool of a subnet only. Captures of real clusters show interfaces in
    #: several pools of a subnet, but not how those allocate.
    one_static_pool: bool = False

    def __post_init__(self) -> None:
        for name in (self.unowned, self.empty_pool):
            if name not in NEGATIVE_ANSWERS:
                raise ValueError(f"SmartConnect can answer {', '.join(NEGATIVE_ANSWERS)}, not '{name}'")
