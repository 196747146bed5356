# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""isi smb: sessions and open files of this very node (those of the System zone, as the API has them), shares."""

from __future__ import annotations

import argparse

from .command import Command, confirm
from .layouts import (
    OPEN_FILE_COLUMNS,
    OPEN_FILE_ROWS,
    SESSION_COLUMNS,
    SESSION_ROWS,
    SHARE_COLUMNS,
    SHARE_ROWS,
)
from .papi import Papi, item
from .printing import list_arguments, print_list

SESSIONS = "/protocols/smb/sessions"
OPEN_FILES = "/protocols/smb/openfiles"
#: The version whose lists are those of the node that is asked.
NODE_LOCAL = 1


def list_sessions(papi: Papi, options: argparse.Namespace) -> None:
    found = papi.listed(SESSIONS, "sessions", {}, options.limit, NODE_LOCAL)
    print_list(options, found, SESSION_COLUMNS, SESSION_ROWS)


def delete_session(papi: Papi, options: argparse.Namespace) -> None:
    confirm(f"Are you sure you want to close the SMB sessions of computer {options.computer}?", options.force)
    users = [options.user_name] if options.user_name else []
    papi.call("DELETE", item(SESSIONS, options.computer, *users), version=NODE_LOCAL)


def list_open_files(papi: Papi, options: argparse.Namespace) -> None:
    found = papi.listed(OPEN_FILES, "openfiles", {}, options.limit, NODE_LOCAL)
    print_list(options, found, OPEN_FILE_COLUMNS, OPEN_FILE_ROWS)


def close_open_file(papi: Papi, options: argparse.Namespace) -> None:
    confirm(f"Are you sure you want to close the open file with id {options.id}?", options.force)
    papi.call("DELETE", item(OPEN_FILES, options.id), version=NODE_LOCAL)


def list_shares(papi: Papi, options: argparse.Namespace) -> None:
    query = {"zone": options.zone} if options.zone else {}
    found = papi.listed("/protocols/smb/shares", "shares", query, options.limit)
    print_list(options, found, SHARE_COLUMNS, SHARE_ROWS)


def _session(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("computer")
    parser.add_argument("--user-name")
    parser.add_argument("-f", "--force", action="store_true")


def _open_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id")
    parser.add_argument("-f", "--force", action="store_true")


def _shares(parser: argparse.ArgumentParser) -> None:
    list_arguments(parser)
    parser.add_argument("--zone")


COMMANDS = {
    "smb sessions list": Command(list_sessions, list_arguments),
    "smb sessions delete": Command(delete_session, _session),
    "smb openfiles list": Command(list_open_files, list_arguments),
    "smb openfiles close": Command(close_open_file, _open_file),
    "smb shares list": Command(list_shares, _shares),
}
