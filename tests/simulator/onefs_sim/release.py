# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OneFS releases that a simulated cluster can be, each with the platform API version that it knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Release:
    """One OneFS release: `number` as in 9.10.0.0, `papi` the newest version after /platform/."""

    number: str
    papi: int

    @property
    def name(self) -> str:
        """As /cluster/config shows it."""
        return f"v{self.number}"

    @property
    def build(self) -> str:
        return f"B_{self.number.replace('.', '_')}_005(RELEASE)"

    @property
    def revision(self) -> str:
        """Four 16-bit numbers of the release and the build in one, as a decimal."""
        first, second, third, fourth = (int(part) for part in self.number.split("."))
        return str((first << 56) | (second << 48) | (third << 40) | (fourth << 32) | 5)


#: The version of the API of each release is what the header of Dell's SDK for it says.
RELEASES = {
    number: Release(number, papi)
    for number, papi in (
        ("9.4.0.0", 15),
        ("9.5.0.0", 16),
        ("9.6.0.0", 17),
        ("9.7.0.0", 18),
        ("9.8.0.0", 19),
        ("9.9.0.0", 20),
        ("9.10.0.0", 21),
        ("9.11.0.0", 22),
        ("9.12.0.0", 23),
    )
}
DEFAULT = RELEASES["9.10.0.0"]


def release(number: str) -> Release:
    """Return a release by its number, with or without the trailing zeros. ValueError names the ones there are."""
    padded = ".".join([*number.split("."), "0", "0", "0"][:4])
    if padded not in RELEASES:
        raise ValueError(f"no OneFS release '{number}' is simulated; there are {', '.join(RELEASES)}")
    return RELEASES[padded]


def releases_of(texts: list[str], clusters: tuple[str, ...]) -> dict[str, Release]:
    """Return each cluster's release out of `9.12.0.0` (all clusters) and `boston=9.5.0.0` (one); the last one counts."""
    chosen = dict.fromkeys(clusters, DEFAULT)
    for text in texts:
        name, _, number = text.rpartition("=")
        if name and name not in chosen:
            raise ValueError(f"no cluster is named '{name}'; there are {', '.join(clusters)}")
        chosen.update(dict.fromkeys((name,) if name else clusters, release(number)))
    return chosen
