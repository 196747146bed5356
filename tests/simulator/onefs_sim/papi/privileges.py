# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which privilege each URI needs."""

from __future__ import annotations

from ..accounts import Accounts
from ..privileges import PRIVILEGES
from .answers import Refusal

#: The first prefix that fits decides; None: whoever may log in. That the cluster's name and its addresses are everybody's
#: is inferred from the privileges that Dell's storage driver for Kubernetes asks for: it reads both and has none for them.
_BY_PREFIX: tuple[tuple[str, str | None], ...] = (
    ("/auth/id", None),
    ("/auth/privileges", "ISI_PRIV_ROLE"),
    ("/auth/providers", "ISI_PRIV_AUTH_PROVIDERS"),
    ("/auth/roles", "ISI_PRIV_ROLE"),
    ("/auth/users", "ISI_PRIV_AUTH_USERS"),
    ("/auth", "ISI_PRIV_AUTH"),
    ("/cluster/config", None),
    ("/cluster/external-ips", None),
    ("/cluster/nodes", "ISI_PRIV_DEVICES"),
    ("/cluster/time", "ISI_PRIV_SYS_TIME"),
    ("/cluster/version", None),
    ("/cluster", "ISI_PRIV_CLUSTER"),
    ("/event", "ISI_PRIV_EVENT"),
    ("/license", "ISI_PRIV_LICENSE"),
    ("/network", "ISI_PRIV_NETWORK"),
    ("/protocols/nfs", "ISI_PRIV_NFS"),
    ("/protocols/s3", "ISI_PRIV_S3"),
    ("/protocols/smb", "ISI_PRIV_SMB"),
    ("/quota/quotas", "ISI_PRIV_QUOTA_QUOTAMANAGEMENT"),
    ("/quota", "ISI_PRIV_QUOTA"),
    ("/snapshot", "ISI_PRIV_SNAPSHOT"),
    ("/statistics", "ISI_PRIV_STATISTICS"),
    ("/sync", "ISI_PRIV_SYNCIQ"),
    ("/zones", "ISI_PRIV_AUTH_ZONES"),
)
#: All that whoever uses the namespace API must have; what may be written is the files' own affair.
NAMESPACE = ("ISI_PRIV_NS_IFS_ACCESS", "ISI_PRIV_NS_TRAVERSE")


def privilege_for(path: str) -> str | None:
    """Return the privilege that a path (without version) needs, or None. KeyError: a URI that the table forgot."""
    path = path.removeprefix("/local")
    for prefix, privilege in _BY_PREFIX:
        if path == prefix or path.startswith((f"{prefix}/", f"{prefix}-")):
            return privilege
    raise KeyError(path)


class Gate:
    """Lets calls through, or refuses them, by the privileges of who calls."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def platform(self, user: str, method: str, path: str) -> None:
        """Check a call of the platform API: reading needs the privilege, anything else needs it with `w`."""
        privilege = privilege_for(path)
        if privilege is not None:
            self._require(user, privilege, method != "GET")

    def namespace(self, user: str) -> None:
        """Check a call of the namespace API."""
        for privilege in NAMESPACE:
            self._require(user, privilege, write=False)

    def _require(self, user: str, privilege: str, write: bool) -> None:
        if self._accounts.permits(user, privilege, write):
            return
        # Wording as in a capture: https://github.com/Isilon/isilon_hadoop_tools/issues/117
        kind = "write" if write else "read"
        name = PRIVILEGES[privilege].name
        message = f"Privilege check failed. The following {kind} privilege is required: {name} ({privilege})"
        raise Refusal("AEC_FORBIDDEN", message)
