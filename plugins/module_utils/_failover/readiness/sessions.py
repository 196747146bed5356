# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions with one cluster that threads take turns with. Private to the collection."""

from __future__ import annotations

import contextlib
import threading
import typing as t

from ..._onefs.errors import OnefsError
from ..._onefs.papi import PapiSession
from .check import Fact, Unread

if t.TYPE_CHECKING:
    from ..._onefs.connection import Connection

Value = t.TypeVar("Value")


class Sessions:
    """A session is used by one thread at a time, and kept for the next: a log-in costs more than most answers."""

    def __init__(self, connection: Connection) -> None:
        """Keep the connection; nothing is sent yet."""
        self._connection = connection
        self._idle: list[PapiSession] = []
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def borrowed(self) -> t.Iterator[PapiSession]:
        """Lend a session, a new one where all are in use."""
        with self._lock:
            session = self._idle.pop() if self._idle else PapiSession(self._connection)
        try:
            yield session
        finally:
            with self._lock:
                self._idle.append(session)

    def attempt(self, read: t.Callable[..., Value], *arguments: t.Any) -> Fact[Value]:
        """Read one fact."""
        with self.borrowed() as papi:
            return attempt(read, papi, *arguments)

    def close(self) -> None:
        """Log all out."""
        for session in self._idle:
            session.__exit__()
        self._idle.clear()


def attempt(read: t.Callable[..., Value], *arguments: t.Any) -> Fact[Value]:
    """Return what ``read`` returns, or why there is no such fact."""
    try:
        return read(*arguments)
    except OnefsError as error:
        return Unread(error.message)
    except (OSError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # What a cluster answers may be anything.
        return Unread(f"The answer was not understood ({type(error).__name__}: {error}). Look at it by hand.")
