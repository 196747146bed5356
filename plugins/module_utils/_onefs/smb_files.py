# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of an SMB share, used as an application uses them: created, written, read, renamed, deleted.

Private to the collection. An operation fails after some seconds rather than wait without end: a server that was taken away says
nothing.
"""

from __future__ import annotations

import typing as t

from .errors import OnefsError
from .smb_share import HAS_SMBPROTOCOL, SmbShare

if HAS_SMBPROTOCOL:
    from smbprotocol.connection import Connection as SmbConnection
    from smbprotocol.exceptions import SMBException, SMBResponseException
    from smbprotocol.file_info import FileInformationClass, FileRenameInformation
    from smbprotocol.header import NtStatus
    from smbprotocol.open import (
        CreateDisposition,
        CreateOptions,
        DirectoryAccessMask,
        FilePipePrinterAccessMask,
        ImpersonationLevel,
        Open,
        QueryDirectoryFlags,
        ShareAccess,
        SMB2SetInfoRequest,
    )

    class ImpatientConnection(SmbConnection):  # type: ignore[misc]
        """A connection on which no answer is waited for without end."""

        def receive(
            self, request: t.Any, wait: bool = True, timeout: float | None = None, resolve_symlinks: bool = True
        ) -> t.Any:
            """Wait for an answer, for a while."""
            try:
                return super().receive(request, wait, timeout or OPERATION_SECONDS, resolve_symlinks)
            except KeyError as error:
                # A message that nobody asked for, such as the break of a lease, ends the library's reader with this.
                raise SMBException(f"the server sent a message that this client does not read: {error}") from error


# The library rounds what is left of it down: it gives up after 1 s.
OPERATION_SECONDS = 2
# No server offers less in one message.
CHUNK_BYTES = 65536


class FileTrouble(OnefsError):
    """An operation on a file of a share failed; ``gone`` tells that the file is not there."""

    def __init__(self, message: str, gone: bool = False) -> None:
        """Keep whether the file is gone."""
        self.gone = gone
        super().__init__(message)


class ShareFiles(SmbShare):
    """The files of a share at one address."""

    def __init__(self, address: str, share: str, user: str, password: str) -> None:
        """Keep what is needed to connect; nothing is sent yet."""
        super().__init__(address, share, user, password)
        made = self._connection
        self._connection = ImpatientConnection(made.client_guid, address, made.port, require_signing=True)

    def write(self, path: str, data: bytes, offset: int = 0, create: bool = False) -> None:
        """Write and flush; returns when the server has acknowledged both. ``create`` wants a file that is not there yet."""
        disposition = CreateDisposition.FILE_CREATE if create else CreateDisposition.FILE_OPEN_IF
        access = FilePipePrinterAccessMask.FILE_READ_DATA | FilePipePrinterAccessMask.FILE_WRITE_DATA

        def operation(handle: t.Any) -> None:
            for start in range(0, len(data), CHUNK_BYTES):
                part = data[start : start + CHUNK_BYTES]
                written = handle.write(part, offset + start)
                if written != len(part):
                    raise OSError(f"the server wrote {written} of {len(part)} bytes")
            handle.flush()

        self._with(path, "writing", access, disposition, operation)

    def read(self, path: str, limit: int = 1 << 30) -> bytes:
        """Return the content of a file, up to a limit."""

        def operation(handle: t.Any) -> bytes:
            wanted = min(int(handle.end_of_file), limit)
            parts = []
            for start in range(0, wanted, CHUNK_BYTES):
                parts.append(handle.read(start, min(CHUNK_BYTES, wanted - start)))
            return b"".join(parts)

        access = FilePipePrinterAccessMask.FILE_READ_DATA
        return t.cast("bytes", self._with(path, "reading", access, CreateDisposition.FILE_OPEN, operation))

    def rename(self, path: str, new_path: str) -> None:
        """Give a file another name; one that has that name stays."""

        def operation(handle: t.Any) -> None:
            information = FileRenameInformation()
            information["replace_if_exists"] = False
            information["file_name"] = new_path.replace("/", "\\")
            request = SMB2SetInfoRequest()
            request["info_type"] = information.INFO_TYPE
            request["file_info_class"] = information.INFO_CLASS
            request["file_id"] = handle.file_id
            request["buffer"] = information
            session = self._tree.session
            sent = self._connection.send(request, session.session_id, self._tree.tree_connect_id)
            self._connection.receive(sent)

        self._with(path, "renaming", FilePipePrinterAccessMask.DELETE, CreateDisposition.FILE_OPEN, operation)

    def delete(self, path: str) -> None:
        """Delete a file."""
        options = CreateOptions.FILE_NON_DIRECTORY_FILE | CreateOptions.FILE_DELETE_ON_CLOSE
        access = FilePipePrinterAccessMask.DELETE
        self._with(path, "deleting", access, CreateDisposition.FILE_OPEN, lambda _handle: None, options)

    def exists(self, path: str) -> bool:
        """Tell whether there is a file."""
        try:
            self.read(path, 0)
        except FileTrouble as error:
            if error.gone:
                return False
            raise
        return True

    def names(self, pattern: str) -> list[str]:
        """Return the names in the share's root folder that a pattern such as ``a*`` fits."""
        access = DirectoryAccessMask.FILE_LIST_DIRECTORY
        options = CreateOptions.FILE_DIRECTORY_FILE

        def operation(handle: t.Any) -> list[str]:
            found: list[str] = []
            flags = QueryDirectoryFlags.SMB2_RESTART_SCANS
            while True:
                try:
                    entries = handle.query_directory(pattern, FileInformationClass.FILE_NAMES_INFORMATION, flags)
                except SMBResponseException as error:
                    if error.status in {NtStatus.STATUS_NO_MORE_FILES, NtStatus.STATUS_NO_SUCH_FILE}:
                        return found
                    raise
                found += [entry["file_name"].get_value().decode("utf-16-le") for entry in entries]
                flags = 0

        return t.cast("list[str]", self._with("", "listing", access, CreateDisposition.FILE_OPEN, operation, options))

    def _with(
        self,
        path: str,
        doing: str,
        access: int,
        disposition: int,
        operation: t.Callable[[t.Any], t.Any],
        options: int | None = None,
    ) -> t.Any:
        """Open a file, do something with it, and close it; returns when the server has said that it is closed."""
        try:
            handle = Open(self._tree, path.replace("/", "\\"))
            handle.create(
                ImpersonationLevel.Impersonation,
                access,
                0,
                ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE,
                disposition,
                CreateOptions.FILE_NON_DIRECTORY_FILE if options is None else options,
            )
            try:
                return operation(handle)
            finally:
                handle.close()
        except SMBResponseException as error:
            gone = error.status in {NtStatus.STATUS_OBJECT_NAME_NOT_FOUND, NtStatus.STATUS_OBJECT_PATH_NOT_FOUND}
            raise FileTrouble(
                f"{doing} '{path}' on share '{self.share}' at {self.address}: {error.message} (status {error.status:#010x})",
                gone,
            ) from error
        except (SMBException, OSError, ValueError) as error:
            raise FileTrouble(f"{doing} '{path}' on share '{self.share}' at {self.address}: {error}") from error

    def drop(self) -> None:
        """Let go of the connection without a word: the server may be gone."""
        # Without a transport the connection was never made.
        if self._connection.transport is not None:
            self._connection.transport.close()
