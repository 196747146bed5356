# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An SMB share, reached at one address of a cluster, to open files on it as any client would.

Private to the collection. The library smbprotocol is asked for only where a failover is to flush its clients.
"""

from __future__ import annotations

import contextlib
import logging
import typing as t
import uuid

from .errors import MissingLibrary, OnefsError

try:
    from smbprotocol.connection import Connection as SmbConnection
    from smbprotocol.exceptions import SMBException, SMBResponseException
    from smbprotocol.header import NtStatus
    from smbprotocol.open import (
        CreateDisposition,
        CreateOptions,
        FilePipePrinterAccessMask,
        ImpersonationLevel,
        Open,
        RequestedOplockLevel,
        ShareAccess,
    )
    from smbprotocol.session import Session as SmbSession
    from smbprotocol.tree import TreeConnect

    HAS_SMBPROTOCOL = True
except ImportError:
    HAS_SMBPROTOCOL = False

SMB_PORT = 445
CONNECT_SECONDS = 5


class ShareUnreachable(OnefsError):
    """A share could not be connected to."""


class FileNotOpened(OnefsError):
    """A file could not be opened for reading; ``gone`` tells that it is not there any more."""

    def __init__(self, message: str, gone: bool = False) -> None:
        """Keep whether the file is gone."""
        self.gone = gone
        super().__init__(message)


class SmbShare:
    """A tree connect to a share at one address."""

    def __init__(self, address: str, share: str, user: str, password: str) -> None:
        """Keep what is needed to connect; nothing is sent yet."""
        if not HAS_SMBPROTOCOL:
            raise MissingLibrary("Opening files over SMB", "smbprotocol")
        # The library reports every broken connection by itself, with a trace.
        logging.getLogger("smbprotocol").setLevel(logging.CRITICAL)
        self.address, self.share = address, share
        self._user, self._password = user, password
        self._connection = SmbConnection(uuid.uuid4(), address, SMB_PORT, require_signing=True)
        self._tree: t.Any = None

    def __enter__(self) -> SmbShare:
        """Connect and log in."""
        try:
            self._connection.connect(timeout=CONNECT_SECONDS)
            session = SmbSession(self._connection, self._user, self._password, require_encryption=False)
            session.connect()
            self._tree = TreeConnect(session, rf"\\{self.address}\{self.share}")
            self._tree.connect(require_secure_negotiate=False)
        # The library's word for a socket that could not connect is ValueError.
        except (SMBException, OSError, ValueError) as error:
            self.__exit__()
            raise ShareUnreachable(
                f"Connecting to share '{self.share}' at {self.address} as '{self._user}': {str(error).rstrip('. ')}. Check that account "
                "(failover_flush_user, in a rehearsal rehearsal_user), its password, and that this controller reaches "
                f"port {SMB_PORT} there."
            ) from error
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Disconnect; the server lets go of whatever was open."""
        with contextlib.suppress(SMBException, OSError, ValueError):
            self._connection.disconnect(close=False, timeout=CONNECT_SECONDS)

    def open_for_reading(self, path: str) -> t.Callable[[], None]:
        """Open a file by its path below the share, with slashes; returns what closes it.

        The server answers only when every other client has written out what it caches of the file (MS-SMB2 3.3.4.7).
        """
        handle = Open(self._tree, path.replace("/", "\\"))
        try:
            handle.create(
                ImpersonationLevel.Impersonation,
                FilePipePrinterAccessMask.FILE_READ_DATA,
                0,
                ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE,
                CreateDisposition.FILE_OPEN,
                CreateOptions.FILE_NON_DIRECTORY_FILE,
                oplock_level=RequestedOplockLevel.SMB2_OPLOCK_LEVEL_NONE,
            )
        except SMBResponseException as error:
            gone = error.status in {NtStatus.STATUS_OBJECT_NAME_NOT_FOUND, NtStatus.STATUS_OBJECT_PATH_NOT_FOUND}
            raise FileNotOpened(f"{error.message} (status {error.status:#010x})", gone) from error
        except (SMBException, OSError) as error:
            raise FileNotOpened(str(error)) from error

        def close() -> None:
            with contextlib.suppress(SMBException, OSError):
                handle.close()

        return close
