# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the words that were typed to the area of OneFS that they concern."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence

from .command import Command, Parser, find
from .papi import Papi, Refused

#: First word of a command, and the modules that have those commands: only they are loaded.
AREAS: Mapping[str, tuple[str, ...]] = {
    "network": ("network_pools", "network_interfaces"),
    "services": ("cluster",),
    "smb": ("smb",),
    "status": ("cluster",),
    "sync": ("sync_policies", "sync_jobs", "sync_targets"),
    "version": ("cluster",),
    "zone": ("zones",),
}


def commands(first_word: str) -> dict[str, Command]:
    """Return the commands that may be meant; an unknown or cut word makes it all of them."""
    areas = [AREAS[first_word]] if first_word in AREAS else list(AREAS.values())
    found: dict[str, Command] = {}
    for module in sorted({module for area in areas for module in area}):
        found.update(importlib.import_module(f".{module}", __package__).COMMANDS)
    return found


def main(words: Sequence[str]) -> int:
    """Run one command."""
    try:
        table = commands(words[0] if words else "")
        name, rest = find(table, words)
        parser = Parser(prog=f"isi {name}", add_help=False)
        parser.add_argument("-h", "--help", action="help")
        table[name].arguments(parser)
        table[name].run(Papi(), parser.parse_args(rest))
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0
