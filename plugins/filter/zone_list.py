# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter that reads which access zones are to move, in which order."""

from __future__ import annotations

import json
import typing as t

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: zone_list
short_description: Read which access zones are to move, in which order
version_added: 0.2.0
description:
  - Takes names with commas between them, as a survey of AWX gives them, a list of names, a list of dictionaries, or any of these as JSON text.
  - Those with the lowest C(priority) come first; those of equal priority stay in the order in which they were named.
author:
  - seamless.smb_failover contributors (@seamless)
options:
  _input:
    description:
      - The zones. A dictionary has C(zone), or C(pools) for some IP pools, and maybe C(priority), which is 100 where it is not given.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Show in which order zones move
  ansible.builtin.debug:
    msg: "{{ [{'zone': 'sales', 'priority': 2}, {'zone': 'finance', 'priority': 1}] | seamless.smb_failover.zone_list }}"
"""

RETURN = r"""
_value:
  description: Each with C(host), the name that it has in the log, C(zone), C(pools) and C(priority).
  type: list
  elements: dict
"""

DEFAULT_PRIORITY = 100
KNOWN = frozenset({"zone", "pools", "priority"})
HOW = 'Write failover_zones=sales,finance or failover_zones=[{"zone": "sales", "priority": 1}, {"zone": "finance"}].'


def zone_list(value: t.Any) -> list[dict[str, t.Any]]:
    """Return what is to move, first things first, or say what can't be read."""
    found = [_zone(one) for one in _elements(value)]
    if not found:
        raise AnsibleFilterError(f"Reading failover_zones: no access zone is named. {HOW}")
    hosts = [one["host"] for one in found]
    twice = sorted({host for host in hosts if hosts.count(host) > 1})
    if twice:
        raise AnsibleFilterError(
            f"Reading failover_zones: {', '.join(twice)} is named more than once. Name each access zone and each pool once."
        )
    # A sort that keeps the order of equals.
    return sorted(found, key=lambda one: int(one["priority"]))


def _elements(value: t.Any) -> list[t.Any]:
    if isinstance(value, str):
        text = value.strip()
        if not text.startswith(("[", "{")):
            return [name.strip() for name in text.replace("\n", ",").split(",") if name.strip()]
        try:
            value = json.loads(text)
        except ValueError as error:
            raise AnsibleFilterError(f"Reading failover_zones: {text!r} is no JSON ({error}). {HOW}") from error
    if isinstance(value, t.Mapping):
        return [value]
    if not isinstance(value, (list, tuple)):
        raise AnsibleFilterError(f"Reading failover_zones: {value!r} is neither text nor a list. {HOW}")
    return list(value)


def _zone(value: t.Any) -> dict[str, t.Any]:
    one = {"zone": value} if isinstance(value, str) else value
    if not isinstance(one, t.Mapping) or not set(one) <= KNOWN:
        raise AnsibleFilterError(
            f"Reading failover_zones: an element is {value!r}; it may have {', '.join(sorted(KNOWN))}. {HOW}"
        )
    zone = str(one.get("zone") or "").strip()
    pools = one.get("pools") or []
    pools = [name.strip() for name in pools.split(",")] if isinstance(pools, str) else [str(name) for name in pools]
    if bool(zone) == bool(pools):
        raise AnsibleFilterError(
            f"Reading failover_zones: an element is {value!r}; it must have either a zone or pools. {HOW}"
        )
    try:
        priority = int(one.get("priority", DEFAULT_PRIORITY))
    except (TypeError, ValueError):
        raise AnsibleFilterError(
            f"Reading failover_zones: the priority of '{zone or pools[0]}' is {one.get('priority')!r}. Give a whole number, the lowest goes first."
        ) from None
    # Not the bare name: a cluster of the inventory may have the same.
    return {"host": f"zone-{zone}" if zone else f"pools-{pools[0]}", "zone": zone, "pools": pools, "priority": priority}


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filters by name."""
        return {"zone_list": zone_list}
