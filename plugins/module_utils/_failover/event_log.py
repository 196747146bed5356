# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write events to the log of a run, each as it happens. Private to the collection; how they are chained is decided in ``event_chain``."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import typing as t

from .event_chain import BEGINNING, ChainHead, hash_of, make_line

#: Beside the report.
LOG_NAME = "events.jsonl"

# A failure may quote a whole answer of a cluster.
LONGEST_TEXT = 4000


def append_event(path: str, kind: str, **facts: t.Any) -> ChainHead:
    """Add one event to a log, and return where the log stands then. Tasks of several hosts may write at once."""
    event = {"time": _now(), "kind": kind, **{name: _short(value) for name, value in facts.items()}}
    os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)
    # Names of users and files are in it, whatever the umask of this process is.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "r+b", buffering=0) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        content = stream.read()
        if content and not content.endswith(b"\n"):
            # The controller died in the middle of a line. It stays, visibly torn, and the next one begins a line of its own.
            stream.write(b"\n")
            content += b"\n"
        head = _head(content)
        line = make_line(head.count + 1, head.sha256, event)
        stream.write(line + b"\n")
    return ChainHead(head.count + 1, hash_of(line))


def read_head(path: str) -> ChainHead:
    """Return where a log stands."""
    with open(path, "rb", buffering=0) as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        return _head(stream.read())


def _head(content: bytes) -> ChainHead:
    lines = content.split(b"\n")[:-1]
    return ChainHead(len(lines), hash_of(lines[-1]) if lines else BEGINNING)


def _short(value: t.Any) -> t.Any:
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _now() -> str:
    return dt.datetime.now(tz=dt.timezone.utc).isoformat(timespec="milliseconds")
