# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold files open over SMB from an address of one's own, until stdin ends: `smb_holder.py JSON`. Prints "held" when all are open."""

from __future__ import annotations

import json
import socket
import sys
import uuid
from typing import Any

from smbprotocol.connection import Connection
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    FilePipePrinterAccessMask,
    ImpersonationLevel,
    LockFlags,
    Open,
    ShareAccess,
    SMB2LockElement,
    SMB2LockRequest,
)
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

_READ, _WRITE = FilePipePrinterAccessMask.FILE_READ_DATA, FilePipePrinterAccessMask.FILE_WRITE_DATA
ACCESS = {"read": _READ, "write": _WRITE, "both": _READ | _WRITE}


def come_from(address: str) -> None:
    """Let every connection of this process begin at an address."""
    connect = socket.create_connection

    def from_there(server: tuple[str, int], timeout: float | None = None) -> socket.socket:
        return connect(server, timeout, source_address=(address, 0))

    socket.create_connection = from_there  # type: ignore[assignment]


def lock(handle: Open) -> None:
    """Lock the first bytes of a file."""
    element = SMB2LockElement()
    element["offset"], element["length"] = 0, 10
    element["flags"] = LockFlags.SMB2_LOCKFLAG_EXCLUSIVE_LOCK | LockFlags.SMB2_LOCKFLAG_FAIL_IMMEDIATELY
    request = SMB2LockRequest()
    request["file_id"], request["locks"] = handle.file_id, [element]
    tree = handle.tree_connect
    sent = handle.connection.send(request, tree.session.session_id, tree.tree_connect_id)
    handle.connection.receive(sent)


def hold(wanted: dict[str, Any]) -> None:
    """Open the files of each share."""
    come_from(wanted["client"])
    connection = Connection(uuid.uuid4(), wanted["server"], 445)
    connection.connect(timeout=5)
    session = Session(connection, wanted["user"], wanted["password"], require_encryption=False)
    session.connect()
    for share in {one["share"] for one in wanted["files"]}:
        tree = TreeConnect(session, rf"\\{wanted['server']}\{share}")
        tree.connect(require_secure_negotiate=False)
        for one in wanted["files"]:
            if one["share"] == share:
                handle = Open(tree, one["name"])
                handle.create(
                    ImpersonationLevel.Impersonation,
                    ACCESS[one["access"]],
                    0,
                    ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE,
                    CreateDisposition.FILE_OPEN_IF,
                    CreateOptions.FILE_NON_DIRECTORY_FILE,
                )
                if one.get("lock"):
                    lock(handle)


if __name__ == "__main__":
    hold(json.loads(sys.argv[1]))
    print("held", flush=True)
    sys.stdin.read()
