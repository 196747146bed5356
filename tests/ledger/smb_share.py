# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A share that is reached by its name over SMB, and the files that a client holds open on it across connections."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from typing import Any

import dns.exception
import dns.resolver
from event_log import Log
from smbprotocol.connection import Connection
from smbprotocol.create_contexts import (
    LeaseState,
    SMB2CreateDurableHandleReconnectV2,
    SMB2CreateDurableHandleRequestV2,
    SMB2CreateDurableHandleResponseV2,
    SMB2CreateRequestLeaseV2,
)
from smbprotocol.exceptions import SMBException, SMBResponseException
from smbprotocol.header import SMB2HeaderResponse
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    FileAttributes,
    FilePipePrinterAccessMask,
    ImpersonationLevel,
    Open,
    RequestedOplockLevel,
    ShareAccess,
    SMB2WriteResponse,
)
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

# The library rounds what is left of it down: it gives up after 1 s.
OPERATION_SECONDS = 2
CONNECT_SECONDS = 1
DURABLE_MILLISECONDS = 60000
TROUBLE = (SMBException, OSError, dns.exception.DNSException)

logging.getLogger("smbprotocol").setLevel(logging.CRITICAL)


class ImpatientConnection(Connection):
    """A connection on which no answer is waited for without end: a server that was moved away does not say good-bye."""

    def receive(
        self, request: Any, wait: bool = True, timeout: float | None = None, resolve_symlinks: bool = True
    ) -> SMB2HeaderResponse:
        try:
            return super().receive(request, wait, timeout or OPERATION_SECONDS, resolve_symlinks)
        except KeyError as error:
            # A message that nobody asked for, such as the break of a lease, ends the library's reader with this.
            raise SMBException(f"the server sent a message that this client does not read: {error}") from error


@dataclasses.dataclass
class HeldFile:
    """A file that is open, and what a server needs to give it back after a broken connection."""

    path: str
    lease_key: bytes = dataclasses.field(default_factory=lambda: uuid.uuid4().bytes)
    create_guid: uuid.UUID = dataclasses.field(default_factory=uuid.uuid4)
    open: Open | None = None
    durable_on: str = ""


