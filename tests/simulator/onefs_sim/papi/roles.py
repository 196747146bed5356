# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/auth: roles with their members and privileges, who the caller is, and the local users."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..accounts import ROOT, Account, Accounts, Role
from ..allocation import Document
from ..privileges import PERMISSIONS, PRIVILEGES
from .answers import NO_CONTENT, Answer, Refusal, Request
from .paging import LIST_ARGUMENTS, list_answer
from .routing import Route
from .validation import check_body

ROLES = "/auth/roles"
ROLE = ROLES + "/{role}"
_NAMES = ("resolve_names",)


class RolesApi:
    """Handlers of roles, privileges and users."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/auth/id", self.who_am_i, ("listchildprivs",)),
            Route("GET", "/auth/privileges", self.list_privileges),
            Route("GET", "/auth/users", self.list_users, (*LIST_ARGUMENTS, *_NAMES, "filter", "provider", "cached")),
            Route("GET", "/auth/users/{user}", self.get_user, (*_NAMES, "provider", "cached")),
            Route("GET", ROLES, self.list_roles, (*LIST_ARGUMENTS, *_NAMES)),
            Route("POST", ROLES, self.create_role),
            Route("GET", ROLE, self.get_role, _NAMES),
            Route("PUT", ROLE, self.update_role),
            Route("DELETE", ROLE, self.delete_role),
            Route("GET", ROLE + "/members", self.list_members, (*LIST_ARGUMENTS, *_NAMES)),
            Route("POST", ROLE + "/members", self.add_member),
            Route("DELETE", ROLE + "/members/{member}", self.remove_member),
            Route("GET", ROLE + "/privileges", self.list_role_privileges, LIST_ARGUMENTS),
            Route("POST", ROLE + "/privileges", self.add_privilege),
            Route("DELETE", ROLE + "/privileges/{privilege}", self.remove_privilege),
        ]

    # Who is who

    def who_am_i(self, request: Request) -> Answer:
        account = self._accounts.users[request.user]
        granted = {name: self._accounts.permission(account.name, name) for name in PRIVILEGES}
        if not request.flag("listchildprivs"):
            granted = {name: one for name, one in granted.items() if PRIVILEGES[name].parent not in PRIVILEGES}
        group = {"id": "GID:0", "name": "wheel", "type": "group"}
        token = {
            "additional_id": [],
            "gid": group,
            "group_sid": {"id": f"SID:S-1-22-2-{0}", "name": "wheel", "type": "group"},
            "ifs_restricted": False,
            "on_disk_group_id": group,
            "on_disk_user_id": account.identity,
            "privilege": _shown({name: one for name, one in granted.items() if one != "-"}, request.version),
            "uid": account.identity,
            "user_sid": {"id": _sid(account), "name": account.name, "type": "user"},
            "zid": 1,
            "zone_id": "System",
        }
        return Answer.of({"ntoken": token})

    def list_privileges(self, request: Request) -> Answer:
        found = [
            {
                "category": one.category,
                "description": one.description,
                "id": one.id,
                "name": one.name,
                "parent_id": one.parent,
                "permission": one.permission,
                "privilegelevel": "flag"
                if one.permission != "w"
                else "entity"
                if one.parent in PRIVILEGES
                else "feature",
                "uri": None,
            }
            for one in PRIVILEGES.values()
        ]
        return Answer.of({"privileges": found})

    def list_users(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            beginning = query.get("filter", [""])[0]
            users = sorted(self._accounts.users.values(), key=lambda one: one.uid)
            return [_user(one) for one in users if one.name.startswith(beginning)]

        return list_answer(request, "users", listing)

    def get_user(self, request: Request) -> Answer:
        return Answer.of({"users": [_user(self._account(request.names["user"]))]})

    def _account(self, text: str) -> Account:
        account = self._accounts.find(text)
        if account is None:
            raise Refusal("AEC_NOT_FOUND", f"Failed to find user for '{text}': No such user")
        return account

    # Roles

    def _role(self, request: Request) -> Role:
        name = request.names["role"]
        if name not in self._accounts.roles:
            raise Refusal("AEC_NOT_FOUND", f"Role '{name}' not found.")
        return self._accounts.roles[name]

    def list_roles(self, request: Request) -> Answer:
        def listing(query: Mapping[str, list[str]]) -> Sequence[Document]:
            with self._accounts.lock:
                return [self._document(role, request.version) for _, role in sorted(self._accounts.roles.items())]

        return list_answer(request, "roles", listing)

    def get_role(self, request: Request) -> Answer:
        with self._accounts.lock:
            return Answer.of({"roles": [self._document(self._role(request), request.version)]})

    def create_role(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "auth_role_create")
        with self._accounts.lock:
            if body["name"] in self._accounts.roles:
                raise Refusal("AEC_CONFLICT", f"Role '{body['name']}' already exists.", "name")
            role = Role(body["name"])
            self._change(role, body)
            self._accounts.roles[role.name] = role
        return Answer.of({"id": role.name}, status=201)

    def update_role(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "auth_role_update")
        with self._accounts.lock:
            role = self._role(request)
            name = body.get("name", role.name)
            if role.built_in and set(body) - {"members", "description"}:
                raise Refusal(
                    "AEC_FORBIDDEN", f"Built-in role '{role.name}' cannot be renamed or get other privileges."
                )
            if name != role.name and name in self._accounts.roles:
                raise Refusal("AEC_CONFLICT", f"Role '{name}' already exists.", "name")
            self._change(role, body)
            self._accounts.roles[name] = self._accounts.roles.pop(role.name)
            role.name = name
        return NO_CONTENT

    def _change(self, role: Role, body: Mapping[str, Any]) -> None:
        """Put fields into a role; lists are replaced whole. Nothing is changed when one of them is refused."""
        members = [self._named(one).name for one in body["members"]] if "members" in body else role.members
        privileges = dict(map(_grant, body["privileges"])) if "privileges" in body else role.privileges
        role.members = list(dict.fromkeys(members))
        role.privileges = privileges
        role.description = body.get("description", role.description)

    def _named(self, identity: Mapping[str, Any]) -> Account:
        text = identity.get("id") or identity.get("name")
        if not text:
            raise Refusal("AEC_ARG_REQUIRED", "A member needs 'id' or 'name'", "members")
        return self._account(text)

    def delete_role(self, request: Request) -> Answer:
        with self._accounts.lock:
            role = self._role(request)
            if role.built_in:
                raise Refusal("AEC_FORBIDDEN", f"Built-in role '{role.name}' cannot be deleted.")
            del self._accounts.roles[role.name]
        return NO_CONTENT

    def _members(self, role: Role) -> list[Document]:
        return [self._accounts.users[name].identity for name in role.members]

    def _document(self, role: Role, version: int) -> Document:
        return {
            "description": role.description,
            "id": role.name,
            "members": self._members(role),
            "name": role.name,
            "privileges": _shown(role.privileges, version),
        }

    # Members and privileges of one role

    def list_members(self, request: Request) -> Answer:
        return list_answer(request, "members", lambda query: self._members(self._role(request)))

    def add_member(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "auth_member")
        with self._accounts.lock:
            role = self._role(request)
            account = self._named(body)
            if account.name not in role.members:
                role.members.append(account.name)
        return Answer.of({"id": account.identity["id"]}, status=201)

    def remove_member(self, request: Request) -> Answer:
        with self._accounts.lock:
            role = self._role(request)
            account = self._account(request.names["member"])
            if account.name not in role.members:
                raise Refusal("AEC_NOT_FOUND", f"'{account.name}' is no member of role '{role.name}'.")
            role.members.remove(account.name)
        return NO_CONTENT

    def list_role_privileges(self, request: Request) -> Answer:
        with self._accounts.lock:
            privileges = _shown(self._role(request).privileges, request.version)
        return list_answer(request, "privileges", lambda query: privileges)

    def add_privilege(self, request: Request) -> Answer:
        body = request.json_body()
        check_body(body, "auth_privilege")
        with self._accounts.lock:
            role = self._changeable(request)
            name, permission = _grant(body)
            role.privileges[name] = permission
        return Answer.of({"id": name}, status=201)

    def remove_privilege(self, request: Request) -> Answer:
        with self._accounts.lock:
            role = self._changeable(request)
            if request.names["privilege"] not in role.privileges:
                raise Refusal("AEC_NOT_FOUND", f"Role '{role.name}' has no privilege '{request.names['privilege']}'.")
            del role.privileges[request.names["privilege"]]
        return NO_CONTENT

    def _changeable(self, request: Request) -> Role:
        role = self._role(request)
        if role.built_in:
            raise Refusal("AEC_FORBIDDEN", f"Built-in role '{role.name}' cannot get other privileges.")
        return role


def _grant(body: Mapping[str, Any]) -> tuple[str, str]:
    privilege = PRIVILEGES.get(body["id"])
    if privilege is None:
        raise Refusal("AEC_BAD_REQUEST", f"Privilege '{body['id']}' does not exist", "privileges")
    permission = body.get("permission", privilege.permission)
    if PERMISSIONS.index(permission) > PERMISSIONS.index(privilege.permission):
        message = f"Permission '{permission}' is more than privilege '{privilege.id}' has"
        raise Refusal("AEC_BAD_REQUEST", message, "privileges")
    return privilege.id, permission


def _shown(granted: Mapping[str, str], version: int) -> list[Document]:
    """Show grants; before version 14 a privilege was read-only or not, and nothing in between."""
    shown: list[Document] = []
    for name, permission in sorted(granted.items()):
        kind: Document = {"permission": permission} if version >= 14 else {"read_only": permission != "w"}
        shown.append({"id": name, "name": PRIVILEGES[name].name, **kind})
    return shown


def _sid(account: Account) -> str:
    return f"SID:S-1-22-1-{account.uid}"


def _user(account: Account) -> Document:
    ends = {"password_expiry": account.password_expiry} if account.password_expiry else {}
    return {
        **ends,
        "domain": "FILE" if account.name in (ROOT, "admin") else "LOCAL",
        "enabled": True,
        "expired": False,
        "password_expired": 0 < account.password_expiry <= time.time(),
        "password_expires": bool(account.password_expiry),
        "prompt_password_change": False,
        "gid": {"id": "GID:0", "name": "wheel", "type": "group"},
        "home_directory": "/root" if account.name == ROOT else f"/ifs/home/{account.name}",
        "id": account.name,
        "locked": account.locked,
        "name": account.name,
        "provider": "lsa-file-provider:System" if account.name in (ROOT, "admin") else "lsa-local-provider:System",
        "shell": "/usr/local/bin/zsh",
        "sid": {"id": _sid(account), "name": account.name, "type": "user"},
        "type": "user",
        "uid": account.identity,
        "user_can_change_password": True,
    }
