# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the ledger over SMB from Python: precise about what the server acknowledged, honest about reconnecting.

After a broken connection the name is resolved again, the file is opened again by its path, never truncated, and only the
record that was not acknowledged is written once more. An acknowledgement is the server's answer to WRITE and to FLUSH.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import dns.exception
import dns.resolver
import records
from smbprotocol.connection import Connection
from smbprotocol.exceptions import SMBException
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    FileAttributes,
    FilePipePrinterAccessMask,
    ImpersonationLevel,
    Open,
    ShareAccess,
)
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect
from writer import EDIT_AT, Log

OPERATION_SECONDS = 2
CONNECT_SECONDS = 1.0
RETRY_SECONDS = 0.05
TROUBLE = (SMBException, OSError, ValueError, dns.exception.DNSException)


class Share:
    """A share that is reached by name, and the files that are open on it."""

    def __init__(self, options: argparse.Namespace, log: Log) -> None:
        self.options = options
        self.log = log
        self.server = ""
        self.connection: Connection | None = None
        self.files: dict[str, Open] = {}
        self.mounts = 0
        self.resolver = dns.resolver.Resolver(configure=False)
        self.resolver.nameservers = [options.resolver]
        self.resolver.cache = None
        self.resolver.lifetime = self.resolver.timeout = CONNECT_SECONDS

    def connect(self) -> None:
        """Resolve the name, connect, and open the files by their paths."""
        address = str(self.resolver.resolve(self.options.name, "A")[0])
        self.connection = Connection(uuid.uuid4(), address, 445, require_signing=True)
        self.connection.connect(timeout=CONNECT_SECONDS)
        session = Session(self.connection, self.options.user, self.options.password, require_encryption=False)
        session.connect()
        tree = TreeConnect(session, rf"\\{address}\{self.options.share}")
        tree.connect(require_secure_negotiate=False)
        for path in (records.FILE, records.DOCUMENT):
            file = Open(tree, path)
            file.create(
                ImpersonationLevel.Impersonation,
                FilePipePrinterAccessMask.FILE_READ_DATA | FilePipePrinterAccessMask.FILE_WRITE_DATA,
                FileAttributes.FILE_ATTRIBUTE_NORMAL,
                ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE,
                CreateDisposition.FILE_OPEN_IF if self.mounts == 0 else CreateDisposition.FILE_OPEN,
                CreateOptions.FILE_NON_DIRECTORY_FILE,
            )
            self.files[path] = file
        self.server = address
        self.mounts += 1
        self.log.write("connected", server=address)

    def drop(self) -> None:
        """Close the connection without a word: the server may be gone."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.transport.close()

    def write(self, path: str, data: bytes, offset: int) -> None:
        """Write and flush; returns when the server has acknowledged both."""
        file = self.files[path]
        for message, _unpack in (file.write(data, offset, send=False), file.flush(send=False)):
            request = self._connection().send(
                message, file.tree_connect.session.session_id, file.tree_connect.tree_connect_id
            )
            self._connection().receive(request, timeout=OPERATION_SECONDS)

    def _connection(self) -> Connection:
        if self.connection is None:
            raise OSError("not connected")
        return self.connection


def until_done(share: Share, path: str, data: bytes, offset: int, what: str) -> float:
    """Write until it is acknowledged, over as many connections as it takes; returns the seconds of the last try."""
    while True:
        started = time.monotonic()
        try:
            if share.connection is None:
                share.connect()
            share.write(path, data, offset)
        except TROUBLE as error:
            share.log.write("error", what=what, text=f"{type(error).__name__}: {error}"[:120])
            share.drop()
            time.sleep(RETRY_SECONDS)
        else:
            return time.monotonic() - started


def main() -> int:
    """Write until the stop file is there."""
    parser = argparse.ArgumentParser()
    for name in ("name", "share", "user", "password", "log", "stop"):
        parser.add_argument(name)
    parser.add_argument("--resolver", required=True)
    parser.add_argument("--interval", type=float, default=0.02)
    options = parser.parse_args()
    log = Log(options.log)
    share = Share(options, log)
    log.write("mounted")
    sequence = 0
    while not pathlib.Path(options.stop).exists():
        offset = sequence * records.SIZE
        seconds = until_done(share, records.FILE, records.make(sequence), offset, "write")
        log.write("acknowledged", sequence=sequence, seconds=round(seconds, 4), server=share.server)
        sequence += 1
        if sequence == EDIT_AT:
            until_done(share, records.DOCUMENT, records.EDIT, 0, "edit")
            log.write("edited")
        time.sleep(options.interval)
    until_done(share, records.DOCUMENT, records.SAVE, len(records.EDIT), "save")
    log.write("saved", errno=0)
    share.drop()
    log.write("close", errno=0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
