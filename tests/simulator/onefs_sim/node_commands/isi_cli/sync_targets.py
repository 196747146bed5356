# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi sync target: what other clusters replicate to this one"""

from __future__ import annotations

import argparse

from .command import Command, confirm
from .layouts import TARGET_COLUMNS, TARGET_ROWS
from .papi import Papi, item
from .printing import list_arguments, print_list, print_one, view_arguments

TARGETS = "/sync/target/policies"


def list_targets(papi: Papi, options: argparse.Namespace) -> None:
    query = {"target_path": options.target_path} if options.target_path else {}
    print_list(options, papi.listed(TARGETS, "policies", query, options.limit), TARGET_COLUMNS, TARGET_ROWS)


def view(papi: Papi, options: argparse.Namespace) -> None:
    print_one(options, papi.call("GET", item(TARGETS, options.policy))["policies"][0], TARGET_ROWS)


def cut(papi: Papi, options: argparse.Namespace) -> None:
    """Break the association: the next sync has to begin from nothing."""
    question = f"Are you sure you want to break the association of the target with policy {options.policy}?"
    confirm(question, options.force)
    papi.call("DELETE", item(TARGETS, options.policy), query={"force": "true"} if options.force else None)


def _listed(parser: argparse.ArgumentParser) -> None:
    list_arguments(parser)
    parser.add_argument("--target-path")


def _viewed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy")
    view_arguments(parser)


def _cut(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("policy")
    parser.add_argument("-f", "--force", action="store_true")


COMMANDS = {
    "sync target list": Command(list_targets, _listed),
    "sync target view": Command(view, _viewed),
    "sync target break": Command(cut, _cut),
}
