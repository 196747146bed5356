# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and lists as they are written on the command line: pools, interfaces of nodes, address ranges. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from .papi import Refused

_NAME = re.compile(r"^[0-9A-Za-z_-]{1,32}$")
_LNNS = re.compile(r"^(\d+)(?:-(\d+))?$")


class PoolName(NamedTuple):
    """Where a pool is."""

    groupnet: str
    subnet: str
    pool: str


def pool_name(text: str) -> PoolName:
    """Read groupnet0.subnet0.pool0 or groupnet0:subnet0:pool0."""
    parts = re.split(r"[.:]", text)
    if len(parts) != 3 or not all(_NAME.match(part) for part in parts):
        raise Refused(f"Invalid network pool ID '{text}': it is written as groupnet.subnet.pool")
    return PoolName(*parts)


def words(values: Sequence[str] | None) -> list[str]:
    """Take options that were given once with commas, or several times."""
    return [part.strip() for value in values or () for part in value.split(",") if part.strip()]


def lnn_range(text: str) -> range:
    """Read 3 or 1-3."""
    match = _LNNS.match(text)
    if match is None:
        raise Refused(f"Invalid node number '{text}': it is written as 3, or as 1-3 for a range")
    return range(int(match[1]), int(match[2] or match[1]) + 1)


def ifaces(values: Sequence[str] | None) -> list[dict[str, Any]]:
    """Read 1:ext-1 or 1-3:ext-1."""
    found = []
    for word in words(values):
        nodes, colon, name = word.partition(":")
        if not colon or not name:
            raise Refused(f"Invalid interface '{word}': it is written as LNN:NAME, or LNN-LNN:NAME for a range")
        found += [{"lnn": lnn, "iface": name} for lnn in lnn_range(nodes)]
    return found


def address_ranges(values: Sequence[str] | None) -> list[dict[str, str]]:
    """Read 192.0.2.1-192.0.2.3, or one address."""
    found = []
    for word in words(values):
        low, _, high = word.partition("-")
        try:
            found.append({"low": str(ipaddress.ip_address(low)), "high": str(ipaddress.ip_address(high or low))})
        except ValueError as error:
            raise Refused(f"Invalid IP address range '{word}': it is written as LOW-HIGH") from error
    return found


def edited(
    kept: Sequence[Any],
    what: str,
    *,
    replaced: Sequence[Any] | None,
    added: Sequence[Any],
    removed: Sequence[Any],
    cleared: bool = False,
) -> list[Any] | None:
    """Return a list after --X, --clear-X, --remove-X and --add-X, or None when none was given."""
    if replaced is None and not added and not removed and not cleared:
        return None
    base = list(kept) if replaced is None and not cleared else list(replaced or ())
    for one in removed:
        if one not in base:
            raise Refused(f"Cannot remove {what} that the pool does not have: {_shown(one)}")
        base.remove(one)
    return [*base, *(one for one in added if one not in base)]


def _shown(one: Any) -> str:
    return one if isinstance(one, str) else ", ".join(str(value) for value in one.values())
