# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the web server in front of the API treats who logs in: what differs between releases and settings of OneFS."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

CHOICES: Mapping[str, tuple[str, ...]] = {
    "csrf": ("strict", "lax"),
    "unauthorized": ("json", "html"),
    "basic": ("on", "off"),
    "cookies": ("shuffled", "ordered"),
}


@dataclass(frozen=True)
class LoginRules:
    """`csrf`: token on every call, or on those that change something; `unauthorized`: what a 401 looks like.

    `cookies`: in which order the two come. By name is the way to find them; Dell's SDK takes the first one for the session.
    """

    csrf: str = "strict"
    unauthorized: str = "json"
    basic: str = "on"
    cookies: str = "shuffled"

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} is one of {', '.join(choices)}, not {getattr(self, name)!r}")

    def with_changes(self, changes: Mapping[str, str | None]) -> LoginRules:
        """Return the rules with those changes that are not None."""
        return dataclasses.replace(self, **{name: value for name, value in changes.items() if value is not None})
