# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command of `isi` is, and how the words that were typed lead to one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, NoReturn

from .papi import Papi, Refused


class Command(NamedTuple):
    """One command: what it does, and the arguments that it takes."""

    run: Callable[[Papi, argparse.Namespace], None]
    arguments: Callable[[argparse.ArgumentParser], None]


class Parser(argparse.ArgumentParser):
    """Reports as `isi` does: one message, exit code 1."""

    def error(self, message: str) -> NoReturn:
        raise Refused(f"{message}\nUsage: {self.format_usage().removeprefix('usage: ').strip()}")


def find(table: Mapping[str, Command], words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the name of the command that the words begin with, and the words that follow.

    A word may be cut short as long as it is clear: `isi network interface list` is in use.
    """
    names = [tuple(name.split()) for name in table]
    position = 0
    while True:
        whole = [name for name in names if len(name) == position]
        if whole:
            return " ".join(whole[0]), list(words[position:])
        asked = words[position] if position < len(words) else ""
        choices = sorted({name[position] for name in names})
        fitting = [asked] if asked in choices else [one for one in choices if asked and one.startswith(asked)]
        if len(fitting) != 1:
            known = " ".join(["isi", *(names[0][:position])])
            problem = f"Unknown command '{asked}'" if asked else "A command is missing"
            raise Refused(f"{problem}. '{known}' is followed by one of: {', '.join(choices)}")
        names = [name for name in names if name[position] == fitting[0]]
        position += 1


def confirm(question: str, force: bool) -> None:
    """Ask before something is lost; no answer is a no."""
    if force:
        return
    sys.stdout.write(f"{question} (yes/[no]): ")
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() not in ("yes", "y"):
        raise Refused("Nothing was changed.")
