# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands inject, faults and clear: their command lines, made from the catalogue, and what they print."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from .fault_catalogue import CATALOGUE, KINDS, FaultKind, Option, listing

VERBS = ("inject", "faults", "clear")


def add(verbs: Any) -> None:
    """Add the three commands to a command line."""
    verb = verbs.add_parser("inject", help="let something go wrong: inject PLACE FAULT [options]; inject --list")
    verb.add_argument("--list", action="store_true", help="say which faults there are, and their options")
    verb.add_argument("--json", action="store_true", help="print values for a program")
    verb.add_argument("place", nargs="?", help="where: a cluster, or what else the fault's own help says")
    kinds = verb.add_subparsers(dest="fault", metavar="FAULT")
    for kind in KINDS:
        _add_kind(kinds.add_parser(kind.name, help=kind.text, description=f"At {kind.places}: {kind.text}."), kind)
    verb = verbs.add_parser("faults", help="list the faults in force, everywhere or at one place")
    verb.add_argument("place", nargs="?")
    verb.add_argument("--json", action="store_true", help="print values for a program")
    verb = verbs.add_parser("clear", help="end the faults in force, everywhere or at one place")
    verb.add_argument("place", nargs="?")
    verb.add_argument("--json", action="store_true", help="print values for a program")


def _add_kind(parser: argparse.ArgumentParser, kind: FaultKind) -> None:
    for option in kind.options:
        if option.positional:
            parser.add_argument(option.name, help=option.text)
        elif option.kind is bool:
            parser.add_argument(f"--{option.name}", action="store_true", default=None, help=option.text)
        else:
            parser.add_argument(
                f"--{option.name}",
                type=option.kind,
                choices=option.choices or None,
                required=option.required,
                help=option.text + ("" if option.default in (None, "") else f" (default {option.default})"),
            )


def question(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the running pair is asked."""
    asked: dict[str, Any] = {"verb": options.verb, "place": options.place}
    if options.verb == "inject":
        if options.place is None or options.fault is None:
            raise ValueError(
                "write: onefs-sim inject PLACE FAULT [options]; 'onefs-sim inject --list' shows the faults"
            )
        names = [option.name for option in CATALOGUE[options.fault].options]
        given = {name: getattr(options, name.replace("-", "_")) for name in names}
        asked |= {
            "fault": options.fault,
            "options": {name: value for name, value in given.items() if value is not None},
        }
    return asked


def catalogue_text(as_json: bool) -> str:
    """Return the catalogue: a line for each fault and one for each of its options."""
    if as_json:
        return json.dumps(listing(), indent=2)
    lines = []
    for kind in KINDS:
        lines.append(f"{kind.name}: {kind.text} (at {kind.places})")
        lines += [f"    {_option_text(option)}" for option in kind.options]
    return "\n".join(lines)


def _option_text(option: Option) -> str:
    name = option.name.upper() if option.positional else f"--{option.name}"
    if option.choices:
        name += " " + "|".join(option.choices)
    elif option.kind is not bool and not option.positional:
        name += f" {option.kind.__name__.upper()}"
    default = "" if option.default in (None, "", False) else f" (default {option.default})"
    return f"{name}: {option.text}{default}{' (required)' if option.required else ''}"


def answer_text(verb: str, answer: Mapping[str, Any] | Sequence[Mapping[str, Any]], as_json: bool) -> str:
    """Return what a command prints."""
    if as_json:
        return json.dumps(answer, indent=2)
    faults = [answer] if isinstance(answer, Mapping) else answer
    if not faults:
        return "no fault is in force" if verb == "faults" else "no fault was in force"
    ended = "ended " if verb == "clear" else ""
    return "\n".join(ended + _fault_text(fault) for fault in faults)


def _fault_text(fault: Mapping[str, Any]) -> str:
    kind = CATALOGUE[fault["fault"]]
    chosen = [
        f"{option.name}={fault['options'][option.name]}"
        for option in kind.options
        if fault["options"][option.name] != option.default
    ]
    counts = [f"{name} {fault[name]}" for name in ("seen", "hit") if name in fault]
    return f"{fault['number']}. {fault['place']}: {' '.join([kind.name, *chosen])}" + (
        f" ({', '.join(counts)})" if counts else ""
    )
