# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a dead cluster is looked for: wherever it answered, but for what the cluster that took over holds by now."""

from __future__ import annotations

from ansible_collections.seamless.smb_failover.plugins.module_utils._failover.record_info import not_held
from ansible_collections.seamless.smb_failover.plugins.module_utils._onefs.interfaces import Interface

PROBES = [
    {"kind": "api", "address": "boston.example.com", "port": 8080, "name": ""},
    {"kind": "smb", "address": "198.51.100.11", "port": 445, "name": ""},
    {"kind": "smb", "address": "2001:DB8::0011", "port": 445, "name": ""},
]


def holding(*addresses: str) -> list[Interface]:
    return [Interface(1, "ext-1", addresses, ())]


def test_nobody_is_looked_for_at_an_address_of_the_target_itself() -> None:
    assert not_held(PROBES, holding("198.51.100.21")) == PROBES
    assert not_held(PROBES, holding("198.51.100.11")) == [PROBES[0], PROBES[2]]
    assert not_held(PROBES, holding("198.51.100.11", "2001:db8::11")) == [PROBES[0]]


def test_a_host_that_is_a_name_is_asked_whatever_the_target_holds() -> None:
    assert not_held(PROBES[:1], holding()) == PROBES[:1]
