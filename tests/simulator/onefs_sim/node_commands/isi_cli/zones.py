# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi zone zones"""

from __future__ import annotations

import argparse

from .command import Command
from .layouts import ZONE_COLUMNS, ZONE_ROWS
from .papi import Papi, item
from .printing import list_arguments, print_list, print_one, view_arguments


def list_zones(papi: Papi, options: argparse.Namespace) -> None:
    print_list(options, papi.listed("/zones", "zones", {}, options.limit), ZONE_COLUMNS, ZONE_ROWS)


def view(papi: Papi, options: argparse.Namespace) -> None:
    print_one(options, papi.call("GET", item("/zones", options.zone))["zones"][0], ZONE_ROWS)


def _viewed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("zone")
    view_arguments(parser)


COMMANDS = {
    "zone zones list": Command(list_zones, list_arguments),
    "zone zones view": Command(view, _viewed),
}
