# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A OneFS role with exactly some privileges, and the accounts that have it.

Private to the collection. The list of privileges is replaced whole, so what a role has beyond it goes; of the members only those that are
named are looked at, since others may share the role.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._onefs.connection import SINGLE_CLUSTER_RULES, Connection, single_cluster_argument_spec
from .._onefs.errors import BadOption, OnefsError, PapiError
from .._onefs.papi import PapiSession
from .._onefs.progress import Progress
from .privileges import used

# The oldest version whose privileges have a permission and not just a switch.
ROLES = "/platform/14/auth/roles"
PERMISSIONS = ("r", "x", "w")
DESCRIPTION = "What an SMB failover needs, and nothing else"

ARGUMENT_SPEC: dict[str, t.Any] = {
    **single_cluster_argument_spec(),
    "name": {"type": "str", "required": True},
    "description": {"type": "str", "default": DESCRIPTION},
    "privileges": {"type": "dict", "default": {}},
    "members": {"type": "list", "elements": "str", "default": []},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
RULES = SINGLE_CLUSTER_RULES


class RoleNotAsWanted(OnefsError):
    """A role is not what it was made to be."""


@dataclass(frozen=True)
class Role:
    """A role. ``privileges`` are pairs of id and permission, in the order of their ids."""

    description: str
    privileges: tuple[tuple[str, str], ...]
    members: tuple[str, ...]

    @classmethod
    def from_answer(cls, answer: t.Mapping[str, t.Any]) -> Role:
        """Build a role from one element of a PAPI answer."""
        found = {
            str(one.get("id") or ""): str(one.get("permission") or ("r" if one.get("read_only") else "w"))
            for one in answer.get("privileges") or []
        }
        members = (str(one.get("name") or one.get("id") or "") for one in answer.get("members") or [])
        return cls(str(answer.get("description") or ""), tuple(sorted(found.items())), tuple(sorted(members)))

    def as_dict(self) -> dict[str, t.Any]:
        """Return what is shown of it."""
        return {
            "description": self.description,
            "privileges": dict(self.privileges),
            "members": list(self.members),
        }


def wanted_role(now: Role | None, description: str, privileges: t.Mapping[str, str], members: t.Iterable[str]) -> Role:
    """Return what the role is to be; members that it has besides stay."""
    every = {*members, *(now.members if now else ())}
    return Role(description, tuple(sorted(privileges.items())), tuple(sorted(every)))


def run(params: dict[str, t.Any], check_mode: bool, progress: Progress) -> dict[str, t.Any]:
    """Make the role be there as wanted, or not at all."""
    name = params["name"]
    if not name.strip():
        raise BadOption("Writing a role: it has no name. Give it one, such as SeamlessSmbFailover.")
    privileges = checked(params["privileges"] or used())
    connection = Connection.from_params(params)
    with PapiSession(connection) as papi:
        now = read_role(papi, name)
        if params["state"] == "absent":
            wanted = None
        else:
            wanted = wanted_role(now, params["description"], privileges, params["members"] or ())
        changed = now != wanted
        if changed and not check_mode:
            progress(f"{connection.host}: role {name} {'is removed' if wanted is None else 'is written'}")
            _write(papi, name, now, wanted)
    return {
        "changed": changed,
        "role": wanted.as_dict() if wanted else {},
        "diff": {
            "before": {name: now.as_dict()} if now else {},
            "after": {name: wanted.as_dict()} if wanted else {},
        },
    }


def checked(privileges: t.Mapping[t.Any, t.Any]) -> dict[str, str]:
    """Return the privileges that were asked for, or say which one can't be."""
    for name, permission in privileges.items():
        if not str(name).startswith("ISI_PRIV_") or permission not in PERMISSIONS:
            raise BadOption(
                f"Giving a role the privilege {name!r} with the permission {permission!r}: OneFS has no such thing. Give ids as OneFS has "
                f"them with one of {', '.join(PERMISSIONS)}, such as {{ISI_PRIV_NETWORK: w}}."
            )
    return {str(name): str(permission) for name, permission in privileges.items()}


def read_role(papi: PapiSession, name: str) -> Role | None:
    """Return a role, or None where there is none of this name."""
    try:
        answers = papi.get(f"{ROLES}/{name}").get("roles") or []
    except PapiError as error:
        if error.status != 404:
            raise
        return None
    return Role.from_answer(answers[0]) if answers else None


def _write(papi: PapiSession, name: str, now: Role | None, wanted: Role | None) -> None:
    if wanted is None:
        papi.delete(f"{ROLES}/{name}")
    else:
        body: dict[str, t.Any] = {
            "description": wanted.description,
            "privileges": [{"id": one, "permission": permission} for one, permission in wanted.privileges],
            "members": [{"name": member, "type": "user"} for member in wanted.members],
        }
        if now is None:
            papi.post(ROLES, {"name": name, **body})
        else:
            papi.put(f"{ROLES}/{name}", body, repeatable=True)
    after = read_role(papi, name)
    if after != wanted:
        raise RoleNotAsWanted(
            f"Writing role '{name}' on {papi.connection.host}: it is not as wanted afterwards ({_differences(after, wanted)}). Somebody "
            f"else may be changing it; look at 'isi auth roles view {name}' and run again."
        )


def _differences(now: Role | None, wanted: Role | None) -> str:
    if now is None or wanted is None:
        return "it is missing" if now is None else "it is still there"
    have, want = now.as_dict(), wanted.as_dict()
    return ", ".join(f"{field}: {have[field]} instead of {want[field]}" for field in want if have[field] != want[field])
