# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filter that tells who else than the robot is connected to IP pools."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: foreign_clients
short_description: Name the clients that are not the robot's
version_added: 0.2.0
description:
  - Takes what M(seamless.smb_failover.smb_session_check) returns as its pools, and names every client that is connected as somebody
    else than one account.
positional: _input, user
options:
  _input:
    description:
      - The pools, as RV(seamless.smb_failover.smb_session_check#module:pools).
    type: list
    elements: dict
    required: true
  user:
    description:
      - The robot's account.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Refuse a zone that people use
  ansible.builtin.assert:
    that: connected.pools | seamless.smb_failover.foreign_clients('robot') | length == 0
"""

RETURN = r"""
_value:
  description: The clients, each with its address and its users.
  type: list
  elements: str
"""


def foreign_clients(pools: t.Iterable[t.Mapping[str, t.Any]], user: str) -> list[str]:
    """Return the clients that are connected as somebody else.

    A connection without a session is nobody's: nobody logged in by it. The robot's own ones stay so for a while, on the
    cluster that was taken from it.
    """
    found = set()
    for pool in pools:
        for entry in pool.get("clients") or ():
            users = [str(one) for one in entry.get("users") or ()]
            if not entry.get("drained") and any(_name(one) != _name(user) for one in users):
                found.add(f"{entry.get('client')} ({', '.join(users)})")
    return sorted(found)


def _name(user: str) -> str:
    """Return an account without its domain, of which a cluster shows its own spelling."""
    return user.replace("\\", "/").rsplit("/", 1)[-1].split("@", 1)[0].casefold()


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        """Return the filter by its name."""
        return {"foreign_clients": foreign_clients}