class Share:
    """Connects by name, as often as it must; a file is created by the first connection only, and never truncated."""

    def __init__(self, name: str, share: str, user: str, password: str, resolver: str, log: Log) -> None:
        self.name, self.share, self.user, self.password = name, share, user, password
        self.log = log
        self.server = ""
        self.connection: ImpatientConnection | None = None
        self.files: dict[str, HeldFile] = {}
        self._client_guid = uuid.uuid4()
        self._resolver = dns.resolver.Resolver(configure=False)
        self._resolver.nameservers = [resolver]
        self._resolver.cache = None
        self._resolver.lifetime = self._resolver.timeout = CONNECT_SECONDS

    def hold(self, name: str, folder: str = "") -> None:
        """Have a file open on every connection from the next one on; `folder` is one of the share."""
        self.files[name] = HeldFile(rf"{folder}\{name}" if folder else name)

    def connect(self) -> None:
        """Ask DNS for the name, and connect to the first address that serves the share and the files."""
        last: Exception = OSError(f"DNS has no address for {self.name}")
        for answer in self._resolver.resolve(self.name, "A"):
            try:
                self._connect_to(str(answer))
            except TROUBLE as error:
                last = error
                self.drop()
            else:
                return
        raise last

    def _connect_to(self, address: str) -> None:
        self.connection = ImpatientConnection(self._client_guid, address, 445, require_signing=True)
        try:
            self.connection.connect(timeout=CONNECT_SECONDS)
        except ValueError as error:
            # The library's word for a socket that could not connect; anywhere else it is a mistake in a message.
            raise OSError(str(error)) from error
        session = Session(self.connection, self.user, self.password, require_encryption=False)
        session.connect()
        tree = TreeConnect(session, rf"\\{self.name}\{self.share}")
        # Dialect 3.1.1 protects its negotiation by a hash; the check that is left out here is for older dialects.
        tree.connect(require_secure_negotiate=False)
        how = {file.path: self._open(file, tree, address) for file in self.files.values()}
        self.server = address
        self.log.write("connected", server=address, session=session.session_id, files=how)

    def _open(self, file: HeldFile, tree: TreeConnect, address: str) -> str:
        """Open a file: the very handle on the server that promised to keep it, else by its path. Says which it was."""
        if file.open is not None and file.durable_on == address:
            reconnect = SMB2CreateDurableHandleReconnectV2()
            reconnect["file_id"] = file.open.file_id
            reconnect["create_guid"] = file.create_guid
            try:
                self._create(file, tree, reconnect, CreateDisposition.FILE_OPEN)
            except SMBResponseException as error:
                self.log.write("handle_gone", file=file.path, server=address, status=hex(error.status))
            else:
                self.log.write("reopened", file=file.path, server=address, how="durable")
                return "durable"
        first = file.open is None
        file.create_guid = uuid.uuid4()
        request = SMB2CreateDurableHandleRequestV2()
        request["timeout"] = DURABLE_MILLISECONDS
        request["create_guid"] = file.create_guid
        disposition = CreateDisposition.FILE_OPEN_IF if first else CreateDisposition.FILE_OPEN
        granted = self._create(file, tree, request, disposition)
        file.durable_on = address if granted else ""
        self.log.write("opened" if first else "reopened", file=file.path, server=address, how="path", durable=granted)
        return "path"

    @staticmethod
    def _create(file: HeldFile, tree: TreeConnect, durable: Any, disposition: int) -> bool:
        """Send CREATE, and return whether the server promises to keep the handle when the connection breaks."""
        # A lease on the handle is what the promise hangs on. None is asked for writing: nothing is cached here, so
        # that no acknowledgement comes from anywhere but the server.
        lease = SMB2CreateRequestLeaseV2()
        lease["lease_key"] = file.lease_key
        lease["lease_state"] = LeaseState.SMB2_LEASE_READ_CACHING | LeaseState.SMB2_LEASE_HANDLE_CACHING
        lease["parent_lease_key"] = bytes(16)
        lease["epoch"] = bytes(2)
        handle = Open(tree, file.path)
        contexts = handle.create(
            ImpersonationLevel.Impersonation,
            FilePipePrinterAccessMask.FILE_READ_DATA | FilePipePrinterAccessMask.FILE_WRITE_DATA,
            FileAttributes.FILE_ATTRIBUTE_NORMAL,
            ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE,
            disposition,
            CreateOptions.FILE_NON_DIRECTORY_FILE,
            [durable, lease],
            oplock_level=RequestedOplockLevel.SMB2_OPLOCK_LEVEL_LEASE,
        )
        file.open = handle
        return any(isinstance(context, SMB2CreateDurableHandleResponseV2) for context in contexts or ())

    def write(self, path: str, data: bytes, offset: int, flush: bool) -> None:
        """Write, and flush; returns when the server has acknowledged what was asked for."""
        answer = SMB2WriteResponse()
        answer.unpack(self._ask(path, self._handle(path).write(data, offset, send=False)[0])["data"].get_value())
        if answer["count"].get_value() != len(data):
            raise OSError(f"the server wrote {answer['count'].get_value()} of {len(data)} bytes")
        if flush:
            self._ask(path, self._handle(path).flush(send=False)[0])

    def close(self, path: str) -> None:
        """Close a file; returns when the server has said that it is closed."""
        self._ask(path, self._handle(path).close(send=False)[0])
        del self.files[path]

    def drop(self) -> None:
        """Let go of the connection without a word: the server may be gone."""
        connection, self.connection = self.connection, None
        # Without a transport the connection was never made.
        if connection is not None and connection.transport is not None:
            connection.transport.close()

    def _handle(self, path: str) -> Open:
        handle = self.files[path].open
        if self.connection is None or handle is None:
            raise OSError(f"{path} is not open: there is no connection to {self.name}")
        return handle

    def _ask(self, path: str, message: Any) -> SMB2HeaderResponse:
        tree = self._handle(path).tree_connect
        request = tree.session.connection.send(message, tree.session.session_id, tree.tree_connect_id)
        return tree.session.connection.receive(request)
