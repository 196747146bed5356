# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi network interfaces, isi network dnscache"""

from __future__ import annotations

import argparse
import itertools
from typing import Any

from .command import Command
from .layouts import INTERFACE_COLUMNS, Document, interface_status, owners
from .names import lnn_range, words
from .papi import Papi
from .printing import emit, list_arguments, print_list, table


def rows(interface: Document) -> list[list[str]]:
    """Return the lines of one interface.

    Owners and addresses are two lists, each sorted by itself: what stands in one line does not belong together.
    """
    first = [str(interface["lnn"]), interface["name"], interface_status(interface["status"])]
    lines = itertools.zip_longest(
        owners(interface["owners"]) or ["-"], sorted(interface["ip_addrs"]) or ["-"], fillvalue=""
    )
    return [[*(first if number == 0 else ("", "", "")), *line] for number, line in enumerate(lines)]


def list_interfaces(papi: Papi, options: argparse.Namespace) -> None:
    query: dict[str, str] = {"network": options.network} if options.network else {}
    if options.nodes:
        query["lnn"] = ",".join(str(lnn) for word in words(options.nodes) for lnn in lnn_range(word))
    found: list[Any] = papi.listed("/network/interfaces", "interfaces", query, options.limit)
    if options.format == "table":
        lines = [line for one in found for line in rows(one)]
        titles = [column.title for column in INTERFACE_COLUMNS]
        emit(table(titles, lines, len(found), not options.no_header, not options.no_footer))
    else:
        print_list(options, found, INTERFACE_COLUMNS, INTERFACE_COLUMNS)


def flush(papi: Papi, options: argparse.Namespace) -> None:
    papi.call("POST", "/network/dnscache/flush", {})


def _listed(parser: argparse.ArgumentParser) -> None:
    list_arguments(parser)
    parser.add_argument("--network", choices=("external", "internal", "all"))
    parser.add_argument("--nodes", action="append")


COMMANDS = {
    "network interfaces list": Command(list_interfaces, _listed),
    "network dnscache flush": Command(flush, lambda parser: None),
}
