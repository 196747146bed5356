# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a cluster keeps below ``/ifs`` that readiness looks at: leases, rehearsals, and the replicated files themselves.

Private to the collection.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import socket
import ssl
import typing as t

from ..._onefs.errors import OnefsError
from ..._onefs.lease_file import CLOSED
from ..history_files import read_records
from ..lease import folder_of, is_rehearsal, newest_lease
from .cluster_sources import text
from .facts import Account, Entry, Lease

if t.TYPE_CHECKING:
    from ..._onefs.papi import PapiSession

USERS = "/platform/1/auth/users"
CERTIFICATE_SECONDS = 5.0
ENTRIES = 200
# Of the ends of runs and rehearsals, the newest.
NEWEST_ENDS = 8


def read_lease(papi: PapiSession, access_zone: str) -> Lease:
    """Return who holds the lease of a zone, how the last run ended, and when it was rehearsed last."""
    folder = folder_of(access_zone)
    generation, held = newest_lease(papi, folder)
    ends = [record for record in read_records(papi, folder, CLOSED, NEWEST_ENDS) if isinstance(record, dict)]
    runs = [record for record in ends if not is_rehearsal(record)]
    rehearsed = [_closed(record) for record in ends if is_rehearsal(record) and _result(record) == "succeeded"]
    last = runs[-1] if runs else {}
    holder = held or {}
    return Lease(
        generation,
        str(holder.get("run_id") or ""),
        str(holder.get("opened") or ""),
        _closed(last),
        _result(last),
        is_rehearsal(holder),
        max(rehearsed, default=0),
    )


def _closed(record: t.Mapping[str, t.Any]) -> int:
    return int(dt.datetime.fromisoformat(str(record["closed"])).timestamp()) if record.get("closed") else 0


def _result(record: t.Mapping[str, t.Any]) -> str:
    content = record.get("content")
    return text(content, "result") if isinstance(content, dict) else ""


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
