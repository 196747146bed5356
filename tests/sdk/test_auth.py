# Copyright: (c) 2026, seamless.smb_failover contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log-in by Dell's SDK, by session and by basic authentication; who may do what; roles made and unmade."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pytest


@contextlib.contextmanager
def refused(sdk: Any, status: int, code: str = "") -> Iterator[None]:
    with pytest.raises(sdk.refusal) as caught:
        yield
    assert caught.value.status == status, caught.value.body
    assert json.loads(caught.value.body)["errors"][0].get("code", "") == code


@contextlib.contextmanager
def rules(sdk: Any, *changes: str) -> Iterator[None]:
    sdk.pair.sim("login-rules", sdk.cluster, *changes)
    try:
        yield
    finally:
        usual = {"csrf": "strict", "unauthorized": "json", "basic": "on", "cookies": "shuffled"}
        sdk.pair.sim(
            "login-rules", sdk.cluster, *(word for pair in usual.items() for word in (f"--{pair[0]}", pair[1]))
        )


def test_by_session_alone(sdk: Any) -> None:
    with rules(sdk, "--basic", "off", "--cookies", "ordered"):
        mine = sdk.of(sdk.cluster)
        assert mine.api("ClusterApi").get_cluster_config().name == sdk.cluster
        assert mine.client.cookie.startswith("isisessid=")
        sdk.pair.sim("login-rules", sdk.cluster, "--expire-sessions")
        with refused(mine, 401):
            mine.api("ClusterApi").get_cluster_config()


def test_by_basic_authentication_alone(sdk: Any) -> None:
    mine = sdk.of(sdk.cluster)
    mine.api("ClusterApi").get_cluster_config()
    sdk.pair.sim("login-rules", sdk.cluster, "--expire-sessions")
    assert mine.api("ClusterApi").get_cluster_config().name == sdk.cluster


def test_a_wrong_password(sdk: Any) -> None:
    with pytest.raises(sdk.refusal) as caught:
        sdk.as_user("root", "wrong").api("ClusterApi").get_cluster_config()
    assert (caught.value.status, json.loads(caught.value.body)) == (
        401,
        {"message": "Username or password is incorrect."},
    )


def test_a_refusal_as_a_page(sdk: Any) -> None:
    with rules(sdk, "--basic", "off", "--cookies", "ordered", "--unauthorized", "html"):
        mine = sdk.of(sdk.cluster)
        mine.api("ClusterApi").get_cluster_config()
        sdk.pair.sim("login-rules", sdk.cluster, "--expire-sessions")
        with pytest.raises(sdk.refusal) as caught:
            mine.api("ClusterApi").get_cluster_config()
    assert caught.value.status == 401
    assert "<title>401 Unauthorized</title>" in str(caught.value.body)


def test_a_missing_privilege(sdk: Any) -> None:
    auditor = sdk.as_user("auditor", "Sim-Auditor-1")
    assert auditor.api("AuthApi").list_auth_roles().roles
    with refused(auditor, 403, "AEC_FORBIDDEN"):
        auditor.api("AuthApi").create_auth_role(auditor.model("AuthRoleCreateParams", name="sdk"))
    service = sdk.as_user("svc-failover", "Sim-Svc-1")
    granted = service.api("AuthApi").get_auth_id().ntoken.privilege
    assert {one.id: one.permission for one in granted}["ISI_PRIV_NETWORK"] == "w"
    with refused(service, 403, "AEC_FORBIDDEN"):
        service.api("AuthApi").list_auth_roles()


def test_roles(sdk: Any) -> None:
    auth, roles = sdk.api("AuthApi"), sdk.api("AuthRolesApi")
    known = {one.id for one in auth.get_auth_privileges().privileges}
    assert {"ISI_PRIV_NETWORK", "ISI_PRIV_SYNCIQ"} <= known
    auth.create_auth_role(sdk.model("AuthRoleCreateParams", name="sdk", description="of a test"))
    try:
        privilege = sdk.model("AuthIdNtokenPrivilegeItem", id="ISI_PRIV_SMB", permission="r")
        assert roles.create_role_privilege(privilege, "sdk").id == "ISI_PRIV_SMB"
        member = sdk.model("AuthAccessAccessItemFileGroup", name="auditor", type="user")
        member_id = roles.create_role_member(member, "sdk").id
        assert [one.name for one in roles.list_role_members("sdk").members] == ["auditor"]
        assert [one.permission for one in roles.list_role_privileges("sdk").privileges] == ["r"]
        roles.delete_role_member(member_id, "sdk")
        roles.delete_role_privilege("ISI_PRIV_SMB", "sdk")
        auth.update_auth_role(sdk.model("AuthRole", description="changed"), "sdk")
        role = auth.get_auth_role("sdk").roles[0]
        assert (role.description, role.members, role.privileges) == ("changed", [], [])
    finally:
        auth.delete_auth_role("sdk")
    with refused(sdk, 404, "AEC_NOT_FOUND"):
        auth.get_auth_role("sdk")
    assert auth.get_auth_user("svc-failover").users[0].enabled
    assert "root" in {one.name for one in auth.list_auth_users().users}


def test_active_directory_names(sdk: Any) -> None:
    auth = sdk.api("AuthApi")
    assert auth.list_providers_ads().ads[0].name == "EXAMPLE.COM"
    before = auth.get_providers_ads_by_id("EXAMPLE.COM").ads[0].spns
    assert before
    other = sdk.of({"boston": "newyork", "newyork": "boston"}[sdk.cluster])
    taken = other.api("AuthApi").get_providers_ads_by_id("EXAMPLE.COM").ads[0].spns[0]
    with refused(sdk, 409, "AEC_CONFLICT"):
        auth.update_providers_ads_by_id(sdk.model("ProvidersAdsIdParams", spns=[*before, taken]), "EXAMPLE.COM")
    fields = {"spns": [*before, "HOST/more.example.com"], "user": "Administrator", "password": "Sim-Domain-1"}
    auth.update_providers_ads_by_id(sdk.model("ProvidersAdsIdParams", **fields), "EXAMPLE.COM")
    assert "HOST/more.example.com" in auth.get_providers_ads_by_id("EXAMPLE.COM").ads[0].spns
    auth.update_providers_ads_by_id(sdk.model("ProvidersAdsIdParams", spns=before), "EXAMPLE.COM")
    assert {one.type for one in auth.get_providers_summary().provider_instances} == {"ads", "file", "local"}


def test_leaving_and_joining_the_domain(sdk: Any) -> None:
    auth = sdk.api("AuthApi")
    names = auth.get_providers_ads_by_id("EXAMPLE.COM").ads[0].spns
    auth.delete_providers_ads_by_id("EXAMPLE.COM")
    try:
        assert auth.list_providers_ads().ads == []
        wrong = sdk.model("ProvidersAdsItem", name="EXAMPLE.COM", user="Administrator", password="no")
        with refused(sdk, 403, "AEC_FORBIDDEN"):
            auth.create_providers_ads_item(wrong)
    finally:
        right = sdk.model("ProvidersAdsItem", name="EXAMPLE.COM", user="Administrator", password="Sim-Domain-1")
        assert auth.create_providers_ads_item(right).id == "EXAMPLE.COM"
    assert sorted(auth.get_providers_ads_by_id("EXAMPLE.COM").ads[0].spns) == sorted(names)
