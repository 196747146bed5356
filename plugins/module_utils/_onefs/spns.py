# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Service principal names of a cluster's machine account in Active Directory, as OneFS reads and writes them.

Private to the collection. A client that asks for a Kerberos ticket for a name gets one for the account that holds it; a name that
two accounts hold serves nobody.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .errors import PapiError

if t.TYPE_CHECKING:
    from .papi import PapiSession

PROVIDERS = "/platform/3/auth/providers/ads"
# The oldest version that says which names another account holds too.
PROVIDER = "/platform/14/auth/providers/ads/{}"


@dataclass(frozen=True)
class MachineAccount:
    """The account of a cluster in one domain; ``duplicates`` are names that it should have and that another account holds."""

    domain: str
    name: str
    spns: tuple[str, ...]
    duplicates: tuple[str, ...]


def read_accounts(papi: PapiSession) -> tuple[MachineAccount, ...]:
    """Return the cluster's machine accounts, one for each domain that it is in; none where its release has no such providers."""
    try:
        domains = [str(one.get("id") or one.get("name") or "") for one in papi.list(PROVIDERS, "ads")]
    except PapiError as error:
        if error.status == 404:
            return ()
        raise
    return tuple(read_account(papi, domain) for domain in domains)


def read_account(papi: PapiSession, domain: str, check_duplicates: bool = False) -> MachineAccount:
    """Return the machine account of a domain; looking for duplicates asks the whole forest."""
    query = {"check_duplicates": True} if check_duplicates else {}
    answer = (papi.get(PROVIDER.format(domain), **query).get("ads") or [{}])[0]
    return MachineAccount(
        domain=domain,
        name=str(answer.get("machine_account") or ""),
        spns=tuple(str(spn) for spn in answer.get("spns") or []),
        duplicates=tuple(str(spn) for spn in answer.get("dup_spns") or []),
    )


def write_spns(papi: PapiSession, domain: str, spns: t.Sequence[str], user: str, password: str) -> None:
    """Give the machine account these names and no others; without a user it writes them itself, where the domain lets it."""
    credentials = {"user": user, "password": password} if user else {}
    papi.put(PROVIDER.format(domain), {"spns": list(spns), **credentials}, repeatable=True)
