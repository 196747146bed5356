# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder of a share that is spoken to by smbprotocol, precise about what the server answered."""

from __future__ import annotations

import errno
import time
import uuid

import dns.resolver
from ledger.smb_share import CONNECT_SECONDS, TROUBLE, ImpatientConnection
from smbprotocol.exceptions import NoSuchFile, ObjectNameNotFound, SMBException
from smbprotocol.file_info import FileRenameInformation
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    FileAttributes,
    FilePipePrinterAccessMask,
    ImpersonationLevel,
    Open,
    ShareAccess,
    SMB2SetInfoRequest,
    SMB2WriteResponse,
)
from smbprotocol.session import Session
from smbprotocol.tree import TreeConnect

from loss.places import Handle

RETRY_SECONDS = 0.05


class SmbHandle:
    """An open file of one connection; on the next one it is of no more use."""

    def __init__(self, place: SmbPlace, opened: Open) -> None:
        self._place = place
        self._opened = opened

    def write(self, data: bytes, offset: int) -> None:
        answer = SMB2WriteResponse()
        answer.unpack(
            self._place.ask(self._opened, self._opened.write(data, offset, send=False)[0])["data"].get_value()
        )
        if answer["count"].get_value() != len(data):
            raise OSError(errno.EIO, f"the server wrote {answer['count'].get_value()} of {len(data)} bytes")

    def flush(self) -> None:
        self._place.ask(self._opened, self._opened.flush(send=False)[0])

    def close(self) -> None:
        self._place.ask(self._opened, self._opened.close(send=False)[0])

    def rename(self, path: str) -> None:
        """Give the file another name, in the place of the one that has it."""
        info = FileRenameInformation()
        info["replace_if_exists"] = True
        info["file_name"] = path.encode("utf-16-le")
        request = SMB2SetInfoRequest()
        request["info_type"] = info.INFO_TYPE
        request["file_info_class"] = info.INFO_CLASS
        request["file_id"] = self._opened.file_id
        request["buffer"] = info
        self._place.ask(self._opened, request)


class SmbPlace:
    """One connection at a time, made when it is needed; after a broken one the name is resolved again."""

    def __init__(self, name: str, share: str, user: str, password: str, resolver: str, folder: str) -> None:
        self._name, self._share, self._user, self._password, self._folder = name, share, user, password, folder
        self._connection: ImpatientConnection | None = None
        self._tree: TreeConnect | None = None
        self._client_guid = uuid.uuid4()
        self._resolver = dns.resolver.Resolver(configure=False)
        self._resolver.nameservers = [resolver]
        self._resolver.cache = None
        self._resolver.lifetime = self._resolver.timeout = CONNECT_SECONDS

    def open(self, name: str, create: bool) -> Handle:
        return self._open(name, FilePipePrinterAccessMask.FILE_WRITE_DATA, create)

    def rename(self, old: str, new: str) -> None:
        handle = self._open(old, FilePipePrinterAccessMask.DELETE, create=False)
        try:
            handle.rename(self._path(new))
        finally:
            if self._connection is not None:
                handle.close()

    def server(self) -> str:
        return str(self._connection.server_name) if self._connection is not None else ""

    def ask(self, opened: Open, message: object) -> object:
        """Send a message on the connection that a file was opened on, and return the server's answer."""
        connection = self._connection
        if connection is None or opened.tree_connect is not self._tree:
            raise OSError(errno.EBADF, "the file was opened on a connection that is no more")
        try:
            session = opened.tree_connect.session.session_id
            return connection.receive(connection.send(message, session, opened.tree_connect.tree_connect_id))
        except TROUBLE as error:
            raise self._broken(error) from error

    def _path(self, name: str) -> str:
        return rf"{self._folder}\{name}".replace("/", "\\")

    def _open(self, name: str, access: int, create: bool) -> SmbHandle:
        if self._tree is None:
            self._connect()
        opened = Open(self._tree, self._path(name))
        try:
            opened.create(
                ImpersonationLevel.Impersonation,
                access | FilePipePrinterAccessMask.FILE_READ_ATTRIBUTES,
                FileAttributes.FILE_ATTRIBUTE_NORMAL,
                ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE,
                CreateDisposition.FILE_OPEN_IF if create else CreateDisposition.FILE_OPEN,
                CreateOptions.FILE_NON_DIRECTORY_FILE,
            )
        except (ObjectNameNotFound, NoSuchFile) as error:
            raise OSError(errno.ENOENT, f"{name}: {error}"[:160]) from error
        except TROUBLE as error:
            raise self._broken(error) from error
        return SmbHandle(self, opened)

    def _connect(self) -> None:
        last: OSError = OSError(errno.EHOSTUNREACH, f"DNS has no address for {self._name}")
        try:
            addresses = [str(answer) for answer in self._resolver.resolve(self._name, "A")]
        except TROUBLE as error:
            raise self._broken(error) from error
        for address in addresses:
            try:
                self._connect_to(address)
            except (*TROUBLE, ValueError) as error:
                # ValueError is the library's word for a socket that could not connect.
                last = self._broken(error)
            else:
                return
        raise last

    def _connect_to(self, address: str) -> None:
        self._connection = ImpatientConnection(self._client_guid, address, 445, require_signing=True)
        self._connection.connect(timeout=CONNECT_SECONDS)
        session = Session(self._connection, self._user, self._password, require_encryption=False)
        session.connect()
        tree = TreeConnect(session, rf"\\{self._name}\{self._share}")
        # Dialect 3.1.1 protects its negotiation by a hash; the check that is left out here is for older dialects.
        tree.connect(require_secure_negotiate=False)
        self._tree = tree

    def _broken(self, error: Exception) -> OSError:
        """Let go of the connection without a word, as the server may be gone, and return the error as a program sees it."""
        connection, self._connection, self._tree = self._connection, None, None
        if connection is not None and connection.transport is not None:
            connection.transport.close()
        time.sleep(RETRY_SECONDS)
        number = error.errno if isinstance(error, OSError) and error.errno else errno.EIO
        kind = "" if isinstance(error, OSError) and not isinstance(error, SMBException) else f"{type(error).__name__}: "
        return OSError(number, f"{kind}{error}"[:160])
