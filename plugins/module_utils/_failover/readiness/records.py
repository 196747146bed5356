# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cluster keeps below ``/ifs`` that readiness looks at: leases, rehearsals, and the replicated files themselves.

Private to the collection.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import socket
import ssl
import typing as t

from ..._onefs.errors import OnefsError, PapiError
from ..lease import folder_of, newest_lease
from .cluster_sources import text
from .facts import Account, Entry, Lease

if t.TYPE_CHECKING:
    from ..._onefs.papi import PapiSession

USERS = "/platform/1/auth/users"
CERTIFICATE_SECONDS = 5.0
ENTRIES = 200


def read_lease(papi: PapiSession, access_zone: str) -> Lease:
    """Return who holds the lease of a zone, and how the last run ended."""
    folder = folder_of(access_zone)
    generation, held = newest_lease(papi, folder)
    closed, result = _last_closed(papi, folder, generation if held is None else generation - 1)
    if held is None:
        return Lease(generation, "", "", closed, result)
    return Lease(generation, str(held.get("run_id")), str(held.get("opened")), closed, result)


def _last_closed(papi: PapiSession, folder: str, generation: int) -> tuple[int, str]:
    if generation < 1:
        return 0, ""
    try:
        record = json.loads(papi.read_file(f"{folder}/{generation:08d}.closed.json"))
    except PapiError as error:
        if error.status == 404:
            return 0, ""
        raise
    return int(dt.datetime.fromisoformat(record["closed"]).timestamp()), text(record.get("content"), "result")


def read_listing(papi: PapiSession, path: str) -> tuple[Entry, ...]:
    """Return the files in a folder, the first few hundred."""
    answer = papi.get(f"/namespace{path}", detail="name,size,type,last_modified", limit=ENTRIES)
    return tuple(
        Entry(text(child, "name"), int(child.get("size") or 0), _epoch(text(child, "last_modified")))
        for child in answer.get("children") or []
        if child.get("type") == "object"
    )


def _epoch(text_of_time: str) -> float:
    return email.utils.parsedate_to_datetime(text_of_time).timestamp() if text_of_time else 0.0


def read_account(papi: PapiSession) -> Account:
    """Return when the certificate of the platform API and the password of this run's account end."""
    expires = read_certificate_end(papi)
    try:
        user = (papi.get(f"{USERS}/{papi.connection.user}").get("users") or [{}])[0]
    except OnefsError as error:
        return Account(expires, 0, False, False, f"the account's password could not be looked at ({error.message})")
    ends = int(user.get("password_expiry") or 0) if user.get("password_expires") else 0
    expired = bool(user.get("password_expired") or user.get("expired"))
    return Account(expires, ends, expired, bool(user.get("locked")), "")


def read_certificate_end(papi: PapiSession) -> int:
    """Return until when the certificate of the platform API is valid, in epoch seconds; 0 where it can't be known.

    A certificate is shown by Python only where it is verified.
    """
    connection = papi.connection
    if not connection.validate_certs:
        return 0
    context = ssl.create_default_context(cafile=connection.ca_path or None)
    address = (connection.host, connection.port)
    plain = socket.create_connection(address, timeout=CERTIFICATE_SECONDS)
    with plain, context.wrap_socket(plain, server_hostname=connection.host) as secured:
        shown = secured.getpeercert() or {}
    return int(ssl.cert_time_to_seconds(str(shown["notAfter"]))) if shown.get("notAfter") else 0
