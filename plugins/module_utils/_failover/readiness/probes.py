# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections to a cluster as a client would make them, from where the run stands. Private to the collection."""

from __future__ import annotations

import socket
import time
import uuid

from ..._onefs.smb_share import HAS_SMBPROTOCOL, ShareUnreachable, SmbShare
from .facts import SmbProbe

if HAS_SMBPROTOCOL:
    from smbprotocol.connection import Connection as SmbConnection
    from smbprotocol.exceptions import SMBException

CONNECT_SECONDS = 1.0
NEGOTIATE_SECONDS = 3


def port_answers(address: str, port: int) -> bool:
    """Whether an address accepts a TCP connection."""
    try:
        with socket.create_connection((address, port), timeout=CONNECT_SECONDS):
            return True
    except OSError:
        return False


def probe_smb(cluster: str, address: str, share: str, user: str, password: str) -> SmbProbe:
    """Negotiate SMB at an address, and connect to a share where there is an account for it."""
    started = time.monotonic()
    trouble = ""
    if user:
        try:
            with SmbShare(address, share, user, password):
                pass
        except ShareUnreachable as error:
            trouble = error.message
    else:
        trouble = _negotiate(address)
    elapsed = (time.monotonic() - started) * 1000
    return SmbProbe(cluster, address, share if user else "", trouble, round(elapsed, 1))


def _negotiate(address: str) -> str:
    if not HAS_SMBPROTOCOL:
        return "" if port_answers(address, 445) else "port 445 does not answer"
    connection = SmbConnection(uuid.uuid4(), address, 445, require_signing=True)
    try:
        connection.connect(timeout=NEGOTIATE_SECONDS)
        connection.disconnect(close=False, timeout=NEGOTIATE_SECONDS)
    # The library's word for a socket that could not connect is ValueError.
    except (SMBException, OSError, ValueError) as error:
        return f"SMB could not be negotiated ({error})"
    return ""
