# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi sync policies"""

from __future__ import annotations

import argparse

from .command import Command
from .layouts import POLICY_COLUMNS, POLICY_ROWS
from .papi import Papi, Refused, item
from .printing import list_arguments, print_list, print_one, view_arguments

POLICIES = "/sync/policies"


def truth(text: str) -> bool:
    """Read the words that `isi` takes for a switch."""
    word = text.lower()
    if word in ("true", "yes", "1", "on"):
        return True
    if word in ("false", "no", "0", "off"):
        return False
    raise Refused(f"Invalid boolean value '{text}': it is true or false")


#: Option and what its value is; the field is called like the option.
_OPTIONS = (
    ("--enabled", truth),
    ("--schedule", str),
    ("--description", str),
    ("--target-host", str),
    ("--target-path", str),
    ("--source-root-path", str),
    ("--accelerated-failback", truth),
    ("--restrict-target-network", truth),
    ("--name", str),
)


def list_policies(papi: Papi, options: argparse.Namespace) -> None:
    print_list(options, papi.listed(POLICIES, "policies", {}, options.limit), POLICY_COLUMNS, POLICY_ROWS)


def view(papi: Papi, options: argparse.Namespace) -> None:
    print_one(options, papi.call("GET", item(POLICIES, options.policy))["policies"][0], POLICY_ROWS)


def modify(papi: Papi, options: argparse.Namespace) -> None:
    fields = (option.removeprefix("--").replace("-", "_") for option, _kind in _OPTIONS)
    body = {field: getattr(options, field) for field in fields if getattr(options, field) is not None}
    papi.call("PUT", item(POLICIES, options.policy), body)


def resolve(papi: Papi, options: argparse.Namespace) -> None:
    """Let a policy in an error state run again."""
    papi.call("PUT", item(POLICIES, options.policy), {"conflicted": False})


def _policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy")


def _viewed(parser: argparse.ArgumentParser) -> None:
    _policy(parser)
    view_arguments(parser)


def _modified(parser: argparse.ArgumentParser) -> None:
    _policy(parser)
    for option, kind in _OPTIONS:
        parser.add_argument(option, type=kind)


COMMANDS = {
    "sync policies list": Command(list_policies, list_arguments),
    "sync policies view": Command(view, _viewed),
    "sync policies modify": Command(modify, _modified),
    "sync policies resolve": Command(resolve, _policy),
}
