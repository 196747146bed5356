# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pool in the words of older API versions: fields that came, went, or were renamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..allocation import Document
from .answers import Refusal

#: PAPI version in which a field appeared, and the first that does not know it any more.
_SINCE = {
    "nfsv3_rroce_only": 12,
    "firewall_policy": 16,
    "ipv6_perform_dad": 16,
    "external_manager": 18,
    "nfs_rroce_only": 19,
    "linklayer": 21,
}
_UNTIL = {"sc_auto_unsuspend_delay": 18, "nfsv3_rroce_only": 19}
#: Fields that the newest release's table does not have any more.
OF_OLDER_VERSIONS = ("sc_auto_unsuspend_delay",)
_OLD_MODES = {"roundrobin": "roundrobin", "failover": "failover", "lacp": "lacp", "fec": "loadbalance"}
MAXIMUM_UNSUSPEND_SECONDS = 86400


def _knows(name: str, version: int) -> bool:
    return _SINCE.get(name, 0) <= version < _UNTIL.get(name, version + 1)


def from_older_version(body: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Translate a body into the newest version's words; refuse what this version does not know yet or any more."""
    for name in body:
        if not _knows(name, version):
            raise Refusal("AEC_BAD_REQUEST", f"Unknown field '{name}'", name)
    fields = dict(body)
    if version < 18:
        _translate_values(fields)
    if "nfsv3_rroce_only" in fields:
        fields["nfs_rroce_only"] = fields.pop("nfsv3_rroce_only")
    return fields


def _translate_values(fields: dict[str, Any]) -> None:
    mode = fields.get("aggregation_mode", "@DEFAULT")
    if mode != "@DEFAULT":
        if mode not in _OLD_MODES:
            raise Refusal("AEC_BAD_REQUEST", f"Invalid value '{mode}' for field 'aggregation_mode'", "aggregation_mode")
        fields["aggregation_mode"] = _OLD_MODES[mode]
    delay = fields.get("sc_auto_unsuspend_delay", 0)
    if delay != "@DEFAULT" and (type(delay) is not int or not 0 <= delay <= MAXIMUM_UNSUSPEND_SECONDS):
        text = f"Invalid value '{delay}' for field 'sc_auto_unsuspend_delay'"
        raise Refusal("AEC_BAD_REQUEST", text, "sc_auto_unsuspend_delay")
    if fields.get("alloc_method") == "externally_managed":
        raise Refusal("AEC_BAD_REQUEST", "Invalid value 'externally_managed' for field 'alloc_method'", "alloc_method")


def for_older_version(pool: Document, version: int) -> Document:
    """Show a pool as a version of the API does."""
    shown = dict(pool)
    shown["nfsv3_rroce_only"] = pool["nfs_rroce_only"]
    if version < 18:
        old_names = {new: old for old, new in _OLD_MODES.items()}
        # A version that has no word for it says what comes closest.
        shown["aggregation_mode"] = old_names.get(pool["aggregation_mode"], "roundrobin")
    return {name: value for name, value in shown.items() if _knows(name, version)}
