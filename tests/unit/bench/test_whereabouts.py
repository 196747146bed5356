# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left wrong after many zones moved is seen: whatever of a zone is not on the cluster that serves it."""

from __future__ import annotations

from typing import Any

import pytest
from bench.whereabouts import ends, misplaced, serves


def cluster(has_it: bool) -> dict[str, Any]:
    pool = {
        "name": "pool",
        "access_zone": "team001",
        "ifaces": [{"lnn": 1, "iface": "ext-1"}] if has_it else [],
        "sc_dns_zone": "team001.example.com" if has_it else "",
        "sc_dns_zone_aliases": [],
    }
    return {"network": {"pools": [pool]}, "domain": {"spns": ["HOST/team001.example.com"] if has_it else []}}


def site(owner: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is configured and what is served, all on one cluster."""
    names = ("boston", "newyork")
    serving = {
        name: {"team001": {"addresses": ["198.18.0.1"] if name == owner else [], "writable": name == owner}}
        for name in names
    }
    return {name: cluster(name == owner) for name in names}, serving


@pytest.mark.parametrize("owner", ["boston", "newyork"])
def test_all_on_one_side_is_right(owner: str) -> None:
    configuration, serving = site(owner)
    assert misplaced(configuration, serving, "team001", "boston", "newyork") == []
    assert serves(serving, "team001", "newyork") == (owner == "newyork")


def test_what_stayed_behind_is_named() -> None:
    configuration, serving = site("newyork")
    configuration["boston"]["domain"]["spns"] = ["HOST/team001.example.com"]
    configuration["newyork"]["network"]["pools"][0]["sc_dns_zone"] = ""
    configuration["boston"]["network"]["pools"][0]["sc_dns_zone"] = "team001.example.com"
    assert misplaced(configuration, serving, "team001", "boston", "newyork") == [
        "team001: boston pool has the name 'team001.example.com'",
        "team001: newyork pool has the name ''",
        "team001: boston has HOST/team001.example.com",
    ]


def test_a_zone_that_nobody_serves_is_wrong() -> None:
    configuration, serving = site("boston")
    serving["boston"]["team001"]["writable"] = False
    assert misplaced(configuration, serving, "team001", "boston", "newyork") == [
        "team001: served by nobody, or by both"
    ]


def test_the_ends_of_those_that_did_not_move() -> None:
    summary = """        "zone-team001: served by the target: cutover 22.637 s",
        "zone-team002: rolled back: PUT /platform/... 409: \\"busy\\"",
        "zone-team003: refused: another run has the lease"
fatal: [localhost]: FAILED! => {"msg": "zone-team002, zone-team003 did not move. Run it again when the cause is mended: what has moved stays."}
"""
    assert ends(summary) == [
        'zone-team002: rolled back: PUT /platform/... 409: \\"busy\\"',
        "zone-team003: refused: another run has the lease",
    ]
