# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How big the light clusters are, and the options that say so."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LightSize:
    """Numbers of each cluster; connections and open files are the serving one's. The default is what OneFS is sold for."""

    nodes: int = 252
    pools: int = 2000
    shares: int = 20000
    connections: int = 100000
    open_files: int = 50000

    def __post_init__(self) -> None:
        for name, least in (("nodes", 1), ("pools", 1), ("shares", 0), ("connections", 0), ("open_files", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"a light cluster has at least {least} {name.replace('_', ' ')}")
        if self.open_files and not self.connections:
            raise ValueError("files are open on connections only, and there are none")

    def scaled(self, factor: float) -> LightSize:
        """Return a size with all numbers multiplied, and at least one of each."""
        values = {name: max(1, round(value * factor)) for name, value in dataclasses.asdict(self).items()}
        return LightSize(**values)


NUMBERS = tuple(field.name for field in dataclasses.fields(LightSize))
#: What becomes of the connections to an address that is taken away: they stay in netstat, as on OneFS, or they go with it.
SOCKETS = ("linger", "vanish")
OPTIONS = ("scale", *(f"light_{name}" for name in NUMBERS), "light_sockets")


def add_size(parser: argparse.ArgumentParser) -> None:
    """Add the options of light clusters."""
    full = LightSize()
    parser.add_argument(
        "--light", action="store_true", help="clusters of recorded nodes, without Samba, for benchmarks"
    )
    parser.add_argument("--scale", type=float, help="with --light: multiply all numbers")
    for name in NUMBERS:
        words = name.replace("_", " ")
        parser.add_argument(
            f"--light-{name.replace('_', '-')}", type=int, help=f"with --light: {words} (default {getattr(full, name)})"
        )
    parser.add_argument("--light-sockets", choices=SOCKETS, help="connections whose address is taken away (linger)")


def size_of(options: Mapping[str, Any]) -> LightSize | None:
    """Return the size that the options ask for, None for clusters in full. ValueError: options that do not fit."""
    if not options["light"]:
        given = [name for name in OPTIONS if options[name] is not None]
        if given:
            raise ValueError(f"--{given[0].replace('_', '-')} is for light clusters; add --light")
        return None
    factor = 1.0 if options["scale"] is None else float(options["scale"])
    if not factor > 0:
        raise ValueError(f"clusters cannot be scaled by {factor}")
    chosen = {name: options[f"light_{name}"] for name in NUMBERS if options[f"light_{name}"] is not None}
    return dataclasses.replace(LightSize().scaled(factor), **chosen)


def arguments_of(options: Mapping[str, Any]) -> list[str]:
    """Return the words that say the same on another command line."""
    words = ["--light"] if options["light"] else []
    for name in OPTIONS:
        if options[name] is not None:
            words += [f"--{name.replace('_', '-')}", str(options[name])]
    return words
