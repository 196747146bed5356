# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: roles, privileges, and the refusal of who lacks one."""

from __future__ import annotations

from typing import Any

import pytest
from onefs_sim.papi.privileges import privilege_for
from onefs_sim.privileges import PRIVILEGES, greatest, permission_of

ROLES = "/platform/16/auth/roles"
POOL = "/platform/16/network/groupnets/groupnet0/subnets/subnet1/pools/sales"


def test_every_uri_is_in_the_table(pair: Any) -> None:
    for entry in pair.caller("boston").get("/platform/?describe&list&json")["directory"]:
        privilege = privilege_for("/" + entry.split("/", 2)[2])
        assert privilege is None or privilege in PRIVILEGES, entry


def test_a_missing_privilege_is_named(pair: Any) -> None:
    auditor = pair.caller("boston", user="auditor")
    assert auditor.call("GET", POOL).status_code == 200
    refused = auditor.call("PUT", POOL, {"description": "x"})
    assert refused.status_code == 403
    assert refused.json()["errors"] == [
        {
            "code": "AEC_FORBIDDEN",
            "message": "Privilege check failed. The following write privilege is required: Network (ISI_PRIV_NETWORK)",
        }
    ]
    service = pair.caller("boston", user="svc-failover")
    assert service.call("PUT", POOL, {"description": "x"}).status_code == 204
    refused = service.call("GET", ROLES)
    assert refused.status_code == 403
    assert "The following read privilege is required: Role (ISI_PRIV_ROLE)" in refused.text


def test_a_change_of_a_role_counts_at_the_next_call(pair: Any) -> None:
    service, root = pair.caller("boston", basic=False, user="svc-failover"), pair.caller("boston")
    service.log_in()
    privileges = root.get(f"{ROLES}/SmbFailover")["roles"][0]["privileges"]
    reduced = [one for one in privileges if one["id"] != "ISI_PRIV_NETWORK"]
    root.write("PUT", f"{ROLES}/SmbFailover", {"privileges": [*reduced, {"id": "ISI_PRIV_NETWORK", "permission": "r"}]})
    assert service.call("GET", POOL).status_code == 200
    assert service.call("PUT", POOL, {"description": "x"}).status_code == 403
    root.write("DELETE", f"{ROLES}/SmbFailover/privileges/ISI_PRIV_NETWORK")
    assert service.call("GET", POOL).status_code == 403
    root.write("DELETE", f"{ROLES}/SmbFailover/privileges/ISI_PRIV_NS_TRAVERSE")
    assert "ISI_PRIV_NS_TRAVERSE" in service.call("GET", "/namespace/ifs").text
    root.write("DELETE", f"{ROLES}/SmbFailover/members/USER:svc-failover")
    assert service.call("GET", "/platform/latest").status_code == 401
    refused = service.http.post(
        f"{service.base}/session/1/session",
        json={"username": "svc-failover", "password": "Test-1", "services": ["platform"]},
    )
    assert refused.status_code == 401
    root.write("POST", f"{ROLES}/SmbFailover/members", {"name": "svc-failover", "type": "user"}, 201)
    assert service.call("GET", "/platform/latest").status_code == 200


def test_roles_are_made_and_unmade(pair: Any) -> None:
    root = pair.caller("boston")
    body = {"name": "Zones", "members": [{"id": "USER:auditor"}], "privileges": [{"id": "ISI_PRIV_AUTH_ZONES"}]}
    assert root.write("POST", ROLES, body, 201) == {"id": "Zones"}
    assert root.call("POST", ROLES, body).status_code == 409
    role = root.get(f"{ROLES}/Zones")["roles"][0]
    assert [one["name"] for one in role["members"]] == ["auditor"]
    assert role["privileges"] == [{"id": "ISI_PRIV_AUTH_ZONES", "name": "Auth Zones", "permission": "w"}]
    assert root.get("/platform/7/auth/roles/Zones")["roles"][0]["privileges"][0]["read_only"] is False
    auditor = pair.caller("boston", user="auditor")
    zone = {"name": "more", "path": "/ifs/more", "create_path": True}
    assert auditor.call("POST", "/platform/3/zones", zone).status_code == 201
    root.write("PUT", f"{ROLES}/Zones", {"name": "OtherZones", "members": []})
    assert auditor.call("DELETE", "/platform/3/zones/more").status_code == 403
    root.write("DELETE", f"{ROLES}/OtherZones")
    assert root.call("GET", f"{ROLES}/OtherZones").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", ROLES, {"name": "x", "privileges": [{"id": "ISI_PRIV_NOTHING"}]}, 400),
        ("POST", ROLES, {"name": "x", "privileges": [{"id": "ISI_PRIV_LOGIN_SSH", "permission": "w"}]}, 400),
        ("POST", ROLES, {"name": "x", "members": [{"name": "nobody"}]}, 404),
        ("POST", ROLES, {"name": "x", "colour": "red"}, 400),
        ("POST", ROLES, {"members": []}, 400),
        ("DELETE", f"{ROLES}/SystemAdmin", None, 403),
        ("PUT", f"{ROLES}/SystemAdmin", {"privileges": []}, 403),
        ("POST", f"{ROLES}/AuditAdmin/privileges", {"id": "ISI_PRIV_SMB"}, 403),
        ("DELETE", f"{ROLES}/AuditAdmin/members/root", None, 404),
    ],
)
def test_what_is_refused(pair: Any, method: str, path: str, body: Any, status: int) -> None:
    root = pair.caller("boston")
    before = root.get(ROLES)
    assert root.call(method, path, body).status_code == status
    assert root.get(ROLES) == before


def test_who_am_i(pair: Any) -> None:
    token = pair.caller("boston", user="svc-failover").get("/platform/16/auth/id")["ntoken"]
    assert token["uid"]["name"] == "svc-failover"
    assert {"id": "ISI_PRIV_NETWORK", "name": "Network", "permission": "w"} in token["privilege"]
    assert "ISI_PRIV_ROLE" not in {one["id"] for one in token["privilege"]}
    root = pair.caller("boston")
    assert {one["id"] for one in root.get("/platform/16/auth/id?listchildprivs=true")["ntoken"]["privilege"]} == set(
        PRIVILEGES
    )
    assert len(root.get("/platform/14/auth/privileges")["privileges"]) == len(PRIVILEGES)
    assert [one["name"] for one in root.get("/platform/16/auth/users?filter=svc")["users"]] == ["svc-failover"]
    assert root.call("GET", "/platform/16/auth/users/nobody").status_code == 404


def test_a_sub_privilege_has_its_parents_permission_until_it_has_its_own() -> None:
    assert permission_of({"ISI_PRIV_AUTH": "w"}, "ISI_PRIV_AUTH_ZONES") == "w"
    assert permission_of({"ISI_PRIV_AUTH": "w", "ISI_PRIV_AUTH_ZONES": "-"}, "ISI_PRIV_AUTH_ZONES") == "-"
    assert permission_of({"ISI_PRIV_AUTH_ZONES": "w"}, "ISI_PRIV_AUTH") == "-"
    assert greatest(["r", "-", "w"]) == "w"
