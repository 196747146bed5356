# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where nobody outside Dell knows what OneFS does, and a tester chooses: one set of choices a cluster."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    #: several pools of a subnet, but not how those allocate; the stricter reading is the default.
    one_static_pool: bool = True

    def __post_init__(self) -> None:
        for name in (self.unowned, self.empty_pool):
            if name not in NEGATIVE_ANSWERS:
                raise ValueError(f"SmartConnect can answer {', '.join(NEGATIVE_ANSWERS)}, not '{name}'")

    def changed(self, words: Mapping[str, Any]) -> NetworkChoices:
        """Return the choices with those changed that `words` names; None is no choice."""
        given = {name: value for name, value in words.items() if value is not None}
        return dataclasses.replace(self, **given)

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


#: What a command line may name.
NAMES = tuple(field.name for field in dataclasses.fields(NetworkChoices))


def _yes(text: str) -> bool:
    if text.lower() not in ("yes", "no", "true", "false"):
        raise argparse.ArgumentTypeError(f"yes or no, not '{text}'")
    return text.lower() in ("yes", "true")


def add_choices(parser: argparse.ArgumentParser) -> None:
    """Let a command take the choices; one that is not given stays as it is."""
    parser.add_argument("--unowned", choices=NEGATIVE_ANSWERS, help="DNS answer for a name of no pool")
    parser.add_argument("--empty-pool", choices=NEGATIVE_ANSWERS, help="DNS answer when a pool has no usable address")
    parser.add_argument(
        "--one-static-pool",
        type=_yes,
        metavar="yes|no",
        help="whether an interface can be in one static pool of a subnet only",
    )
